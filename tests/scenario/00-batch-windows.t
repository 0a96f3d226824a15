#!/usr/bin/env bash
# Windows of batches: what each API takes; a part that Azure would let wait for ever is cancelled, and its rest asked again.
source "$(dirname "$0")/../support/scenario.sh"
source "$root/tests/support/batches.sh"
export RATION_RUNTIME_DIR=$dir/run
perl -e 'print "artist_id,name,data\n"; print "a$_,Name $_,data of $_\n" for 1 .. 140' >"$dir/in.csv"
printf 'Write on {{name}}: {{data}}\n' >"$dir/prompt.txt"

# ---- windows that an API does not have are refused before anything is sent ----
export GROQ_API_KEY=gsk-test ANTHROPIC_API_KEY=sk-ant-test AZURE_OPENAI_API_KEY=azure-test-d41d8cd98f00b204
# refuses PROVIDER WINDOW WORDS
refuses() {
    timeout 30 "$build/ration" run --batch --provider "$1" --batch-window "$2" --input "$dir/in.csv" --prompt-file "$dir/prompt.txt" --model m \
        --base-url "${4:-https://api.invalid/v1}" --output "$dir/none.jsonl" >"$dir/told" 2>&1
    is "$? $(grep -c -- "$3" "$dir/told")" "2 1" "$1 has no window of $2"
}
refuses openai-chat 48h "OpenAI's batches have 24 hours" https://api.openai.com/v1
refuses groq 1h "Groq's batches have 24h to 7d" https://api.groq.com/openai/v1
refuses anthropic 7d "Anthropic's batches have 24 hours"
refuses azure 8d "1h to 7d"

# ---- Azure: its address, its words, and a part that does not end ----
wall=$dir/wall
echo 0 >"$wall"
preload=$build/wall_clock.so
[[ -n ${SANITIZED:-} ]] && preload="$(gcc -print-file-name=libasan.so) $preload"
mkdir "$dir/azure"
echo "$AZURE_OPENAI_API_KEY" >"$dir/key"
simapi --key-file "$dir/key" --batch-folder "$dir/azure" --batch-azure --batch-window 0 --batch-row 600
output=$dir/azure.jsonl
fresh
LD_PRELOAD=$preload WALL_FILE=$wall "$build/ration" run --provider azure --base-url "${url%/v1}/openai/v1" --model deployment \
    --prompt-file "$dir/prompt.txt" --batch --batch-rows 70 --batch-poll 1 --batch-window 1h --input "$dir/in.csv" --output "$output" \
    >"$summary" 2>"$err" &
ration_pid=$!
is_running() { [[ $(batch_told '[.batches.parts[] | select(.state | ascii_downcase | test("progress"))] | length') == "$1" ]]; }
wait_for 30 is_running 2
ok $? "parts are made at Azure's address, in its words"
simapi_advances 5000
polled=$(batch_calls poll)
wait_for 20 eval '[[ $(batch_calls poll) -ge $((polled + 4)) ]]'
is "$(batch_calls cancel)" 0 "within their window they are left alone"
echo 4000 >"$wall"
wait_for 30 eval '[[ $(batch_calls cancel) -ge 2 ]]'
ok $? "after it they are cancelled"
wait_for 30 eval '[[ $(lines "$output") -ge 16 ]]'
ok $? "what was done is recorded"
wait_for 30 eval '[[ $(batch_calls create) -ge 4 ]]'
ok $? "and the rest is asked again"
has "$err" "has not ended within --batch-window: it is cancelled" "which is told"
is "$(batch_told .batches.over.cancelled)" 2 "and counted"
kill -INT "$ration_pid"
ration_wait
is "$status" 3 "it is stopped"
simapi_stop
holds "no row was run twice, and rows were: $(batch_ran)" "'$(batch_ran)' =~ /^[1-9]\d+ 0\$/"
finish
