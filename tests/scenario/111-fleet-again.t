#!/usr/bin/env bash
# Lines that stand in a machine's output and are not the fleet's, although they were offered or acknowledged before, are handed in by
# the machine that is leased their artists: otherwise nobody would ask these, and the run would not end.
source "$(dirname "$0")/../support/scenario.sh"
source "$root/tests/support/fleet.sh"
source "$root/tests/support/machines.sh"
fleet_of 600
options=(--input "$input" --requests-per-minute 60000 --fleet-term 60 --attempts 1)

# ends NAME: within a minute; then it is waited for
ends() {
    machine_gone() { ! kill -0 "${machine_pid[$1]}" 2>"$dir/kill.err"; }
    comes 60 machine_gone "$1" || kill -INT "${machine_pid[$1]}"
    machine_wait "$1"
}
# What the fleet has: verdicts, lines of answers, ids among them, failures.
has_all() {
    echo "$(sql "SELECT sum(bit_count(done | failed)) FROM ration.chunk JOIN ration.run USING (run) WHERE name = '$fleet'")" \
        "$(fleet_lines | wc -l)" "$(fleet_lines | grep -o '^{"artist_id":"[^"]*"' | sort -u | wc -l)" \
        "$(sql "SELECT count(*) FROM ration.failure JOIN ration.run USING (run) WHERE name = '$fleet'")"
}
is_whole() {
    local failures
    failures=$(lines "$dir/$1.errors.jsonl")
    is "$(has_all)" "$artists $((artists - failures)) $((artists - failures)) $failures" "$2"
}

# ---- an output that was begun without a fleet, with failures ----
simapi --latency-ms 10 --fault-500 0.05 --fault-attempts 99
fleet=first
"$build/ration" run --base-url "$url" --prompt-id pmpt_test --input "$input" --requests-per-minute 60000 --attempts 1 \
    --output "$dir/one.jsonl" >"$dir/one.out" 2>"$dir/one.err"
holds "some artists fail: $(lines "$dir/one.errors.jsonl")" "$(lines "$dir/one.errors.jsonl") > 0"
machine one "${options[@]}"
ends one
is "${machine_status[one]}" 1 "a run that is begun without a fleet ends as one of a fleet"
is_whole one "and the fleet has its answers and its failures"

# ---- the same output in another run, and in one that was dropped and is made again ----
fleet=second
machine one "${options[@]}"
ends one
is "${machine_status[one]}" 1 "it ends as another run of the fleet as well"
is_whole one "which has all of its lines"
has "$dir/one.err" "does not know member" "and does not know whom this machine was, which is told"
sql "DELETE FROM ration.chunk; DELETE FROM ration.batch; DELETE FROM ration.failure; DELETE FROM ration.member; DELETE FROM ration.run" >"$dir/out"
machine one "${options[@]}"
ends one
is_whole one "one that is made again has all of its lines"
is "$(asked_twice)" 0 "nobody was asked twice"
simapi_stop

# ---- given up by the others while failures wait to be handed in ----
simapi --latency-ms 10 --fault-500 0.1 --fault-attempts 99
fleet=third
machine two "${options[@]}"
wait_for 60 machine_has two 50
link=$(pgrep -P "${machine_pid[two]}" -x ration-link)
kill -STOP "$link"
failures_wait() { [[ $(lines "$dir/two.errors.jsonl") -gt $(sql "SELECT count(*) FROM ration.failure JOIN ration.run USING (run) WHERE name = 'third'") ]]; }
wait_for 30 failures_wait
sql "SELECT ration.bury_1(member, beat) FROM ration.member JOIN ration.run USING (run) WHERE name = 'third' AND member.state = 'live'" >"$dir/out"
kill -CONT "$link"
ends two
is "${machine_status[two]}" 1 "a machine that was given up while failures waited ends"
has "$dir/two.err" "the others have given this machine up" "it heard of it"
is_whole two "and the fleet has all of its lines"
simapi_stop

# ---- a database that lost transactions amid what it had acknowledged ----
simapi --latency-ms 10 --fault-500 0.1 --fault-attempts 99
fleet=fourth
machine three "${options[@]}" --in-flight 1
all_but_held() { [[ $(sql "SELECT count(*) FROM ration.batch JOIN ration.run USING (run) WHERE name = 'fourth'") -ge 3 ]]; }
wait_for 60 all_but_held
simapi_holds
lost=$(sql "WITH b AS (DELETE FROM ration.batch USING ration.run r WHERE batch.run = r.run AND r.name = 'fourth' AND spool_from =
        (SELECT min(spool_from) FROM ration.batch JOIN ration.run USING (run) WHERE name = 'fourth') RETURNING batch.run, member, body),
    f AS (DELETE FROM ration.failure USING ration.run r WHERE failure.run = r.run AND r.name = 'fourth' RETURNING artist),
    a AS (SELECT (regexp_matches(convert_from(body, 'UTF8'), '\"artist_id\":\"[a-z]*([0-9]+)\"', 'g'))[1]::int - 1 AS artist FROM b
        UNION SELECT artist FROM f),
    k AS (SELECT artist / 256 AS chunk, bit_or(set_bit(B'0'::bit(256), (artist % 256)::int, 1)) AS bits FROM a GROUP BY 1),
    u AS (UPDATE ration.chunk c SET done = done & ~k.bits, failed = failed & ~k.bits, open = true, holder = b.member
        FROM k, b WHERE c.run = b.run AND c.chunk = k.chunk)
    SELECT count(*) FROM a")
holds "the database loses lines of $lost artists" "$lost > 0"
simapi_goes_on
ends three
is "${machine_status[three]}" 1 "the machine ends"
is_whole three "and the fleet has each line, once"
has "$dir/three.err" "they are handed in again" "what is done about it is told"
is "$(asked_twice)" 0 "nobody was asked twice"
simapi_stop
database_stop
finish
