#!/usr/bin/env bash
# Each line has its cost, and what an output cost is counted over all its runs: judged by the server's own bill, to the billionth.
source "$(dirname "$0")/../support/scenario.sh"
cat >"$dir/tiers.json" <<'JSON'
{"tiers": [{"name": "mine", "input_dollars_per_million": 3, "output_dollars_per_million": 15}]}
JSON
server=(--price ":input=3,output=15" --latency-ms 20)
priced=(--input "$sample" --tiers "$dir/tiers.json" --tier mine --summary "$dir/summary.json")

# served COMMAND…: the command beside a server that spoils what $faults says; its bill, nano-dollars, is added to $bill. The server
# ends before that, so that the bill is whole, answers included that nobody took.
served() {
    simapi "${server[@]}" "${faults[@]}"
    "$@"
    simapi_stop
    bill=$((bill + $(audit_each '$sum += $a{bill}; END { printf "%d", $sum }')))
}
# told OUTPUT: nano-dollars that the lines of both files say
told() {
    cat "$1" "${1%.jsonl}.errors.jsonl" 2>/dev/null | perl -MJSON::PP -ne '$s += int(1e9 * (decode_json($_)->{cost} // 0) + 0.5); END { printf "%d", $s }'
}
# figure NAME: nano-dollars of the summary's cost
figure() { perl -MJSON::PP -0777 -ne "printf '%d', 1e9 * decode_json(\$_)->{cost}{$1} + 0.5" "$dir/summary.json"; }

# ---- nothing in doubt: lines, ledger and bill are one figure ----
faults=() bill=0
served ration "${priced[@]}" --output "$dir/one.jsonl"
is "$status,$(told "$dir/one.jsonl")" "0,$bill" "the lines say what the server bills"
is "$(figure dollars),$(figure doubt_dollars),$(figure all_dollars)" "$bill,0,$bill" "and so does the summary"
is "$(head -n 1 "$dir/one.jsonl" | grep -cE '"total_tokens":[0-9]+\},"cost":0\.[0-9]+,"attempts":')" 1 "it stands behind the usage"
served ration --input "$sample" --output "$dir/bare.jsonl" --limit 3 --model nobody-knows-it
is "$(grep -c '"cost"' "$dir/bare.jsonl")" 0 "without a price no line has a cost"

# ---- what failed and told its tokens counts, in the line of whoever it was for ----
faults=(--fault-paid 0.15 --fault-empty 0.1 --fault-truncated 0.1) bill=0
served ration "${priced[@]}" --output "$dir/faults.jsonl" --on-truncated retry --backoff-initial 0.05 --backoff-max 0.1
failed=$(lines "$dir/faults.errors.jsonl")
holds "exit $status, $failed failed" "$status == ($failed > 0)"
holds "$(audited '$fault eq "paid"') errors told what they took" "$(audited '$fault eq "paid"') > 20"
is "$(told "$dir/faults.jsonl"),$(figure dollars),$(figure doubt_dollars)" "$bill,$bill,0" "lines, ledger and bill are still one"

# ---- answers that were lost are in doubt: the bill lies between ----
faults=(--fault-cut 0.1 --fault-drop 0.1 --fault-unparsable 0.1 --fault-500 0.05 --bill-lost) bill=0
served ration "${priced[@]}" --output "$dir/lost.jsonl" --backoff-initial 0.05 --backoff-max 0.1
spent=$(figure dollars)
doubt=$(figure doubt_dollars)
is "$spent" "$(told "$dir/lost.jsonl")" "what is spent stands in the lines"
holds "spent $spent <= billed $bill <= with $doubt in doubt" "$spent <= $bill && $bill <= $spent + $doubt && $doubt > 0"
has "$summary" "in doubt" "which the summary tells"

# ---- --max-cost bounds all runs, --max-cost-run each ----
faults=() bill=0
for most in 0.03 0.06; do
    served ration "${priced[@]}" --output "$dir/life.jsonl" --resume --max-cost "$most"
    is "$status" 3 "--max-cost $most ends the run"
    holds "all runs were billed $bill: nearly $most dollars, and not more" "$bill <= 1e9 * $most && $bill > 0.9e9 * $most"
    is "$(told "$dir/life.jsonl"),$(figure all_dollars)" "$bill,$bill" "lines and summary say so"
    has "$err" "of --max-cost \$" "and what ended it"
done
before=$bill
served ration "${priced[@]}" --output "$dir/life.jsonl" --resume --max-cost 0.06
is "$status,$bill" "3,$before" "with the same bound nothing more is bought"
served ration "${priced[@]}" --output "$dir/life.jsonl" --resume --max-cost-run 0.03
more=$((bill - before))
is "$status" 3 "--max-cost-run ends the run"
holds "it was billed $more: nearly 3 cents, and not more" "$more <= 3e7 && $more > 2.7e7"
has "$err" "earlier runs of this output spent \$0.0" "what earlier runs spent is told"
has "$err" "of --max-cost-run \$0.0300 is spent" "and what ended it"
is "$(told "$dir/life.jsonl"),$(figure dollars),$(figure all_dollars)" "$bill,$more,$bill" "the total goes on"
# Lines that go take no money along.
served ration "${priced[@]}" --output "$dir/life.jsonl" --resume --redo-changed --max-cost-run 0.02 --prompt-version 2
is "$status,$(figure dollars),$(figure all_dollars)" "3,$((bill - before - more)),$bill" "what is asked again is added to what was spent"
holds "and something was" "$bill > $before + $more"

# ---- workers and coordinators that are killed ----
# killed OUTPUT OPTION…: three runs whose worker and then whose coordinator is killed, and one until its end
killed() {
    local output=$1 had pids
    deaths=0
    shift
    for _ in 1 2 3; do
        had=$(lines "$output")
        ration_start "${priced[@]}" --output "$output" --resume --max-workers 3 --in-flight 4 "$@"
        wait_for 60 eval "[[ \$(lines '$output') -gt $((had + 10)) ]] || ! kill -0 $ration_pid 2>/dev/null"
        mapfile -t pids < <(workers_of "$ration_pid")
        [[ ${#pids[@]} -eq 0 ]] || { kill -9 "${pids[0]}" 2>/dev/null && deaths=$((deaths + 1)); }
        wait_for 60 eval "[[ \$(lines '$output') -gt $((had + 20)) ]] || ! kill -0 $ration_pid 2>/dev/null"
        kill -9 "$ration_pid" 2>/dev/null && deaths=$((deaths + 1))
        ration_wait
    done
    ration "${priced[@]}" --output "$output" --resume "$@"
}
faults=(--bill-lost --fault-paid 0.05 --fault-cut 0.02) bill=0
served killed "$dir/killed.jsonl" --backoff-initial 0.05 --backoff-max 0.1
all=$(figure all_dollars)
doubt=$(figure all_doubt_dollars)
holds "$deaths processes were killed" "$deaths >= 2"
is "$(lines "$dir/killed.jsonl")" 362 "and all is there"
holds "the lines say $(told "$dir/killed.jsonl"), all runs spent $all: never less" "$(told "$dir/killed.jsonl") <= $all"
holds "spent $all <= billed $bill <= with $doubt in doubt" "$all <= $bill && $bill <= $all + $doubt"
each=$((bill / 362))
# Of six deaths each takes at most twelve requests along; none of them is counted twice.
holds "no more is in doubt than was in flight, and answers that were cut" "$doubt <= (6 * 12 + 40) * 3 * $each"
faults=(--bill-lost) bill=0
served killed "$dir/bounded.jsonl" --max-cost 0.08
is "$status" 3 "--max-cost ends the last run"
holds "whoever was killed: all runs were billed $bill, not more than 8 cents, and $(figure all_dollars) by the summary" "$bill <= 8e7 && $bill > 3e7"

# ---- after the machine was down: the record and the lines ----
faults=() bill=0
served ration "${priced[@]}" --output "$dir/down.jsonl" --max-cost-run 0.03
before=$bill
rm -f "$dir/.down.jsonl.ration"
served ration "${priced[@]}" --output "$dir/down.jsonl" --resume --max-cost-run 0.01
is "$(figure all_dollars)" "$bill" "without a record the lines are counted"
holds "and the bound of a run is its own" "$bill - $before <= 1e7"
# goes_down: the run and all its processes die at once, and with them the arena
goes_down() {
    ration_start "${priced[@]}" --output "$dir/off.jsonl" --max-workers 2 --in-flight 4
    wait_for 60 perl -MJSON::PP -0777 -e 'exit !(decode_json(<>)->{cost} > 0)' "$dir/.off.jsonl.ration"
    local arena pids
    arena=$(perl -MJSON::PP -0777 -ne 'print decode_json($_)->{arena}' "$dir/.off.jsonl.ration")
    mapfile -t pids < <(workers_of "$ration_pid")
    kill -STOP "$ration_pid" "${pids[@]}"
    kill -9 "$ration_pid" "${pids[@]}"
    ration_wait
    rm -f "/dev/shm$arena"
}
server+=(--latency-ms 200) bill=0
served goes_down
flying=$((8 * 3 * bill / $(audited 1)))
served ration "${priced[@]}" --output "$dir/off.jsonl" --resume
all=$(figure all_dollars)
holds "the lines say $(told "$dir/off.jsonl"), all runs spent $all, billed was $bill" "$(told "$dir/off.jsonl") <= $all && $all <= $bill"
holds "with $(figure all_doubt_dollars) in doubt nothing is missing but what was then in flight" "$all + $(figure all_doubt_dollars) >= $bill - $flying"

# ---- what all will cost: told in mid-run, judged by the bill, with a cache, with thinking, with attempts that fail and are paid ----
printf '%s{{name}}: {{data}}\n' "$(perl -e 'print "Long instructions that all requests share. " x 100')" >"$dir/long.txt"
printf '{"prices":[{"model":"thinker","input":3,"cached":0.3,"written":3.75,"written_hour":6,"output":15}]}' >"$dir/thinker.json"
half_done() { "$build/ration" status "$1" --json | perl -MJSON::PP -0777 -ne 'exit !(decode_json($_)->{artists}{done} >= 240)'; }
foretold() {
    fresh
    OPENAI_API_KEY=k ANTHROPIC_API_KEY=k "$build/ration" run --base-url "$url" --provider "$1" --model thinker --prices "$dir/thinker.json" --prompt-file "$dir/long.txt" \
        --cache-prompt --max-output-tokens 600 --input "$sample" --output "$dir/foretold.$1.jsonl" --in-flight 4 --max-workers 2 --summary "$dir/summary.json" \
        --backoff-initial 0.05 --backoff-max 0.1 >"$summary" 2>"$err" &
    ration_pid=$!
    wait_for 60 eval "[[ \$(lines '$dir/foretold.$1.jsonl') -ge 240 ]]"
    wait_for 60 simapi_says "answers are held"
    wait_for 60 half_done "$dir/foretold.$1.jsonl"
    forecast=$("$build/ration" status "$dir/foretold.$1.jsonl" --json | perl -MJSON::PP -0777 -ne 'printf "%d", 1e9 * (decode_json($_)->{cost}{forecast_dollars} // 0)')
    simapi_goes_on
    ration_wait
}
server=(--price ":input=3,cached=0.3,written=3.75,written_hour=6,output=15" --cache-tokens 200 --reasoning-tokens 300 --latency-ms 20 --hold-after 300)
faults=(--fault-paid 0.06 --fault-empty 0.04)
for provider in anthropic openai; do
    bill=0
    served foretold "$provider"
    holds "$provider: in mid-run all was to cost $forecast, and was billed $bill: within 5 %" "abs($forecast - $bill) <= 0.05 * $bill"
    is "$(told "$dir/foretold.$provider.jsonl"),$(figure dollars)" "$bill,$bill" "and lines, summary and bill are one"
done

# ---- what a plan says, of answers as long as asked for ----
planned() {
    fresh
    OPENAI_API_KEY=k ANTHROPIC_API_KEY=k "$build/ration" "${@:2}" --base-url "$url" --provider "$1" --model thinker --prices "$dir/thinker.json" --prompt-file "$dir/long.txt" \
        --cache-prompt --max-output-tokens 375 --input "$sample" >"$summary" 2>"$err"
}
server=(--price ":input=3,cached=0.3,written=3.75,written_hour=6,output=15" --cache-tokens 200 --reasoning-tokens 300 --latency-ms 20) faults=()
for provider in anthropic openai; do
    bill=0
    served planned "$provider" run --output "$dir/planned.$provider.jsonl"
    planned "$provider" plan --json
    forecast=$(perl -MJSON::PP -0777 -ne 'printf "%d", 1e9 * decode_json($_)->{cost_dollars}' "$summary")
    holds "$provider: the plan says $forecast, and billed was $bill: within 5 %" "abs($forecast - $bill) <= 0.05 * $bill"
done

# ---- an output that is empty still, which may be taken without --resume ----
# silent: killed while nobody is answered
silent() {
    ration_start "${priced[@]}" --output "$dir/empty.jsonl" --max-workers 1 --in-flight 3
    wait_for 60 perl -MJSON::PP -0777 -e 'exit !(decode_json(<>)->{cost_booked} > 0)' "$dir/.empty.jsonl.ration"
    local pids
    mapfile -t pids < <(workers_of "$ration_pid")
    kill -9 "$ration_pid" "${pids[@]}"
    ration_wait
}
server=(--price ":input=3,output=15" --latency-ms 600000) faults=() bill=0
served silent
server+=(--latency-ms 20)
served ration "${priced[@]}" --output "$dir/empty.jsonl" --limit 5
is "$status,$(figure dollars),$(figure all_dollars)" "0,$(told "$dir/empty.jsonl"),$(told "$dir/empty.jsonl")" "it is gone on with"
holds "billed was $bill: what was in flight then is in doubt" "$(figure all_doubt_dollars) > 0 && $(figure all_dollars) + $(figure all_doubt_dollars) >= $bill"
finish
