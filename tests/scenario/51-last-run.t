#!/usr/bin/env bash
# What stays of a run: ration status tells its end, or that it was killed, and how to go on; the HTTP port may show its last figures for a
# while; the summary stands in the log.
source "$(dirname "$0")/../support/scenario.sh"

n=0
# said WANTED WORD…: ration WORD… in the folder $at ends with this status; what it prints is in $said
at=$dir
said() {
    local wanted=$1
    shift
    n=$((n + 1))
    said=$dir/said.$n
    (cd "$at" && exec "$build/ration" "$@") >"$said" 2>&1 </dev/null
    is $? "$wanted" "ration $*: exit $wanted"
}
# member EXPRESSION: of the JSON in $said, as perl sees it in $s
member() { perl -MJSON::PP -0777 -ne '$s = decode_json($_); print '"$1" "$said"; }
gone() { [[ ! -e /proc/$1 || $(ps -o stat= -p "$1") == Z* ]]; }
in_flight() { tr '\0' ' ' <"/proc/$ration_pid/cmdline" 2>/dev/null | grep -q " $1 in flight"; }

mkdir "$dir/data"
out=$dir/data/out.jsonl
record=$dir/data/.out.jsonl.ration
simapi
said 2 status
said 2 status "$out"
has "$said" "no run of this user is at work" "nothing is known yet"

# ---- one that ended ----
ration --input "$sample" --limit 20 --output "$out" --log-file "$dir/log"
is "$status" 0 "a run"
is "$(stat -c %a "$record")" 600 "its record is private"
is "$(cd "$dir/data" && echo *)" out.jsonl "no pattern meets it"
! grep -q "$OPENAI_API_KEY" "$record"
ok $? "and holds no key"
said 0 status "$out"
has "$said" "exit 0: finished" "how it ended"
has "$said" "20 of 20 done" "its figures"
! grep -q "go on with" "$said"
ok $? "nothing is left to do"
said 0 status
has "$said" "20 of 20 done" "known without a name, from another folder"
id=$(sed -n 's/^run \([^ ]*\) .*/\1/p' "$said")
said 0 status "$id"
said 0 status --json "${id:0:14}"
is "$(member '"$s->{run}{state} $s->{run}{exit} $s->{artists}{done} $s->{artists}{left} $s->{run}{output} $s->{schema}"')" "ended 0 20 0 $out 1" "as JSON"
is "$(member 'defined $s->{run}{resume} ? 1 : 0')" 0 "no way on is told where there is none"
said 2 status --metrics "$out"
said 2 status "$dir/data/other.jsonl"
perl -MJSON::PP -ne '$l = decode_json($_); $found++ if ($l->{event} // "") eq "summary" && $l->{done} == 20 && $l->{exit} == 0; END { exit !($found && $found == 1) }' "$dir/log"
ok $? "the summary is one event of the log file"
is "$("$root/tests/support/check-log" "$dir/log")" 0 "which is as the documents say"

# ---- stopped: how to go on; another model is warned of ----
simapi --latency-ms 200
ration_start --input "$sample" --limit 60 --output "$dir/data/two words.jsonl" --max-workers 2 --requests-per-minute 900 --burst 5
wait_for 30 eval '[[ $(lines "$dir/data/two words.jsonl") -ge 5 ]]'
"$build/ration" stop >"$dir/stopped" 2>&1
has "$dir/stopped" "two words.jsonl, begun" "a command without a name says whom it met"
ration_wait
is "$status" 3 "a run is stopped"
for words in "resume" "stop --run two\ words.jsonl"; do
    at=$dir/data
    eval "said 2 $words"
done
said 2 resume
has "$said" "go on with its output" "resume points to --resume"
command=$(tail -n 1 "$said")
[[ $command == *"cd "*"'$dir/data/two words.jsonl'"*" --resume" ]]
ok $? "with the whole command: $command"
at=$dir
said 0 status "$dir/data/two words.jsonl"
has "$said" "exit 3: stopped before the end" "so does status"
(cd "$dir" && PATH=$build:$PATH bash -c "$command --model other-model") >"$dir/resumed" 2>&1
is $? 0 "the command, as it is told, goes on"
is "$(lines "$dir/data/two words.jsonl")" 60 "to the end"
has "$dir/resumed" "WARNING: $dir/data/two words.jsonl will hold answers of two kinds: model the prompt's own, now other-model" "another model is told"

# ---- killed, with all its workers ----
simapi --latency-ms 600000
ration_start --input "$sample" --limit 50 --output "$dir/data/killed.jsonl" --max-workers 2 --in-flight 4 --requests-per-minute 60000 --burst 100
wait_for 60 in_flight 8
workers=$(workers_of "$ration_pid")
kill -STOP "$ration_pid"
# shellcheck disable=SC2086
kill -9 $workers "$ration_pid"
ration_wait
for pid in $workers; do wait_for 10 gone "$pid"; done
said 0 status
has "$said" "was killed at about 20" "a run that was killed says nothing, but is told"
has "$said" "0 of 50 done" "its figures"
has "$said" "8 requests were in flight" "what is in doubt"
has "$said" "--resume" "how to go on"
said 0 status --json "$dir/data/killed.jsonl"
is "$(member '"$s->{run}{state} $s->{artists}{left} $s->{artists}{in_doubt}"')" "killed 50 8" "as JSON"
# Another boot of the machine, and with it another arena: none.
arena=$(arena_of "$dir/data/killed.jsonl")
sed -i 's/"boot":\t"[^"]*"/"boot":\t"00000000-0000-0000-0000-000000000000"/' "$dir/data/.killed.jsonl.ration"
mv "$arena" "$dir/arena"
said 0 status "$dir/data/killed.jsonl"
has "$said" "when the machine went down" "a machine that went down is told"
has "$said" "0 of 50 done" "with what was last written"
cp "$dir/arena" "$arena"
chmod 600 "$arena"

# ---- moved, deleted, damaged ----
mv "$dir/data" "$dir/moved"
said 0 status "$dir/moved/out.jsonl"
has "$said" "output        $dir/moved/out.jsonl" "a folder that was moved"
rm "$dir/moved/out.jsonl"
said 0 status "$dir/moved/out.jsonl"
has "$said" "it is not there any more" "an output that is gone"
for damage in '' '{' '{"version":99}' "$(head -c 300000 /dev/zero | tr '\0' x)"; do
    printf '%s' "$damage" >"$dir/moved/.out.jsonl.ration"
    said 2 status "$dir/moved/out.jsonl"
done
rm "$dir/moved/.out.jsonl.ration"
mkfifo "$dir/moved/.out.jsonl.ration"
said 2 status "$dir/moved/out.jsonl"
ln -sf "$dir/log" "$dir/moved/.killed.jsonl.ration"
said 2 status "$dir/moved/killed.jsonl"
rm -f "$arena"

# ---- it cannot be kept: the run goes on without ----
simapi
mkdir "$dir/.plain.jsonl.ration"
ration --input "$sample" --limit 5 --output "$dir/plain.jsonl"
is "$status,$(lines "$dir/plain.jsonl")" 0,5 "a run whose record has no place"
has "$err" "WARNING: no record can be written beside" "says so"
rmdir "$dir/.plain.jsonl.ration"
ration --input "$sample" --limit 5 --output "$dir/refused.jsonl" --keep-listening 5
is "$status" 2 "--keep-listening needs --listen"
[[ ! -e $dir/refused.jsonl && ! -e $dir/.refused.jsonl.ration ]]
ok $? "nothing is left"

# ---- the port goes on for a while ----
"$build/ration" run --base-url "$url" --prompt-id p --input "$sample" --limit 5 --output "$dir/web.jsonl" --listen 127.0.0.1:0 --keep-listening 10m >"$dir/web.out" 2>"$dir/web.err" &
web=$!
wait_for 30 grep -q "its last figures stay at" "$dir/web.err"
page=$(sed -n 's|.*its last figures stay at \(http://[^ ]*\)/ .*|\1|p' "$dir/web.err")
has "$dir/web.out" "5 of 5 done" "the summary is printed before"
said=$dir/web.json
curl -s "$page/queue/status" >"$said"
is "$(member '"$s->{run}{state} $s->{artists}{done} $s->{run}{reason}"')" "ended 5 finished" "the last figures are there"
curl -s "$page/metrics" | grep -q '^ration_artists'
ok $? "so are the metrics"
is "$(curl -s -m 20 "$page/events" | grep -c '^event: end')" 1 "who listens hears the end at once"
ration --input "$sample" --limit 10 --output "$dir/web.jsonl" --resume
is "$status,$(lines "$dir/web.jsonl")" 0,10 "the output is free: the next run goes on with it meanwhile"
kill -INT $web
wait $web
is $? 0 "SIGINT ends it; the exit status is the run's"
! curl -s -m 5 -o "$dir/x" "$page/queue/status"
ok $? "the port is closed"
"$build/ration" run --base-url "$url" --prompt-id p --input "$sample" --limit 5 --output "$dir/short.jsonl" --listen 127.0.0.1:0 --keep-listening 100ms >"$dir/short.out" 2>"$dir/short.err"
is $? 0 "it ends by itself"
finish
