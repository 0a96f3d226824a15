#!/usr/bin/env bash
# The coordinator is killed, alone or with all its workers; --resume goes on, and says what is in doubt.
source "$(dirname "$0")/../support/scenario.sh"

gone() { ! kill -0 "$1" 2>/dev/null; }
# A zombie has gone: its new parent has just not collected it.
no_workers() { for pid in $workers; do [[ $(ps -o stat= -p "$pid") == [!Z]* ]] && return 1; done; return 0; }
in_flight() { tr '\0' ' ' <"/proc/$ration_pid/cmdline" 2>/dev/null | grep -q " $1 in flight"; }

# ---- alone: the workers finish what is in flight ----
simapi --hold-after 1 # nobody asks more at once before the first answer
ration_start --input "$sample" --limit 200 --output "$dir/alone.jsonl" --in-flight 10
wait_for 10 in_flight 40
workers=$(workers_of "$ration_pid")
kill -9 "$ration_pid"
ration_start --input "$sample" --limit 200 --output "$dir/alone.jsonl" --resume --in-flight 50
wait_for 10 grep -q "waiting for the last workers of an earlier run" "$err"
simapi_hurries
ration_wait
is "$status,$(lines "$dir/alone.jsonl")" 0,200 "--resume completes it"
has "$err" "waiting for the last workers of an earlier run" "it waited for the orphaned workers"
has "$err" "pid $(head -n 1 <<<"$workers"))" "and said for whom"
has "$err" "resuming: " "then went on"
wait_for 5 no_workers
ok $? "the orphans have gone"
simapi_stop
is "$(asked_twice)" 0 "they recorded what was in flight: nobody was asked twice"

# ---- with all its workers: what was in flight is in doubt ----
for policy in retry skip fail; do
    simapi --hold-after 1
    ration_start --input "$sample" --limit 100 --output "$dir/$policy.jsonl" --in-flight 5
    wait_for 10 in_flight 20
    workers=$(workers_of "$ration_pid")
    kill -STOP "$ration_pid" # so that it does not restart the first while the others are killed
    # shellcheck disable=SC2086 # a list of pids
    kill -9 $workers "$ration_pid"
    wait_for 5 no_workers
    simapi_hurries
    done_before=$(lines "$dir/$policy.jsonl")
    [[ -e $(arena_of "$dir/$policy.jsonl") ]]
    ok $? "$policy: the arena was left behind"
    ration --input "$sample" --limit 100 --output "$dir/$policy.jsonl" --resume --in-flight 30 --in-doubt $policy
    simapi_stop
    has "$err" "20 requests of an earlier run are in doubt" "$policy: 20 requests are told to be in doubt"
    first=$(perl -F'\t' -lane 'if ($F[6] == -1) { print $F[3]; exit }' "$audit" | perl -pe 's/%(..)/chr hex $1/ge')
    has "$err" "$first" "$policy: by id"
    case $policy in
    retry) is "$status,$(lines "$dir/retry.jsonl"),$(asked_twice)" 0,100,20 "retry: all there, 20 asked twice" ;;
    skip) is "$status,$(lines "$dir/skip.jsonl"),$(asked_twice)" 3,80,0 "skip: exit 3, 20 left out, nobody asked twice" ;;
    fail) is "$status,$(lines "$dir/fail.jsonl"),$(grep -c '"class":"in_doubt"' "$dir/fail.errors.jsonl"),$(asked_twice)" 1,80,20,0 \
        "fail: exit 1, 20 in the errors file, nobody asked twice" ;;
    esac
    note "$done_before lines before the kill"
done

# ---- a torn tail ----
simapi
ration --input "$sample" --limit 50 --output "$dir/torn.jsonl"
truncate -s -100 "$dir/torn.jsonl"
ration --input "$sample" --limit 50 --output "$dir/torn.jsonl" --resume
simapi_stop
is "$status,$(lines "$dir/torn.jsonl"),$(audited 1)" 0,50,51 "a torn tail is cut, and that artist alone asked again"
perl -MJSON::PP -ne 'decode_json($_)' "$dir/torn.jsonl"
ok $? "every line is whole"
finish
