#!/usr/bin/env bash
# What a run costs is told before and while it works, and is what the server bills in the end: with a cache, with thoughts, with
# failures that are paid, with sessions of different prices.
source "$(dirname "$0")/../support/scenario.sh"
export ANTHROPIC_API_KEY=$OPENAI_API_KEY OTHER_API_KEY=sk-test-0b204d41d8cd98f0
artists=400
perl -e 'print "artist_id,name,data\n"; printf "a%05d,Artist %d,%s\n", $_, $_, "plays and paints " x (1 + $_ * 7 % 23) for 1 .. shift' "$artists" >"$dir/in.csv"
begins=$(printf 'You write of artists for a museum, in plain words. %.0s' {1..100}) # 5100 bytes
printf '%s\nWrite of {{name}}: {{data}}' "$begins" >"$dir/prompt.txt"
cat >"$dir/prices.json" <<'END'
{"prices": [
{"model": "thrifty", "input": 1, "output": 5, "cached": 0.1, "written": 1.25, "written_hour": 2},
{"model": "lavish", "input": 3, "output": 15}
]}
END

# billed: nano-dollars that the last simulator has billed so far
billed() { audit_each '$sum += $a{bill}; END { printf "%.0f", $sum }'; }
# nano PATH <JSON: that member, in nano-dollars; -1: null
nano() { perl -MJSON::PP -e 'local $/; my $j = decode_json(<STDIN>); my $v = $j->'"$1"'; printf "%.0f", defined $v ? $v * 1e9 : -1'; }

# plan OPTION…: sets $planned
plan() {
    fresh
    (cd "$dir" && exec "$build/ration" plan --json "${common[@]}" "$@") >"$summary" 2>"$err"
    planned=$(nano '{cost_dollars}' <"$summary")
}

# settled: what the run has been told is what the server has billed
settled() {
    local said
    said=$("$build/ration" status "$output" --json 2>"$dir/.status") || return 1
    [[ $(nano '{cost}{dollars}' <<<"$said") -eq $(billed) ]] || return 1
    live=$(nano '{cost}{forecast_dollars}' <<<"$said")
}

# live NAME PART OPTION…: a run, whose forecast is read when so many requests were answered; sets $live, $bill
live() {
    output=$dir/$1.$2.jsonl
    simapi "${server[@]}" --latency-ms 20 --hold-after $((artists * $2 / 100))
    sessions
    fresh
    "$build/ration" run "${common[@]}" --base-url "$url" --output "$output" "${@:3}" >"$summary" 2>"$err" &
    ration_pid=$!
    wait_for 60 simapi_says "answers are held"
    wait_for 60 settled
    simapi_hurries
    ration_wait
    simapi_stop
    bill=$(billed)
    is "$status" 0 "$1: the run ends well"
}
sessions() { :; }

# within NAME GOT: of $bill
within() { holds "$1: $2 of $bill" "abs($2 / $bill - 1) < 0.05"; }

# case_of NAME: with $server and $common
case_of() {
    local before sample past quarter half
    sessions
    plan
    before=$planned
    output=$dir/$1.sample.jsonl
    fresh
    simapi "${server[@]}" --latency-ms 20
    sessions
    "$build/ration" run "${common[@]}" --base-url "$url" --output "$output" --limit 40 --sample >"$summary" 2>"$dir/e"
    sample=$(sed -n 's/.* and cost \$\([0-9.]*\)$/\1/p' "$summary" | awk '{ printf "%.0f", $1 * 1e9 }')
    simapi_stop
    plan --output "$output"
    past=$planned
    live "$1" 25
    quarter=$live
    live "$1" 50
    half=$live
    perl -e 'my ($n, $bill, @v) = @ARGV; printf "| %s | %s | %.4f |\n", $n, join(" | ", map { sprintf "%.4f (%+.1f %%)", $_ / 1e9, ($_ / $bill - 1) * 100 } @v), $bill / 1e9' \
        "$1" "$bill" "$before" "$sample" "$past" "$quarter" "$half" >"$dir/row"
    notes "$dir/row"
    # Which session answers whom is not the same in a sample of forty and in the whole, where the machine is busy.
    local whole=$bill
    [[ $1 != sessions ]] || bill=$(jq -s "(map(.cost | tonumber) | add) / length * $artists * 1e9 | round" "$dir/$1.sample.jsonl")
    within "$1: what a sample tells of the whole" "$sample"
    within "$1: a plan after a sample" "$past"
    bill=$whole
    within "$1: the forecast at a quarter" "$quarter"
    within "$1: the forecast at a half" "$half"
    before_is=$before
}

usual=(--input "$dir/in.csv" --prompt-file "$dir/prompt.txt" --prices "$dir/prices.json" --model thrifty --max-workers 2 --in-flight 8
    --backoff-initial 0.05 --backoff-max 0.1)
price="thrifty:input=1,output=5,cached=0.1,written=1.25,written_hour=2,reasoning=5"
answer=75

common=("${usual[@]}" --provider openai-chat --max-output-tokens "$answer")
server=(--price "$price" --text-bytes 300)
case_of plain
within "plain: a plan before" "$before_is"

common=("${usual[@]}" --provider anthropic --cache-prompt --max-output-tokens "$answer")
server=(--price "$price" --text-bytes 300 --cache-tokens 256)
case_of cached
within "cached: a plan before" "$before_is"

common=("${usual[@]}" --provider openai-chat --cache-prompt --max-output-tokens "$answer")
case_of kept
within "kept: a plan before" "$before_is"

common=("${usual[@]}" --provider openai-chat)
server=(--price "$price" --text-bytes 300 --reasoning-tokens 300)
case_of thought

common=("${usual[@]}" --provider openai-chat --max-output-tokens "$answer")
server=(--price "$price" --text-bytes 300 --fault-paid 0.1)
case_of paid

cat >"$dir/sessions.json" <<'END'
{"sessions": [
{"name": "dear", "key_env": "OTHER_API_KEY", "base_url": "http://127.0.0.1:1/v1", "model": "lavish", "requests_per_minute": 4000},
{"name": "cheap", "key_env": "OPENAI_API_KEY", "base_url": "http://127.0.0.1:1/v1", "model": "thrifty", "requests_per_minute": 8000}
]}
END
chmod 600 "$dir/sessions.json"
sessions() { [[ -z ${url:-} ]] || sed -i 's#"base_url": "[^"]*"#"base_url": "'"$url"'"#' "$dir/sessions.json"; }
common=("${usual[@]}" --provider openai-chat --sessions "$dir/sessions.json" --max-output-tokens "$answer")
server=(--price "$price" --price "lavish:input=3,output=15" --text-bytes 300)
case_of sessions
within "sessions: a plan before" "$before_is"

# ---- what earlier runs spent, and what is left ----

unset url
common=("${usual[@]}" --provider openai-chat)
member() { perl -MJSON::PP -e 'local $/; my $plan = decode_json(<STDIN>); print $plan->'"$1"' // "null"' <"$summary"; }
plan --output "$dir/paid.sample.jsonl" --max-cost 0.5
spent=$(jq -s 'map(.cost | tonumber) | add * 1e9 | round' "$dir/paid.sample.jsonl")
paid=$(nano '{spent_dollars}' <"$summary")
holds "all runs spent $paid, of which the lines have $spent" "$paid >= $spent && $spent > 0"
is "$(member '{artists_left}')" "$artists" "without --resume all are asked"
holds "the money ends where it is used up by all runs together" "abs($(member '{max_cost_stops_after_artists}') - $artists * (5e8 - $paid) / $planned) <= 1"
plan --output "$dir/paid.sample.jsonl" --max-cost-run 0.5
holds "a run may spend its own" "abs($(member '{max_cost_stops_after_artists}') - $artists * 5e8 / $planned) <= 1"
all=$planned
plan --output "$dir/paid.sample.jsonl" --resume
is "$(member '{artists_left}')" $((artists - 40)) "with --resume the rest is asked"
holds "and costs as much less" "abs($planned / $all - ($artists - 40) / $artists) < 0.001"
plan --output "$dir/paid.sample.jsonl" --price 2,10
is "$(member '{earlier_artists}'),$(member '{billed_factor}')" 40,null "by another price the tokens hold, and what was paid does not"
plan --output "$dir/paid.sample.jsonl" --model lavish
is "$(member '{earlier_artists}'),$(nano '{spent_dollars}' <"$summary")" "0,$paid" "what another model took is no measure, but it is spent"
has "$summary" "lavish" "which is told"

# people PLAN-OPTION…: as text
people() {
    fresh
    "$build/ration" plan "${common[@]}" "$@" >"$summary" 2>"$err"
}
people --output "$dir/paid.sample.jsonl"
has "$summary" "of this output: 40 artists; billed 1." "people are told what it is made from"
has "$summary" "by all earlier runs of this output" "and what is spent"
people
has "$summary" "if nothing is thought and no attempt fails" "without an earlier run what is not known is told"
has "$summary" "--sample shows it" "and how to know it"
people --output "$dir/cached.sample.jsonl" --provider anthropic --cache-prompt
has "$summary" "tokens of each request are read from it, but by the first 1" "and what a cache gives"
finish
