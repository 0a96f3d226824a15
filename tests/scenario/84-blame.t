#!/usr/bin/env bash
# Whose fault a refusal is: the artist's, the answer's, the key's, the account's or the way's there. Judged by what the server saw.
source "$(dirname "$0")/../support/scenario.sh"
head -n 1 "$sample" >"$dir/none.csv"

# held NAME: the run waits for the API, and has told so; no artist is failed, and few requests leave
held() {
    wait_for 60 grep -q 'is held: nothing but refusals comes' "$dir/$1.err"
    ok $? "$1: the session is held, and it is told"
    has "$dir/$1.err" ", artist " "$1: with an artist"
    has "$dir/$1.err" "$2" "$1: and the server's words"
    is "$(lines "$dir/$1.errors.jsonl")" 0 "$1: no artist is failed for it"
    wait_for 60 grep -q 'the session is held: nothing but refusals comes (artist .*: status ' "$dir/$1.err"
    ok $? "$1: and the alert says so"
}
start() {
    local name=$1
    shift
    "$build/ration" run --base-url "$url" --prompt-id pmpt_test --input "$sample" --output "$dir/$name.jsonl" "$@" >"$dir/$name.out" 2>"$dir/$name.err" &
    ration_pid=$!
}
run() {
    start "$@"
    ration_wait
}

# ---- the account, or the way there, in mid-run: all that are left are refused alike, until it is mended ----
for code in 400 302 307 404 405 407 410 426 451 402 401 403; do
    touch "$dir/closed.$code"
    scripted --rule "done=5 file=$dir/closed.$code" --status "$code" --header "Location: http://127.0.0.1:9/login" \
        --body '{"error":{"message":"Closed for {status}.","type":"invalid_request_error","code":null}}'
    start "mid$code" --limit 24 --in-flight 4
    held "mid$code" "status $code"
    rm "$dir/closed.$code"
    ration_wait
    simapi_stop
    is "$status,$(lines "$dir/mid$code.jsonl"),$(lines "$dir/mid$code.errors.jsonl")" 0,24,0 "mid$code: once it is mended, all are answered"
    holds "mid$code: it was knocked at now and then: $(asked '$status == '"$code")" "$(asked '$status == '"$code") < 50"
done

# ---- the account stays closed: a later run goes on ----
touch "$dir/closed"
scripted --rule "done=5 file=$dir/closed" --status 400 --body '{"error":{"message":"No more of it.","type":"invalid_request_error"}}'
start later --limit 24
held later "No more of it"
kill -INT "$ration_pid"
ration_wait
is "$status,$(lines "$dir/later.jsonl"),$(lines "$dir/later.errors.jsonl")" 3,5,0 "a stop leaves them without a verdict"
rm "$dir/closed"
run later --limit 24 --resume
simapi_stop
is "$status,$(lines "$dir/later.jsonl")" 0,24 "--resume asks them"

# ---- words that are known: the account is parked at once ----
scripted --rule "done=5" --status 400 --body '{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the API."}}'
start money --limit 24 --in-flight 4
wait_for 60 grep -q 'quota_exhausted: status 400' "$dir/money.err"
ok $? "an empty balance that comes as 400 is no fault of a request"
kill -INT "$ration_pid"
ration_wait
simapi_stop
is "$(lines "$dir/money.errors.jsonl")" 0 "and fails nobody"
holds "and is not tried on and on: $(asked '$status == 400')" "$(asked '$status == 400') < 24"

# ---- one artist is always refused while others are answered ----
for code in 403 401 402 404 400 302 451; do
    scripted --latency 40 --rule 'row=a030' --status "$code" --body '{"error":{"message":"Not this one."}}'
    run "one$code" --limit 120 --in-flight 4
    simapi_stop
    is "$status,$(lines "$dir/one$code.jsonl"),$(lines "$dir/one$code.errors.jsonl")" 1,119,1 "one$code: it fails alone"
    grep -qE "artist a030 failed: refused, [0-9]+ refusals?, and others are answered: status $code.*(Not this one|redirect)" "$dir/one$code.err"
    ok $? "one$code: the line in the log has status and words"
    has "$dir/one$code.errors.jsonl" '"artist_id":"a030","artist_name":"Duke Ellington","class":"refused","status":'"$code" "one$code: class refused"
    holds "one$code: after a few tries: $(asked '$row eq "a030"')" "$(asked '$row eq "a030"') <= 5"
    scripted --rule 'row=a030' --status "$code"
    run "one$code" --limit 120 --resume
    simapi_stop
    is "$status,$(asked 1)" 1,0 "one$code: --resume is not held up by it"
done

# ---- likewise by a limit: it holds the session once, and is never first ----
for code in 429 503; do
    scripted --latency 40 --rule 'row=a030' --status "$code" --header 'Retry-After: 1'
    run "limit$code" --limit 120 --in-flight 4 --retries overloaded=4
    simapi_stop
    is "$status,$(lines "$dir/limit$code.jsonl"),$(lines "$dir/limit$code.errors.jsonl")" 1,119,1 "limit$code: it fails alone"
    holds "limit$code: after a few tries: $(asked '$row eq "a030"')" "$(asked '$row eq "a030"') <= 7"
done

# ---- with three keys it ends none of them ----
for code in 403 429; do
    scripted --latency 40 --rule 'row=a030' --status "$code" --header 'Retry-After: 1'
    printf '{"sessions": [{"key": "sk-one-1", "base_url": "%s"}, {"key": "sk-two-2", "base_url": "%s"}, {"key": "sk-three-3", "base_url": "%s"}]}' \
        "$url" "$url" "$url" >"$dir/sessions.json"
    chmod 600 "$dir/sessions.json"
    "$build/ration" run --sessions "$dir/sessions.json" --prompt-id pmpt_test --input "$sample" --limit 120 --in-flight 4 \
        --output "$dir/three$code.jsonl" >"$dir/three$code.out" 2>"$dir/three$code.err"
    status=$?
    simapi_stop
    is "$status,$(lines "$dir/three$code.jsonl"),$(lines "$dir/three$code.errors.jsonl")" 1,119,1 "three keys, $code: it fails alone"
done

# ---- it is the very first of all, and the key has not worked yet ----
scripted --latency 20 --rule 'row=a001' --status 403
run first --limit 60
simapi_stop
is "$status,$(lines "$dir/first.jsonl"),$(lines "$dir/first.errors.jsonl")" 1,59,1 "a first artist that is refused ends no key"

# ---- a key refused once in between ----
scripted --rule 'from=20 times=1' --status 401
run once --limit 60
simapi_stop
is "$status,$(lines "$dir/once.jsonl")" 0,60 "a 401 that comes once costs nothing"

# ---- statuses that mean: again ----
for code in 408 409 421 423 424 425 498 499 400; do
    scripted --rule 'share=0.3 attempt=1' --status "$code"
    run "again$code" --limit 60 --backoff-initial 0.1
    simapi_stop
    is "$status,$(lines "$dir/again$code.jsonl")" 0,60 "again$code: tried again"
done

# ---- a bad file is no closed account ----
scripted --latency 20 --rule 'share=0.3' --status 400
run bad --in-flight 16 --backoff-initial 0.1
simapi_stop
refused=$(perl -F'\t' -lane '$r{$F[2]} = 1 if $F[5] == 400; END { print scalar keys %r }' "$audit")
is "$status,$(lines "$dir/bad.jsonl"),$(lines "$dir/bad.errors.jsonl")" "1,$((362 - refused)),$refused" "three of ten are refused for themselves, and fail"

# ---- nothing ever worked ----
scripted --rule 'row=.*' --status 404 --body '{"error":{"message":"No such model.","code":null}}'
run never --limit 4 --backoff-initial 0.1
simapi_stop
is "$status,$(lines "$dir/never.errors.jsonl")" 4,0 "a few artists, all refused: exit 4, none is failed"
has "$dir/never.err" "No such model." "with the server's words"
has "$dir/never.err" "status 404" "and the status"
# However few they are, and whatever the API says: of a wrong prompt it names a parameter as well. `wrong.1` stands for a base URL.
unknown='{"error":{"message":"Unknown prompt variables: name","type":"invalid_request_error","param":"prompt.variables","code":"prompt_variable_unknown"}}'
for few in 1 2 5 60; do
    for code in 404 400; do
        body='{"error":{"message":"No such path.","code":null}}'
        [[ $code == 404 ]] || body=$unknown
        scripted --rule 'row=.*' --status $code --body "$body"
        run wrong.$code.$few --limit $few --backoff-initial 0.1
        simapi_stop
        is "$status,$(lines "$dir/wrong.$code.$few.errors.jsonl")" 4,0 "$code for all of $few: exit 4, none is failed"
        holds "after a few requests: $(asked 1)" "$(asked 1) < 90"
        scripted
        again=(--resume)
        [[ $few != 2 ]] || again=() # the output is empty
        run wrong.$code.$few --limit $few "${again[@]}"
        simapi_stop
        is "$status,$(lines "$dir/wrong.$code.$few.jsonl")" "0,$few" "once it is mended, the same command asks all of them"
    done
done
# Where others have been answered, in this run or before, the word of the API holds.
scripted --rule 'row=a00[36]' --status 400 --body "$unknown"
run some --limit 12 --max-workers 1
is "$status,$(grep -c '"class":"refused"' "$dir/some.errors.jsonl"),$(grep -c unproven "$dir/some.errors.jsonl")" 1,2,0 "two among others: they are failed, at once"
run some --limit 12 --resume --retry-errors all
simapi_stop
is "$status,$(lines "$dir/some.jsonl"),$(grep -c unproven "$dir/some.errors.jsonl")" 1,10,2 "those that earlier runs have left, refused alike: as unproven"
scripted --rule 'row=a003' --status 400 --body "$unknown"
run one --limit 12 --max-workers 1
run one --limit 12 --resume --retry-errors all
simapi_stop
is "$status,$(lines "$dir/one.jsonl"),$(grep -c unproven "$dir/one.errors.jsonl")" 1,11,1 "the only one that earlier runs have left: it is failed as unproven"
scripted --rule 'row=.*' --status 401 --body '{"error":{"message":"Wrong key.","code":null}}'
run key
simapi_stop
is "$status,$(lines "$dir/key.errors.jsonl")" 4,0 "a key that never worked: exit 4"
grep -q 'FATAL: the API refuses the key.*artist .*status 401.*Wrong key' "$dir/key.err"
ok $? "the line that ends the run names artist, status and words"
"$build/ration" status "$dir/key.jsonl" >"$dir/key.status" 2>&1
has "$dir/key.status" "  cause         the API refuses the key; check it" "status gives the cause afterwards"
has "$dir/key.status" "Wrong key." "with the API's words"
"$build/ration" status --json "$dir/key.jsonl" >"$dir/key.json" 2>&1
grep -qE '"cause": *"the API refuses the key' "$dir/key.json"
ok $? "and for programs"
"$build/ration" status --json "$dir/one.jsonl" | grep -qE '"cause": *null'
ok $? "a run that finished has none"

# ---- web pages ----
scripted --rule 'row=.*' --status 200 --header 'Content-Type: text/html' --body '<html><body>Welcome</body></html>'
run pages
simapi_stop
is "$status,$(lines "$dir/pages.errors.jsonl")" 4,0 "a server of web pages: exit 4, none is failed"
holds "after a few requests: $(asked 1)" "$(asked 1) < 30"

# ---- faults of answers say nothing of the session ----
scripted --rule 'share=0.5' --body '{"id":"r","status":"completed","model":"m","output":[],"usage":{"input_tokens":1,"output_tokens":1}}'
run empty --in-flight 8 --backoff-initial 0.05 --backoff-max 0.1
simapi_stop
is "$status,$(($(lines "$dir/empty.jsonl") + $(lines "$dir/empty.errors.jsonl")))" 1,362 "empty answers fail their own artists"
is "$(grep -c breaker "$dir/empty.err")" 0 "and open no breaker"

# ---- a wait that only the message to people names; and none is told where an artist does not wait for itself ----
scripted --rule 'from=3 to=3' --status 429 --body '{"error":{"message":"Rate limit reached. Please try again in 694ms. Visit us.","code":"rate_limit_exceeded"}}'
run text --limit 12 --max-workers 1 --log-file "$dir/text.log"
simapi_stop
is "$status,$(lines "$dir/text.jsonl")" 0,12 "a 429 whose wait stands in its message alone"
wait_ms=$(sed -n 's/.*"class": *"rate_limited".*"wait_ms": *\([0-9]*\).*/\1/p' "$dir/text.log" | head -n 1)
holds "is heeded: $wait_ms ms" "${wait_ms:-0} >= 694 && ${wait_ms:-0} < 1500"
! grep -h 'waits 0 s' "$dir"/*.err
ok $? "no failure is told to wait for nothing"

# ---- mistakes at home that cannot heal ----
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$dir/key.pem" -out "$dir/cert.pem" -days 2 -subj /CN=elsewhere.example >"$dir/openssl.log" 2>&1
simapi --tls-cert "$dir/cert.pem" --tls-key "$dir/key.pem"
url=https${url#http}
for file in /nonexistent.pem "$dir/cert.pem" /etc/ssl/certs/ca-certificates.crt; do
    export SSL_CERT_FILE=$file
    run tls
    is "$status,$(lines "$dir/tls.jsonl"),$(lines "$dir/tls.errors.jsonl")" 4,0,0 "certificates of $(basename "$file"): exit 4, none is failed"
    grep -q 'FATAL: no connection to the API can be trusted.*; artist ' "$dir/tls.err"
    ok $? "and it is told, with an artist"
    rm -f "$dir"/tls.*
done
unset SSL_CERT_FILE
simapi_stop
url=http://no-such-host.invalid/v1
run name
is "$status,$(lines "$dir/name.jsonl"),$(lines "$dir/name.errors.jsonl")" 4,0,0 "a host that is not there: exit 4, none is failed"
has "$dir/name.err" "host was not found" "and it is told"
finish
