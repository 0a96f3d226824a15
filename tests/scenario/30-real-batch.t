#!/usr/bin/env bash
# The real batch of 42,888 artists through four workers, without limits; then a kill storm at a limit of 1000 a second.
source "$(dirname "$0")/../support/scenario.sh"
need_big

simapi
ration_start --input "$big" --output "$dir/out.jsonl"
"$root/tests/support/watch-memory" "$ration_pid" "$dir/memory"
ration_wait
simapi_stop
read -r _ peak <"$dir/memory"
is "$status" 0 "exit 0"
"$root/tests/support/check-output" "$big" "$dir/out.jsonl" >"$dir/check"
ok $? "$(cat "$dir/check")"
if [[ -n ${SANITIZED:-} ]]; then
    note "memory is not judged: the sanitizers need much of their own"
else
    # On a slow machine answers take long, so more requests are sent at once: 1024 of all, and then 32 kB for each.
    places=$(sed -nE 's/.* ([0-9]+) requests at once of each worker, .*/\1/p' "$err" | sort -n | tail -n 1)
    most=$((100 * 1024 + (4 * ${places:-0} > 1024 ? 4 * places - 1024 : 0) * 32))
    holds "peak memory of all processes together: $((peak / 1024)) MB, under $((most / 1024)) MB" "$peak > 0 && $peak < $most"
fi
is "$(audited '$attempt > 1')" 0 "nobody was asked twice"
is "$(audited 1)" 42888 "the server saw 42888 requests"
finish
