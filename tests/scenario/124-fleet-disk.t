#!/usr/bin/env bash
# The disk of one machine of a fleet is full: it waits with what was paid for, the others go on, and all of it is handed in when there is
# room, also where it was given up meanwhile; one that is stopped then leaves its work to the others. And an output that is another
# fleet's, of another database: it is handed in there as well, and nobody is asked again.
source "$(dirname "$0")/../support/scenario.sh"
source "$root/tests/support/fleet.sh"
source "$root/tests/support/machines.sh"
fleet_of 900
options=(--input "$input" --requests-per-minute 60000 --fleet-term 60 --in-flight 4)
has_all() {
    sql "SELECT sum(bit_count(done)), sum(bit_count(failed)), (SELECT sum(lines) FROM ration.batch b WHERE b.run = r.run)
        FROM ration.chunk JOIN ration.run r USING (run) WHERE name = '$fleet' GROUP BY r.run"
}
each_once() { # the union of the fleet
    fleet_lines >"$dir/union"
    "$root/tests/support/check-output" "$input" "$dir/union" >"$dir/check"
    is "$(has_all)|$(lines "$dir/union")" "$artists|0|$artists|$artists" "$fleet: each artist has a line in the fleet"
    has "$dir/check" "0 twice, 0 unknown, 0 renamed, 0 broken" "$fleet: and one: $(cat "$dir/check")"
}
whole() { perl -MJSON::PP -ne 'decode_json($_)' "$1" 2>/dev/null; }
member_of() { head -c 36 "$(machine_output "$1").member"; }
state_of() { sql "SELECT state FROM ration.member WHERE member = '$1'"; }
buries() { [[ $(sql "SELECT ration.bury_1(member, beat) FROM ration.member WHERE member = '$1'") -ge 0 ]]; }
joined() { [[ $(grep -c "has joined" "$dir/$1.err") -ge $2 ]]; }

# full NAME: a machine of that name is started, on a disk of its own, which is full soon
full() {
    mkdir "$dir/small.$1"
    mount -t tmpfs -o size=128k ration-test "$dir/small.$1" || return
    head -c 80000 /dev/zero >"$dir/small.$1/ballast"
    machine_folder[$1]=$dir/small.$1
    machine "$1" "${options[@]}"
    wait_for 60 machine_says "$1" "No space left"
}
room() { mount -o remount,size=8m "$dir/small.$1"; }
# others_wait NAME: that machine has done all that the full one does not hold
others_wait() {
    [[ $(sql "SELECT count(*) FROM ration.chunk JOIN ration.run USING (run) WHERE name = '$fleet' AND open
        AND (holder IS NULL OR holder = '$(member_of "$1")')") -eq 0 ]]
}
mkdir "$dir/small"
if mount -t tmpfs -o size=128k ration-test "$dir/small" 2>"$dir/mount.err"; then
    umount "$dir/small"
    # ---- it has room again ----
    fleet=full
    simapi --latency-ms 20
    full one
    ok $? "the disk of a machine is full, as it tells"
    whole "$dir/small.one/one.jsonl"
    ok $? "its output holds whole lines"
    machine two "${options[@]}"
    wait_for 60 joined two 1
    wait_for 60 others_wait two
    ok $? "the other machine does all that the full one does not hold"
    is "$(state_of "$(member_of one)"),$(state_of "$(member_of two)")" live,live "both wait, and nobody is given up for it"
    holds "there is something left: $(has_all)" "$(sql "SELECT sum(n - bit_count(done)) FROM ration.chunk JOIN ration.run USING (run) WHERE name = 'full'") > 0"
    room one
    machine_wait one two
    simapi_stop
    is "${machine_status[one]},${machine_status[two]}" 0,0 "with room it goes on by itself, and both end"
    has "$dir/one.err" "there is room again" "it says so"
    each_once
    is "$(asked_twice)" 0 "nobody was asked twice"
    umount "$dir/small.one"

    # ---- it is given up while lines wait for room ----
    fleet=given
    simapi --latency-ms 20
    full three
    machine four "${options[@]}"
    wait_for 60 joined four 1
    before=$(member_of three)
    wait_for 60 buries "$before"
    wait_for 60 machine_says three "the others have given this machine up"
    ok $? "a machine whose disk is full is given up"
    machine_wait four
    is "${machine_status[four]}" 0 "the other one takes its work, and ends"
    kill -0 "${machine_pid[three]}"
    ok $? "the full one waits with what was paid for"
    room three
    machine_wait three
    simapi_stop
    is "${machine_status[three]}" 0 "with room it ends as well"
    each_once
    umount "$dir/small.three"

    # ---- it is given up while nothing waits but the note of who it is ----
    fleet=renamed
    simapi --latency-ms 20
    mkdir "$dir/small.five"
    mount -t tmpfs -o size=1m ration-test "$dir/small.five"
    machine_folder[five]=$dir/small.five
    machine five "${options[@]}"
    wait_for 60 machine_has five 20
    "$build/ration" pause --run "$dir/small.five/five.jsonl" >"$dir/pause" 2>&1
    idle() { [[ $(sql "SELECT status->>'in_flight' FROM ration.member_now WHERE member = '$(member_of five)' AND at > '$paused'") == 0 ]]; }
    paused=$(sql "SELECT clock_timestamp()")
    wait_for 60 idle
    cat /dev/zero >"$dir/small.five/ballast" 2>"$dir/cat.err"
    before=$(member_of five)
    wait_for 60 buries "$before"
    wait_for 60 machine_says five "this machine joins when there is room"
    ok $? "one that cannot write down who it is from now on waits for room"
    is "$(member_of five)" "$before" "what it was stays written down"
    rm "$dir/small.five/ballast"
    wait_for 60 joined five 2
    ok $? "with room it joins as another member"
    "$build/ration" resume --run "$dir/small.five/five.jsonl" >"$dir/pause" 2>&1
    machine_wait five
    simapi_stop
    is "${machine_status[five]}" 0 "and ends"
    each_once
    is "$(asked_twice)" 0 "nobody was asked twice"
    umount "$dir/small.five"

    # ---- it is stopped while it is full ----
    fleet=stopped
    simapi --latency-ms 20
    full six
    before=$(member_of six)
    kill -INT "${machine_pid[six]}"
    machine_wait six
    is "${machine_status[six]},$(state_of "$before")" 4,left "a machine that is stopped while its disk is full ends with exit 4, and has left the fleet"
    is "$(sql "SELECT count(*) FROM ration.chunk WHERE holder = '$before'")" 0 "it holds nothing that others would wait for"
    saved=$(sed -n 's/.* answers that could not be added to it are saved in \(.*\); add them .*/\1/p' "$dir/six.err")
    holds "what it was paid for is saved: $(lines "$saved") lines" "$(lines "$saved") > 0"
    room six
    cat "$saved" >>"$dir/small.six/six.jsonl"
    rm "$saved"
    machine six "${options[@]}"
    machine_wait six
    simapi_stop
    is "${machine_status[six]}" 0 "with room, and what was saved, it goes on"
    each_once
    is "$(asked_twice)" 0 "nobody was asked twice"
    umount "$dir/small.six"
else
    note "no tmpfs can be mounted here: the full file system is left out"
fi

# ---- an output that is another fleet's ----
sql "CREATE DATABASE other" >"$dir/out"
# there COMMAND…: with the other database of that server
there() { database=${database/postgresql:\/\/\/postgres/postgresql:\/\/\/other} fleet_database=other fleet=theirs "$@"; }
there fleet_schema
ok $? "there is another database"
fleet=mine
simapi --latency-ms 20
machine seven "${options[@]}"
wait_for 60 machine_has seven 100
seven=${machine_pid[seven]}
there machine seven "${options[@]}"
machine_wait seven
is "${machine_status[seven]}" 2 "an output at which another fleet's machine is at work: exit 2"
has "$dir/seven.err" "is working on this output" "and why"
is "$(there sql "SELECT count(*) FROM ration.member")" 0 "the other fleet has no such member"
kill -INT "$seven"
wait "$seven"
is "$?,$(lines "$dir/seven.jsonl")" "3,$(sql "SELECT sum(lines) FROM ration.batch JOIN ration.run USING (run) WHERE name = 'mine'")" "it is stopped, with lines that are its fleet's"
sed 's/^a0/b0/' "$input" >"$dir/other.csv"
there machine seven "${options[@]}" --input "$dir/other.csv"
machine_wait seven
is "${machine_status[seven]},$(there sql "SELECT count(*) FROM ration.member")" 2,0 "with another input it is refused: exit 2"
there machine seven "${options[@]}"
machine_wait seven
is "${machine_status[seven]}" 0 "with this one it goes on in the other fleet"
has "$dir/seven.err" "does not know member" "which does not know whom it was, as is told"
fleet=theirs there each_once
machine seven "${options[@]}"
machine_wait seven
simapi_stop
is "${machine_status[seven]}" 0 "and back in its own fleet it hands in what came of that"
each_once
is "$(asked_twice)" 0 "nobody was asked twice"
is "$(grep -c "answered by another one before" "$dir/seven.err")" 0 "nor is that told of anybody"
database_stop
finish
