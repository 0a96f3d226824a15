#!/usr/bin/env bash
# What the results of a batch say, however they are written, and what they do not say: what is not seen proves nothing.
source "$(dirname "$0")/../support/scenario.sh"
source "$root/tests/support/batches.sh"
perl -e 'print "artist_id,name,data\n"; print "a$_,Name $_,data of $_\n" for 1 .. 20' >"$dir/in.csv"
parts=(--batch --batch-poll 1 --input "$dir/in.csv")

asked_rows() { grep -c '^row' "$calls"; }
asked_twice() { sed -n 's/^row [^_]*_\([0-9]*\)_.*/\1/p' "$calls" | sort -n | uniq -d | tr '\n' ' '; }
fails() { grep -c "\"class\":\"$1\"" "${output%.jsonl}.errors.jsonl" 2>/dev/null; }

# ---- blanks are JSON ----
batch_api spaced
output=$dir/spaced.jsonl
ration "${parts[@]}" --output "$output"
is "$status $(lines "$output") $(asked_rows)" "0 20 20" "blanks between the tokens of a result change nothing"
simapi_stop

# ---- rows that nobody sent, so many behind all others that the run is over before they are read ----
batch_api strange=300000
output=$dir/strange.jsonl
ration "${parts[@]}" --output "$output"
is "$status $(lines "$output") $(asked_rows)" "0 20 20" "results of rows that nobody sent change nothing"
nothing "$(grep "stay with the API" "$err")" "a part whose rows are all done is over: nothing of it stays with the API"
has "$err" "part 1: recorded" "which is noted"
nothing "$(grep "stays with the API" "$summary")" "also at the end"
simapi_stop

# ---- larger than an answer may be: known by its id, which stands behind it ----
batch_api large=3,17000000
output=$dir/large.jsonl
ration "${parts[@]}" --output "$output" --attempts 1
is "$status $(lines "$output") $(fails server_fault) $(asked_rows)" "1 19 1 20" "an answer above 16 MiB is that row's failure, and no other's"
has "${output%.jsonl}.errors.jsonl" '"artist_id":"a3"' "of the row whose it was"
has "$err" "1 results are larger than the 16777216 bytes" "which is told"
simapi_stop

# ---- a line that nobody can read ----
batch_api garbled=5
output=$dir/garbled.jsonl
ration "${parts[@]}" --output "$output" --in-doubt fail
is "$status $(lines "$output") $(fails in_doubt) $(asked_rows)" "1 19 1 20" "--in-doubt fail: the row that has no result fails, and is not asked again"
has "$err" "1 lines of its results do not say of which row they are" "the line is told"
has "$err" "1 rows have no result that can be read, and are in doubt: they fail: number 4 of the input" "so is the row"
simapi_stop

# ---- rows without a result may have been billed: their doubt counts for the bound ----
batch_api garbled=1
output=$dir/bound.jsonl
cost=(--price "3,15" --max-output-tokens 10 --max-cost 1 --summary "$dir/summary.json")
doubt() { perl -MJSON::PP -0777 -ne 'printf "%d", 1e9 * (decode_json($_)->{cost}{doubt_dollars} // 0) + 0.5' "$dir/summary.json"; }
ration "${parts[@]}" "${cost[@]}" --output "$output" --attempts 1
once=$(doubt)
holds "what such a row may have cost is in doubt, and no more: $once" "$once > 0 && $once < 4e6"
output=$dir/bounded.jsonl
ration "${parts[@]}" "${cost[@]}" --output "$output" --attempts 3
is "$status $(lines "$output") $(asked_rows)" "1 19 42" "asked again alone, it never has one"
holds "each of its attempts is: $(doubt)" "$(doubt) > 2 * $once"
simapi_stop

# ---- results that find no room ----
batch_api large=3,2000000
output=$dir/room.jsonl
finds_no_room() { grep -q "WARNING: part 1: its results cannot be kept beside the output: .*; make room" "$err"; }
ulimit -S -f 1000
ration_start "${parts[@]}" --output "$output"
ulimit -S -f unlimited
wait_for 60 finds_no_room
ok $? "that the results of a part find no room is told, with what to do"
room_alert() { grep -q "the output cannot be written; the run waits" "$err"; }
wait_for 60 room_alert
ok $? "and the run's alert of a full disk is raised"
for pid in "$ration_pid" $(workers_of "$ration_pid"); do prlimit --pid "$pid" --fsize=unlimited; done
ration_wait
is "$status $(lines "$output") $(asked_rows)" "0 20 20" "when there is some they are fetched, and nothing is asked again"
simapi_stop

# ---- a file that ends in mid-line, each time ----
batch_api short=18
output=$dir/short.jsonl
ration_start "${parts[@]}" --output "$output"
is_cut() { grep -q "a file of its results is cut off, each time" "$err"; }
wait_for 60 is_cut
batch_api_mode whole
ration_wait
is "$status $(lines "$output") $(asked_rows)" "0 20 23" "--in-doubt retry: rows that it cut off are asked again, no other"
is "$(asked_twice)" "17 18 19 " "as they are told"
has "$err" "3 rows have no result that can be read, and are in doubt: they are asked again: number 17-19 of the input" "also the one of which a part is there"
simapi_stop

# ---- a file that ends in mid-line at what could be a line's end ----
batch_api short=18,brace
output=$dir/brace.jsonl
ration_start "${parts[@]}" --output "$output"
is_cut_off() { grep -q "the download, which is cut off, did not succeed" "$err"; }
wait_for 60 is_cut_off
ok $? "it is cut off, though it ends with a brace"
batch_api_mode whole
ration_wait
is "$status $(lines "$output") $(asked_rows)" "0 20 20" "and is fetched again"
simapi_stop

# ---- the key is refused, in words that repeat it ----
said_key() { grep -rlF "$OPENAI_API_KEY" "$err" "$summary" "${output%.jsonl}".* "$dir/.${output##*/}.batches" 2>/dev/null; }
batch_api failed=not_allowed
output=$dir/failed.jsonl
ration "${parts[@]}" --output "$output" --attempts 1 --log-file "$dir/failed.log"
is "$status $(fails server_fault)" "1 20" "a batch that fails as a whole costs each row an attempt"
has "$err" "not_allowed: the key [key] may not do that" "its words are told without the key"
nothing "$(said_key)" "no file has it"
simapi_stop
batch_api refuse=401
output=$dir/refused.jsonl
ration_start "${parts[@]}" --output "$output"
is_refused() { grep -q "WARNING.*a look at its batch did not succeed: status 401.*the key is refused: put it right; its parts stay with the API" "$err"; }
wait_for 30 is_refused
ok $? "a key that is refused while parts are with the API is told, with what to do"
kill -9 "$ration_pid"
ration_wait
ration "${parts[@]}" --output "$output" --resume
is "$status" 4 "a run whose only key was never taken ends"
has "$err" "the API refuses the key of each session that has parts" "it says why"
has "$err" "stay with the API as batch_" "and what is where"
batch_api_mode whole
ration "${parts[@]}" --output "$output" --resume
is "$status $(lines "$output") $(asked_rows)" "0 20 20" "when the key is right they are collected, and none is asked again"
nothing "$(said_key)" "no file has the key"
simapi_stop

# ---- the session whose key made a part is gone ----
sessions() {
    printf '{"sessions": [{"name": "%s", "key": "sk-test-1d41d8cd98f00b204"}, {"name": "other", "key": "sk-test-2d41d8cd98f00b204"}]}' "$1" >"$dir/sessions.json"
    chmod 600 "$dir/sessions.json"
}
batch_api whole
output=$dir/gone.jsonl
sessions first
parts+=(--sessions "$dir/sessions.json" --batch-rows 5 --output "$output")
ration "${parts[@]}" --detach
is "$status $(grep -c "stay with the API" "$err")" "3 4" "parts of two sessions are with the API"
sessions renamed
before=$(wc -l <"$calls")
ration "${parts[@]}" --resume
is "$status $(wc -l <"$calls")" "4 $before" "no request goes with another key"
has "$err" "was made by the key of session first, which is not there any more" "it says why"
give_up=$(sed -n "s/.*paid or not: \(sed -i .*\)/\1/p" "$err" | head -n 1)
cp "$dir/.gone.jsonl.batches" "$dir/kept"
bash -c "$give_up"
ration "${parts[@]}" --resume
is "$status $(lines "$output") $(asked_rows)" "0 20 30" "given up as it says, they are asked again, and they alone"
rm "$output"
cp "$dir/kept" "$dir/.gone.jsonl.batches"
sessions first
ration "${parts[@]}" --resume
is "$status $(lines "$output") $(asked_rows)" "0 20 30" "put back, it collects them"
simapi_stop
finish
