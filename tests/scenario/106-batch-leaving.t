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
