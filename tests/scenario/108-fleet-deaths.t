#!/usr/bin/env bash
# What may befall a fleet, one after another: its network in each direction, the clock of its database, its disk, a coordinator alone, a
# machine that is started twice, two fleets on one database, a pool between, a lid that is closed. Each artist has one line in the end,
# and the server refuses nothing.
source "$(dirname "$0")/../support/scenario.sh"
source "$root/tests/support/fleet.sh"
source "$root/tests/support/machines.sh"
[[ -x $build/ration-link ]] || skip_all "built without libpq"
for library in wall_clock lid_clock full_disk; do
    cp "$build/$library.so" "$dir/$library.so"
done
lid=$dir/lid_clock.so
[[ -z ${SANITIZED:-} ]] || lid="$(gcc -print-file-name=libasan.so) $lid"
chmod 711 "$dir"
echo 0 >"$dir/wall"
WALL_FILE=$dir/wall FULL_FILE=$dir/full LD_PRELOAD="$dir/wall_clock.so $dir/full_disk.so" need_database
fleet_schema

# ---- one fleet, whose term nobody exceeds: nobody may be asked twice ----
# It lasts until the steps are done: a few at a time, each for a second.
artists=3000
input_of $artists
simapi --latency-ms 1000 --requests-per-minute 30000
options=(--input "$input" --requests-per-minute 30000 --fleet-term 120 --in-flight 8)
machine_way one
machine one "${options[@]}"
machine two "${options[@]}"
wait_for 30 machine_has one 20
wait_for 30 machine_has two 20
answers_again() { [[ $(grep -c "the database answers again" "$dir/$1.err") -ge $2 ]]; }
in_database() { sql "SELECT coalesce(sum(lines), 0) FROM ration.batch"; }
further() { [[ $(in_database) -gt $before ]]; }
n=0
for direction in to from; do
    machine_way_is one $direction
    n=$((n + 1))
    away() { [[ $(grep -c "the database cannot be reached" "$dir/one.err") -ge $n ]]; }
    wait_for 30 away
    ok $? "the network is cut in one direction ($direction the database), which is told"
    machine_way_is one whole
    wait_for 30 answers_again one "$n"
    ok $? "it is whole again, with what was sent meanwhile: all goes on"
done

for seconds in 3600 -3600; do
    echo $seconds >"$dir/wall"
    before=$(in_database)
    wait_for 30 further
    ok $? "the database's clock jumps by $seconds seconds: all goes on"
done
is "$(sql "SELECT clock_timestamp() < now() + interval '1 s' AND clock_timestamp() < to_timestamp($(date +%s)) - interval '50 min'")" t "it has jumped"
echo 0 >"$dir/wall"

: >"$dir/full"
full() { machine_says one "No space left on device" && machine_says two "No space left on device"; }
wait_for 30 full
ok $? "the database's disk is full, which both tell"
rm "$dir/full"
before=$(in_database)
wait_for 30 further
ok $? "it has room again: what was kept is handed in"

"$build/ration" run --base-url "$url" --prompt-id pmpt_test --output "$dir/one.jsonl" --fleet-name batch --fleet "$database" "${options[@]}" \
    --resume >"$dir/twice.out" 2>"$dir/twice.err"
is "$?" 2 "a machine that is started twice on one output is refused: exit 2"
has "$dir/twice.err" "another run" "and told why"

kill -9 "${machine_pid[two]}"
wait "${machine_pid[two]}"
machine two "${options[@]}"
joined_twice() { [[ $(grep -c "has joined" "$dir/$1.err") -ge 2 ]]; }
wait_for 60 joined_twice two
ok $? "a coordinator that was killed alone is started again, and joins"
# Before it has a line of its own: what stands in its output was handed in by who it was before.
machine_signal KILL two
wait "${machine_pid[two]}"
machine two "${options[@]}"
joined_thrice() { [[ $(grep -c "has joined" "$dir/two.err") -ge 3 ]]; }
wait_for 60 joined_thrice
ok $? "and again, before it has a line"
simapi_hurries
machine_wait one two
is "${machine_status[one]},${machine_status[two]}" 0,0 "both end when the batch is done"
simapi_stop
is "$(audited '$status == 429')" 0 "the server refused nothing"
twice=$(asked_twice)
holds "nobody was asked twice but for what the killed one had in flight: $twice" "$twice <= 16"
nothing "$(grep -h "answered by another one before" "$dir/one.err" "$dir/two.err")" "and no line is told to be somebody else's"
fleet_lines >"$dir/union"
"$root/tests/support/check-output" "$input" "$dir/union" >"$dir/check"
is "$(lines "$dir/union")" $artists "each artist has a line in the fleet"
has "$dir/check" "0 twice, 0 unknown, 0 renamed, 0 broken" "and one: $(cat "$dir/check")"

# ---- two fleets with one account: a lid is closed in one, a pool stands before the database of the other ----
rpm=6000 artists=1500
input_of $artists
ours=$input
input_of 600
theirs=$input
simapi --requests-per-minute $rpm --burst $((rpm / 30)) --latency-ms 100
pooler=
if command -v pgbouncer >"$dir/out.sql"; then
    mkdir "$dir/way.seven"
    [[ ${#postgres_user[@]} -eq 0 ]] || chown nobody: "$dir/way.seven"
    # As contrib/fleet has it, but for who may come, and from where.
    printf '"ration" ""\n' >"$dir/users"
    sed -e "s|^fleet = .*|postgres = host=$dir/db port=$database_port|" -e 's/^listen_addr = .*/listen_addr =/' -e "s/^listen_port = .*/listen_port = $database_port/" \
        -e '/^client_tls/d' -e 's/^auth_type = .*/auth_type = trust/' -e "s|^auth_file = .*|auth_file = $dir/users\nunix_socket_dir = $dir/way.seven|" \
        "$root/contrib/fleet/pgbouncer.ini" >"$dir/pooler.ini"
    chmod 644 "$dir/pooler.ini" "$dir/users"
    "${postgres_user[@]}" pgbouncer -q "$dir/pooler.ini" >"$dir/pooler.log" 2>&1 &
    pooler=$!
    wait_for 20 test -S "$dir/way.seven/.s.PGSQL.$database_port"
fi
fleet=theirs
machine seven --input "$theirs" --requests-per-minute "$rpm" --fleet-term 4
fleet=ours
options=(--input "$ours" --requests-per-minute "$rpm" --fleet-term 4)
LD_PRELOAD=$lid machine five "${options[@]}"
machine six "${options[@]}"
wait_for 30 machine_has five 20
wait_for 30 machine_has six 20
wait_for 30 machine_has seven 20

# The machine's own time stands still while its lid is closed; the others' goes on.
closed=$SECONDS
machine_signal STOP five
wait_for 60 machine_says six "has given no sign of life"
ok $? "a lid is closed for longer than the term: the others take over"
simapi_holds
echo $((SECONDS - closed)) >"$dir/lid_clock.so.slept"
machine_signal CONT five
wait_for 60 machine_says five "the others have given this machine up"
ok $? "it is opened, and the machine learns it"
simapi_goes_on
wait_for 60 joined_twice five
ok $? "it joins as another"

# Its files are copied to another machine, which is started with them when the fleet has more of its lines than stand in the copy.
for file in five.jsonl five.jsonl.member five.errors.jsonl; do
    [[ ! -e $dir/$file ]] || cp "$dir/$file" "$dir/${file/five/eight}"
done
copied=$(wc -c <"$dir/eight.jsonl")
gone_on() { [[ $(sql "SELECT coalesce(max(spool_to), 0) FROM ration.batch WHERE member = '$(head -c 36 "$dir/eight.jsonl.member")'") -gt $copied ]]; }
wait_for 60 gone_on
machine eight "${options[@]}"
machine_wait five six seven eight
is "${machine_status[five]},${machine_status[six]},${machine_status[seven]},${machine_status[eight]}" 0,0,0,0 "all of them end"
has "$dir/eight.err" "it is a copy of another machine's" "the copy is told as one"
simapi_stop
is "$(audited '$status == 429')" 0 "the server refused nothing to both fleets together"
for name in ours theirs; do
    "$build/ration" fleet export "$database" --fleet-name $name --input "${!name}" --to "$dir/$name.jsonl" >"$dir/export.out" 2>&1
    is "$?" 0 "what is $name is exported"
    cmp -s <(perl -ne 'print "$1\n" if /^\{"artist_id":"([^"]*)"/' "$dir/$name.jsonl") <(perl -ne 'print "$1\n" if $. > 1 && /^([^,]+),/' "${!name}")
    ok $? "each artist once"
done
if [[ -n $pooler ]]; then
    kill -INT "$pooler"
    wait "$pooler"
fi
machine_ways_end
database_stop
is "$(grep -c -i deadlock "$dir/db.log")" 0 "no two have waited for each other"
finish
