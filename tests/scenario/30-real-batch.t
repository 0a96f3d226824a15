#!/usr/bin/env bash
# The real batch of 42,888 artists through four workers, without limits; then a kill storm at a limit of 1000 a second.
source "$(dirname "$0")/../support/scenario.sh"
need_big

# The highest sum of the peaks of all processes that were alive together, in kB.
watch_memory() {
    local pid sum
    while kill -0 "$1" 2>/dev/null; do
        sum=0
        for pid in $1 $(workers_of "$1"); do
            sum=$((sum + $(awk '/^VmHWM/ {print $2}' "/proc/$pid/status" 2>/dev/null || echo 0) + 0))
        done
        [[ $sum -gt $peak ]] && peak=$sum
        sleep 0.05
    done
}

simapi
peak=0
ration_start --input "$big" --output "$dir/out.jsonl"
watch_memory "$ration_pid"
ration_wait
simapi_stop
is "$status" 0 "exit 0"
"$root/tests/support/check-output" "$big" "$dir/out.jsonl" >"$dir/check"
ok $? "$(cat "$dir/check")"
if [[ -n ${SANITIZED:-} ]]; then
    note "memory is not judged: the sanitizers need much of their own"
else
    holds "peak memory of all processes together: $((peak / 1024)) MB, under 100 MB" "$peak > 0 && $peak < 100 * 1024"
fi
is "$(audited '$attempt > 1')" 0 "nobody was asked twice"
is "$(audited 1)" 42888 "the server saw 42888 requests"
finish
