#!/usr/bin/env bash
# Workers are killed ten times a second while the batch runs at its limit.
source "$(dirname "$0")/../support/scenario.sh"
need_big
flight=16
simapi --requests-per-minute 60000 --burst 1000 --latency-ms 20
ration_start --input "$big" --output "$dir/out.jsonl" --requests-per-minute 60000 --limit 20000 --in-flight $flight
kills=0
while kill -0 "$ration_pid" 2>/dev/null; do
    sleep 0.1
    mapfile -t pids < <(workers_of "$ration_pid")
    if [[ ${#pids[@]} -gt 0 ]] && kill -9 "${pids[RANDOM % ${#pids[@]}]}" 2>/dev/null; then
        kills=$((kills + 1))
    fi
done
ration_wait
simapi_stop
is "$status" 0 "exit 0 after $kills kills"
is "$(grep -c '^{"artist_id":"' "$dir/out.jsonl"),$(grep -o '^{"artist_id":"[^"]*"' "$dir/out.jsonl" | sort -u | wc -l)" 20000,20000 "exactly one line for each of 20000 artists"
"$root/tests/support/check-output" "$big" "$dir/out.jsonl" >"$dir/check"
has "$dir/check" "0 twice, 0 unknown, 0 renamed, 0 broken" "$(cat "$dir/check")"
is "$(audited '$status == 429')" 0 "the server refused nothing"
most=$(perl -F'\t' -lane 'next if $. == 1; $n{int($F[0] / 1e9)}++ if $F[6] != 429; END { for (values %n) { $m = $_ if $_ > $m } print $m }' "$audit")
# A server that stands still takes what came meanwhile at once: a request for each millisecond.
holds "at most $most requests in any second of the server's clock, the limit is 1000 and its burst" "$most <= 1100 + $(late)"
extra=$(($(audited 1) - 20000))
holds "a death costs what was in flight at most: $kills kills, $extra requests sent again" "$extra >= 0 && $extra <= $kills * $flight"
finish
