#!/usr/bin/env bash
# Answers that are made to harm: each run ends, says what it met, and stays small.
source "$(dirname "$0")/../support/scenario.sh"
most=0 # kilobytes

# until the run has ended: the most that any of its workers had
watch_memory() {
    local one
    "$root/tests/support/watch-memory" "$ration_pid" "$dir/memory"
    read -r one _ <"$dir/memory"
    [[ $one -gt $most ]] && most=$one
}

# files_good FILE…: lines of valid UTF-8 and JSON, without the key
files_good() {
    cat "$@" 2>/dev/null | perl -MJSON::PP -ne 'decode_json($_); die if index($_, $ENV{OPENAI_API_KEY}) >= 0; END { die if $? }' 2>"$dir/json"
}

# meets MODE EXIT CLASS CODE ATTEMPTS: eight artists
meets() {
    local got="" file=$dir/$1
    simapi --hostile "$1" --latency-ms 100
    ration_start --input "$sample" --limit 8 --attempts "${5:-1}" --no-circuit-breaker --output "$file.jsonl"
    watch_memory
    ration_wait
    simapi_stop
    if [[ $2 -eq 0 ]]; then
        is "$status,$(lines "$file.jsonl"),$(lines "$file.errors.jsonl")" 0,8,0 "$1: harmless"
    else
        got=$(perl -MJSON::PP -ne 'my $e = decode_json($_); print "$e->{class} $e->{code}\n"' "$file.errors.jsonl" | sort -u)
        is "$status,$(lines "$file.jsonl"),$(lines "$file.errors.jsonl"),$got,$(audited 1)" "$2,0,8,$3 $4,$((8 * $5))" "$1: each artist fails as $3"
    fi
    files_good "$file.jsonl" "$file.errors.jsonl" && ! grep -q "$OPENAI_API_KEY" "$err" "$summary" && ! grep -q " died: " "$err"
    ok $? "$1: whole lines of valid JSON, no worker died, no key was told"
}

# all_alike MODE: a server that answers nothing else: no artist is blamed, and the run says so
all_alike() {
    simapi --hostile "$1" --latency-ms 100
    ration --input "$sample" --limit 8 --no-circuit-breaker --output "$dir/$1.jsonl"
    simapi_stop
    is "$status,$(lines "$dir/$1.jsonl"),$(lines "$dir/$1.errors.jsonl"),$(grep -c FATAL "$err")" 4,0,0,1 "$1: the run ends, and no artist is blamed"
}

meets endless-headers 1 server_fault answer_too_large 1
all_alike cut-headers
meets huge-body 1 server_fault answer_too_large 1
meets gzip-bomb 1 server_fault answer_too_large 1
for mode in bad-utf8 nul escaped-nul surrogate; do
    meets "$mode" 0
    is "$(perl -CSD -MJSON::PP -ne 'my $a = JSON::PP->new->decode($_); $n++ if $a->{replaced} && $a->{response_text} =~ /\x{fffd}/; END { print $n }' "$dir/$mode.jsonl")" \
        8 "$mode: what is no character is replaced, and noted"
done
all_alike deep-json
all_alike redirect
meets huge-numbers 0
is "$(perl -MJSON::PP -ne 'my $u = decode_json($_)->{usage}; print "$u->{estimated} ", $u->{output_tokens} > 0 && $u->{output_tokens} < 1000, "\n"' "$dir/huge-numbers.jsonl" | sort -u)" \
    "1 1" "numbers out of range count as not told"

# ---- many at once: all of them together stay bounded ----
simapi --hostile gzip-bomb
ration_start --input "$sample" --attempts 1 --max-workers 2 --output "$dir/many.jsonl" --limit 200 --no-circuit-breaker
watch_memory
ration_wait
is "$status,$(lines "$dir/many.errors.jsonl")" 1,200 "a hundred bombs at once in each worker"
simapi_stop
[[ -n ${SANITIZED:-} ]] || holds "no worker ever took more than $most kB" "$most > 0 && $most < 150_000"

# ---- a redirect to another host: nobody is told the key ----
simapi
other=${url%/v1}
theirs=$audit
for place in "$other/v1/responses" "${other/http:/https:}/v1/responses" "file:///etc/passwd" "//${other#http://}/v1/responses"; do
    simapi --hostile redirect --redirect-to "$place"
    ration --input "$sample" --limit 4 --output "$dir/to-$cases.jsonl"
    is "$status,$(lines "$dir/to-$((cases)).errors.jsonl")" 4,0 "a redirect to ${place/$other/http://ELSEWHERE} is not followed"
    simapi_stop
done
kill "${simapi_pids[-5]}"
wait "${simapi_pids[-5]}" 2>/dev/null
audit=$theirs
is "$(audited 1)" 0 "and the other host had no request"
finish
