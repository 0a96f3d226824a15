#!/usr/bin/env bash
# Three machines of a fleet, one account and one batch: one is killed with all its processes, one loses its database for a while. The
# server refuses nothing, and each artist has one line in the end.
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
ration --input "$input" --output "$dir/none.jsonl" --fleet "$database" --fleet-name batch --requests-per-minute 60 --max-cost 1 --price 1,1
is "$status" 2 "--max-cost is counted by one machine: exit 2"
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
machine_mend three
wait_for 30 machine_says three "the database answers again"
buried() { machine_says one "has given no sign of life" || machine_says three "has given no sign of life"; }
wait_for 30 buried
lost() { grep -q '"alert":"machine_lost"' "$dir/one.log"; }
wait_for 30 lost
ok $? "an alert tells that a machine was given up"
holds "the killed one is given up after its term, and what it had begun goes to others" "$(sql 'SELECT sum(deaths) FROM ration.chunk') >= 1"
kill -9 "$(pgrep -P "${machine_pid[one]}" -x ration-link)"
wait_for 30 machine_says one "ration-link"
machine two "${options[@]}"
wait_for 30 machine_says two "has joined"
machine_wait one two three
simapi_stop

is "${machine_status[one]},${machine_status[two]},${machine_status[three]}" 0,0,0 "all of them end when the batch is done"
is "$(audited '$status == 429')" 0 "the server refused nothing"
fleet_lines >"$dir/union"
is "$(lines "$dir/union"),$(grep -o '^{"artist_id":"[^"]*"' "$dir/union" | sort -u | wc -l)" $artists,$artists "each artist has one line in the fleet"
"$root/tests/support/check-output" "$dir/input.$artists.csv" "$dir/union" >"$dir/check"
has "$dir/check" "0 twice, 0 unknown, 0 renamed, 0 broken" "$(cat "$dir/check")"
is "$(sql "SELECT sum(bit_count(done)) || ' ' || bool_or(open)::text FROM ration.chunk")" "$artists false" "and one bit"
is "$(sql 'SELECT state FROM ration.run')" "done" "the run is done"
is "$(sql "SELECT count(*) FROM ration.member WHERE state = 'live'")" 0 "nobody is thought to be at work"
is "$(sql 'SELECT max(granted - taken) FROM ration.bucket')" 0 "nothing of the limit is held by anybody"
twice=$(audit_each 'print $a{artist_id}' | sort | uniq -d | wc -l)
note "$twice artists were asked twice; $held_by_two lines were the killed machine's"
holds "asked twice is at most what the killed one had in flight or leased: $twice" "$twice <= 1024"
has "$dir/two.err" "are in doubt" "what it had in flight is told when it is started again"
database_stop
finish
