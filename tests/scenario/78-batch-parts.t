#!/usr/bin/env bash
# A batch by parts: whoever dies, and whatever answer is lost, each row has one line, and none is run twice at the provider.
source "$(dirname "$0")/../support/scenario.sh"
source "$root/tests/support/batches.sh"
note "SEED=$seed"
perl -e 'print "artist_id,name,data\n"; print "a$_,Name $_,data of $_\n" for 1 .. 300' >"$dir/in.csv"
mkdir "$dir/files"

# parts OPTION…: what all runs here have
parts=(--batch --batch-rows 70 --batch-poll 1 --input "$dir/in.csv")

# lines_once FILE: each artist has one line in it
lines_once() { "$root/tests/support/check-output" "$dir/in.csv" "$1"; }

# ---- nothing goes wrong ----
simapi --batch-folder "$dir/files"
ration "${parts[@]}" --output "$dir/plain.jsonl"
is "$status" 0 "a batch ends as any run does"
is "$(wc -l <"$dir/plain.jsonl")" 300 "with a line for each row"
lines_once "$dir/plain.jsonl" >"$dir/check"
has "$dir/check" "0 twice, 0 unknown, 0 renamed, 0 broken" "$(cat "$dir/check")"
is "$(find "$dir" -maxdepth 1 -name '*.batches' | wc -l)" 0 "and leaves no journal"
has "$summary" "300 done" "the summary counts them"
simapi_stop
is "$(audit_each '$n++ if $a{way} eq "single"; END { print $n + 0 }')" 0 "no request went alone"
is "$(batch_ran)" "300 0" "each row was run, and once"

# ---- everybody is killed ----
export ANTHROPIC_API_KEY=sk-ant-test-d41d8cd98f00b204 MISTRAL_API_KEY=mistral-test-d41d8cd98f00b204 TOGETHER_API_KEY=together-test-d41d8cd98f00b204

# kill_somebody: a worker, or now and then the coordinator, after a while that chance chooses
kill_somebody() {
    local victim=$ration_pid
    sleep "0.$((RANDOM % 900 + 100))"
    [[ $((RANDOM % 4)) -eq 0 ]] || victim=$(workers_of "$ration_pid" | head -n 1)
    kill -9 "${victim:-$ration_pid}" 2>/dev/null && killed=$((killed + 1))
}
# kill_all NAME OPTION…: runs of that API whose processes are killed, then one that may end
kill_all() {
    local name=$1 again=() kills killed=0 output=$dir/killed.$1.jsonl
    shift
    mkdir "$dir/killed.$name"
    simapi "${shape[@]}" --batch-folder "$dir/killed.$name" --batch-fault-calls upload,create,list,poll,content,results --batch-fault-lost 0.3 \
        --batch-fault-drop 0.1 --batch-fault-cut 0.2 --batch-hidden 0.2 --batch-lag 0.3 --batch-validate 0.5 --batch-row 0.02
    for ((runs = 0; runs < 30; runs++)); do
        fresh
        "$build/ration" run --base-url "$url" "${parts[@]}" "$@" --batch-search 5 --output "$output" "${again[@]}" >"$summary" 2>"$err" &
        ration_pid=$!
        for ((kills = 0; kills < 6 && runs < 6; kills++)); do
            kill -0 "$ration_pid" 2>/dev/null || break
            kill_somebody
        done
        ration_wait
        cat "$err" >>"$dir/$name.err"
        [[ $status -ne 0 ]] || break
        again=(--resume)
    done
    simapi_stop
    is "$status" 0 "$name: the last of $((runs + 1)) runs finishes"
    holds "$killed were killed" "$killed >= 3"
    is "$(wc -l <"$output")" 300 "with a line for each row"
    lines_once "$output" >"$dir/check"
    has "$dir/check" "0 twice, 0 unknown, 0 renamed, 0 broken" "$(cat "$dir/check")"
    note "$name: $(grep -c "looked for" "$dir/$name.err") creations were looked for, $(grep -c "are in doubt, and are asked again" "$dir/$name.err") had not come about"
    is "$(batch_ran)" "300 0" "each row was run, and once"
}
printf 'Write on {{name}}: {{data}}\n' >"$dir/prompt.txt"
shape=()
kill_all openai --prompt-id pmpt_test
kill_all anthropic --provider anthropic --prompt-file "$dir/prompt.txt"
kill_all mistral --provider mistral --prompt-file "$dir/prompt.txt"
shape=(--batch-together)
kill_all together --provider together --model m --prompt-file "$dir/prompt.txt"
# ---- it is stopped, and goes on; nobody else may ----
mkdir "$dir/stopped"
simapi --batch-folder "$dir/stopped" --batch-validate 3600
output=$dir/stopped.jsonl
at_the_api() { [[ $(grep -c "are with the API as" "$err") -eq 5 ]]; }
ration_start "${parts[@]}" --output "$output"
wait_for 30 at_the_api
is_shown() { "$build/ration" status 2>/dev/null | grep -q "5 parts with 300 rows are with the API until 20"; }
wait_for 10 is_shown
ok $? "status tells what is with the API"
kill -INT "$ration_pid"
ration_wait
is "$status" 3 "stopped, it leaves its parts with the API"
is "$(grep -c "stay with the API as batch_" "$err")" 5 "and says which"
has "$summary" "5 parts with 300 rows stay with the API" "so does the summary"
has "$summary" "known from     $dir/.stopped.jsonl.batches; take it along" "and from which file they are known"
ration --input "$dir/in.csv" --output "$output" --resume
is "$status" 2 "no other run of that output asks their rows"
has "$err" "collect them with --batch --resume" "it says how they are collected"
ration "${parts[@]}" --output "$output"
is "$status" 2 "nor does a batch from the beginning"
ration "${parts[@]}" --output "$output" --resume --detach
is "$status" 3 "--detach looks, finds nothing new, and leaves"
# What stands beside the output is all that is needed: another machine has it, four weeks later.
simapi_advances 7200
mkdir "$dir/elsewhere"
mv "$dir"/stopped.*jsonl "$dir/.stopped.jsonl.batches" "$dir/elsewhere/"
cp "$dir/in.csv" "$dir/elsewhere/in.csv"
output=$dir/elsewhere/stopped.jsonl
echo $((28 * 86400)) >"$dir/wall"
preload=$build/wall_clock.so
[[ -n ${SANITIZED:-} ]] && preload="$(gcc -print-file-name=libasan.so) $preload"
fresh
RATION_RUNTIME_DIR=$dir/elsewhere/run LD_PRELOAD=$preload WALL_FILE=$dir/wall "$build/ration" run --base-url "$url" --prompt-id pmpt_test \
    "${parts[@]}" --input "$dir/elsewhere/in.csv" --output "$output" --resume >"$summary" 2>"$err"
is "$?" 0 "--batch --resume collects them"
is "$(wc -l <"$output")" 300 "with a line for each row"
simapi_stop
is "$(batch_ran)" "300 0" "and each row was run, and once"
is "$(batch_calls create)" 5 "nor was a part made twice"
mkdir "$dir/cron"
simapi --batch-folder "$dir/cron" --batch-validate 3600
fresh
"$build/ration" run --base-url "$url" "${parts[@]}" --prompt-file "$dir/prompt.txt" --batch-tokens 1500 --output "$dir/cron.jsonl" --detach >"$summary" 2>"$err"
is "$?" 3 "--detach ends when all is with the API"
simapi_stop
created=$(batch_calls create)
is "$(grep -c "are with the API as" "$err")" "$created" "as soon as it is"
holds "--batch-tokens has its parts hold no more: $created" "$created > 5"

# ---- cancelled with a part of the rows done ----
mkdir "$dir/cancelled"
simapi --batch-folder "$dir/cancelled" --batch-row 1000
output=$dir/cancelled.jsonl
ration "${parts[@]}" --output "$output" --detach
simapi_advances 20500
ration "${parts[@]}" --output "$output" --resume --cancel
is "$status" 3 "--cancel ends the parts, and the run"
done_then=$(wc -l <"$output")
holds "what was done by then is recorded: $done_then" "$done_then >= 5 && $done_then <= 150"
nothing "$(grep "stay with the API" "$summary")" "nothing is with the API any more"
ration --input "$dir/in.csv" --output "$output" --resume
is "$status $(wc -l <"$output")" "0 300" "any run goes on from there"
simapi_stop
is "$(batch_calls cancel)" 5 "each part was cancelled once"
is "$(batch_calls create)" 5 "and nothing was made"
is "$(batch_ran)" "300 0" "and no row was run twice, whichever way"

# ---- no more may wait than the account allows ----
mkdir "$dir/enqueued"
simapi --batch-folder "$dir/enqueued" --batch-enqueued-tokens 1500 --batch-validate 0.2
output=$dir/enqueued.jsonl
fresh
"$build/ration" run --base-url "$url" "${parts[@]}" --prompt-file "$dir/prompt.txt" --output "$output" >"$summary" 2>"$err"
is "$? $(wc -l <"$output")" "0 300" "parts that find no room are made later"
has "$err" "has to wait: Enqueued token limit reached" "which is told"
simapi_stop
is "$(batch_ran)" "300 0" "and each row was run, and once"

# ---- a creation that was lost, and never came about ----
mkdir "$dir/lost"
simapi --batch-folder "$dir/lost" --batch-fault-calls create --batch-fault-drop 1 --batch-fault-times 1
ration "${parts[@]}" --batch-search 2 --in-doubt fail --output "$dir/lost.jsonl"
is "$status $(wc -l <"$dir/lost.jsonl") $(grep -c '"class":"in_doubt"' "$dir/lost.errors.jsonl")" "1 230 70" "--in-doubt fail: its rows fail, the others are answered"
ration "${parts[@]}" --output "$dir/lost.jsonl" --resume --retry-errors all
is "$status $(wc -l <"$dir/lost.jsonl")" "0 300" "and are asked again when that is told"
simapi_stop

# ---- a creation that is refused ends the run, with the API's words ----
mkdir "$dir/refused"
cat >"$dir/elsewhere.json" <<'JSON'
{"providers": [{"name": "elsewhere", "like": "openai-chat", "path": "/elsewhere/chat/completions"}]}
JSON
simapi --batch-folder "$dir/refused"
fresh
timeout 60 "$build/ration" run --base-url "$url" --providers "$dir/elsewhere.json" --provider elsewhere --model m --prompt-file "$dir/prompt.txt" \
    "${parts[@]}" --output "$dir/refused.jsonl" >"$summary" 2>"$err"
is "$? $(lines "$dir/refused.jsonl")" "4 0" "a creation that is refused: exit 4"
has "$err" "the API refuses the batch: status 400: Invalid value for 'endpoint'" "in the API's words"
simapi_stop

# ---- every end of a part ----
mkdir "$dir/ends"
simapi --batch-folder "$dir/ends" --batch-fault-line 0.3 --batch-fault-enqueued 0.3 --batch-fault-expired 0.3 --batch-fault-cancelled 0.2 \
    --batch-fault-counts 0.5 --batch-fault-row-zero 0.05 --batch-fault-row-timeout 0.05 --batch-fault-row-missing 0.05 \
    --batch-fault-row-twice 0.1 --batch-fault-row-unknown 0.1 --batch-no-lines any --batch-fault-short 0.2 --batch-fault-times 6
output=$dir/ends.jsonl
ration "${parts[@]}" --output "$output"
holds "it ends with what was refused as failures: $status" "$status == 0 || $status == 1"
cat "$output" "$dir/ends.errors.jsonl" 2>/dev/null | sed -n 's/^{"artist_id":"\([^"]*\)".*/\1/p' | sort >"$dir/ended"
is "$(wc -l <"$dir/ended")" 300 "each row has its line, as an answer or as a failure"
nothing "$(uniq -d "$dir/ended")" "and only one"
nothing "$(grep -hv '"class":"refused"' "$dir/ends.errors.jsonl" 2>/dev/null)" "only what the API refused has failed"
simapi_stop
finish
