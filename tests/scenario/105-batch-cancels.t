#!/usr/bin/env bash
# What is to be cancelled at the API is, however often that has to be asked: each batch but one of a part that was made more than once, and
# one that does not end.
source "$(dirname "$0")/../support/scenario.sh"
source "$root/tests/support/batches.sh"
perl -e 'print "artist_id,name,data\n"; print "a$_,Name $_,data of $_\n" for 1 .. 20' >"$dir/in.csv"
parts=(--batch --batch-poll 1 --input "$dir/in.csv")

# cancels STATUS: how many cancellations got it; cancelled: of how many batches
cancels() { grep -c "^POST /v1/batches/.*/cancel $1\$" "$calls"; }
cancelled() { sed -n 's|^POST /v1/batches/\(.*\)/cancel 200$|\1|p' "$calls" | sort -u | wc -l; }
looks() { grep -c '^GET /v1/batches/[^/?]* 200' "$calls"; }

for refusal in 429 500 0; do
    batch_api going lost=2 cancel="$refusal"
    output=$dir/twice.$refusal.jsonl
    ration_start "${parts[@]}" --output "$output"
    wait_for 60 eval '[[ $(cancels "$refusal") -ge 2 ]]'
    ok $? "$refusal: a second batch whose cancellation gets that is cancelled again"
    batch_api_mode going
    wait_for 60 eval '[[ $(cancels 200) -ge 1 && $(looks) -ge 2 ]]'
    ok $? "until that holds"
    batch_api_mode
    ration_wait
    is "$status $(lines "$output") $(cancels 200) $(cancelled)" "0 20 1 1" "the other is kept, and answers each row"
    has "$err" "it was made 2 times: batch_" "which is told"
    simapi_stop
done

# ---- one that has ended ----
batch_api lost=2 cancel=409
output=$dir/ended.jsonl
ration "${parts[@]}" --output "$output"
is "$status $(lines "$output") $(cancels 409)" "0 20 1" "one that cannot be cancelled any more is asked to once"
has "$err" "has ended, or cannot be cancelled (status 409: not now): if it runs, cancel it by hand" "which is told"
simapi_stop

# ---- more than two ----
batch_api going lost=4
output=$dir/four.jsonl
ration_start "${parts[@]}" --output "$output"
wait_for 60 eval '[[ $(looks) -ge 1 ]]'
batch_api_mode
ration_wait
is "$status $(lines "$output") $(cancelled)" "0 20 3" "of four one is kept, and each other is cancelled"
is "$(grep -c "it was made 4 times: .* is kept, .* is to be cancelled" "$err") $(grep -c "which is one too many, is cancelled" "$err")" "3 3" "and told"
simapi_stop

# ---- its worker dies before that ----
batch_api going lost=3 cancel=503
output=$dir/dead.jsonl
ration_start "${parts[@]}" --output "$output"
wait_for 60 eval '[[ $(cancels 503) -ge 1 ]]'
for pid in "$ration_pid" $(workers_of "$ration_pid"); do kill -9 "$pid"; done
ration_wait
batch_api_mode going
ration_start "${parts[@]}" --output "$output" --resume
wait_for 60 eval '[[ $(looks) -ge 1 ]]'
batch_api_mode
ration_wait
is "$status $(lines "$output") $(cancelled)" "0 20 2" "whoever comes after a death cancels them"
simapi_stop

# ---- a list that repeats the key ----
batch_api going lost=2 echo
output=$dir/echo.jsonl
ration_start "${parts[@]}" --output "$output"
wait_for 60 grep -q "the list of batches did not succeed" "$err"
ok $? "a list with the key in an id is none"
batch_api_mode
ration_wait
is "$status $(lines "$output") $(grep -c "/v1/batches/sk-" "$calls")" "0 20 0" "it is asked for again, and the key is no batch's"
simapi_stop

# ---- one that does not end within its window ----
echo 0 >"$dir/wall"
printf 'Write on {{name}}: {{data}}\n' >"$dir/prompt"
export AZURE_OPENAI_API_KEY=azure-test-d41d8cd98f00b204
preload=$build/wall_clock.so
[[ -n ${SANITIZED:-} ]] && preload="$(gcc -print-file-name=libasan.so) $preload"
batch_api going cancel=503
output=$dir/window.jsonl
fresh
LD_PRELOAD=$preload WALL_FILE=$dir/wall "$build/ration" run --provider azure --base-url "$url" --model deployment --prompt-file "$dir/prompt" \
    "${parts[@]}" --batch-window 1h --output "$output" >"$summary" 2>"$err" &
ration_pid=$!
wait_for 60 eval '[[ $(looks) -ge 1 ]]'
echo 4000 >"$dir/wall"
wait_for 60 eval '[[ $(cancels 503) -ge 3 ]]'
is "$(grep -c "has not ended within --batch-window: it is cancelled" "$err")" 0 "nothing is told cancelled that is not"
batch_api_mode going
wait_for 60 grep -q "part 1: .* is cancelled$" "$err"
kill -INT "$ration_pid"
ration_wait
is "$(grep -c "has not ended within --batch-window: it is cancelled" "$err")" 1 "it is told once, when it is"
simapi_stop
finish
