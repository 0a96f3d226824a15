#!/usr/bin/env bash
# A run that cancels, or leaves, comes to its end, and touches nobody else's batch.
source "$(dirname "$0")/../support/scenario.sh"
source "$root/tests/support/batches.sh"
export ANTHROPIC_API_KEY=sk-ant-test-d41d8cd98f00b204
perl -e 'print "artist_id,name,data\n"; print "a$_,Name $_,data of $_\n" for 1 .. 60' >"$dir/in.csv"
printf 'Write on {{name}}: {{data}}\n' >"$dir/prompt"
parts=(--batch --batch-rows 60 --batch-poll 1 --input "$dir/in.csv")

# alone OPTION…: as ration, without a stored prompt
alone() {
    fresh
    "$build/ration" run --base-url "$url" --prompt-file "$dir/prompt" "$@" >"$summary" 2>"$err"
    status=$?
}

# ---- Anthropic's list has no names: what is found there may be another run's ----
mkdir "$dir/strange"
simapi --batch-folder "$dir/strange" --batch-row 600
names=("${parts[@]}" --provider anthropic --model claude-haiku-4-5 --batch-search 5)
output=$dir/other.jsonl
alone "${names[@]}" --output "$output" --detach
is "$status" 3 "another run has its batch there"
others=$(sed -n 's/.*"batch":"\([^"]*\)".*/\1/p' "$dir/.other.jsonl.batches" | tail -n 1)
output=$dir/ours.jsonl
alone "${names[@]}" --output "$output" --detach
is "$status" 3 "so has ours, of as many rows"
cp "$dir/.ours.jsonl.batches" "$dir/known"
grep -E '"state":"(writing|uploaded|creating)"' "$dir/known" >"$dir/.ours.jsonl.batches"
alone "${names[@]}" --output "$output" --resume --cancel
is "$status" 3 "where the answer to the creation was lost, nothing that was found is cancelled"
has "$err" "may be another run's: it is not cancelled" "which is told"
ok $(($(grep -c -e "$others" -e "$(sed -n 's/.*"batch":"\([^"]*\)".*/\1/p' "$dir/known" | tail -n 1)" "$err") > 0 ? 0 : 1)) "with its id"
alone "${names[@]}" --output "$output" --resume --cancel
is "$status" 3 "nor by the next run, which finds it in the journal"
cp "$dir/known" "$dir/.ours.jsonl.batches"
alone "${names[@]}" --output "$output" --resume --cancel
is "$status" 3 "one whose creation was answered is cancelled"
simapi_stop
is "$(batch_calls cancel) $(batch_calls create)" "1 2" "and that alone"

# ---- --detach with the day's quota used up ----
mkdir "$dir/day"
simapi --batch-folder "$dir/day" --batch-validate 0.1
output=$dir/day.jsonl
# by_cron: what comes again and again, and must not stay
by_cron() {
    timeout 120 "$build/ration" run --base-url "$url" --prompt-id pmpt_test "${parts[@]}" --batch-rows 20 --daily-limit 25 --output "$output" --detach --resume >"$dir/sum" 2>"$dir/day.err"
    status=$?
}
by_cron
is "$status $(grep -c "are with the API" "$dir/day.err")" "3 1" "as much as the day allows is with the API"
for ((runs = 1; runs < 10 && status == 3 && $(wc -l <"$output") < 20; runs++)); do by_cron; done
is "$status $(wc -l <"$output")" "3 20" "it is collected, and the run leaves, though nothing is with the API"
by_cron
is "$status" 3 "so does one that finds nothing to collect"
simapi_stop
is "$(batch_calls create)" 1 "and nothing else was made"

# ---- a part that alone is more than the API lets wait ----
mkdir "$dir/room"
simapi --batch-folder "$dir/room" --batch-validate 0.1 --batch-enqueued-tokens 200
output=$dir/room.jsonl
ration "${parts[@]}" --output "$output"
is "$status $(wc -l <"$output")" "0 60" "is made again in halves"
has "$err" "is more than the API lets wait" "which is told"
simapi_stop

# ---- one that is so only as the API counts ----
mkdir "$dir/factor"
simapi --batch-folder "$dir/factor" --batch-validate 0.1 --batch-enqueued-tokens 20000 --batch-token-factor 100
output=$dir/factor.jsonl
ration_start "${parts[@]}" --output "$output"
wait_for 90 grep -q "part 1 .* is more than the API lets wait" "$err"
ok $? "a part that is refused again and again, with nothing beside it, is made again in halves"
wait_for 90 eval '! kill -0 "$ration_pid" 2>/dev/null' || kill "$ration_pid"
ration_wait
is "$status $(wc -l <"$output")" "0 60" "which are answered"
simapi_stop
mkdir "$dir/single"
head -n 2 "$dir/in.csv" >"$dir/one.csv"
simapi --batch-folder "$dir/single" --batch-validate 0.1 --batch-enqueued-tokens 2000 --batch-token-factor 1000
ration_start "${parts[@]}" --input "$dir/one.csv" --output "$dir/single.jsonl"
wait_for 90 grep -q "WARNING: part 1 is a single row, and the API has no room for it" "$err"
ok $? "a single row is warned of, and waits"
kill -INT "$ration_pid"
ration_wait
is "$status" 3 "until the run is stopped"
simapi_stop

# ---- each session has a limit of its own ----
printf 'sk-test-1d41d8cd98f00b204 0 0 0\nsk-test-2d41d8cd98f00b204 0 0 0\n' >"$dir/keys.txt"
printf '{"sessions": [{"name": "one", "key": "sk-test-1d41d8cd98f00b204"}, {"name": "two", "key": "sk-test-2d41d8cd98f00b204"}]}' >"$dir/sessions.json"
chmod 600 "$dir/sessions.json"
perl -e 'print "artist_id,name,data\n"; print "a$_,Name $_,", $_ > 20 ? "long" x 250 : "short", "\n" for 1 .. 40' >"$dir/two.csv"
mkdir "$dir/sessions"
simapi --batch-folder "$dir/sessions" --keys-file "$dir/keys.txt" --batch-validate 0.1 --batch-enqueued-tokens 1500 --batch-token-factor 10 --batch-row 3600
ration_start "${parts[@]}" --input "$dir/two.csv" --batch-rows 20 --sessions "$dir/sessions.json" --output "$dir/sessions.jsonl"
wait_for 30 grep -q "part 2 .* is more than the API lets wait" "$err"
ok $? "a part is too large whatever waits for another session"
wait_for 30 grep -q "part 4: .* are with the API as" "$err"
ok $? "and its halves do not wait for that"
kill -INT "$ration_pid"
ration_wait
is "$status" 3 "what is with the API stays there"
simapi_stop

# ---- one bad line, again and again with --detach: its row is known from the journal ----
mkdir "$dir/line"
simapi --batch-folder "$dir/line" --batch-validate 0.1 --batch-fault-line 1 --batch-fault-times 1
output=$dir/line.jsonl
for ((status = 3, runs = 0; runs < 10 && status == 3; runs++)); do
    timeout 120 "$build/ration" run --base-url "$url" --prompt-id pmpt_test "${parts[@]}" --output "$output" --detach --resume >"$dir/sum" 2>"$dir/line.err"
    status=$?
done
is "$status $(wc -l <"$output") $(grep -c '"class":"refused"' "$dir/line.errors.jsonl")" "1 59 1" "the row fails, the others are answered"
simapi_stop
finish
