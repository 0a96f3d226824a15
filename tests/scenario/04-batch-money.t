#!/usr/bin/env bash
# The money of parts: bounds are kept by what is booked before a part is made, over resumes and deaths; a day's limit counts their rows.
source "$(dirname "$0")/../support/scenario.sh"
source "$root/tests/support/batches.sh"
perl -e 'print "artist_id,name,data\n"; print "a$_,Name $_,data of $_\n" for 1 .. 300' >"$dir/in.csv"
server=(--price ":input=3,output=15" --batch-row 1)
priced=(--batch --batch-poll 1 --batch-rows 50 --price "3,15" --max-output-tokens 150 --input "$dir/in.csv" --summary "$dir/summary.json")

# what the server bills for the rows of parts, in nano-dollars
billed() { audit_each '$sum += $a{bill} if $a{way} eq "batch"; END { printf "%d", $sum }'; }
figure() { perl -MJSON::PP -0777 -ne "printf '%d', 1e9 * (decode_json(\$_)->{cost}{$1} // 0) + 0.5" "$dir/summary.json"; }
# told OUTPUT: nano-dollars that its lines say
told() { cat "$1" "${1%.jsonl}.errors.jsonl" 2>/dev/null | perl -MJSON::PP -ne '$s += int(1e9 * (decode_json($_)->{cost} // 0) + 0.5); END { printf "%d", $s }'; }
at_the_api() { [[ $(grep -c "are with the API as" "$err") -ge $1 ]]; }
# each MOMENT until the run ends the server's clock is put forward
hurried() {
    ration_start "$@"
    while kill -0 "$ration_pid" 2>/dev/null; do
        simapi_advances 600
        sleep 0.3
    done
    ration_wait
}

# ---- --max-cost holds for the output's life, whatever is with the API ----
mkdir "$dir/bound"
simapi "${server[@]}" --batch-folder "$dir/bound"
output=$dir/bound.jsonl
for most in 0.06 0.12; do
    hurried "${priced[@]}" --output "$output" --resume --max-cost "$most"
    is "$status" 3 "--max-cost $most ends the run"
    cost=$(told "$output")
    holds "all runs cost $cost: not more than $most dollars, and most of it" "$cost <= 1e9 * $most && $cost > 0.5e9 * $most"
    is "$(figure all_dollars),$(figure all_doubt_dollars)" "$cost,0" "lines and summary say so, and nothing is in doubt"
    has "$err" "of --max-cost \$" "and what ended it"
    has "$err" "one more request might pass it" "in the same words as ever"
done
hurried "${priced[@]}" --output "$output" --resume
is "$status,$(wc -l <"$output")" "0,300" "without a bound the rest is asked"
all=$(told "$output")
simapi_stop
is "$(batch_ran)" "300 0" "each row was run, and once"
is "$(billed)" "$all" "the lines say what the server bills: half of the usual price"

# ---- parts that are open keep their money: over a stop, over kill -9 of everything ----
mkdir "$dir/open"
simapi "${server[@]}" --batch-folder "$dir/open" --batch-validate 3600
output=$dir/open.jsonl
ration_start "${priced[@]}" --output "$output" --max-cost 0.1
wait_for 60 at_the_api 2
made=$(grep -c "are with the API as" "$err")
kill -INT "$ration_pid"
ration_wait
is "$status" 3 "stopped, parts stay with the API"
holds "what they may cost is told as in doubt: $(figure doubt_dollars)" "$(figure doubt_dollars) > 5e7 && $(figure doubt_dollars) <= 1e8"
ration "${priced[@]}" --output "$output" --resume --max-cost 0.1 --detach
is "$status" 3 "taken up again they are not refused"
is "$(grep -c "are with the API as" "$err")" 0 "and nothing more is made of the same money"
hurried "${priced[@]}" --output "$output" --resume --max-cost 0.1
is "$status" 3 "the bound ends the run"
holds "recorded for $(told "$output")" "$(told "$output") <= 1e8 && $(told "$output") > 5e7"
is "$(figure all_dollars),$(figure all_doubt_dollars)" "$(told "$output"),0" "and nothing is in doubt any more"
ration_start "${priced[@]}" --output "$output" --resume
wait_for 60 at_the_api 1
kill -9 "$(workers_of "$ration_pid" | head -n 1)"
comes 30 grep -q "is with the API, 50 rows" "$err"
while kill -0 "$ration_pid" 2>/dev/null; do
    simapi_advances 600
    sleep 0.3
done
ration_wait
is "$status,$(wc -l <"$output")" "0,300" "a killed worker's parts are taken up"
is "$(figure all_dollars),$(figure all_doubt_dollars)" "$(told "$output"),0" "with their money"
simapi_stop
is "$(batch_ran)" "300 0" "each row was run, and once"
is "$(billed)" "$(told "$output")" "and the bill is that of the lines"

# ---- everything dies at once, with parts at the API and the next ones waiting for money ----
mkdir "$dir/dead"
simapi "${server[@]}" --batch-folder "$dir/dead" --batch-validate 3600
output=$dir/dead.jsonl
ration_start "${priced[@]}" --output "$output" --max-cost 0.1
wait_for 60 at_the_api 2
mapfile -t its_workers < <(workers_of "$ration_pid")
kill -9 "$ration_pid" "${its_workers[@]}"
wait "$ration_pid"
ration "${priced[@]}" --output "$output" --resume --max-cost 0.1 --detach
is "$status" 3 "killed, and taken up again"
is "$(grep -c "are with the API as" "$err")" 0 "what the parts may cost is not there once more: none is made"
holds "it is told as in doubt: $(figure all_doubt_dollars)" "$(figure all_doubt_dollars) > 5e7 && $(figure all_doubt_dollars) <= 1e8"
hurried "${priced[@]}" --output "$output" --resume --max-cost 0.1
is "$status" 3 "the bound ends the run"
holds "recorded for $(told "$output")" "$(told "$output") <= 1e8 && $(told "$output") > 5e7"
is "$(figure all_dollars),$(figure all_doubt_dollars)" "$(told "$output"),0" "and nothing is in doubt"
simapi_stop
holds "no row was run twice, and rows were: $(batch_ran)" "'$(batch_ran)' =~ /^[1-9]\d+ 0\$/"
is "$(billed)" "$(told "$output")" "and the bill is that of the lines"

# ---- --max-cost-run ----
mkdir "$dir/once"
simapi "${server[@]}" --batch-folder "$dir/once"
output=$dir/run.jsonl
hurried "${priced[@]}" --output "$output" --max-cost-run 0.08
is "$status" 3 "--max-cost-run ends the run"
holds "which cost $(told "$output")" "$(told "$output") <= 8e7 && $(told "$output") > 4e7"
has "$err" "of --max-cost-run \$0.0800 is spent" "and is told"
simapi_stop

# ---- --daily-limit: rows count when their part is made ----
mkdir "$dir/day"
simapi "${server[@]}" --batch-folder "$dir/day" --batch-validate 3600
output=$dir/day.jsonl
ration_start "${priced[@]}" --output "$output" --daily-limit 150 --quota-state "$dir/quota.json"
paused() { grep -q "PAUSED" "$err"; }
wait_for 60 paused
is "$(grep -c "are with the API as" "$err")" 3 "three parts: 50, 50 and 20 rows"
has "$err" ": 20 rows" "the last is cut so that it fits"
simapi_advances 9000
collected() { simapi_advances 60; [[ $(wc -l <"$output") == 120 ]]; }
wait_for 60 collected
kill -INT "$ration_pid"
ration_wait
is "$status,$(batch_calls create)" "3,3" "and no part more was made that day"
simapi_stop

# ---- --in-doubt skip: a part that is lost is left to a later run ----
mkdir "$dir/lost"
simapi "${server[@]}" --batch-folder "$dir/lost" --batch-fault-calls create --batch-fault-drop 1 --batch-fault-times 1
output=$dir/lost.jsonl
hurried "${priced[@]}" --output "$output" --batch-search 2 --in-doubt skip
is "$status,$(wc -l <"$output")" "3,250" "the rows of the lost part are left out"
has "$err" "are in doubt, and are left to a later run" "which is told"
holds "and may have cost $(figure doubt_dollars)" "$(figure doubt_dollars) > 0"
hurried "${priced[@]}" --output "$output" --resume --batch-search 2
is "$status,$(wc -l <"$output")" "0,300" "a later run asks them again"
simapi_stop
finish
