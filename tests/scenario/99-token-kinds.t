#!/usr/bin/env bash
# Tokens by kind: what a cache gave, what was written to it, what was thought. In each line, in the sums, and in the limits.
source "$(dirname "$0")/../support/scenario.sh"
source "$root/tests/support/measured.sh"
export ANTHROPIC_API_KEY=$OPENAI_API_KEY
begins=$(printf 'You write of artists for a museum, in plain words. %.0s' {1..60}) # 3060 bytes
printf '%s\nWrite of {{name}}: {{data}}' "$begins" >"$dir/prompt.txt"

# asks PROVIDER OPTION…: a run by that provider; sets $output, $status and the rest
asks() {
    fresh
    output=$dir/$1.jsonl
    "$build/ration" run --input "$sample" --output "$output" --provider "$1" --base-url "$url" --prompt-file "$dir/prompt.txt" "${@:2}" \
        >"$summary" 2>"$err"
    status=$?
}

# billed KIND: tokens of that kind in the audit's answers
billed() {
    audit_each '$sum += $a{'"$1"'} if $a{status} == 200; END { printf "%d", $sum }'
}

# told KEY: the sum of that member of usage in the lines
told() { jq -s "map(.usage.$1 // 0) | add" "$output"; }

# ---- in each line ----

for api in anthropic openai-chat openai; do
    simapi --cache-tokens 256 --reasoning-tokens 11
    asks "$api" --cache-prompt --max-output-tokens 1500 --max-workers 1 --in-flight 4
    simapi_stop
    is "$status,$(lines "$output")" 0,362 "$api: all are answered"
    has "$err" "keeps none shorter than" "$api: a beginning that a real API is likely not to keep is told"
    for kind in input:input_tokens output:output_tokens cached:cached_tokens written:cache_write_tokens reasoning:reasoning_tokens; do
        is "$(told "${kind#*:}")" "$(billed "${kind%:*}")" "$api: ${kind#*:} of the lines are what the server billed"
    done
    has "$summary" "input ($(billed cached) cached" "$api: the summary has what was cached"
    has "$summary" "output ($(billed reasoning) thought)" "$api: and what was thought"
    is "$("$build/ration" status "$output" --json | jq -c '.tokens | [.input, .output, .cached, .cache_write, .reasoning]')" \
        "[$(billed input),$(billed output),$(billed cached),$(billed written),$(billed reasoning)]" "$api: so has its status later on"
    holds "$api: most of the input came from the cache" "$(told cached_tokens) > 0.7 * $(told input_tokens)"
    is "$(jq -s 'map(select(.usage | .cached_tokens == 0 or .cache_write_tokens == 0 or has("cache_write_1h_tokens"))) | length' "$output")" 0 \
        "$api: what is 0 is left out"
done
holds "anthropic: the first requests wrote it, and told so" "$(output=$dir/anthropic.jsonl told cache_write_tokens) >= 765"
simapi --cache-tokens 256
asks anthropic --limit 20 --max-output-tokens 300 --output "$dir/plain.jsonl"
output=$dir/plain.jsonl
simapi_stop
is "$(told cached_tokens),$(billed cached)" 0,0 "without --cache-prompt nothing is marked"
is "$(jq -c '.usage | keys_unsorted' "$output" | sort -u)" '["input_tokens","output_tokens","total_tokens"]' "and the lines are as ever"

simapi
asks anthropic --limit 20 --max-output-tokens 300 --output "$dir/none.jsonl" --cache-prompt
simapi_stop
has "$summary" "nothing came from it, for all of --cache-prompt" "an API that keeps nothing is told of"

# ---- what is asked for ----

# shows PROVIDER OPTION…: what would be sent for the sample's first row; sets $status, $shown and $err
shows() {
    fresh
    shown=$(OPENAI_API_KEY='' "$build/ration" run --input "$sample" --provider "$1" --output "$dir/shown.jsonl" --show-request a001 --cache-prompt "${@:2}" 2>"$err")
    status=$?
    shown=${shown##*$'\n'}
}

shows anthropic --prompt-file "$dir/prompt.txt" --system "Be brief."
is "$(jq -c '[.system, (.messages[0].content | length), .messages[0].content[0].cache_control, .messages[0].content[1].cache_control]' <<<"$shown")" \
    '["Be brief.",2,{"type":"ephemeral"},null]' "anthropic: a long head of the prompt is marked, and the system text before it with it"
is "$(jq -r '.messages[0].content | map(.text) | add' <<<"$shown" | head -c 3060)" "$(head -c 3060 "$dir/prompt.txt")" "and reads as before"
printf 'Write of {{name}}.' >"$dir/short.txt"
shows anthropic --prompt-file "$dir/short.txt" --system "Be brief."
is "$(jq -c '[.system[0].cache_control, (.messages[0].content | type)]' <<<"$shown")" '[{"type":"ephemeral"},"string"]' "a short one is left alone"
shows openai-chat --prompt-file "$dir/short.txt"
key=$(jq -r .prompt_cache_key <<<"$shown")
holds "openai: a key" "'$key' =~ /^ration-[0-9a-f]{32}\$/"
shows openai-chat --prompt-file "$dir/short.txt" --param prompt_cache_key=mine
is "$(jq -r .prompt_cache_key <<<"$shown")" mine "which --param may set"
shows groq --prompt-file "$dir/short.txt"
is "$status,$(jq -c keys <<<"$shown")" '0,["messages","model"]' "groq: nothing is added"
shows perplexity --prompt-file "$dir/short.txt"
is "$status" 2 "perplexity: exit 2"
has "$err" 'say "caching" (itself, key, marks) in a file of --providers' "with what to do"
printf '{{name}} is who?' >"$dir/short.txt"
shows anthropic --prompt-file "$dir/short.txt"
is "$status" 2 "nothing is shared: exit 2"
has "$err" "each request begins with a column" "with why"

# ---- in the limits ----

perl -e 'print "artist_id,name,data\n"; printf "a%05d,Artist %d,%s\n", $_, $_, "plays and paints " x 12 for 1 .. 1200' >"$dir/many.csv"
many=(--input "$dir/many.csv" --prompt-file "$dir/prompt.txt" --max-output-tokens 300 --cache-prompt)

# refusals, after end: how many 429s
refusals() { audited '$status == 429'; }
begin anthropic --latency-ms 50 --cache-tokens 256 --input-tokens-per-minute 360000 -- --provider anthropic "${many[@]}"
begin openai --latency-ms 50 --cache-tokens 256 --tokens-per-minute 5400000 -- --provider openai-chat "${many[@]}"
end anthropic
is "$status,$(lines "$output"),$(refusals)" 0,1200,0 "a cached run by a limit of input tokens: all are answered, not one 429"
holds "five times as many input tokens were read as the limit counts" "$(billed input) > 5 * $(billed used_input)"
uses anthropic 97 103 4 98% used_input 360000
end openai
is "$status,$(lines "$output"),$(refusals)" 0,1200,0 "where a limit counts what was cached: all are answered, not one 429"
is "$(billed input)" "$(billed used_input)" "all of it was counted"
uses openai 97 103 4 98% used 5400000
finish
