#!/usr/bin/env bash
# Batches against a server that others wrote: @copilotkit/aimock, which `make independent` has npm install below the build. It keeps uploads byte by byte,
# and answers each row; its batches are done at the second question. Skipped where npm is not there or can install nothing:
# no part of ration needs it.
source "$(dirname "$0")/../support/scenario.sh"
export RATION_RUNTIME_DIR=$dir/run
server=$build/aimock/node_modules/.bin/aimock
if [[ ! -x $server ]]; then
    echo "1..0 # SKIP @copilotkit/aimock is not there: make independent installs it, where npm can"
    rm -rf "$dir"
    trap - EXIT
    exit 0
fi
perl -e 'print "artist_id,name,data\n"; print "a$_,Name $_,data of $_\n" for 1 .. 300' >"$dir/in.csv"
printf 'Write on {{name}}: {{data}}\n' >"$dir/prompt.txt"
echo '{}' >"$dir/config.json"
"$server" --config "$dir/config.json" --port 0 >"$dir/server.log" 2>&1 &
server_pid=$!
listening() { url=$(sed -n 's|.*listening on \(http://[^ ]*\).*|\1/v1|p' "$dir/server.log"); [[ -n $url ]]; }
wait_for 20 listening
ok $? "the server listens"
parts=(--batch --batch-rows 70 --batch-poll 1 --prompt-file "$dir/prompt.txt" --input "$dir/in.csv")
# batch OPTION…: a run of these rows; sets $status
batch() {
    fresh
    "$build/ration" run --base-url "$url" "${parts[@]}" "$@" >"$summary" 2>"$err"
    status=$?
}
# whole FILE: each artist has one line in it
whole() {
    "$root/tests/support/check-output" "$dir/in.csv" "$1" >"$dir/check"
    has "$dir/check" "0 twice, 0 unknown, 0 renamed, 0 broken" "$(cat "$dir/check")"
}
for provider in openai openai-chat; do
    batch --provider "$provider" --model gpt-4o-mini --output "$dir/$provider.jsonl"
    is "$status $(wc -l <"$dir/$provider.jsonl")" "0 300" "$provider: each row is answered by a batch"
    whole "$dir/$provider.jsonl"
done
output=$dir/later.jsonl
batch --output "$output" --model gpt-4o-mini --detach
is "$status $("$build/ration" status "$output" --json | jq .batches.open)" "3 5" "--detach leaves five parts there"
for ((runs = 0; runs < 5 && status == 3; runs++)); do batch --output "$output" --model gpt-4o-mini --detach --resume; done
is "$status $(wc -l <"$output")" "0 300" "which are collected later"
whole "$output"
output=$dir/cancelled.jsonl
batch --output "$output" --model gpt-4o-mini --detach
"$build/ration" cancel "$output" >"$dir/told" 2>"$dir/told.err"
is "$? $("$build/ration" status "$output" --json | jq .batches.open)" "0 0" "or cancelled"
batch --output "$dir/expired.jsonl" --model gpt-4o-mini --detach --header 'X-AIMock-Batch-Outcome: expired'
for ((runs = 0; runs < 5; runs++)); do
    [[ $("$build/ration" status "$dir/expired.jsonl" --json | jq .batches.over.expired) -lt 5 ]] || break
    batch --output "$dir/expired.jsonl" --model gpt-4o-mini --detach --resume
done
is "$("$build/ration" status "$dir/expired.jsonl" --json | jq .batches.over.expired)" 5 "those that expire are asked again"
kill "$server_pid"
wait "$server_pid" 2>/dev/null
finish
