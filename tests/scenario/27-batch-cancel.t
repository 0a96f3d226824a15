#!/usr/bin/env bash
# ration cancel: what is with a batch API is cancelled there and what was done is recorded, with a run at work and without one.
source "$(dirname "$0")/../support/scenario.sh"
source "$root/tests/support/batches.sh"
export RATION_RUNTIME_DIR=$dir/run
perl -e 'print "artist_id,name,data\n"; print "a$_,Name $_,data of $_\n" for 1 .. 300' >"$dir/in.csv"
parts=(--batch --batch-rows 70 --batch-poll 1 --input "$dir/in.csv")
running() { [[ $(batch_told '[.batches.parts[] | select(.state == "in_progress")] | length') == "$1" ]]; }
# partly_done: each part has some of its rows
partly_done() {
    running 5 && simapi_advances 5000
    wait_for 20 eval '[[ $(batch_told "[.batches.parts[] | select(.done > 0)] | length") == 5 ]]'
}

# ---- a run at work ----
mkdir "$dir/alive"
simapi --batch-folder "$dir/alive" --batch-row 600
output=$dir/alive.jsonl
ration_start "${parts[@]}" --output "$output"
wait_for 30 running 5
partly_done
"$build/ration" cancel "$output" --verbose >"$dir/told" 2>"$dir/told.err"
is $? 2 "a run at work has its options already"
"$build/ration" cancel "$output" >"$dir/told" 2>"$dir/told.err"
is "$? $(cat "$dir/told")" "0 what is with the API is being cancelled; what was done is recorded, and the run ends then" "ration cancel tells the run at work"
ration_wait
is "$status" 3 "which ends, since rows are left"
is "$(batch_calls cancel)" 5 "each part was cancelled"
is "$(batch_calls create)" 5 "and none was made"
is "$(wc -l <"$output")" 40 "what was done by then is recorded"
is "$(batch_told .batches.open)" 0 "nothing is with the API any more"
is "$(batch_told .batches.over.cancelled)" 5 "status says how the parts ended"
"$build/ration" cancel "$output" >"$dir/told" 2>"$dir/told.err"
is "$? $(cat "$dir/told")" "0 nothing of $output is with a batch API" "once more is no trouble"
ration --input "$dir/in.csv" --output "$output" --resume
is "$status $(wc -l <"$output")" "0 300" "any run goes on from there"
simapi_stop
is "$(batch_ran)" "300 0" "and no row was run twice, whichever way"

# ---- none at work, from another folder: the command is not repeated ----
mkdir "$dir/rest" "$dir/there" "$dir/here"
simapi --batch-folder "$dir/rest" --batch-row 600
output=$dir/there/rest.jsonl
(
    cd "$dir/there" || exit 1
    exec "$build/ration" run --base-url "$url" --batch --batch-rows 70 --batch-poll 1 --input ../in.csv --prompt-id pmpt_test --output rest.jsonl --detach >"$dir/sum" 2>"$dir/rest.err"
)
is $? 3 "all is with the API"
is "$(batch_told .batches.open)" 5 "five parts"
simapi_advances 5000
# later DAYS: what status says of it then
later() {
    echo $(($1 * 86400)) >"$dir/wall"
    local preload=$build/wall_clock.so
    [[ -n ${SANITIZED:-} ]] && preload="$(gcc -print-file-name=libasan.so) $preload"
    LD_PRELOAD=$preload WALL_FILE=$dir/wall "$build/ration" status "$output" >"$dir/later" 2>&1
}
later 0
nothing "$(grep "collect them" "$dir/later")" "they have their time"
later 2
has "$dir/later" "they are to have ended by now: collect them" "after their window status says so"
nothing "$(grep "results are kept" "$dir/later")" "and their results are kept for a while"
later 27
has "$dir/later" "results are kept until 20" "but not for ever"
"$build/ration" cancel >"$dir/told" 2>"$dir/told.err"
is $? 2 "without a name nothing is cancelled"
has "$dir/told.err" "name the output" "which is asked for"
! (cd "$dir/here" && env -u OPENAI_API_KEY "$build/ration" cancel "$output" >"$dir/told" 2>"$dir/told.err")
ok $? "without the key nothing is cancelled"
has "$dir/told.err" "OPENAI_API_KEY" "which is told"
is "$(batch_told .batches.open)" 5 "and all is as it was"
(cd "$dir/here" && "$build/ration" cancel "$output" --verbose >"$dir/told" 2>"$dir/told.err")
is $? 0 "with it the parts are cancelled, from any folder"
is "$(batch_calls cancel)" 5 "each of them"
is "$(batch_calls create)" 5 "and none was made"
is "$(batch_told .batches.open)" 0 "nothing is with the API"
holds "what was done is recorded: $(wc -l <"$output")" "$(wc -l <"$output") > 0"
batch_told .run.resume >"$dir/resume"
has "$dir/resume" "--resume" "status tells how the rest goes on"
nothing "$(batch_told .run.resume | grep -e --cancel)" "which is no cancelling"
(
    cd "$dir/there" || exit 1
    exec "$build/ration" run --base-url "$url" --batch --batch-rows 70 --batch-poll 1 --input ../in.csv --prompt-id pmpt_test --output rest.jsonl --resume --detach >"$dir/sum" 2>"$dir/rest.err"
)
chmod 666 "$dir/there/.rest.jsonl.ration"
"$build/ration" cancel "$output" >"$dir/told" 2>"$dir/told.err"
is $? 2 "a record that others may write to is not obeyed"
has "$dir/told.err" "ration run … --batch --resume --cancel" "the way by hand is told"
simapi_stop

# ---- the same command again and again, as cron has it ----
mkdir "$dir/cron"
simapi --batch-folder "$dir/cron" --batch-validate 3600
output=$dir/cron.jsonl
again=("${parts[@]}" --output "$output" --detach --resume)
ration "${again[@]}"
is "$status $(batch_told .batches.open)" "3 5" "the first one makes the parts, though there is nothing to go on with"
ration "${again[@]}"
is "$status $(batch_calls create)" "3 5" "one that comes too early leaves them"
simapi_advances 7200
for ((runs = 1; runs < 10 && status == 3; runs++)); do ration "${again[@]}"; done
is "$status $(wc -l <"$output")" "0 300" "a later one collects them"
ration "${again[@]}"
is "$status $(batch_calls create)" "0 5" "and what comes after that does nothing"
simapi_stop

# ---- a run that is none of a batch ----
scripted=$dir/none.jsonl
"$build/ration" cancel "$scripted" >"$dir/told" 2>"$dir/told.err"
is $? 2 "an output that nobody knows"
finish
