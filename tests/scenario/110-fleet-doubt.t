#!/usr/bin/env bash
# What a machine of a fleet had asked when it died: the others are told which artists may have been, and do as --in-doubt says; its own
# next start says exactly which, where its arena is still there to tell. An answer that comes after all takes back what was recorded as in
# doubt. An artist that kills workers is given up after three of them on all machines together.
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
in_flight=$(perl -ne '$n = $1 if /FATAL|(\d+) requests of an earlier run are in doubt/; END { print $n }' "$dir/two.err")
is "$exact" "$in_flight" "the same as it tells"
is "$(asked_twice)" 0 "nobody was asked twice"
is "$(sql "SELECT sum(bit_count(done | failed)) FROM ration.chunk")" "$artists" "each artist has a verdict"

# ---- the only machine dies; another one begins after it was silent for ten minutes, before anybody gave it up ----
fleet=silent
options=(--input "$input" --requests-per-minute 18000 --fleet-term 600 --in-doubt fail)
simapi --latency-ms 100
machine four "${options[@]}"
wait_for 60 machine_has four 20
simapi_holds
begun() { [[ $(sql "SELECT count(*) FROM ration.chunk JOIN ration.run USING (run) WHERE name = 'silent' AND bit_count(asked) > 0") -gt 0 ]]; }
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

# ---- a machine goes down, and with it what it remembered; another one only sleeps, and its answers come after all ----
fleet=forgotten
options=(--input "$input" --requests-per-minute 18000 --fleet-term 3 --in-doubt fail)
simapi --latency-ms 100
for name in six seven eight; do
    machine $name "${options[@]}" --log-file "$dir/$name.log"
done
for name in six seven eight; do
    wait_for 60 machine_has $name 20
done
simapi_holds
each_waits() {
    [[ $(sql "SELECT count(*) FROM ration.member_now JOIN ration.member USING (member) JOIN ration.run USING (run)
        WHERE name = '$fleet' AND (status->>'in_flight')::int >= 10") -eq 3 ]]
}
wait_for 30 each_waits
machine_signal STOP seven
machine_signal KILL six
machine_wait six
rm "$(printf '/dev/shm/ration-%x-%x' "$(stat -c %d "$dir/six.jsonl")" "$(stat -c %i "$dir/six.jsonl")")"
simapi_goes_on
told_both() { [[ $(sql "SELECT count(DISTINCT member) FROM ration.doubt JOIN ration.run USING (run) WHERE name = '$fleet'") -eq 2 ]]; }
wait_for 60 told_both
taken() { sql "SELECT count(*) FROM ration.failure JOIN ration.run USING (run) WHERE name = '$fleet'"; }
of_both() { [[ $(taken) -eq $(sql "SELECT sum(bit_count(bits)) FROM ration.doubt JOIN ration.run USING (run) WHERE name = '$fleet'") ]]; }
wait_for 60 of_both
before=$(taken)
of_sleeper=$(sql "SELECT sum(bit_count(bits)) FROM ration.doubt JOIN ration.member USING (member) JOIN ration.member_now USING (member) JOIN ration.run r ON r.run = doubt.run
    WHERE r.name = '$fleet' AND member = '$(head -c 36 "$dir/seven.jsonl.member")'")
of_dead=$((before - of_sleeper))
in_doubt_ids() { perl -ne 'print "$_\n" for map { split /, / } /"message":"(?:\d+ requests at most of a machine that died.*|in doubt, too): (.*?)(?:, …)?"/' "$dir/eight.log" | sort -u; }
is "$(in_doubt_ids | wc -l)" "$before" "the log of the heir has the id of each that may have been asked: $before"
machine_signal CONT seven
machine_wait seven eight
machine six "${options[@]}"
machine_wait six
has "$dir/six.err" "is not known here any more" "a machine that has forgotten what it had in flight says so"
is "$(sql "SELECT sum(bit_count(bits)), bool_or(exact) FROM ration.doubt JOIN ration.run USING (run) WHERE name = '$fleet'")" "$of_dead|f" \
    "and what was said of it at its burial stays: $of_dead"
holds "answers of the one that slept have taken their failures back: $(taken) of $before are left" "$(taken) < $before && $(taken) >= $of_dead && $of_sleeper > 0"
nothing "$(LC_ALL=C comm -12 <(sql "SELECT line FROM ration.failure JOIN ration.run USING (run) WHERE name = '$fleet'" | grep -o '"artist_id":"[^"]*"' | LC_ALL=C sort) \
    <(cat "$dir"/{six,seven,eight}.jsonl | grep -o '"artist_id":"[^"]*"' | LC_ALL=C sort))" "all of them"
is "$(sql "SELECT sum(bit_count(done | failed)), sum(bit_count(done & failed)) FROM ration.chunk JOIN ration.run USING (run) WHERE name = '$fleet'")" "$artists|0" \
    "each artist has one verdict"
"$build/ration" fleet export "$database" --fleet-name $fleet --input "$input" --to "$dir/all.jsonl" >"$dir/export.out" 2>&1
is "$?,$(grep -o '^{"artist_id":"[^"]*"' "$dir/all.jsonl" | sort -u | wc -l),$(lines "$dir/all.jsonl")" "0,$artists,$artists" "and one line of the export"
simapi_stop
is "$(asked_twice)" 0 "nobody was asked twice"

# ---- a machine that was given up begins again, and the database is slow to take the lines that it had not handed in: they stay in doubt ----
fleet=handed
options=(--input "$input" --requests-per-minute 18000 --fleet-term 600)
simapi --latency-ms 100
machine given "${options[@]}"
wait_for 60 machine_has given 20
machine_cut given
handed() { sql "SELECT coalesce(sum(lines), 0) FROM ration.batch JOIN ration.run USING (run) WHERE name = 'handed'"; }
wait_for 60 eval '[[ $(lines "$dir/given.jsonl") -gt $(($(handed) + 5)) ]]'
machine_signal KILL given
machine_wait given
machine_mend given
sql "SELECT ration.bury_1(member, beat) FROM ration.member JOIN ration.run USING (run) WHERE name = 'handed'" >"$dir/out"
perl -0ne 'print "$1 SELECT pg_advisory_xact_lock_shared(17);$2" if /(CREATE OR REPLACE FUNCTION ration\.commit_2.*?AS \$\$)(.*?\$\$;)/s' \
    "$root/coordinator/fleet/work.sql" | psql -Xq "$database" >"$dir/out" 2>&1
PGAPPNAME=slow psql -Xq "$database" -c 'SELECT pg_advisory_lock(17), pg_sleep(3600)' >"$dir/psql.out" 2>&1 &
slow=$!
locks() { [[ $(sql "SELECT bool_or(granted = $2) FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND application_name = '$1'") == t ]]; }
wait_for 60 locks slow true
machine given "${options[@]}"
wait_for 60 locks given false
ok $? "the machine begins again, and hands in"
machine other "${options[@]}" --log-file "$dir/other.log"
wait_for 60 locks other false
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'slow'" >"$dir/out"
wait "$slow"
machine_wait given other
simapi_stop
perl -ne 'print "$_\n" for map { split /, / } /"message":"(?:\d+ requests at most of a machine that died.*|in doubt, too): (.*?)(?:, …)?"/' "$dir/other.log" |
    LC_ALL=C sort -u >"$dir/told"
audit_each '$n{$a{artist_id}}++; END { print for grep { $n{$_} > 1 } keys %n }' | LC_ALL=C sort >"$dir/twice"
is "${machine_status[given]},${machine_status[other]},$(($(lines "$dir/twice") > 0))" 0,0,1 "who comes meanwhile asks some of them again: $(lines "$dir/twice")"
nothing "$(LC_ALL=C comm -23 "$dir/twice" "$dir/told" | head -n 3)" "each of which it was told before: $(lines "$dir/told")"

# ---- an artist that is too large for a worker, of which two have died on another machine; its line is larger than most ----
if [[ -z ${SANITIZED:-} ]]; then
    fleet=poison
    simapi --max-body 100000000
    perl -e 'print "artist_id,name,data\n"; print "a$_,N$_,", $_ == 12 ? "\x01" x 2700000 : "some", "\n" for 1 .. 200' >"$dir/large.csv"
    simapi_holds
    machine three --input "$dir/large.csv" --requests-per-minute 6000 --worker-memory-limit 32 --in-flight 8 --max-workers 1 --keep data
    # It may order that one, and has heard so: the link's next call has begun.
    may_order() {
        [[ $(sql "SELECT get_bit(asked, 11) FROM ration.chunk JOIN ration.run USING (run) WHERE name = '$fleet' AND chunk = 0") == 1 &&
            $(sql "SELECT count(*) FROM pg_stat_activity WHERE application_name = '$1' AND query LIKE '%begun%'") -eq 0 ]]
    }
    wait_for 60 may_order three
    other=eeeeeeee-0000-0000-0000-000000000001
    sql "SELECT ration.join_1(run, '$other', 'other', NULL), ration.crash_1('$other', 11, 2) FROM ration.run WHERE name = 'poison'" >"$dir/out"
    # How many died of it elsewhere cannot be heard when one dies of it here: it is given to nobody.
    machine_cut three
    simapi_goes_on
    wait_for 60 machine_says three "died: exit status"
    wait_for 60 machine_says three "nothing new is begun until it does"
    machine_mend three
    machine_wait three
    simapi_stop
    is "${machine_status[three]},$(grep -c '^{"artist_id":"a12",.*"class":"worker_crash"' "$dir/three.errors.jsonl")" 1,1 "it is given up"
    is "$(sql "SELECT max(crashes) FROM ration.crash WHERE artist = 11 AND member <> '$other'")" 1 \
        "after one death here and two there, though the database was away at that death"
    is "$(sql "SELECT count(*) FROM ration.failure JOIN ration.run USING (run) WHERE name = 'poison'")" 1 "and its line is handed in"

    # ---- a machine that ends when a worker has just died of it ----
    fleet=leaves
    options=(--input "$dir/large.csv" --requests-per-minute 6000 --worker-memory-limit 32 --in-flight 8 --max-workers 1 --keep data)
    # ends_after_death NAME COMMAND…: the command comes before the death
    ends_after_death() {
        local name=$1 link
        simapi_holds
        machine "$name" "${options[@]}"
        wait_for 60 may_order "$name"
        "${@:2}"
        link=$(pgrep -P "${machine_pid[$name]}" -x ration-link)
        kill -STOP "$link" # the fleet does not hear of the death yet
        simapi_goes_on
        wait_for 60 machine_says "$name" "died: exit status"
        kill -INT "${machine_pid[$name]}"
        workers_gone() { ! workers_of "${machine_pid[$1]}" >"$dir/out"; }
        wait_for 60 workers_gone "$name"
        kill -CONT "$link"
        machine_wait "$name"
    }
    deaths() { grep -c "died: exit status" "$dir/$1.err"; }
    counted() { sql "SELECT sum(crashes) FROM ration.crash JOIN ration.run USING (run) WHERE name = '$fleet' AND artist = 11"; }
    simapi --max-body 100000000
    ends_after_death ten true
    is "${machine_status[ten]},$(deaths ten),$(counted)" 3,1,1 "a machine that ends tells of the worker that has just died"
    machine eleven "${options[@]}"
    machine_wait eleven
    is "${machine_status[eleven]},$(deaths eleven),$(grep -o '^{"artist_id":"[^"]*"' "$dir/eleven.errors.jsonl")" '1,2,{"artist_id":"a12"' \
        "so that two die of it on the next one, and no third one"
    fleet=third
    two_elsewhere() { sql "SELECT ration.join_1(run, '${other%1}2', 'other', NULL), ration.crash_1('${other%1}2', 11, 2) FROM ration.run WHERE name = '$fleet'" >"$dir/out"; }
    ends_after_death twelve two_elsewhere
    simapi_stop
    is "${machine_status[twelve]},$(grep -c '"artist_id":"a12",.*"class":"worker_crash"' "$dir/twelve.errors.jsonl"),$(sql "SELECT count(*) FROM ration.failure JOIN ration.run USING (run)
        WHERE name = '$fleet'")" 3,1,1 "where it was the third one of all machines, it is given up before the machine leaves, for all of them"
fi

# ---- a machine that is given up between two deaths of its workers, and comes back by another name ----
fleet=renamed
input_of 40
sql "ALTER DATABASE postgres SET track_functions = 'pl'" >"$dir/out"
simapi --latency-ms 20
simapi_holds
machine nine --input "$input" --requests-per-minute 6000 --in-flight 8 --max-workers 1
# A worker dies by a fault while eight answers are waited for: each of them may be the reason.
eight_wait() { [[ $(sql "SELECT status->>'in_flight' FROM ration.member_now WHERE member = '$(head -c 36 "$dir/nine.jsonl.member")'") == 8 ]]; }
dies() {
    wait_for 60 eight_wait
    kill -SEGV "$(workers_of "${machine_pid[nine]}")"
}
dies
crashes() { sql "SELECT $1 FROM ration.crash JOIN ration.run USING (run) WHERE name = '$fleet'"; }
once() { [[ $(crashes "count(*), max(crashes)") == "8|1" ]]; }
wait_for 60 once
calls() { sql "SELECT coalesce(sum(calls), 0) FROM pg_stat_user_functions WHERE funcname = 'crash_2'"; }
called() { [[ $(calls) -ge 1 ]]; }
wait_for 60 called
holds "a machine tells of all that were in flight at a worker's death together: 8 in $(calls)" "$(calls) < 4"
buries() { [[ $(sql "SELECT ration.bury_1(member, beat) FROM ration.member JOIN ration.run USING (run) WHERE name = '$fleet' AND member.state = 'live'") -ge 1 ]]; }
wait_for 60 buries
wait_for 60 machine_says nine "the others have given this machine up"
simapi_goes_on
simapi_holds
joined_again() { [[ $(grep -c "has joined" "$dir/nine.err") -ge 2 ]]; }
wait_for 60 joined_again
ok $? "it is given up, and joins as another member"
dies
twice() { [[ $(crashes "max(crashes)") == 2 ]]; }
wait_for 60 twice
simapi_goes_on
machine_wait nine
simapi_stop
is "${machine_status[nine]},$(lines "$dir/nine.jsonl")" 0,40 "who was in flight at two deaths is given up by nobody: what was told by the first name is not counted again"
database_stop
finish
