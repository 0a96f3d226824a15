#!/usr/bin/env bash
# Workers are killed and replaced again and again, RESTARTS times (150), in one run: the coordinator keeps its size.
source "$(dirname "$0")/../support/scenario.sh"
restarts=${RESTARTS:-150}
perl -e 'print "artist_id,name,data\n"; print "k$_,Name $_,data\n" for 1 .. $ARGV[0]' $((restarts * 20 + 20000)) >"$dir/in.csv"
simapi --latency-ms 20
ration_start --input "$dir/in.csv" --output "$dir/out.jsonl" --requests-per-minute 12000 --burst 200
shm_count() { find /dev/shm -name "$(basename "$(arena_of "$dir/out.jsonl")")*" | wc -l; }
all_live() { [[ $(workers_of "$ration_pid" | wc -l) -eq 4 ]]; }

# measure: sets $descriptors, $memory (kB), $mappings, of the coordinator when nothing is being replaced
measure() {
    local pids=""
    wait_for 20 all_live
    until [[ -n $pids && $pids == "$(workers_of "$ration_pid" | tr '\n' ' ')" ]]; do
        pids=$(workers_of "$ration_pid" | tr '\n' ' ')
        sleep 0.5
    done
    descriptors=$(find "/proc/$ration_pid/fd" -mindepth 1 | wc -l)
    memory=$(awk '$1 == "VmRSS:" { print $2 }' "/proc/$ration_pid/status")
    mappings=$(wc -l <"/proc/$ration_pid/maps")
}

# kill_workers N: each time one that is at work
kill_workers() {
    local killed=0 pid last=0
    while [[ $killed -lt $1 ]] && kill -0 "$ration_pid" 2>/dev/null; do
        for pid in $(workers_of "$ration_pid"); do
            if [[ $pid -ne $last ]] && kill -9 "$pid" 2>/dev/null; then
                last=$pid
                killed=$((killed + 1))
                sleep 0.02
            fi
            [[ $killed -lt $1 ]] || break
        done
        sleep 0.02
    done
}

kill_workers 30
measure
before=("$descriptors" "$memory" "$mappings" "$(shm_count)")
kill_workers "$restarts"
kill -0 "$ration_pid" 2>/dev/null
ok $? "the run goes on after $restarts more restarts"
measure
note "coordinator before: ${before[0]} descriptors, ${before[1]} kB, ${before[2]} mappings; after: $descriptors, $memory kB, $mappings"
is "$descriptors" "${before[0]}" "as many descriptors as before"
# A sanitizer keeps what was given back, and its own heap has mappings as it likes.
[[ -n ${SANITIZED:-} ]] || holds "no more memory: ${before[1]} kB, then $memory kB" "$memory <= ${before[1]} + 512"
# Nobody else may look.
[[ $(id -u) -ne 0 || -n ${SANITIZED:-} ]] || holds "no more mappings" "$mappings <= ${before[2]} + 2"
is "$(shm_count)" "${before[3]}" "one arena"
is "$(pgrep -c -r Z -P "$ration_pid")" 0 "no zombies"
kill -INT "$ration_pid"
ration_wait
is "$status" 3 "and it stops when told"
counted=$(grep -oE "workers +[0-9]+; [0-9]+ restarted" "$summary" | grep -oE "[0-9]+ restarted" | tr -dc 0-9)
holds "the summary counts $counted restarts" "${counted:-0} >= $restarts"
simapi_stop
"$root/tests/support/check-output" "$dir/in.csv" "$dir/out.jsonl" >"$dir/check"
has "$dir/check" "0 twice, 0 unknown, 0 renamed, 0 broken" "$(cat "$dir/check")"
finish
