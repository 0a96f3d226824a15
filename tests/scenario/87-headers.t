#!/usr/bin/env bash
# What servers say in headers, judged by when and what they are asked next.
source "$(dirname "$0")/../support/scenario.sh"

# second: when the second request came, in seconds after the first
second() { awk -F'\t' '$1 == 2 { print $2 } END { if (NR < 3) print -1 }' "$audit"; }

# ---- how long a refusal lasts ----
# waits NAME LEAST MOST HEADER…: the first request is refused with these headers
waits() {
    local name=$1 least=$2 most=$3 header headers=()
    shift 3
    for header in "$@"; do headers+=(--header "$header"); done
    scripted --rule 'to=1' --status "${refusal:-429}" "${headers[@]}"
    ration --input "$sample" --limit 3 --max-workers 1 --output "$dir/waits-$cases.jsonl" --rate-limit-cooldown 40
    simapi_stop
    holds "$name: exit $status, the next request came after $(second) s" "$status == 0 && $(second) >= $least && $(second) < $most"
}
waits "Retry-After: 2s" 2 12 'Retry-After: 2s'
waits "a fraction" 1.5 11 'Retry-After: 1.5'
waits "x-ms-retry-after-ms" 1.2 11 'x-ms-retry-after-ms: 1200'
waits "two lines, the longer first" 2 12 'Retry-After: 2' 'Retry-After: 0'
waits "two lines, the longer last" 2 12 'Retry-After: 0' 'Retry-After: 2'
waits "two headers" 2 12 'retry-after-ms: 300' 'Retry-After: 2'
waits "a date that is over" 0.5 10 'Retry-After: Sun, 06 Nov 1994 08:49:37 GMT'
waits "only a reset: seconds" 2 12 'x-ratelimit-reset-requests: 2'
waits "only a reset: a duration" 1.5 11 'x-ratelimit-reset-tokens: 1s500ms'
# until_then NAME FORMAT HEADER: likewise, but the header names the moment that is three seconds away, as date(1) writes it in that format
until_then() {
    local then=$(($(date +%s) + 3))
    waits "only a reset: $1" 0 30 "$3$(date -u -d "@$then" "+$2")"
    holds "and the run did not end before" "$(date +%s) >= $then"
}
until_then "a moment" %s 'x-ratelimit-reset: '
until_then "a moment in milliseconds" %s000 'x-ratelimit-reset: '
until_then "RFC 3339" %Y-%m-%dT%H:%M:%SZ 'anthropic-ratelimit-requests-reset: '
until_then "an HTTP date" '%a, %d %b %Y %H:%M:%S GMT' 'x-ratelimit-reset: '
waits "only a reset: a field of the IETF" 2 12 'RateLimit: "default";r=0;t=2'
refusal=503 waits "503, Retry-After: 2" 2 12 'Retry-After: 2'

# ---- nothing is left: the rest waits for the reset ----
# overdrawn REMAINING PROVIDER: the first answer says so, and that more comes in 2 s
overdrawn() {
    scripted --rule 'to=1' --header 'x-ratelimit-limit-tokens: 20000' --header "x-ratelimit-remaining-tokens: $1" \
        --header 'x-ratelimit-reset-tokens: 2'
    "$build/ration" run --base-url "$url" --provider "${2:-openai}" --model m --prompt-file "$dir/prompt" --input "$sample" \
        --limit 6 --max-workers 2 --output "$dir/overdrawn-$cases.jsonl" >"$dir/out" 2>"$dir/err"
    status=$?
    simapi_stop
    holds "$1 left${2:+ ($2)}: exit $status, asked again after $(second) s" "$status == 0 && $(second) > 1.9"
    is "$(lines "$dir/overdrawn-$((cases - 1)).jsonl")" 6 "and all are answered"
}
echo 'A biography of {{name}}: {{data}}' >"$dir/prompt"
for left in 0 -1 -250 -6,000 '400, -3'; do
    overdrawn "$left"
done
AZURE_OPENAI_API_KEY=$OPENAI_API_KEY
export AZURE_OPENAI_API_KEY
overdrawn -1 azure

# ---- encodings: gzip was asked for, nothing else is unpacked ----
printf '%s' '{"id":"r","object":"response","status":"completed","model":"m","output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"Unpacked."}]}],"usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}' >"$dir/plain"
gzip -c "$dir/plain" >"$dir/gzip"
gzip -c "$dir/gzip" >"$dir/gzip-gzip"
perl -MCompress::Zlib -0777 -ne 'print compress($_)' "$dir/plain" >"$dir/deflate"
# encoded CODING FILE HEADER ROWS: the answers of these rows come so
encoded() {
    scripted --rule "row=$4" --body "@$dir/$2" --header "$3"
    ration --input "$sample" --limit 4 --attempts 1 --output "$dir/encoded-$1.jsonl" --no-circuit-breaker
    simapi_stop
}
encoded gzip gzip 'Content-Encoding: gzip' '.*'
is "$status,$(grep -c Unpacked "$dir/encoded-gzip.jsonl")" 0,4 "gzip is unpacked"
encoded identity plain 'Content-Encoding: identity' '.*'
is "$status,$(grep -c Unpacked "$dir/encoded-identity.jsonl")" 0,4 "identity is no encoding"
while read -r name file header; do
    encoded "$name" "$file" "$header" a002
    is "$status,$(lines "$dir/encoded-$name.jsonl"),$(grep -c '"class":"server_fault","status":200,"code":"content_encoding"' "$dir/encoded-$name.errors.jsonl")" \
        1,3,1 "$header: a fault of the server"
    has "$dir/encoded-$name.errors.jsonl" 'which was not asked for' "and the errors file says why"
done <<END
deflate deflate Content-Encoding: deflate
br plain Content-Encoding: br
zstd plain Content-Encoding: zstd
unknown plain Content-Encoding: x-anything
twice gzip-gzip Content-Encoding: gzip, gzip
transfer gzip Transfer-Encoding: gzip
END
scripted --rule 'from=1' --status 401 --body "@$dir/deflate" --header 'Content-Encoding: deflate'
ration --input "$sample" --limit 2 --output "$dir/encoded-401.jsonl"
simapi_stop
is "$status,$(lines "$dir/encoded-401.errors.jsonl")" 4,0 "the status counts, whatever the body is packed with"
# ---- proxies: told at the start, named where they fail, their password never ----
scripted
proxy=${url%/v1}
direct=$url
# proxied VARIABLE=VALUE…: a run with these variables
proxied() {
    env "$@" "$build/ration" run --base-url "$url" --prompt-id p --input "$sample" --limit 3 --attempts 1 --no-circuit-breaker \
        --output "$dir/proxied-$cases.jsonl" --log-file "$dir/proxied.log" >"$dir/out" 2>"$dir/err"
    status=$?
}
url=http://api.invalid/v1
proxied "http_proxy=http://user:HUSH@${proxy#http://}"
is "$status,$(asked '1')" 0,3 "all requests go through the proxy of http_proxy"
has "$dir/err" "goes through the proxy of http_proxy, http://***@${proxy#http://}: the key and the prompts are sent to it unencrypted" "it is told"
url=$direct
proxied "all_proxy=http://user:HUSH@127.0.0.1:1"
is "$status,$(asked '1')" 1,3 "a proxy that is not there: no request arrives, not even at an API on this machine"
has "$dir/err" 'goes through the proxy of all_proxy, http://***@127.0.0.1:1' "the warning names the variable"
is "$(grep -c 'through the proxy that all_proxy names: ' "$dir/proxied-$((cases - 2)).errors.jsonl")" 3 "each error names the proxy"
proxied "http_proxy=http://user:HUSH@127.0.0.1:1" no_proxy=10.0.0.0/8,127.0.0.0/8
is "$status,$(asked '1')" 0,6 "no_proxy excepts a host"
url=https://api.invalid/v1
proxied HTTPS_PROXY=http://user:HUSH@127.0.0.1:1
has "$dir/err" 'goes through the proxy of HTTPS_PROXY, http://***@127.0.0.1:1' "https: told without a warning"
has "$dir/proxied-$((cases - 1)).errors.jsonl" 'through the proxy that HTTPS_PROXY names: ' "and named by the errors"
grep -q HUSH "$dir"/proxied* "$dir/err" "$dir/out"
is $? 1 "the proxy's password is nowhere"
finish
