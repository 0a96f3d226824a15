#!/usr/bin/env bash
# More parts than may be with the API at once: nobody waits for ever, no row is asked twice, nothing is spun for, --detach leaves.
source "$(dirname "$0")/../support/scenario.sh"
source "$root/tests/support/batches.sh"
perl -e 'print "artist_id,name,data\n"; print "a$_,Name $_,data of $_\n" for 1 .. 300' >"$dir/in.csv"
parts=(--batch --batch-rows 10 --batch-poll 1 --input "$dir/in.csv") # 30 parts, of which 24 may be there at once

at_the_api() { [[ $(grep -c "are with the API as" "$err") -eq $1 ]]; }
steer() { "$build/ration" "$@" >"$dir/steered" 2>&1; }
# all_there NAME: the output is whole
all_there() {
    "$root/tests/support/check-output" "$dir/in.csv" "$output" >"$dir/check"
    is "$(wc -l <"$output")" 300 "$1: each row has its line"
    has "$dir/check" "0 twice, 0 unknown, 0 renamed, 0 broken" "$(cat "$dir/check")"
}

# ---- as many as there may be: stopped, detached, collected ----
mkdir "$dir/many"
simapi --batch-folder "$dir/many" --batch-validate 3600
output=$dir/many.jsonl
ration_start "${parts[@]}" --output "$output"
wait_for 60 at_the_api 24
kill -INT "$ration_pid"
ration_wait
is "$status $(grep -c "stay with the API as" "$err")" "3 24" "stopped, it leaves as many parts as there may be"
ration "${parts[@]}" --output "$output" --resume --detach
is "$status $(grep -c "stay with the API as" "$err")" "3 24" "--detach leaves when no more may be there, though there is more to ask"
simapi_advances 7200
ration_start "${parts[@]}" --output "$output" --resume
wait_for 60 at_the_api 6
simapi_advances 7200
ration_wait
is "$status" 0 "--resume collects them, and asks for the rest"
all_there "collected"
simapi_stop
is "$(batch_ran)" "300 0" "and each was run, and once"
is "$(batch_calls create)" 30 "nor was a part made twice"

# ---- a part that is made anew, while its rows are claimed for others' sake ----
mkdir "$dir/anew"
simapi --batch-folder "$dir/anew" --batch-validate 3600 --batch-fault-calls create --batch-fault-drop 1 --batch-fault-times 1
output=$dir/anew.jsonl
ration_start "${parts[@]}" --output "$output"
wait_for 60 at_the_api 23
kill -INT "$ration_pid"
ration_wait
is "$status $(grep -c "it is looked for before anything is made anew" "$err")" "3 1" "one of the parts may have been made"
ration_start "${parts[@]}" --output "$output" --resume --batch-search 5
is_looked_for() { grep -q "it may be with the API, and is looked for" "$err"; }
wait_for 30 is_looked_for
comes 30 steer pause
is_lost() { grep -q "are in doubt, and are asked again" "$err"; }
wait_for 30 is_lost
simapi_advances 7200
is_recorded() { [[ $(grep -c ": recorded" "$err") -ge 23 ]]; }
wait_for 60 is_recorded
comes 30 steer resume
wait_for 60 at_the_api 7
simapi_advances 7200
ration_wait
is "$status" 0 "it was not, and is made anew; the run goes on to its end"
all_there "made anew"
simapi_stop
is "$(batch_ran)" "300 0" "and each was run, and once"

# ---- every part expires before any of its rows is run: all are to be asked again, and there is no room ----
mkdir "$dir/expired"
simapi --batch-folder "$dir/expired" --batch-row 3600 --batch-window 5000
output=$dir/expired.jsonl
ration_start "${parts[@]}" --output "$output"
wait_for 60 at_the_api 24
simapi_advances 20000
is_full() { [[ $(grep -c "is expired" "$err") -ge 24 ]] && at_the_api 48; }
wait_for 60 is_full
ticks() { awk '{ print $14 + $15 }' "/proc/$(workers_of "$ration_pid")/stat"; }
spinner=$(workers_of "$ration_pid")
before=$(ticks)
sleep 3 # the figure is of the time that passes, whatever the machine gives
is "${before:+$(workers_of "$ration_pid")}" "$spinner" "the worker is the same"
holds "rows that find no room are not spun for: $(($(ticks) - before)) of 300 ticks" "$(($(ticks) - before)) < 100"
kill -INT "$ration_pid"
ration_wait
is "$status" 3 "it is stopped as ever"
ration "${parts[@]}" --output "$output" --resume --detach
is "$status" 3 "and a next run looks, and leaves"
simapi_stop

# ---- no more tokens may wait than one part has ----
mkdir "$dir/enqueued"
simapi --batch-folder "$dir/enqueued" --batch-enqueued-tokens 1500 --batch-validate 0.2 --batch-row 3600
printf 'Write on {{name}}: {{data}}\n' >"$dir/prompt.txt"
output=$dir/enqueued.jsonl
again=()
for _ in 1 2; do
    fresh
    timeout 100 "$build/ration" run --base-url "$url" "${parts[@]}" --batch-rows 70 --prompt-file "$dir/prompt.txt" --output "$output" --detach \
        "${again[@]}" >"$summary" 2>"$err"
    is "$?" 3 "--detach does not wait for room${again[*]:+ when the API has said that there is none}"
    again=(--resume)
done
has "$err" "has to wait" "which is told"
simapi_stop
finish
