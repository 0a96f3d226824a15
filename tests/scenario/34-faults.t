#!/usr/bin/env bash
# Every fault of the simulator at 5 %, and still everything arrives.
source "$(dirname "$0")/../support/scenario.sh"
need_big
simapi --fault-500 0.05 --fault-drop 0.05 --fault-cut 0.05 --fault-unparsable 0.05 --fault-empty 0.05 --fault-trickle 0.05 \
    --trickle-ms 100 --fault-attempts 2 --latency-lognormal 5:0.5 --seed 7
ration --input "$big" --limit 5000 --output "$dir/out.jsonl"
simapi_stop
is "$status" 0 "exit 0"
is "$(lines "$dir/out.jsonl"),$(lines "$dir/out.errors.jsonl")" 5000,0 "5000 answers, no errors"
"$root/tests/support/check-output" "$big" "$dir/out.jsonl" >"$dir/check"
has "$dir/check" "0 twice, 0 unknown, 0 renamed, 0 broken" "$(cat "$dir/check")"
for fault in 500 drop cut unparsable empty trickle; do
    n=$(audited '$fault eq "'$fault'"')
    holds "the server did $fault $n times" "$n > 100"
done
grep -q '"response_text":""' "$dir/out.jsonl"
is $? 1 "no empty text was taken for an answer"
finish
