#!/usr/bin/env bash
# Looking at a run and steering it: ps, workers, restart-worker, kill-worker, pause, resume, stop, --run.
source "$(dirname "$0")/../support/scenario.sh"
export RATION_RUNTIME_DIR=$dir/run
# Long enough for whatever the test does, however busy the machine; when it is through, the simulator hurries.
input_of 4000

# steer WORD…: a command; its words in $dir/said, its exit status in $steered
steer() {
    "$build/ration" "$@" >"$dir/said" 2>&1
    steered=$?
}
# rows [STATE]: how many workers ps shows, in that state
rows() { "$build/ration" ps 2>/dev/null | awk -v state="${1:-}" '/^W[0-9]/ && (state == "" || $3 == state) { n++ } END { print n + 0 }'; }
# column N: of all workers, sorted
column() { "$build/ration" ps 2>/dev/null | awk -v n="$1" '/^W[0-9]/ { print $n }' | sort; }
rows_are() { [[ $(rows "${2:-}") -eq $1 ]]; }
none_in_flight() { [[ $("$build/ration" ps 2>/dev/null) == *", 0 in flight,"* ]]; }
told() { [[ $(grep -cF -- "$1" "$err") -ge ${2:-1} ]]; }
# asked_twice AUDIT…: how many artists have more than one request
asked_twice() { perl -F'\t' -lane '$n{$F[3]}++ if $F[0] =~ /^\d/; END { print scalar grep { $_ > 1 } values %n }' "$@"; }
whole() { "$root/tests/support/check-output" "$input" "$1" >"$dir/check"; ok $? "$2: $(cat "$dir/check")"; }
# all_new OLD-PIDS: two workers, and none of them is one of those
all_new() {
    local now
    now=$(column 2)
    [[ $(wc -l <<<"$now") -eq 2 && -z $(comm -12 <(echo "$1") <(echo "$now")) ]]
}
lines_from() { [[ $(lines "$1") -ge $2 ]]; }

# ---- no run ----
steer ps
is $steered 2 "no run: exit 2"
has "$dir/said" "no run of this user is at work" "and says so"

# ---- one run: looked at, paused, scaled, restarted; nobody is asked twice ----
simapi --latency-ms 150
ration_start --input "$input" --output "$dir/out.jsonl" --in-flight 3
wait_for 10 rows_are 4 working
ok $? "ps shows four workers at work"
is "$(column 2 | tr '\n' ' ')" "$(workers_of "$ration_pid" | sort | tr '\n' ' ')" "their pids are true"
before=$(lines "$dir/out.jsonl")
steer ps
sum=$(awk '/^W[0-9]/ { done += $6; flying += $5 } END { print done " " (flying <= 12) }' "$dir/said")
after=$(lines "$dir/out.jsonl")
holds "what they did is true: ${sum% *} is from $before to $after" "${sum% *} >= $before && ${sum% *} <= $after"
is "${sum#* }" 1 "not more in flight than allowed"
has "$dir/said" "pid $ration_pid," "and the coordinator's pid"
folder=("$RATION_RUNTIME_DIR"/*)
is "$(stat -c %a "$RATION_RUNTIME_DIR" "${folder[@]}" "${folder[0]}/control" "${folder[0]}/run.json" | tr '\n' ' ')" "700 700 600 600 " "folders 0700, socket and run.json 0600"

pids=$(column 2)
steer pause
is $steered 0 "pause"
wait_for 5 none_in_flight
ok $? "what was in flight ends"
rows_are 4 paused
ok $? "ps says paused"
from=$(date +%s%N)
before=$(lines "$dir/out.jsonl")
sleep 0.5 # that nothing happens has no condition to wait for
to=$(date +%s%N)
is "$(lines "$dir/out.jsonl")" "$before" "and is recorded, and nothing else"
is "$(column 2)" "$pids" "the workers stay"
tr '\0' ' ' <"/proc/$ration_pid/cmdline" >"$dir/title"
has "$dir/title" "paused" "the title says so"
steer resume
is $steered 0 "resume"
wait_for 5 lines_from "$dir/out.jsonl" $((before + 12))
ok $? "and it goes on"

steer workers 8
is $steered 0 "workers 8"
wait_for 5 rows_are 8 working
ok $? "eight work"
steer workers 2
wait_for 5 rows_are 2
ok $? "workers 2: two are left"
pids=$(column 2)
steer restart-worker all
wait_for 10 told "all workers were restarted"
ok $? "restart-worker all"
all_new "$pids"
ok $? "every pid has changed"
pids=$(column 2)
kill -HUP "$ration_pid"
wait_for 10 told "all workers were restarted" 2
all_new "$pids"
ok $? "SIGHUP does the same"
is "$(column 8 | tr '\n' ' ')" "2 2 " "and ps counts the restarts"
steer workers 8
simapi_hurries
ration_wait
is "$status" 0 "exit 0"
whole "$dir/out.jsonl" "whole"
[[ ! -e ${folder[0]} ]]
ok $? "the run's folder is gone"
simapi_stop
is "$(asked_twice "$audit")" 0 "nobody was asked twice"
is "$(audited '$arrived > '"$from"' && $arrived < '"$to")" 0 "nobody was asked during the pause"

# ---- stop, in the middle of a pause; go on; a coordinator that does not answer; a worker killed ----
simapi --latency-ms 150
ration_start --input "$input" --output "$dir/two.jsonl" --in-flight 3
wait_for 10 lines_from "$dir/two.jsonl" 24
steer pause
steer restart-worker 2
wait_for 5 eval '[[ $("$build/ration" ps | awk "/^W02/ { print \$8, \$3 }") == "1 paused" ]]'
ok $? "a worker is restarted during a pause"
steer stop
is $steered 0 "stop"
ration_wait
is "$status" 3 "the paused run ends with exit 3"
has "$summary" "go on with --resume" "and says how to go on"
simapi_stop
first=$audit
simapi --latency-ms 150
ration_start --input "$input" --output "$dir/two.jsonl" --in-flight 2 --resume
wait_for 10 rows_are 4 working
kill -STOP "$ration_pid"
steer pause
is $steered 1 "a command to a stopped coordinator: exit 1"
has "$dir/said" "does not answer" "and says so"
steer ps
is $steered 0 "but ps works"
has "$dir/said" "stopped by a signal" "and tells it"
kill -CONT "$ration_pid"
wait_for 5 told "came too late"
ok $? "the command is not followed later"
wait_for 5 rows_are 4 working
victim=$("$build/ration" ps | awk '/^W01/ { print $2 }')
steer kill-worker 1
is $steered 0 "kill-worker"
wait_for 5 eval '! kill -0 $victim 2>/dev/null'
steer kill-worker 9
is $steered 1 "there is no worker 9: exit 1"
simapi_hurries
ration_wait
is "$status" 0 "exit 0 all the same"
whole "$dir/two.jsonl" "whole"
simapi_stop
twice=$(asked_twice "$first" "$audit")
holds "only those with the killed worker were asked twice: $twice" "$twice <= 2"

# ---- two runs; one dies ----
simapi --latency-ms 100
ration_start --input "$input" --output "$dir/a.jsonl" --in-flight 1
a=$ration_pid
wait_for 10 rows_are 4
ration_start --input "$input" --output "$dir/b.jsonl" --in-flight 1
b=$ration_pid
wait_for 10 eval '[[ $(ls "$RATION_RUNTIME_DIR"/*/run.json | wc -l) -eq 2 ]]'
steer pause
is $steered 2 "several runs, none named: exit 2"
has "$dir/said" "pid $a  output $dir/a.jsonl" "one is named"
has "$dir/said" "pid $b  output $dir/b.jsonl" "and the other"
steer pause "$dir/b.jsonl"
is $steered 0 "pause OUTPUT"
steer ps --run "$dir/b.jsonl"
has "$dir/said" "pid $b," "is the right one"
has "$dir/said" "paused" "and paused"
id=$(awk '/^run / { print $2 }' "$dir/said")
id=${id%,}
steer ps --run "${id%??}"
has "$dir/said" "pid $b," "--run with the beginning of its id"
steer ps --run "$dir/a.jsonl"
grep -q paused "$dir/said"
is $? 1 "the other one is not paused"
steer ps --run nothing
is $steered 2 "--run with another name: exit 2"
has "$dir/said" "\"nothing\" is no run at work" "and says so"
steer stop --run="$dir/a.jsonl"
wait "$a"
is $? 3 "stop --run=OUTPUT"
kill -9 "$b"
wait "$b" 2>/dev/null
[[ -e $RATION_RUNTIME_DIR/$id/control ]]
ok $? "a killed run leaves its folder"
steer resume --run "$id"
is $steered 2 "commands know that it is dead: exit 2"
is "$(ls "$RATION_RUNTIME_DIR")" "" "and clear its folder away"
simapi_hurries
ration --input "$input" --output "$dir/b.jsonl" --resume
is "$status" 0 "--resume completes it"

# ---- usage ----
for word in ps workers restart-worker kill-worker pause resume stop; do
    steer $word --help
    [[ $steered -eq 0 ]] && grep -q "^usage: ration $word" "$dir/said"
    ok $? "$word --help"
done
steer workers
is $steered 2 "workers without a number: exit 2"
steer workers 65
is $steered 2 "too many workers: exit 2"
steer pause now
is $steered 2 "a word too much: exit 2"
finish
