#!/usr/bin/env bash
# The parts of a batch as people and programs see them: while a run works, and when none does.
source "$(dirname "$0")/../support/scenario.sh"
source "$root/tests/support/batches.sh"
export RATION_RUNTIME_DIR=$dir/run
perl -e 'print "artist_id,name,data\n"; print "a$_,Name $_,data of $_\n" for 1 .. 300' >"$dir/in.csv"
mkdir "$dir/files"
parts=(--batch --batch-rows 70 --batch-poll 1 --input "$dir/in.csv")
listening() { web=$(sed -n 's|.* dashboard at \(http://[^ ]*[0-9]\)/.*|\1|p' "$err" 2>/dev/null); [[ -n $web ]]; }

# ---- a run at work: 70 rows a part, each ten minutes long ----
simapi --batch-folder "$dir/files" --batch-row 600
output=$dir/out.jsonl
ration_start "${parts[@]}" --output "$output" --listen 127.0.0.1:0
wait_for 30 eval '[[ $(batch_told .batches.open) == 5 ]]'
is "$(batch_told .batches.rows)" 300 "status tells five parts and their rows"
wait_for 10 eval '[[ $(batch_told "[.batches.parts[].batch] | map(select(. != null)) | length") == 5 ]]'
ok $? "each with the API's id"
batch_told .batches.text >"$dir/told"
has "$dir/told" "5 parts with 300 rows are with the API until 20" "in words, too"
wait_for 10 eval '[[ $(batch_told "[.batches.parts[] | select(.state == \"in_progress\")] | length") == 5 ]]'
ok $? "the API's own word is the state"
simapi_advances 5000
wait_for 10 eval '[[ $(batch_told "[.batches.parts[] | select(.done > 0)] | length") == 5 ]]'
ok $? "done rows are told as the API counts them: $(batch_told '[.batches.parts[].done] | @csv')"
is "$(batch_told '[.batches.parts[] | select(.age_seconds >= 0 and .made != null and .ends_by > .made and .kept_until > .ends_by)] | length')" 5 "with age, end, and how long results are kept"
"$build/ration" status "$output" >"$dir/text"
has "$dir/text" "PART  STATE " "a table for people"
is "$(grep -cE '^[1-5]     in_progress +(70|20) ' "$dir/text")" 5 "has a line for each part"
"$build/ration" status "$output" --metrics >"$dir/metrics"
has "$dir/metrics" "ration_batch_parts 5" "metrics count the parts"
is "$(grep -c '^ration_batch_part_rows{part="[^"]*/[1-5]",session="[^"]*"} [0-9]*$' "$dir/metrics")" 5 "and tell of each"
wait_for 10 listening
ok $? "it listens"
is "$(curl -s "$web/queue/status" | jq .batches.open)" 5 "the coordinator's own status has them"
curl -s "$web/metrics" >"$dir/metrics"
has "$dir/metrics" "ration_batch_rows 300" "so have its metrics"

# ---- no run at work ----
"$build/ration" stop "$output" >"$dir/told"
ration_wait
is "$status" 3 "ration stop leaves the parts with the API"
grep -A 20 "^  batches " "$summary" >"$dir/last"
has "$dir/last" "5 parts with 300 rows stay with the API and go on there" "its last words tell so"
is "$(grep -c "^    [1-5]: [27]0 rows until ..-.. ..:..Z, batch_" "$dir/last")" 5 "which parts, how many rows, until when"
sed -n '/^    ration run /,/--resume/p' "$dir/last" >"$dir/command"
is "$(batch_told .run.state)" ended "the run is over"
is "$(batch_told .batches.open)" 5 "status tells what is with the API still"
is "$(batch_told '[.batches.parts[] | select(.state == "in_progress" and .done > 0)] | length')" 5 "as it was seen last"
"$build/ration" status "$output" >"$dir/text"
has "$dir/text" "batches       5 parts with 300 rows are with the API until 20" "for people, too"
is "$(grep -cE '^[1-5]     in_progress +(70|20) ' "$dir/text")" 5 "with the table"

# ---- they expire; the rest is asked again ----
simapi_advances 90000
PATH=$build:$PATH bash -c "$(cat "$dir/command") --detach --summary $dir/summary.json" >"$summary" 2>"$err"
is $? 3 "a part of the rows came back, and the others were asked again"
has "$err" "parts that expired: " "which is an alert"
holds "what was done is recorded: $(wc -l <"$output")" "$(wc -l <"$output") >= 5 && $(wc -l <"$output") < 300"
is "$(batch_told .batches.over.expired)" 5 "status counts the parts that expired"
is "$(batch_told '[.batches.parts[] | select(.over and .state == "expired")] | length')" 5 "and names them"
holds "others took their place" "$(batch_told .batches.open) > 0"
"$build/ration" status "$output" >"$dir/text"
has "$dir/text" "parts that are over: 5 expired" "people are told, too"

is "$(jq -r '.batches.over.expired' "$dir/summary.json") $(jq -r '.batches.parts | map(select(.batch != null)) | length > 5' "$dir/summary.json")" "5 true" "so are programs, by --summary"

# ---- a worker dies between two states: what never was made does not stay in the list ----
simapi_stop
mkdir "$dir/torn"
simapi --batch-folder "$dir/torn" --batch-row 600 --batch-fault-calls create --batch-fault-429 1 --batch-fault-times 5
output=$dir/torn.jsonl
ration_start "${parts[@]}" --output "$output"
wait_for 30 eval '[[ $(batch_told .batches.local) == 5 ]]'
ok $? "parts that are not made yet are told apart"
kill -9 "$(workers_of "$ration_pid" | head -n 1)"
wait_for 60 eval '[[ $(batch_told .batches.rows) == 300 ]]'
ok $? "after the worker's death all rows are with the API, once"
wait_for 10 eval '[[ $(batch_told .batches.local) == 0 && $(batch_told .batches.over.unmade) == 5 ]]'
ok $? "and what was never made is over"
kill -INT "$ration_pid"
ration_wait
simapi_stop

# ---- the API refuses parts ----
mkdir "$dir/refused"
simapi --batch-folder "$dir/refused" --batch-fault-line 1 --batch-fault-times 2
output=$dir/refused.jsonl
ration "${parts[@]}" --output "$output" --log-file "$dir/log"
is "$(jq -r 'select(.alert == "batch_failed" and .state == "raised") | .level' "$dir/log")" warn "parts that are refused raise an alert, once"
has "$err" "parts that the API refused or lost: " "which people are told"
simapi_stop
finish
