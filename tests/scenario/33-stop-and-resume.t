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

# ---- they are kept until --in-doubt decides: with this run, or with a later one, however often it is put off ----
stopped_at_once() {
    ration_start --input "$sample" --limit 100 --output "$dir/$1.jsonl" --in-flight 10 --in-doubt "$2"
    wait_for 10 eval 'grep -qa "40 in flight" /proc/$ration_pid/cmdline'
    wait_for 10 eval 'kill -INT "$ration_pid"; grep -q "again: stopping at once" "$err"'
    ration_wait
}
doubts() { grep -c '"class":"in_doubt"' "$1"; }

simapi --hold-after 1
stopped_at_once failed fail
is "$status,$(doubts "$dir/failed.errors.jsonl")" 3,40 "--in-doubt fail: a stop at once writes them to the errors file"
simapi_hurries
ration --input "$sample" --limit 100 --output "$dir/failed.jsonl" --resume
is "$status,$(lines "$dir/failed.jsonl")" 1,60 "and --resume does not ask them"
simapi_stop
is "$(asked_twice)" 0 "nobody was asked twice"

for policy in retry skip; do
    simapi --hold-after 1
    stopped_at_once "$policy" "$policy"
    is "$status" 3 "$policy: stopped at once, exit 3"
    kept=$(sed -n 's/.* \([0-9]*\) requests were in flight when W0. died.*/\1/p' "$err" | awk '{ n += $1 } END { print n + 0 }')
    is "$kept" 40 "$policy: all in flight are told, by worker"
    ids=$(sed -n 's/.* when W0. died.*--resume\(, which does as its --in-doubt says\)*: //p' "$err" | sed 's/, /\n/g' | sort -u | wc -l)
    holds "$policy: and by id" "$ids >= 40" # one of them has a comma
    has "$summary" "; 40 are kept for --resume and its --in-doubt" "$policy: the summary says that they are kept"
    simapi_hurries
    for _ in 1 2; do
        ration --input "$sample" --limit 100 --output "$dir/$policy.jsonl" --resume --in-doubt skip
        is "$status,$(lines "$dir/$policy.jsonl")" 3,60 "$policy: looked at first, and left out"
        has "$err" "40 requests of an earlier run are in doubt" "$policy: all of them are told"
    done
    ration --input "$sample" --limit 100 --output "$dir/$policy.jsonl" --resume --in-doubt fail
    is "$status,$(doubts "$dir/$policy.errors.jsonl")" 1,40 "$policy: and decided later"
    ration --input "$sample" --limit 100 --output "$dir/$policy.jsonl" --resume
    ! grep -q "are in doubt" "$err"
    ok $? "$policy: only then they are forgotten"
    simapi_stop
    is "$(asked_twice)" 0 "$policy: nobody was asked twice"
done
finish
