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
finish
