#!/usr/bin/env bash
# What a machine of a fleet had asked when it died: the others are told which artists may have been, and do as --in-doubt says; its own
# next start says exactly which. An artist that kills workers is given up after three of them on all machines together.
source "$(dirname "$0")/../support/scenario.sh"
source "$root/tests/support/fleet.sh"
source "$root/tests/support/machines.sh"
fleet_of 1500

# ---- a machine dies with all its processes while its answers are waited for ----
options=(--input "$input" --requests-per-minute 18000 --fleet-term 4 --in-doubt fail)
simapi --latency-ms 100
machine one "${options[@]}"
machine two "${options[@]}"
wait_for 60 machine_has one 20
wait_for 60 machine_has two 20
simapi_holds
waits() { [[ $(sql "SELECT sum((status->>'in_flight')::int) FROM ration.member_now JOIN ration.member USING (member) WHERE host <> ''") -ge 20 ]]; }
wait_for 30 waits
machine_signal KILL two
machine_wait two
simapi_goes_on
wait_for 60 machine_says one "of a machine that died are in doubt"
has "$dir/one.err" "they go to the errors file" "the heir is told by id who may have been asked, and asks nobody of them"
machine_wait one
is "${machine_status[one]}" 1 "with --in-doubt fail they are failed"
most=$(sql "SELECT sum(bit_count(bits)) FROM ration.doubt WHERE NOT exact")
failed=$(grep -c '"class":"in_doubt"' "$dir/one.errors.jsonl")
holds "as many as were in doubt, or handed in late: $failed of $most" "$failed > 0 && $failed <= $most"
is "$(sql "SELECT count(*) FROM ration.failure")" "$failed" "and the fleet has them"
machine two "${options[@]}"
machine_wait two
simapi_stop
exact=$(sql "SELECT sum(bit_count(bits)) FROM ration.doubt WHERE exact")
holds "its own next start says exactly which were in flight: $exact" "$exact > 0 && $exact <= $most"
has "$dir/two.err" "requests of an earlier run are in doubt" "and tells them"
is "$(asked_twice)" 0 "nobody was asked twice"
is "$(sql "SELECT sum(bit_count(done | failed)) FROM ration.chunk")" "$artists" "each artist has a verdict"

# ---- the only machine dies; another one begins after it was silent for ten minutes, before anybody gave it up ----
fleet=silent
options=(--input "$input" --requests-per-minute 18000 --fleet-term 600 --in-doubt fail)
simapi --latency-ms 100
machine four "${options[@]}"
wait_for 60 machine_has four 20
simapi_holds
begun() { [[ $(sql "SELECT count(*) FROM ration.chunk JOIN ration.run USING (run) WHERE name = 'silent' AND begun") -gt 0 ]]; }
wait_for 30 begun
machine_signal KILL four
machine_wait four
sql "UPDATE ration.member SET seen = seen - interval '11 minutes' FROM ration.run r WHERE r.run = member.run AND name = 'silent'" >"$dir/out"
simapi_goes_on
machine five "${options[@]}"
machine_wait five
machine four "${options[@]}"
machine_wait four
simapi_stop
has "$dir/five.err" "of a machine that died are in doubt" "who comes when a machine was silent for long is told who may have been asked"
is "$(asked_twice)" 0 "and asks nobody twice"

# ---- an artist that is too large for a worker, of which two have died on another machine; its line is larger than most ----
if [[ -z ${SANITIZED:-} ]]; then
    fleet=poison
    simapi --max-body 100000000
    perl -e 'print "artist_id,name,data\n"; print "a$_,N$_,", $_ == 100 ? "\x01" x 2700000 : "some", "\n" for 1 .. 200' >"$dir/large.csv"
    is_held() { [[ $(sql "SELECT count(*) FROM ration.chunk JOIN ration.run USING (run) WHERE name = 'poison' AND holder IS NOT NULL") -eq 1 ]]; }
    simapi_holds
    machine three --input "$dir/large.csv" --requests-per-minute 6000 --worker-memory-limit 32 --in-flight 8 --keep data
    wait_for 60 is_held
    other=eeeeeeee-0000-0000-0000-000000000001
    sql "SELECT ration.join_1(run, '$other', 'other', NULL), ration.crash_1('$other', 99, 2) FROM ration.run WHERE name = 'poison'" >"$dir/out"
    simapi_goes_on
    machine_wait three
    simapi_stop
    is "${machine_status[three]},$(grep -c '^{"artist_id":"a100",.*"class":"worker_crash"' "$dir/three.errors.jsonl")" 1,1 "it is given up"
    is "$(sql "SELECT max(crashes) FROM ration.crash WHERE artist = 99 AND member <> '$other'")" 1 "after one death here and two there"
    is "$(sql "SELECT count(*) FROM ration.failure JOIN ration.run USING (run) WHERE name = 'poison'")" 1 "and its line is handed in"
fi
database_stop
finish
