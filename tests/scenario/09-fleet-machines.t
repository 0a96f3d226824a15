#!/usr/bin/env bash
# Machines of a fleet, one account and one batch: one is killed with all its processes, one loses its database for a while; a hold of one
# is everybody's, one sleeps for longer than the term, one is stopped. The server refuses nothing, and each artist has one line in the end.
source "$(dirname "$0")/../support/scenario.sh"
source "$root/tests/support/fleet.sh"
source "$root/tests/support/machines.sh"
need_database
[[ -x $build/ration-link ]] || skip_all "built without libpq"
artists=6000
input_of $artists
rpm=12000
simapi --requests-per-minute $rpm --latency-ms 200

# ---- what is refused before anything is sent ----
options=(--input "$input" --requests-per-minute "$rpm" --fleet-term 10)
ration --input "$input" --output "$dir/none.jsonl" --fleet "$database" --fleet-name batch --requests-per-minute $rpm
is "$status" 2 "a database without the schema: exit 2"
has "$err" "ration fleet init" "and what to do"
fleet_schema
ok $? "the schema is made"
ration --input "$input" --output "$dir/none.jsonl" --fleet-name batch
is "$status" 2 "--fleet-name alone: exit 2"
ration --input "$input" --output "$dir/none.jsonl" --fleet postgresql://ration:geheim@127.0.0.1/postgres --fleet-name batch --requests-per-minute 60
is "$status" 2 "a password in the URL: exit 2"
has "$err" PGPASSFILE "and where it belongs"
is "$(grep -c geheim "$err")" 0 "it is not repeated"
ration --input "$input" --output "$dir/none.jsonl" --fleet "$database" --fleet-name batch
is "$status" 2 "a fleet without a limit to share: exit 2"
ration --input "$input" --output "$dir/none.jsonl" --fleet "$database" --fleet-name batch --requests-per-minute 60 --identical once
is "$status" 2 "--identical once is of one machine: exit 2"
is "$(audited 1)" 0 "nothing was sent"

# ---- three machines ----
for name in one two three; do
    machine "$name" "${options[@]}" --log-file "$dir/$name.log"
done
wait_for 30 machine_has two 300
shown() { "$build/ration" status --run "$dir/one.jsonl" >"$dir/status" 2>&1 && grep -q "fleet batch | this machine at work | 3 at work" "$dir/status"; }
wait_for 30 shown
ok $? "ration status shows three machines at work"
is "$("$build/ration" status --run "$dir/one.jsonl" --json | perl -MJSON::PP -e 'my $f = decode_json(<STDIN>)->{fleet};
    print "$f->{name} $f->{machines_live} ", scalar(grep { $_->{self} } @{ $f->{machines} })')" "batch 3 1" "and so does its JSON"
wait_for 30 machine_has three 100
input_of 300
ration --input "$input" --output "$dir/none.jsonl" --fleet "$database" --fleet-name batch --requests-per-minute $rpm --fleet-term 10
is "$status" 2 "another input: exit 2"
has "$err" "its input is another one" "and why"
ration --input "$dir/input.$artists.csv" --output "$dir/none.jsonl" --fleet "$database" --fleet-name batch --requests-per-minute 60 --fleet-term 10
is "$status" 2 "another limit: exit 2"
has "$err" "its requests_per_minute of session default is $rpm, and here it is 60" "and which, on both sides"

machine_signal KILL two
machine_wait two
held_by_two=$(lines "$dir/two.jsonl")
machine_cut three
wait_for 30 machine_says three "the database cannot be reached"
alerted() { grep -q '"alert":"database_away"' "$dir/three.log"; }
wait_for 30 alerted
ok $? "an alert tells that the database is away"
waits() { "$build/ration" status --run "$dir/three.jsonl" >"$dir/status" 2>&1 && grep -q "^waits    for the fleet's database, which does not answer, since" "$dir/status"; }
wait_for 30 waits
ok $? "so does what the run waits for"
quiet() { "$build/ration" status --run "$dir/three.jsonl" >"$dir/status" 2>&1 && grep -q " silent, \| silent |" "$dir/status"; }
wait_for 30 quiet
ok $? "and who is not heard through it is told as silent"
"$build/ration" ps --run "$dir/three.jsonl" >"$dir/ps" 2>&1
has "$dir/ps" "waits for the fleet's database" "ration ps tells it"
"$build/ration" status --run "$dir/three.jsonl" --metrics >"$dir/metrics" 2>&1
holds "metrics tell for how long" "$(sed -n 's/^ration_fleet_database_away_seconds{fleet="batch"} //p' "$dir/metrics") >= 2"
has "$dir/metrics" 'ration_fleet_machines{fleet="batch",state="silent"}' "and who is silent, with the fleet's name"
"$build/ration" status --run "$dir/three.jsonl" --json >"$dir/json" 2>&1
is "$(perl -MJSON::PP -0ne 'my $s = decode_json($_); print "$s->{waits}{reason} ", $s->{forecast}{ends_at} // "none"' "$dir/json")" "fleet_database none" "no end is told meanwhile"
machine_mend three
wait_for 30 machine_says three "the database answers again"
buried() { machine_says one "has given no sign of life" || machine_says three "has given no sign of life"; }
wait_for 30 buried
lost() { grep -q '"alert":"machine_lost"' "$dir/one.log"; }
wait_for 30 lost
ok $? "an alert tells that a machine was given up"
is "$(sql "SELECT count(*) FROM ration.member WHERE state = 'dead'")" 1 "it is kept as dead: it may only be asleep"
given_up() { "$build/ration" status --run "$dir/one.jsonl" >"$dir/status" 2>&1 && grep -q "1 given up" "$dir/status"; }
wait_for 30 given_up
ok $? "and shown as given up"
holds "the killed one is given up after its term, and what it had begun goes to others" "$(sql 'SELECT sum(deaths) FROM ration.chunk') >= 1"
kill -9 "$(pgrep -P "${machine_pid[one]}" -x ration-link)"
wait_for 30 machine_says one "ration-link"
machine two "${options[@]}"
wait_for 30 machine_says two "has joined"
machine_wait one two three
simapi_stop

is "${machine_status[one]},${machine_status[two]},${machine_status[three]}" 0,0,0 "all of them end when the batch is done"
"$build/ration" status --run "$dir/three.jsonl" --json >"$dir/json" 2>&1
is "$(perl -MJSON::PP -0ne 'my $s = decode_json($_); print join "|", $s->{artists}{done} + $s->{fleet}{others} >= $s->{artists}{total} ? 1 : 0,
    $s->{artists}{left}, $s->{run}{resume} // "none"' "$dir/json")" "1|0|none" "what others have done is not left, and there is nothing to go on with"
has "$dir/three.out" "are other machines'" "the summary tells it"
is "$(audited '$status == 429')" 0 "the server refused nothing"
fleet_lines >"$dir/union"
is "$(lines "$dir/union"),$(grep -o '^{"artist_id":"[^"]*"' "$dir/union" | sort -u | wc -l)" $artists,$artists "each artist has one line in the fleet"
"$root/tests/support/check-output" "$dir/input.$artists.csv" "$dir/union" >"$dir/check"
has "$dir/check" "0 twice, 0 unknown, 0 renamed, 0 broken" "$(cat "$dir/check")"
is "$(sql "SELECT sum(bit_count(done)) || ' ' || bool_or(open)::text FROM ration.chunk")" "$artists false" "and one bit"
is "$(sql 'SELECT state FROM ration.run')" "done" "the run is done"
is "$(sql "SELECT count(*) FROM ration.member WHERE state = 'live'")" 0 "nobody is thought to be at work"
is "$(sql 'SELECT max(granted - taken) FROM ration.bucket')" 0 "nothing of the limit is held by anybody"
twice=$(asked_twice)
note "$twice artists were asked twice; $held_by_two lines were the killed machine's"
holds "asked twice is at most what the killed one had in flight or leased: $twice" "$twice <= 1024"

# ---- two others: what one is told of the account the other keeps as well ----
fleet=pair
artists=3000
input_of $artists
options=(--input "$input" --requests-per-minute "$rpm" --fleet-term 4)

# ---- a hold is all machines' ----
scripted --latency 100 --rule 'from=300 times=1' --status 429 --header 'Retry-After: 8'
machine four "${options[@]}"
machine five "${options[@]}"
rests() { machine_says four "another machine was told so" || machine_says five "another machine was told so"; }
wait_for 60 rests
ok $? "the other machine hears of a 429 that one got"
wait_for 60 machine_has four 400
wait_for 60 machine_has five 400
# shellcheck disable=SC2016  # the variables are perl's
at=$(perl -F'\t' -lane 'print $F[1] if $F[5] eq "429"' "$audit")
# shellcheck disable=SC2016
is "$(asked '$at > '"$at"' + 3 && $at < '"$at"' + 7')" 0 "nobody sends while the account rests"
is "$(asked '$status == 429')" 1 "and nobody is refused again"

# ---- one that sleeps for longer than the term ----
machine_signal STOP five
wait_for 60 machine_says four "has given no sign of life"
machine_signal CONT five
wait_for 60 machine_says five "the others have given this machine up"
joined_again() { [[ $(grep -c "has joined" "$dir/five.err") -eq 2 ]]; }
wait_for 60 joined_again
ok $? "who slept for longer than the term joins as another"

# ---- one that is stopped ----
"$build/ration" stop --run "$dir/five.jsonl" >"$dir/stop" 2>&1
machine_wait five
is "${machine_status[five]}" 3 "a machine that is stopped ends with 3"
is "$(sql "SELECT count(*) FROM ration.chunk WHERE holder NOT IN (SELECT member FROM ration.member WHERE state = 'live')")" 0 "what it was leased is free"
machine_wait four
is "${machine_status[four]}" 0 "the other one does the rest"
fleet_lines >"$dir/union"
is "$(lines "$dir/union"),$(grep -o '^{"artist_id":"[^"]*"' "$dir/union" | sort -u | wc -l)" $artists,$artists "each artist has one line in the fleet"
is "$(sql "SELECT sum(bit_count(done)) || ' ' || bool_or(open)::text FROM ration.chunk JOIN ration.run USING (run) WHERE name = '$fleet'")" "$artists false" "and one bit"
database_stop
finish
