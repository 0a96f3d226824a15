#!/usr/bin/env bash
# What was used of the daily quota outlives the run: stopped, killed, or followed by another one.
source "$(dirname "$0")/../support/scenario.sh"
told() { grep -cE -- "$1" "$err"; }
# member NAME FILE
member() { perl -MJSON::PP -0777 -ne 'print decode_json($_)->{'"$1"'} // "null"' "$2"; }
lines_from() { [[ $(lines "$1") -ge $2 ]]; }
# state USED BEGAN-SECONDS-AGO PAUSED-SECONDS WRITTEN-SECONDS-AGO >FILE
state() {
    perl -MPOSIX -e '
        sub at { POSIX::strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(time + $_[0])) }
        printf qq({"version":1,"period_began":"%s","used":%d,"daily_limit":20,"paused_until":%s,"written":"%s"}\n),
            at(-$ARGV[1]), $ARGV[0], $ARGV[2] ? "\"" . at($ARGV[2]) . "\"" : "null", at(-$ARGV[3])' "$@"
}
batch=(--input "$sample" --limit 30 --max-workers 4 --daily-limit 20 --quota-threshold 0.5)

# ---- stopped in the middle of a period, then at its end, then gone on with ----
# Four at once, then one in two seconds: whoever looks late still finds the period unfinished.
simapi --latency-ms 20
ration_start "${batch[@]}" --output "$dir/out.jsonl" --requests-per-minute 30 --burst 4
wait_for 10 lines_from "$dir/out.jsonl" 4
kill -INT "$ration_pid"
ration_wait
first=$(lines "$dir/out.jsonl")
is "$status,$(member used "$dir/out.quota.json"),$(member paused_until "$dir/out.quota.json")" "3,$first,null" "SIGINT: the file has what was used"
ration_start "${batch[@]}" --output "$dir/out.jsonl" --resume
wait_for 10 grep -q "PAUSED: Daily quota 50.0% used (limit: 20)" "$err"
wait_for 10 lines_from "$dir/out.jsonl" 10
has "$err" "$first of 20 requests of the daily quota were used since" "--resume says what was used"
kill -INT "$ration_pid"
ration_wait
is "$status,$(lines "$dir/out.jsonl"),$(member used "$dir/out.quota.json")" 3,10,10 "both runs together used what is allowed"
until=$(member paused_until "$dir/out.quota.json")
ration_start "${batch[@]}" --output "$dir/out.jsonl" --resume
wait_for 10 grep -q "PAUSED: " "$err"
ok $? "the run that follows begins paused"
has "$err" "Will resume at $until" "until the same moment"
wait_for 10 eval '"$build/ration" resume >"$dir/said" 2>&1'
wait_for 10 eval '[[ $(told "PAUSED: ") -eq 2 ]]'
wait_for 10 lines_from "$dir/out.jsonl" 20
is "$(lines "$dir/out.jsonl")" 20 "ration resume: ten more"
# A higher threshold leaves room at once.
kill -INT "$ration_pid"
ration_wait
ration "${batch[@]}" --output "$dir/out.jsonl" --resume --quota-threshold 1
simapi_stop
is "$status,$(audited 1),$(told PAUSED)" 0,30,0 "a higher threshold ends the pause; nobody was asked twice"
leftovers=("$dir"/*.quota.json*)
is "${#leftovers[@]}" 1 "neither a lock nor a temporary file is left"

# ---- the coordinator is killed: the file lags behind, the arena that it leaves does not ----
simapi --hold-after 1
ration_start "${batch[@]}" --output "$dir/killed.jsonl" --requests-per-minute 600 --burst 1
wait_for 10 eval 'grep -qaE "([4-9]|1[0-9]) in flight" /proc/$ration_pid/cmdline'
kill -9 "$ration_pid"
wait "$ration_pid" 2>/dev/null
simapi_hurries
behind=$(member used "$dir/killed.quota.json")
ration_start "${batch[@]}" --output "$dir/killed.jsonl" --resume
wait_for 20 grep -q "PAUSED: " "$err"
wait_for 5 eval 'grep -qa " 0 in flight" /proc/$ration_pid/cmdline'
used=$(perl -ne 'print $1 if /(\d+) of 20 requests of the daily quota were used since/' "$err")
holds "killed: the file said $behind, the arena $used" "$used >= 4 && $used >= $behind"
kill -INT "$ration_pid"
ration_wait
simapi_stop
# What was booked and never left because its worker found the coordinator dead has been used all the same.
killed=$(perl -F'\t' -lane 'next if $. == 1; ($first) = $F[2] =~ /^(.{22})/ unless $first; $n++ if index($F[2], $first) == 0; END { print $n }' "$audit")
all=$(audited 1)
is "$status,$((all - killed))" "3,$((10 - used))" "killed and resumed: the second run sends what is left of ten"
holds "never more than ten, as the server counts: $all" "$all <= 10 && $killed >= $used - 2"

# ---- two outputs share one account, one after the other ----
simapi
ration --input "$sample" --limit 6 --output "$dir/a.jsonl" --daily-limit 20 --quota-threshold 0.5 --quota-state "$dir/account.json"
is "$status,$(member used "$dir/account.json")" 0,6 "the first run uses six"
ration_start "${batch[@]}" --output "$dir/b.jsonl" --quota-state "$dir/account.json"
wait_for 10 grep -q "PAUSED: " "$err"
wait_for 5 lines_from "$dir/b.jsonl" 4
is "$(lines "$dir/b.jsonl")" 4 "and the second one four"
# ---- and not at once ----
"$build/ration" run --base-url "$url" --prompt-id p --input "$sample" --output "$dir/c.jsonl" --daily-limit 20 --quota-state "$dir/account.json" >"$dir/out3" 2>&1
is $? 2 "two runs at once: exit 2"
has "$dir/out3" "account.json: another run counts in it" "and it says why"
[[ ! -e $dir/c.jsonl ]]
ok $? "and leaves nothing"
kill -INT "$ration_pid"
ration_wait
simapi_stop
is "$(audited 1)" 10 "ten in all"

# ---- files of other days, and none at all ----
simapi
try() { # NAME: a run of 5 with the state file that stands there
    ration --input "$sample" --limit 5 --output "$dir/$1.jsonl" --daily-limit 20 --quota-threshold 0.5
}
state 10 172800 0 172000 >"$dir/old.quota.json"
try old
is "$status,$(member used "$dir/old.quota.json")" 0,5 "a period of the day before yesterday is forgotten"
has "$err" "is over; a new one begins" "and said to be"
state 10 7200 -5 3600 >"$dir/over.quota.json"
try over
is "$status,$(member used "$dir/over.quota.json")" 0,5 "a pause that is over: a new period"
state 3 -3600 0 -7200 >"$dir/back.quota.json"
try back
is "$status,$(member used "$dir/back.quota.json")" 0,8 "the clock was put back: what was used counts"
has "$err" "WARNING: the quota state $dir/back.quota.json is of a time to come" "and it is told"
for what in "" "{\"version\":1,\"used\":" "[1]" "{\"version\":1,\"used\":-5}"; do
    printf '%s' "$what" >"$dir/bad.quota.json"
    try bad
    is "$status,$(member used "$dir/bad.quota.json"),$(cat "$dir/bad.quota.json.corrupt")" "0,5,$what" "corrupt ($what): set aside, counted from 0"
    has "$err" "WARNING: the quota state $dir/bad.quota.json cannot be used" "and told"
    rm -f "$dir/bad".*
done
simapi_stop

# ---- where it cannot be written ----
simapi
refused() { # FILE TEXT
    ration --input "$sample" --limit 5 --output "$dir/no.jsonl" --daily-limit 20 --quota-state "$1"
    is "$status" 2 "--quota-state $1: exit 2"
    has "$err" "$2" "says why"
    [[ ! -e $dir/no.jsonl ]]
    ok $? "leaves nothing"
}
refused "$dir/none/q.json" "No such file or directory"
refused "$dir" "is not a regular file"
refused "$sample" "--quota-state and --input are the same file"
ln -s "$dir/elsewhere" "$dir/link"
refused "$dir/link" "is a symbolic link"
rm "$dir/link"
is "$(audited 1)" 0 "nothing was sent"
mkdir "$dir/gone"
ration_start --input "$sample" --limit 40 --output "$dir/gone.jsonl" --daily-limit 1000 --quota-state "$dir/gone/q.json" --requests-per-minute 600 --burst 1
wait_for 10 lines_from "$dir/gone.jsonl" 2
rm -r "$dir/gone"
wait_for 10 grep -q "cannot be written: No such file or directory; the run goes on" "$err"
ok $? "a state that can no longer be written is told"
mkdir "$dir/gone"
ration_wait
simapi_stop
is "$status,$(lines "$dir/gone.jsonl"),$(told "q.json cannot be written")" 0,40,1 "once, and the run goes on"
is "$(member used "$dir/gone/q.json")" 40 "when it can be written again, it is"

# ---- without a daily quota there is no file ----
simapi
ration --input "$sample" --limit 5 --output "$dir/free.jsonl" --quota-state "$dir/free.json"
simapi_stop
[[ $status -eq 0 && ! -e $dir/free.json ]]
ok $? "no --daily-limit, no state file"
finish
