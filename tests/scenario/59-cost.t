#!/usr/bin/env bash
# --max-cost: the run stops before its answers cost more, whatever number of workers asks at once.
source "$(dirname "$0")/../support/scenario.sh"
cat >"$dir/tiers.json" <<'JSON'
{"tiers": [{"name": "mine", "input_dollars_per_million": 3, "output_dollars_per_million": 15}]}
JSON

# spent: nano-dollars of the audit's answers: 3 a million input tokens, 15 a million output tokens
spent() {
    perl -F'\t' -lane 'if ($. == 1) { my $i = 0; %c = map { $_ => $i++ } @F; next }
        $s += 3000 * $F[$c{used_input}] + 15000 * $F[$c{used_output}] if $F[6] == 200; END { printf "%d", $s }' "$audit"
}

for workers in 1 8; do
    simapi --latency-ms 30
    ration --input "$sample" --output "$dir/$workers.jsonl" --tiers "$dir/tiers.json" --tier mine --max-cost 0.1 --max-workers "$workers"
    simapi_stop
    is "$status" 3 "$workers workers: exit 3, to go on with --resume"
    cost=$(spent)
    holds "it cost $cost nano-dollars: not more than was allowed" "$cost <= 1e8"
    holds "and nearly all of it" "$cost > 0.95e8"
    is "$(lines "$dir/$workers.jsonl")" "$(audited '$status == 200')" "every answer that was paid for is there"
    has "$err" "--max-cost" "said in words"
done
simapi --latency-ms 30
ration --input "$sample" --output "$dir/8.jsonl" --resume --tiers "$dir/tiers.json" --tier mine --max-cost 5
is "$status,$(lines "$dir/8.jsonl")" 0,362 "--resume with more money goes on"
simapi_stop

# ---- what nobody knows before answers come: a router's model is dearer than the one that was asked; answers differ in length ----
# said MODEL TOKENS: an answer
said() { printf '{"id":"r","model":"%s","choices":[{"index":0,"message":{"role":"assistant","content":"A text."},"finish_reason":"stop"}],"usage":{"prompt_tokens":100,"completion_tokens":%d}}' "$1" "$2"; }
printf 'Write about {{name}}\n' >"$dir/prompt.txt"
bounded() {
    fresh
    OPENROUTER_API_KEY=k "$build/ration" run --base-url "$url" --provider openrouter --prompt-file "$dir/prompt.txt" --input "$sample" --in-flight 32 "$@" >"$summary" 2>"$err"
    status=$?
}
scripted --latency 100 --rule 'from=1' --body "$(said openai/gpt-4o 200)"
bounded --output "$dir/router.jsonl" --model openai/gpt-4o-mini --max-output-tokens 300 --max-cost 0.02
simapi_stop
is "$status" 3 "a dearer model answers: exit 3"
cost=$(($(asked 1) * (100 * 2500 + 200 * 10000)))
holds "it cost $cost nano-dollars: not more than was allowed, though 32 might leave at once" "$cost <= 2e7 && $cost > 1.2e7"
scripted --latency 100 --rule 'every=3 from=2' --body "$(said openai/gpt-4o 4000)" --rule 'from=1' --body "$(said openai/gpt-4o 10)"
bounded --output "$dir/lengths.jsonl" --model openai/gpt-4o --max-cost 0.2
simapi_stop
is "$status" 3 "answers of ten tokens and of four thousand, and no longest one is asked for: exit 3"
cost=$(($(asked '$rule == 1') * (100 * 2500 + 4000 * 10000) + $(asked '$rule == 2') * (100 * 2500 + 10 * 10000)))
holds "it cost $cost nano-dollars: not more than was allowed" "$cost <= 2e8 && $cost > 1e8"
finish
