#!/usr/bin/env bash
# What a worker has and can do; one that runs out of memory; files that are not what they seem.
source "$(dirname "$0")/../support/scenario.sh"
sanitized=${SANITIZED:-}

# status_of PID FIELD: of /proc/PID/status
status_of() { awk -v field="$2:" '$1 == field { print $2 }' "/proc/$1/status"; }
# limit_of PID NAME: hard and soft, as /proc shows them
limit_of() { grep "^$2" "/proc/$1/limits" | sed "s/^$2 *//" | awk '{ print $1 "," $2 }'; }

# ---- a worker under way; its parents' parent leaves descriptors 20 to 40 open ----
simapi
simapi_holds
fresh
(
    for fd in {20..40}; do eval "exec $fd</dev/zero"; done
    exec "$build/ration" run --base-url "$url" --prompt-id pmpt_test --input "$sample" --limit 8 --output "$dir/one.jsonl" \
        --max-workers 2 --in-flight 4 --worker-memory-limit 200 >"$summary" 2>"$err"
) &
ration_pid=$!
# at_work: one of the workers has a request in flight; sets $worker
at_work() {
    for worker in $(workers_of "$ration_pid"); do
        ! grep -qa "[1-9] in flight" "/proc/$worker/cmdline" || return 0
    done
    return 1
}
wait_for 10 at_work
ok $? "a worker is at work"
if may_look "$worker"; then
    is "$(find "/proc/$worker/fd" -mindepth 1 -lname /dev/zero | wc -l)" 0 "it has none of the descriptors that ration's parent left open"
    unnamed=$(find "/proc/$worker/fd" -mindepth 1 -printf '%f %l\n' | awk '
        $1 <= 2 || ($1 >= 6 && $1 <= 14) { next }
        $1 == 4 && $2 ~ /^pipe:/ { next } # keys, of which new ones may come
        $1 == 15 && $2 ~ /\/rescued\.jsonl$|^\/dev\/null$/ { next }
        $2 ~ /^(socket:|anon_inode:\[(eventpoll|timerfd|signalfd)\])/ { next }
        { print }')
    is "$unnamed" "" "and none but those it was given and its own"
    is "$(find "/proc/$worker/fd" -mindepth 1 -printf '%l\n' | grep -c 'one.jsonl$')" 1 "the output is open once"
    is "$(find "/proc/$worker/fd" -mindepth 1 -lname "*shm/ration*" | wc -l)" 0 "the arena's descriptor is closed"
    is "$(tr '\0' '\n' <"/proc/$worker/environ" | grep -c "$OPENAI_API_KEY")" 0 "the key is not in its environment"
fi
is "$(limit_of "$worker" 'Max core file size')" 0,0 "core dumps are off"
is "$(limit_of "$worker" 'Max open files')" 160,160 "so many open files, and no more"
if [[ -z $sanitized ]]; then
    is "$(limit_of "$worker" 'Max data size')" 209715200,209715200 "--worker-memory-limit is its limit"
    is "$(status_of "$worker" NoNewPrivs)" 1 "no new privileges"
    is "$(status_of "$worker" Seccomp)" 2 "a seccomp filter"
    is "$(status_of "$ration_pid" Seccomp)" 0 "which the coordinator has not"
fi
arena=$(arena_of "$dir/one.jsonl")
is "$(stat -c %a "$arena")" 600 "the arena is for its owner alone"
is "$(grep -ac "$OPENAI_API_KEY" "/proc/$worker/cmdline")$(grep -ac "$OPENAI_API_KEY" "$arena")" 00 "the key is not in its arguments, nor the arena"
simapi_hurries
ration_wait
is "$status,$(lines "$dir/one.jsonl")" 0,8 "and the run ends well"
gone "$arena"
ok $? "with its arena gone"
simapi_stop

# ---- standard descriptors closed: nothing else takes their numbers ----
simapi
"$build/ration" run --base-url "$url" --prompt-id p --input "$sample" --output "$dir/closed.jsonl" --verbose <&- >&- 2>&-
is "$?" 0 "with all standard descriptors closed, a run ends well"
"$root/tests/support/check-output" "$sample" "$dir/closed.jsonl" >"$dir/check"
ok $? "and nothing but answers is in the output: $(cat "$dir/check")"
simapi_stop

# ---- TLS and a name to resolve, inside the filter ----
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$dir/key.pem" -out "$dir/cert.pem" -days 2 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost 2>"$dir/openssl.log"
simapi --tls-cert "$dir/cert.pem" --tls-key "$dir/key.pem"
url=https://localhost:$(cat "$dir/port.$((${#simapi_pids[@]} - 1))")/v1
SSL_CERT_FILE=$dir/cert.pem ration --input "$sample" --limit 20 --output "$dir/tls.jsonl"
is "$status,$(lines "$dir/tls.jsonl")" 0,20 "https works behind the filter"
url=https://name.invalid/v1
ration --input "$sample" --limit 2 --output "$dir/name.jsonl" --attempts 1
is "$status,$(grep -c 'FATAL.*resolve host' "$dir/err")" 4,1 "a name that does not resolve is told"
simapi_stop

# ---- one artist is too large for a worker ----
if [[ -z $sanitized ]]; then
    simapi --max-body 100000000
    perl -e 'print "artist_id,name,data\n"; print "a$_,N$_,", $_ == 100 ? "\x01" x 2700000 : "some", "\n" for 1 .. 200' >"$dir/large.csv"
    ration --input "$dir/large.csv" --output "$dir/large.jsonl" --worker-memory-limit 32 --in-flight 8 --keep data
    is "$status,$(lines "$dir/large.jsonl"),$(lines "$dir/large.errors.jsonl")" 1,199,1 "an artist too large for a worker's memory fails alone"
    is "$(grep -c '^{"artist_id":"a100","artist_name":"N100",.*"class":"worker_crash"' "$dir/large.errors.jsonl")" 1 "as worker_crash"
    is "$(grep -c 'exit status 66' "$err")" 3 "after three deaths"
    has "$err" "raise --worker-memory-limit" "and the log says what helps"
    simapi_stop
    is "$(audited '$artist eq "a100"'),$(audited 1)" 0,199 "nobody else was asked twice"
fi

# ---- outputs that are something else ----
ln -s "$dir/elsewhere" "$dir/link.jsonl"
mkfifo "$dir/fifo.jsonl"
ration --input "$sample" --output "$dir/link.jsonl"
is "$status" 2 "an output that is a symbolic link is refused"
has "$err" "is a symbolic link" "and told"
ration --input "$sample" --output "$dir/link.jsonl" --resume
is "$status,$(ls "$dir/elsewhere" 2>/dev/null)" 2, "with --resume as well; nothing is made behind it"
ration --input "$sample" --output "$dir/fifo.jsonl" --resume
is "$status" 2 "a FIFO is refused"
has "$err" "is not a regular file" "and told"
ration --input "$sample" --output "$dir/x.jsonl" --errors "$dir/link.jsonl"
is "$status" 2 "so is an errors file that is a symbolic link"
ration --input "$sample" --output "$dir/y.jsonl" --worker-memory-limit 31
is "$status" 2 "--worker-memory-limit has a least value"
finish
