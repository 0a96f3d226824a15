#!/usr/bin/env bash
# Thousands of requests in flight at a latency of 300 ms, on one core: how near the throughput comes to what latency allows, and
# the memory.
# shellcheck source=../support.sh
source "$(dirname "$0")/../support.sh"
request_body "$work/body.json"
limit=$(ulimit -Hn)
neutral 300
table inflight "in flight" client "of what the latency allows" "steady" "requests a second" "CPU µs a request" "memory MB" "KB a request in flight"
for n in 4000 10000; do
    if [[ $limit != unlimited && $limit -lt $((n + 500)) ]]; then
        skip "$n in flight" "the limit of open files is $limit"
        continue
    fi
    waves=$((n == 4000 ? 20 : 8))
    count=$(sized $((n * waves)))
    artists "$count" "$work/in.csv"
    for ((round = 0; round < rounds; round++)); do
        ration "ration.$n" "$client_core" "$count" --input "$work/in.csv" --max-workers 1 --in-flight "$n"
        minimal "one.$n" "$client_core" "$((count / 4))" "$n" 1
        minimal "many.$n" "$client_core" "$((count / 2))" "$n" "$((n / 125))"
    done
    allowed=$(compute "$n / 0.3")
    for client in "ration:ration, one worker" "one:minimal client, one multi handle" "many:minimal client, a handle for 125"; do
        series=${client%%:*}.$n
        row "$n" "${client#*:}" "$(compute "$(median "$series.rate") / $allowed")" \
            "$([[ ! -s $raw/$series.steady ]] || compute "$(median "$series.steady") / $allowed")" "$(median "$series.rate" %.0f)" "$(median "$series.us" %.1f)" \
            "$(compute "$(median "$series.kib") / 1024" %.1f)" "$(compute "$(median "$series.kib") / $n" %.1f)"
    done
    [[ $n -ne 4000 ]] || target "steady throughput at 4,000 in flight and 300 ms, of what the latency allows" ">= 0.92" \
        "$(compute "$(median ration.4000.steady) / $allowed")"
    target "memory of a request, $n in flight (KB; the whole worker divided)" "< 40" "$(compute "$(median "ration.$n.kib") / $n" %.1f)"
done
