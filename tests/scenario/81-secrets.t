#!/usr/bin/env bash
# No key is in any byte that the processes write, have as arguments or share, whatever the API says of it.
source "$(dirname "$0")/../support/scenario.sh"
unset OPENAI_API_KEY
seen=$dir/seen
mkdir "$seen" "$dir/secret" "$dir/run"
first=sk-Zq81first-0123456789abcdefghijklmnopqrstuvwxyz
second=sk-Zq82second-0123456789abcdefghijklmnopqrstuvwxyz
third=sk-Zq83third-0123456789abcdefghijklmnopqrstuvwxyz
token=Zq84token-0123456789abcdef
pieces='Zq8[1-4]|9abcdefghijklmnopqrstuv|defghi jklmnopqr' # a part of one is as bad
# the same in hexadecimal and, at each of its three places, in base64
pieces+=$(perl -MMIME::Base64 -e '
    for my $piece ("9abcdefghijklmnopqrstuv") {
        print "|", unpack("H*", $piece), map { "|" . substr encode_base64(("x" x $_) . $piece, ""), 4, 20 } 0 .. 2;
    }')
printf '%s\n' "$third" >"$dir/secret/third"
printf '%s\n' "$token" >"$dir/secret/token"
printf '{"sessions":[{"name":"a","key":"%s"},{"name":"b","key_env":"SECOND_API_KEY"},{"name":"c","key_file":"%s"}]}' \
    "$first" "$dir/secret/third" >"$dir/secret/sessions.json"
chmod 600 "$dir"/secret/*
export SECOND_API_KEY=$second

"$root/tests/support/key-echo" "$dir/port" 2>"$dir/key-echo.err" &
simapi_pids+=($!)
wait_for 10 test -s "$dir/port"
url=http://127.0.0.1:$(cat "$dir/port")/v1
"$root/tests/support/webhook" "$dir/hook" "$seen/webhook" 2>/dev/null &
simapi_pids+=($!)
wait_for 10 test -s "$dir/hook"

start() {
    ration_start --input "$sample" --limit 200 --sessions "$dir/secret/sessions.json" --verbose --log-file "$seen/log" --attempts 3 --retries overloaded=3 \
        --backoff-initial 0.05 --backoff-max 0.1 --rate-limit-cooldown 1 --listen 127.0.0.1:0 --http-token-file "$dir/secret/token" \
        --alert-webhook "http://127.0.0.1:$(cat "$dir/hook")/" --daily-limit 5000 --in-flight 2 --requests-per-minute 3000 \
        --no-circuit-breaker --session-selection round-robin "$@"
}
listening() { web=$(sed -n 's|.* dashboard at \(http://[^ ]*[0-9]\)/.*|\1|p' "$err" 2>/dev/null); [[ -n $web ]]; }
# Whatever can be looked at while it runs: NAME of this look
# shellcheck disable=SC2129 # one for each
look() {
    local pid path
    for pid in "$ration_pid" $(workers_of "$ration_pid"); do
        cat "/proc/$pid/cmdline" "/proc/$pid/comm" >>"$seen/arguments.$1" 2>/dev/null
    done
    for pid in $(workers_of "$ration_pid"); do
        cat "/proc/$pid/environ" >>"$seen/environment.$1" 2>/dev/null
    done
    cp "$(arena_of "$dir/out.jsonl")" "$seen/arena.$1"
    for path in / /healthz /metrics /queue/status /queue/requests /api/ai/queue-status /none; do
        curl -s -m 5 -i "$web$path" >>"$seen/http.$1"
        curl -s -m 5 -i -H "Authorization: Bearer $token" "$web$path" >>"$seen/http.$1"
    done
    curl -s -m 5 -i -X POST -H "Authorization: Bearer $token" -d '{"workers":4}' "$web/workers" >>"$seen/http.$1"
    curl -s -m 5 -i -X POST -H "Authorization: Bearer wrong" "$web/pause" >>"$seen/http.$1"
    curl -s -m 1.5 -i "$web/events" >>"$seen/http.$1"
    "$build/ration" ps >>"$seen/commands.$1" 2>&1
    "$build/ration" status >>"$seen/commands.$1" 2>&1
    "$build/ration" status --json >>"$seen/commands.$1" 2>&1
}

rests() { wait_for 10 "$build/ration" pause >>"$seen/commands.rest" 2>&1; }
goes_on() { wait_for 10 "$build/ration" resume >>"$seen/commands.rest" 2>&1; }

start --output "$dir/out.jsonl"
wait_for 10 listening
wait_for 20 eval '[[ $(lines "$dir/out.jsonl") -ge 40 ]]'
rests # so that the run lasts as long as the looks take
look 1
goes_on
{
    kill -9 "$(workers_of "$ration_pid" | head -n 1)"
    wait_for 20 eval '[[ $(lines "$dir/out.jsonl") -ge 60 ]]'
    rests
    look 2
    kill -9 "$ration_pid"
    ration_wait
}
cp "$err" "$seen/err.1"
wait_for 40 eval '[[ -z $(pgrep -s $$ -x ration-worker) ]]'
start --output "$dir/out.jsonl" --resume
wait_for 10 listening
rests
look 3
goes_on
ration_wait
cp "$dir"/out.jsonl "$dir"/out.*.json* "$seen"
cp "$summary" "$seen/out"
cp "$err" "$seen/err"
cp -r "$dir/run" "$seen/folder"

is "$(($(lines "$dir/out.jsonl") + $(lines "$dir/out.errors.jsonl")))" 200 "each artist has an answer or an error (exit $status)"
holds "errors were told: $(lines "$dir/out.errors.jsonl") artists failed, $(grep -c 'Incorrect API key' "$seen/err.1") lines say why" \
    "$(lines "$dir/out.errors.jsonl") > 3 && $(grep -c 'Incorrect API key' "$seen/err.1") > 1"
# A worker's environment can be read by root alone.
for what in webhook log arguments.1 $([[ $(id -u) -ne 0 ]] || echo environment.2) arena.1 arena.2 http.1 http.3 commands.1 err err.1 out out.jsonl out.errors.jsonl out.quota.json; do
    [[ -s $seen/$what ]] || { note "  $what is missing"; ok 1 "there is a look at $what"; }
done
holds "all of it was looked at: $(du -sb "$seen" | cut -f 1) bytes" "$(du -sb "$seen" | cut -f 1) > 200000"
is "$(grep -ao 'HTTP/1.1 200 ' "$seen/http.1" | wc -l)" 14 "the server was asked for all that it has"
is "$(cd "$seen" && grep -raiE -c -- "$pieces" . | grep -v ':0$')" "" "no key, and no part of one, is in any of it"
is "$("$root/tests/support/check-log" "$seen/log" 2>&1)" 0 "the log file keeps its schema, whatever the API says"
finish
