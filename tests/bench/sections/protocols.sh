#!/usr/bin/env bash
# TLS and HTTP/2 beside plain HTTP/1.1, at nginx, 64 in flight.
# shellcheck source=../support.sh
source "$(dirname "$0")/../support.sh"
if ! nginx_up; then
    skip protocols "nginx is not installed"
    exit 0
fi
count=$(sized 30000)
artists "$count" "$work/in.csv"
request_body "$work/body.json"
plain=$url
export SSL_CERT_FILE=$certificate
for ((round = 0; round < rounds; round++)); do
    url=$plain
    ration ration.plain "$client_core" "$count" --input "$work/in.csv" --max-workers 1
    minimal minimal.plain "$client_core" "$count" 64
    url=$tls_url
    ration ration.tls "$client_core" "$count" --input "$work/in.csv" --max-workers 1
    minimal minimal.tls "$client_core" "$count" 64
    minimal minimal.h2 "$client_core" "$count" 64 1 http2
    if have h2load; then
        timed h2load.plain "$client_core" h2load --h1 -c64 -n "$count" -d "$work/body.json" "$plain/responses" && rate h2load.plain "$count"
        timed h2load.h2 "$client_core" h2load -c1 -m64 -n "$count" -d "$work/body.json" "$tls_url/responses" && rate h2load.h2 "$count"
    fi
done
table protocols client "beside its plain HTTP/1.1" "requests a second" "CPU µs a request" "failed"
while IFS=: read -r series base title; do
    [[ -s $raw/$series.rate ]] || continue
    row "$title" "$(ratio "$series.rate" "$base.plain.rate")" "$(median "$series.rate" %.0f)" "$(median "$series.us" %.1f)" "$([[ -s $raw/$series.failed ]] && median "$series.failed" %.4f)"
done <<'LIST'
ration.plain:ration:ration, HTTP/1.1
ration.tls:ration:ration, HTTP/1.1 over TLS
minimal.plain:minimal:minimal client, HTTP/1.1
minimal.tls:minimal:minimal client, HTTP/1.1 over TLS
minimal.h2:minimal:minimal client, HTTP/2 over TLS, one connection
h2load.plain:h2load:h2load, HTTP/1.1
h2load.h2:h2load:h2load, HTTP/2 over TLS, one connection
LIST
