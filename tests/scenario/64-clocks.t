#!/usr/bin/env bash
# Somebody sets the wall clock, in any direction, during a run and between runs: never more requests than --daily-limit allows, as the
# server counts them, and it is told.
source "$(dirname "$0")/../support/scenario.sh"
wall=$dir/wall
preload=$build/wall_clock.so
[[ -n ${SANITIZED:-} ]] && preload="$(gcc -print-file-name=libasan.so) $preload"
runs=0

# start OPTION…: a run of 40 artists, of which a day allows 10, beside the clock of $wall; its log is $err
start() {
    runs=$((runs + 1))
    err=$dir/err.$runs
    : >"$err"
    env WALL_FILE="$wall" LD_PRELOAD="$preload" "$build/ration" run --base-url "$url" --prompt-id p --input "$sample" --limit 40 \
        --daily-limit 10 --quota-threshold 1 --max-workers 2 --output "$output" "$@" >"$dir/out.$runs" 2>"$err" &
    ration_pid=$!
}
paused() { wait_for 20 grep -q "PAUSED: Daily quota 100.0% used" "$err"; }
# stopped INT|KILL: ends the run so, with its workers
stopped() {
    local workers
    workers=$(workers_of "$ration_pid")
    kill -"$1" "$ration_pid"
    # shellcheck disable=SC2086
    [[ $1 == KILL ]] && kill -9 $workers 2>/dev/null
    wait "$ration_pid" 2>/dev/null
}
# history NAME STEP…: a run that uses the quota up; then each step is "SECONDS WHERE HOW": the clock stands so far from the true one,
# set during the run or between two of them, which end by a signal or are killed
history() {
    local name=$1 step seconds where how n=0 told=0
    shift
    simapi
    output=$dir/history.$runs.jsonl
    echo 0 >"$wall"
    start
    paused || note "it did not pause"
    for step in "$@"; do
        read -r seconds where how <<<"$step"
        if [[ $where == during ]]; then
            echo "$seconds" >"$wall"
            wait_for 10 grep -q "the clock was put .* during the run" "$err" || told=1
            stopped "$how"
        else
            stopped "$how"
            echo "$seconds" >"$wall"
        fi
        start --resume
        paused || note "step $n ($step) did not pause"
        n=$((n + 1))
    done
    stopped INT
    simapi_stop
    is "$(audited 1),$(lines "$output"),$told" "10,10,0" "$name: ten were sent, no more"
}

history "five minutes back" "-300 between INT"
grep -q "the clock was put back by .* since the quota state was written" "$err"
ok $? "and it is told"
history "five minutes back while it runs" "-300 during INT"
history "five minutes back while it runs, killed" "-300 during KILL"
history "two days back, and right again" "-172800 between INT" "0 between INT"
history "ten days back while it runs, killed, and right again" "-864000 during KILL" "0 during KILL"
history "ten years ahead, and right again" "315360000 during INT" "0 between INT"
history "before 1970" "-2592000000 during INT" "0 during INT"
history "after 2200" "9000000000 between KILL" "0 during INT"
history "25 hours ahead" "90000 between INT" "180000 during INT" "90000 during KILL"
history "40 seconds, to and fro" "40 between INT" "0 between INT" "-40 between INT"

# ---- a file of an earlier version, whose period begins after it was written ----
simapi
output=$dir/old.jsonl
echo 0 >"$wall"
perl -MPOSIX -e 'sub at { POSIX::strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(time + $_[0])) }
    printf qq({"version":1,"period_began":"%s","used":10,"daily_limit":10,"paused_until":"%s","written":"%s"}\n), at(300), at(86700), at(0)' >"$dir/old.quota.json"
start
paused
ok $? "a file whose period begins after it was written is believed"
stopped INT
simapi_stop
is "$(audited 1)" 0 "nothing was sent"
[[ ! -e $dir/old.quota.json.corrupt ]]
ok $? "and it is not set aside"

# ---- a long way in a run: no more than ten in any period, and a true new one by command ----
simapi
output=$dir/long.jsonl
start
paused
for seconds in 90000 -90000 400000 0; do
    before=$(grep -c "during the run" "$err")
    echo "$seconds" >"$wall"
    wait_for 10 eval '[[ $(grep -c "during the run" "$err") -gt '"$before"' ]]' || note "$seconds was not told"
done
wait_for 10 eval '"$build/ration" resume >"$dir/said" 2>&1'
wait_for 20 eval '[[ $(grep -c "PAUSED: " "$err") -eq 2 ]]'
stopped INT
simapi_stop
is "$(audited 1)" 20 "a clock that is set again and again begins no period; a command does"
finish
