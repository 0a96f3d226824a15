#!/usr/bin/env bash
# A short run with 4,000 in flight at 300 ms, of which the start and the last answers are a large part: with no limit known, and with
# limits told by options; beside sixteen handles of libcurl. BENCH_LIBCURL=FOLDER: also with the libcurl that lies there.
# shellcheck source=../support.sh
source "$(dirname "$0")/../support.sh"
request_body "$work/body.json"
neutral 300
n=4000
count=$(sized 32000)
artists "$count" "$work/in.csv"
another=${BENCH_LIBCURL:-}
for ((round = 0; round < rounds; round++)); do
    ration unknown "$client_core" "$count" --input "$work/in.csv" --max-workers 1 --in-flight "$n"
    ration told "$client_core" "$count" --input "$work/in.csv" --max-workers 1 --in-flight "$n" --requests-per-minute 60000000 --burst "$n"
    minimal many "$client_core" "$count" "$n" 16
    [[ -z $another ]] || LD_LIBRARY_PATH=$another ration other "$client_core" "$count" --input "$work/in.csv" --max-workers 1 --in-flight "$n"
    [[ -z $another ]] || LD_LIBRARY_PATH=$another minimal other_many "$client_core" "$count" "$n" 16
done
allowed=$(compute "$n / 0.3")
table ramp "4,000 in flight, $count requests" "of what the latency allows" "beside 16 handles of 250" "by CPU"
for client in "unknown:ration, no limit is known" "told:ration, with the limits told by options" "other:ration, no limit is known, the other libcurl" \
    "many:minimal client, 16 handles" "other_many:minimal client, 16 handles, the other libcurl"; do
    series=${client%%:*}
    [[ ! -s $raw/$series.rate ]] || row "${client#*:}" "$(compute "$(median "$series.rate") / $allowed")" "$(ratio "$series.rate" many.rate)" "$(ratio many.us "$series.us")"
done
target "32,000 requests with 4,000 in flight and the limits told, of what the latency allows" ">= 0.93" "$(compute "$(median told.rate) / $allowed")"
target "the same beside 16 handles of 250, by rate" ">= 0.95" "$(ratio told.rate many.rate)"
