#!/usr/bin/env bash
# Each line has its cost, and what an output cost is counted over all its runs: as the server bills it.
source "$(dirname "$0")/../support/scenario.sh"
cat >"$dir/tiers.json" <<'JSON'
{"tiers": [{"name": "mine", "input_dollars_per_million": 3, "output_dollars_per_million": 15}]}
JSON

# billed: nano-dollars of the server's audit, at 3 and 15 dollars a million tokens; also of answers that nobody took
billed() {
    perl -F'\t' -lane 'if ($. == 1) { my $i = 0; %c = map { $_ => $i++ } @F; next }
        $s += 3000 * $F[$c{used_input}] + 15000 * $F[$c{used_output}]; END { printf "%d", $s }' "$audit"
}
# told FILE…: nano-dollars that the lines say
told() {
    cat "$@" | perl -MJSON::PP -ne '$s += int(1e9 * (decode_json($_)->{cost} // 0) + 0.5); END { printf "%d", $s }'
}
# figure NAME: nano-dollars of the summary's cost
figure() { perl -MJSON::PP -0777 -ne "printf '%d', 1e9 * decode_json(\$_)->{cost}{$1} + 0.5" "$dir/summary.json"; }
priced=(--input "$sample" --tiers "$dir/tiers.json" --tier mine --summary "$dir/summary.json")

# ---- nothing in doubt: lines, ledger and bill are one figure ----
simapi
ration "${priced[@]}" --output "$dir/one.jsonl"
simapi_stop
is "$status,$(told "$dir/one.jsonl")" "0,$(billed)" "the lines say what the server bills, to the billionth"
is "$(figure dollars),$(figure doubt_dollars),$(figure all_dollars)" "$(billed),0,$(billed)" "and so does the summary"
is "$(head -n 1 "$dir/one.jsonl" | grep -cE '"total_tokens":[0-9]+\},"cost":0\.[0-9]+,"attempts":')" 1 "it stands behind the usage"

# ---- --max-cost bounds all runs, --max-cost-run each ----
bill=0
for most in 0.03 0.06; do
    simapi --latency-ms 30
    ration "${priced[@]}" --output "$dir/life.jsonl" --resume --max-cost "$most"
    simapi_stop
    bill=$((bill + $(billed)))
    is "$status" 3 "--max-cost $most ends the run"
    holds "all runs were billed $bill: nearly $most dollars, and not more" "$bill <= 1e9 * $most && $bill > 0.9e9 * $most"
    is "$(told "$dir/life.jsonl"),$(figure all_dollars)" "$bill,$bill" "lines and summary say so"
    has "$err" "--max-cost" "and what ended it"
done
simapi
ration "${priced[@]}" --output "$dir/life.jsonl" --resume --max-cost 0.06
is "$status,$(audited 1)" "3,0" "with the same bound nothing more is sent"
ration "${priced[@]}" --output "$dir/life.jsonl" --resume --max-cost-run 0.03
more=$(billed)
is "$status" 3 "--max-cost-run ends the run"
holds "it was billed $more: nearly 3 cents, and not more" "$more <= 3e7 && $more > 2.7e7"
has "$err" "earlier runs of this output spent \$0.05" "what earlier runs spent is told"
has "$err" "--max-cost-run \$0.0300 is spent" "what ended it"
is "$(told "$dir/life.jsonl"),$(figure all_dollars)" "$((bill + more)),$((bill + more))" "the total goes on"
simapi_stop
finish
