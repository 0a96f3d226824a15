#!/usr/bin/env bash
# SIGINT at half, then --resume: the rest only.
source "$(dirname "$0")/../support/scenario.sh"
simapi --requests-per-minute 12000 --burst 100 --latency-ms 50
ration_start --input "$sample" --output "$dir/out.jsonl" --requests-per-minute 12000
half=$(($(grep -c '' "$sample") / 4))
wait_for 30 eval '[[ $(lines "$dir/out.jsonl") -ge $half ]]'
simapi_holds # else a busy machine would be through before it is told to stop
kill -INT "$ration_pid"
wait_for 10 grep -q "finishing what is in flight" "$err"
simapi_hurries
ration_wait
is "$status" 3 "SIGINT: exit 3"
first=$(lines "$dir/out.jsonl")
holds "stopped before the end, at $first" "$first >= $half"
has "$summary" "go on with --resume" "the summary says how to go on"
"$build/ration" run --base-url "$url" --prompt-id p --input "$sample" --output "$dir/out.jsonl" >"$dir/out2" 2>&1
is $? 2 "without --resume the output is not touched"
has "$dir/out2" "exists already" "and it says why"
ration --input "$sample" --output "$dir/out.jsonl" --requests-per-minute 12000 --resume
is "$status" 0 "--resume: exit 0"
"$root/tests/support/check-output" "$sample" "$dir/out.jsonl" >"$dir/check"
ok $? "$(cat "$dir/check")"
simapi_stop
twice=$(perl -F'\t' -lane 'next if $. == 1; $n{$F[3]}++; END { print scalar grep { $_ > 1 } values %n }' "$audit")
is "$twice" 0 "a drained stop leaves nothing in doubt: nobody was asked twice"

# ---- a second signal stops at once; what was in flight is in doubt, and named ----
simapi --hold-after 1 # nobody asks more at once before the first answer
ration_start --input "$sample" --limit 100 --output "$dir/hard.jsonl" --in-flight 10
wait_for 10 eval 'grep -qa "40 in flight" /proc/$ration_pid/cmdline'
kill -INT "$ration_pid"
wait_for 5 grep -q "finishing what is in flight" "$err"
# One that comes within half a second of the first counts as the same.
wait_for 5 eval 'kill -INT "$ration_pid"; grep -q "again: stopping at once" "$err"'
ration_wait
is "$status" 3 "a second SIGINT: exit 3"
simapi_hurries
has "$summary" "in doubt      40 requests" "the summary names what is in doubt"
has "$summary" "; 0 restarted, 0 unfinished artists redistributed" "nobody took over"
! grep -q "go to others" "$err"
ok $? "and nobody is said to"
ration --input "$sample" --limit 100 --output "$dir/hard.jsonl" --resume --in-flight 50
is "$status,$(lines "$dir/hard.jsonl")" 0,100 "--resume completes it"
simapi_stop
twice=$(perl -F'\t' -lane 'next if $. == 1; $n{$F[3]}++; END { print scalar grep { $_ > 1 } values %n }' "$audit")
is "$twice" 40 "asked twice: exactly those in flight at the signal"
finish
