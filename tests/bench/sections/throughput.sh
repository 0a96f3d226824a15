#!/usr/bin/env bash
# One worker beside the minimal libcurl client, and others that anyone can install: 64 requests in flight, nginx on the other core.
# shellcheck source=../support.sh
source "$(dirname "$0")/../support.sh"
count=$(sized 60000)
artists "$count" "$work/in.csv"
request_body "$work/body.json"
if nginx_up; then
    against=nginx
else
    skip nginx "not installed; delay_server took its place"
    against=delay_server
    neutral
fi
neutral_url=$url
neutral_server=$server
printf 'wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\nlocal f = io.open("%s")\nwrk.body = f:read("*a")\n' \
    "$work/body.json" >"$work/post.lua"
few=$(sized 6000)
fewest=$(sized 100)

peer_wrk() {
    timed wrk "$client_core" wrk -t1 -c64 -d1 -s "$work/post.lua" "$url/responses" || return
    rate wrk "$(perl -ne 'print $1 if /(\d+) requests in/' "$work/out")"
}
peer_h2load() {
    timed h2load "$client_core" h2load --h1 -c64 -n "$count" -d "$work/body.json" -H 'content-type: application/json' "$url/responses" && rate h2load "$count"
}
peer_curl() {
    timed curl "$client_core" curl -s --parallel --parallel-immediate --parallel-max 64 -o /dev/null -H 'Content-Type: application/json' \
        --data-binary "@$work/body.json" "$url/responses?[1-$few]" && rate curl "$few"
}
peer_parallel() {
    seq "$fewest" >"$work/numbers"
    timed parallel "$client_core" parallel --will-cite -j64 -a "$work/numbers" \
        curl -s -o /dev/null -H "'Content-Type: application/json'" --data-binary "@$work/body.json" "$url/responses?{}" && rate parallel "$fewest"
}

export PARALLEL_HOME=$work
peers=()
for peer in wrk h2load curl parallel; do
    if have "$peer"; then peers+=("$peer"); else skip "$peer" "not installed"; fi
done
simapi --latency-ms 0
simapi_url=$url
for ((round = 0; round < rounds; round++)); do
    url=$neutral_url
    # In this order a machine that grows slower or faster favours none.
    minimal minimal "$client_core" "$count" 64
    ration ration "$client_core" "$count" --input "$work/in.csv" --max-workers 1
    ration ration "$client_core" "$count" --input "$work/in.csv" --max-workers 1
    minimal minimal "$client_core" "$count" 64
    for peer in "${peers[@]}"; do
        "peer_$peer" || say "$peer failed: $(head -n 1 "$work/err")"
    done
    url=$simapi_url
    ration simapi "$client_core" "$((count / 4))" --input "$work/in.csv" --max-workers 1
done
url=$neutral_url
server=$neutral_server

declare -A name=([minimal]="minimal libcurl client" [ration]="ration, one worker" [wrk]=wrk [h2load]="h2load, HTTP/1.1" [curl]="curl --parallel"
    [parallel]="GNU parallel + curl" [simapi]="ration against simapi")
table throughput client "beside the minimal client" "by CPU" "requests a second" "from and to" "CPU µs a request"
for peer in ration minimal "${peers[@]}" simapi; do
    row "${name[$peer]}" "$(ratio "$peer.rate" minimal.rate)" "$(ratio minimal.us "$peer.us")" "$(median "$peer.rate" %.0f)" "$(spread "$peer.rate" %.0f)" "$(median "$peer.us" %.1f)"
done
target "throughput of one worker beside the minimal libcurl client ($against)" ">= 0.90" "$(ratio ration.rate minimal.rate)"
target "the same by CPU time, which other load on the machine changes less" ">= 0.90" "$(ratio minimal.us ration.us)"
table cpu client "CPU seconds for 1,000 requests" "beside the minimal client"
for peer in ration minimal "${peers[@]}"; do
    row "${name[$peer]}" "$(compute "$(median "$peer.us") / 1000" %.4f)" "$(ratio "$peer.us" minimal.us)"
done
