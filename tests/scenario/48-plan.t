#!/usr/bin/env bash
# ration plan: says before anything is sent what a run takes. Needs no key, no network and no output; what it says comes true.
source "$(dirname "$0")/../support/scenario.sh"
unset OPENAI_API_KEY

# plan OPTION…: sets $status; $summary, $err
plan() {
    fresh
    (cd "$dir/empty" && exec "$build/ration" plan "$@") >"$summary" 2>"$err"
    status=$?
}
# member PATH: of the JSON in $summary; a perl path like {what_if}[0]{seconds}
member() {
    perl -MJSON::PP -e 'local $/; my $plan = decode_json(<STDIN>); print $plan->'"$1"' // "null"' <"$summary"
}
mkdir "$dir/empty"

# ---- ten artists of known size: 40 bytes each with the template ----
{
    echo artist_id,name,data
    for i in {0..9}; do echo "a$i,artist-$i,12345678901234567890"; done
} >"$dir/ten.csv"
printf 'Now tell: {{name}}:{{data}}.' >"$dir/prompt" # 10 + 8 + 1 + 20 + 1
ten=(--input "$dir/ten.csv" --prompt-file "$dir/prompt")
opus=(--provider anthropic --model claude-opus-4-1 --tier anthropic-opus) # which costs what its tier does
plan "${ten[@]}" --json --requests-per-minute 60 --max-output-tokens 90
is "$status" 0 "exit 0, without a key"
is "$(member '{artists}')" 10 "ten artists"
is "$(member '{input_tokens_per_artist}')" 10 "forty bytes are ten tokens"
is "$(member '{input_tokens}')" 100 "input tokens"
is "$(member '{output_tokens}')" 900 "output tokens"
is "$(member '{output_assumed}')" 0 "the longest answer was told"
is "$(member '{assumed_prompt_tokens}')" 0 "a template has no unknown text"
is "$(member '{limited_by}')" "requests a minute" "requests bind"
holds "ten seconds, and one answer" "abs($(member '{seconds}') - 10 - 0.5 - 90 / 80) < 0.01"
is "$(member '{cost_dollars}')" "$(perl -e 'print((100 * 0.15 + 900 * 0.6) / 1e6)')" "the cost, by the price of the default model"
plan "${ten[@]}" --json --provider vllm --model m
is "$(member '{cost_dollars}')" null "no price is known of a model of one's own"
plan "${ten[@]}" --json --requests-per-minute 60 --tokens-per-minute 2000 --max-output-tokens 90
is "$(member '{limited_by}')" "tokens a minute" "tokens bind"
holds "half a minute" "abs($(member '{seconds}') - 30 - 0.5 - 90 / 80) < 0.01"
is "$(member '{what_if}[0]{what}')" "half the output tokens (45)" "half the output"
holds "needs 55 tokens each" "abs($(member '{what_if}[0]{seconds}') - 16.5 - 0.5 - 45 / 80) < 0.01"
plan "${ten[@]}" --json --max-output-tokens 79500 --in-flight 1 --max-workers 4
is "$(member '{limited_by}')" "requests in flight (latency)" "latency binds where little is in flight"
is "$(member '{what_if}[2]{what}')" "twice the workers (8)" "and more workers are proposed"
plan "${ten[@]}" --json --daily-limit 5 --quota-threshold 0.8 --requests-per-minute 6000
is "$(member '{daily_periods}')" 3 "4 of 5 a day: three days"
is "$(member '{limited_by}')" "the daily quota" "the quota binds"
holds "two days of waiting" "abs($(member '{waiting_seconds}') - 2 * 86400) < 60"
plan "${ten[@]}" --json --daily-limit 5 --no-quota-monitoring --requests-per-minute 6000
is "$(member '{daily_periods}')" 2 "the whole of 5 a day: two days"
plan "${ten[@]}" --json --daily-limit 5 --no-quota-monitoring
is "$(member '{daily_periods}')" 2 "likewise where no minute limits what leaves at once"
is "$(member '{artists_per_second}')" null "but no rate is promised"
# ---- three ways ----
plan "${ten[@]}" --json --provider openai --model gpt-5-mini --requests-per-minute 60 --max-output-tokens 90
single=$(member '{ways}{single}{cost_dollars}')
is "$single" "$(perl -e 'print((100 * 0.25 + 900 * 2) / 1e6)')" "single requests at the price of the model"
is "$(member '{ways}{flex}{cost_dollars}') $(member '{ways}{batch}{cost_dollars}')" "$(perl -e "print join ' ', ($single / 2) x 2")" "flex and batch cost half"
is "$(member '{ways}{single}{seconds}') $(member '{ways}{batch}{most_seconds}')" "$(member '{seconds}') 86400" "and a batch takes a day at most"
plan "${ten[@]}" --json --provider openai --model gpt-5-mini --max-output-tokens 90 --batch --batch-window 24h
is "$(member '{cost_dollars}') $(member '{limited_by}') $(member '{seconds}')" "$(perl -e "print $single / 2") the window of a batch 86400" "a plan of a batch has its price and time"
plan "${ten[@]}" --provider openai --model gpt-5-mini --requests-per-minute 60
is "$(grep -cE '^  (single requests|--service-tier flex|--batch) .*[$]' "$summary")" 3 "people see the three side by side"
plan "${ten[@]}" --json
is "$(member '{seconds}') $(member '{ends_at}') $(member '{artists_per_second}')" "null null null" "without a limit neither rate nor end is known"
plan "${ten[@]}"
has "$summary" "rate          not known: no limit of a minute is known; give --tier NAME" "and people are told what to give"
has "$summary" "time          not known" "the end likewise"
plan "${ten[@]}" --json "${opus[@]}" --max-cost 0.06
is "$(member '{max_cost_dollars}') $(member '{max_cost_stops_after_artists}')" "0.06 2" "where the money ends stands in the JSON"
plan "${ten[@]}" --json "${opus[@]}" --limit 4
is "$(member '{artists}')" 4 "the limit counts"
is "$(member '{cost_dollars}')" "$(perl -e 'print((40 * 15 + 1600 * 75) / 1e6)')" "the cost"
is "$(member '{what_if}[2]{what}')" "tier anthropic-sonnet" "its family is shown"

plan --prompt-id pmpt_test
is "$status" 2 "without an input: exit 2"
has "$err" "--input FILE is needed; see ration plan --help" "and no output is asked for"

# ---- for people ----
plan --input "$sample" --prompt-id pmpt_test --tier gpt-4o-mini-tier-1 --max-cost 0.05
is "$status" 0 "exit 0"
has "$summary" "200 of them assumed for the stored prompt's own text" "says what is assumed of the prompt"
has "$summary" "400 tokens an artist, assumed; tell the longest answer with --max-output-tokens" "and of the answer"
has "$summary" "500 requests a minute, 200000 tokens a minute" "the limits"
has "$summary" "tier gpt-4o-mini-tier-2" "the next tier"
has "$summary" "max cost      \$0.0500: the run stops after about" "where the money ends"
grep -qE 'started now it ends [0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}Z$' "$summary"
ok $? "when it ends"

# ---- several sessions; their keys are not looked for ----
cat >"$dir/sessions.json" <<'END'
{"sessions": [
{"name": "north", "key_env": "NO_SUCH_VARIABLE", "requests_per_minute": 60},
{"name": "south", "key_file": "/nonexistent", "requests_per_minute": 6000, "tokens_per_minute": 24000}
]}
END
chmod 600 "$dir/sessions.json"
plan "${ten[@]}" --sessions "$dir/sessions.json" --max-output-tokens 90
is "$status" 0 "sessions: exit 0"
has "$summary" "limited by    tokens a minute on session south" "says which session binds"
has "$summary" "60 requests a minute: 60.0 artists a minute" "and what each does"

# ---- what is wrong ----
# wrong NAME SAYS OPTION…
wrong() {
    plan "${@:3}"
    is "$status" 2 "$1: exit 2"
    has "$err" "$2" "$1: told"
}
wrong "no input" "--input" --prompt-id pmpt_test
wrong "an input that is not there" "/nonexistent" --input /nonexistent --prompt-id pmpt_test
wrong "an unknown option" "unknown option --nonsense" "${ten[@]}" --nonsense
wrong "an unknown tier" '"lead" is not one of' "${ten[@]}" --tier lead
wrong "bad thresholds" "--alert-thresholds: 60 does not ascend" "${ten[@]}" --alert-thresholds 80,60
printf 'artist_id,name,data\na,A,x\na,B,y\n' >"$dir/twice.csv"
wrong "an id twice" "twice.csv:3" --input "$dir/twice.csv" --prompt-id pmpt_test
printf '{{nothing}}' >"$dir/strange"
wrong "a tier that is nearly named right" 'did you mean gpt-4o-tier-1?' "${ten[@]}" --tier gpt4o
plan "${ten[@]}" --tier anthropic-opus
is "$status" 0 "a tier of another provider: exit 0"
has "$err" "--tier anthropic-opus: is of another provider than --provider openai" "but it is told"
plan "${ten[@]}" --tier gpt-4o-tier-1 --provider openai-chat --model gpt-4o
is "$status $(grep -c 'another provider' "$err")" "0 0" "one of its own is not"
printf 'Write a biography.' >"$dir/same"
plan --input "$dir/ten.csv" --prompt-file "$dir/same"
is "$status" 0 "a prompt without a column: exit 0"
has "$err" "--prompt-file $dir/same: has no {{name}}, {{data}} or other {{column}}" "but it is told"
printf 'Of\n{{nme}}' >"$dir/nearly"
wrong "a column that is nearly named right" "$dir/nearly:2: the input has no column 'nme'; use one of its columns in {{ }}; did you mean 'name'?" --input "$dir/ten.csv" --prompt-file "$dir/nearly"
wrong "a column that is not there" "no column 'nothing'" --input "$dir/ten.csv" --prompt-file "$dir/strange"
is "$(find "$dir/empty" | wc -l)" 1 "no file was made"
plan --help
is "$status" 0 "--help"
has "$summary" "usage: ration plan" "tells how it is used"

# ---- it comes true: 362 artists at 3000 a minute ----
export OPENAI_API_KEY=sk-test-d41d8cd98f00b204
export RATION_QUOTA_MONITORING=no
simapi --requests-per-minute 3000 --burst 100 --latency-ms 100
plan --input "$sample" --prompt-id pmpt_test --requests-per-minute 3000 --json
planned=$(member '{seconds}')
ration --input "$sample" --output "$dir/out.jsonl" --requests-per-minute 3000 --in-flight 64
is "$status" 0 "the run ends well"
simapi_stop
took=$(perl -F'\t' -lane 'next if $. == 1; $from = $F[0] if !$from || $F[0] < $from; $to = $F[1] if $F[1] > $to; END { printf "%d", ($to - $from) / 1e6 }' "$audit")
holds "planned $planned s with an answer of 5.5 s, took $took ms with one of 0.1 s" \
    "$planned - 5.4 - $took / 1000 < 0.15 * $planned && $took / 1000 - ($planned - 5.4) < 0.15 * $planned + $(late) / 100"
finish
