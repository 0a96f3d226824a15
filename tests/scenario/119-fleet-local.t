#!/usr/bin/env bash
# A fleet with --fleet-keep local: lines stay in the machines' outputs, and the database has bits and places. The outputs, copied together,
# are one export, byte for byte as if the lines were in the database; what is missing, cut or changed is told. A machine whose disk is
# gone for good: what stood only there is asked again, once.
source "$(dirname "$0")/../support/scenario.sh"
source "$root/tests/support/fleet.sh"
source "$root/tests/support/machines.sh"
fleet_of 600
fleet() { # COMMAND …: sets $status, $out and $err
    local command=$1
    shift
    fresh
    out=$summary
    "$build/ration" fleet "$command" "$database" "$@" >"$out" 2>"$err"
    status=$?
}
options=(--input "$input" --requests-per-minute 60000 --fleet-term 60 --in-flight 8)
keep=(--fleet-keep local)
ids() { perl -MJSON::PP -ne 'print decode_json($_)->{artist_id}, "\n"' "$1"; }
perl -ne 'print "$1\n" if $. > 1 && /^([^,]+),/' "$input" >"$dir/wanted"
# each_once FILE: all artists, in the order of the input
each_once() { cmp -s <(ids "$1") "$dir/wanted"; }
union() {
    sql "SELECT sum(bit_count(k.done)) = (SELECT sum(lines) FROM ration.batch WHERE run = r.run)
        AND (SELECT sum(bit_count(u)) FROM ration.batch b, unnest(b.bits) AS u WHERE b.run = r.run) = sum(bit_count(k.done))
        FROM ration.chunk k JOIN ration.run r USING (run) WHERE name = '${fleet:-batch}' GROUP BY r.run"
}

# ---- two machines, one of which is killed and goes on ----
simapi --latency-ms 40
machine one "${options[@]}" "${keep[@]}"
machine two "${options[@]}" "${keep[@]}"
wait_for 60 machine_has one 40
wait_for 60 machine_has two 40
ration --input "$input" --output "$dir/none.jsonl" --fleet "$database" --fleet-name batch "${options[@]:2}"
is "$status" 2 "a machine that keeps its lines elsewhere is refused"
has "$err" "its fleet-keep is local, and here it is database" "and told what differs"
machine_signal KILL two
machine_wait two
machine two "${options[@]}" "${keep[@]}"
machine_wait one two
is "${machine_status[one]}${machine_status[two]}" 00 "both end"
is "$(sql "SELECT count(body), bool_and(sum IS NOT NULL) FROM ration.batch")" "0|t" "no line is in the database"
is "$(union)|$(sql "SELECT sum(lines) FROM ration.batch")" "t|600" "bits are lines, and each batch tells whose"
fleet status
has "$out" "600, on the machines (--fleet-keep local)" "the status tells where the lines are"
has "$out" "$dir/two.jsonl" "in which file"
mkdir "$dir/copies"
cp "$dir/two.jsonl" "$dir/copies/a.jsonl"
cp "$dir/one.jsonl" "$dir/copies/b.jsonl"
fleet export --to "$dir/all.jsonl" --input "$input"
is "$status" 2 "an export without the outputs is refused"
has "$err" "$dir/one.jsonl has " "and told which are needed"
from=(--from "$dir"/copies/*.jsonl)
for format in jsonl csv sqlite; do
    fleet export --to "$dir/files.$format" --input "$input" "${from[@]}"
    is "$status" 0 "their copies, under other names, in any order: $format"
done
each_once "$dir/files.jsonl"
ok $? "each artist once, in the order of the input"
fleet export --table local "${from[@]}"
is "$status|$(sql "SELECT count(*), count(DISTINCT artist_id) FROM local")" "0|600|600" "and into a table"
fleet export --to "$dir/copies/b.jsonl" --input "$input" "${from[@]}"
is "$status" 2 "an output is not overwritten by the export"
cmp -s "$dir/copies/b.jsonl" "$dir/one.jsonl"
ok $? "it is as it was"

# ---- what is missing, cut, changed ----
fleet export --to "$dir/few.jsonl" --input "$input" --from "$dir/copies/a.jsonl"
is "$status" 1 "without one of them it is incomplete: exit 1"
has "$err" ":$dir/one.jsonl, member $(sql "SELECT left(member::text, 8) FROM ration.member WHERE output LIKE '%/one.jsonl'"): its " "which is missing is told"
missing=$(sql "SELECT sum(lines) FROM ration.batch JOIN ration.member USING (member) WHERE output LIKE '%/one.jsonl'")
has "$err" "incomplete: $missing lines are missing" "and how many lines: $missing"
head -c -200 "$dir/one.jsonl" >"$dir/copies/b.jsonl"
fleet export --to "$dir/few.jsonl" --input "$input" "${from[@]}"
is "$status" 1 "one that was cut: exit 1"
has "$err" "it was cut or changed" "which is told"
perl -pe 's/Artist/Artisd/ if $. == 2' "$dir/one.jsonl" >"$dir/copies/b.jsonl"
fleet export --to "$dir/few.jsonl" --input "$input" "${from[@]}"
is "$status" 1 "one in which a letter was changed: exit 1"
has "$err" "of its $missing lines, from byte 0 on" "which is told, and where"
fleet export --to "$dir/few.jsonl" --input "$input" "${from[@]}" "$dir/one.jsonl"
is "$status" 0 "a good copy beside it will do"
cmp -s "$dir/few.jsonl" "$dir/files.jsonl"
ok $? "and gives the same"

# ---- the same run with its lines in the database ----
cp "$dir/one.jsonl" "$dir/copies/b.jsonl"
sql "SELECT member, spool_from, output, coalesce(pieces, ARRAY[spool_from, spool_to]) FROM ration.batch JOIN ration.member USING (member)" |
    perl -F'\|' -lane 'my ($body, @piece) = ("", $F[3] =~ /\d+/g); open my $in, "<:raw", $F[2] or die;
        while (my ($from, $to) = splice @piece, 0, 2) { seek $in, $from, 0; read $in, my $text, $to - $from; $body .= $text }
        print "UPDATE ration.batch SET body = \x27\\x", unpack("H*", $body), "\x27 WHERE member = \x27$F[0]\x27 AND spool_from = $F[1];"' >"$dir/bodies.sql"
psql -Xq -1 "$database" <"$dir/bodies.sql" >"$dir/out.sql" 2>&1
sql "UPDATE ration.run SET settings = settings - 'fleet-keep'" >"$dir/out.sql"
fleet export --to "$dir/all.jsonl" --input "$input" "${from[@]}"
is "$status" 2 "--from for a run whose lines are in the database is refused"
for format in jsonl csv sqlite; do
    fleet export --to "$dir/all.$format" --input "$input"
    cmp -s "$dir/all.$format" "$dir/files.$format"
    ok $? "its export is byte for byte the same: $format"
done
fleet lost two --yes
is "$status" 2 "and no machine's files are missed"
simapi_stop

# ---- a machine's disk is gone while the other one works on its chunks ----
fleet=gone
options+=(--fleet-term 2)
simapi --latency-ms 40
machine three "${options[@]}" "${keep[@]}"
wait_for 60 machine_has three 100
machine four "${options[@]}" "${keep[@]}"
machine_signal KILL three
machine_wait three
ends() { [[ $(sql "SELECT sum(bit_count(done)) FROM ration.chunk JOIN ration.run USING (run) WHERE name = 'gone'") == 600 ]]; }
has_its_chunk() { [[ $(sql "SELECT count(*) FROM ration.chunk k JOIN ration.member m ON m.member = k.holder WHERE m.output LIKE '%/four.jsonl'
    AND EXISTS (SELECT FROM ration.batch b JOIN ration.member o USING (member) WHERE o.output LIKE '%/three.jsonl' AND k.chunk = ANY (b.chunk))") -gt 0 ]]; }
comes 60 has_its_chunk
ok $? "the other one is leased a chunk of which some are done"
simapi_holds
fleet lost "$(hostname):$dir/three.jsonl" --fleet-name gone
is "$status" 2 "lost without --yes changes nothing"
lost=$(sed -n 's/.*fleet: \([0-9]*\) artists would be asked again.*/\1/p' "$err")
is "$(union)|$(sql "SELECT sum(lines) FROM ration.batch JOIN ration.member USING (member) WHERE output LIKE '%/three.jsonl'")" "t|$lost" "and tells what would be asked again: $lost"
fleet lost "$dir/three.jsonl" --yes --fleet-name gone
is "$status" 2 "a machine that is not there is not lost"
fleet lost "$(hostname)" --yes --fleet-name gone
is "$status" 2 "one that is at work is not lost"
has "$err" "at work on" "which is told"
fleet lost "$(hostname):$dir/three.jsonl" --yes --fleet-name gone
is "$status" 0 "with --yes it is"
has "$err" "$lost artists have no answer any more" "with the count"
is "$(union)" t "bits are lines again"
simapi_goes_on
wait_for 60 ends
machine_wait four
is "${machine_status[four]}" 0 "the other one answers them and ends"
twice=$(asked_twice)
holds "asked twice were those, and what was not handed in when it died: $twice" "$twice >= $lost && $twice <= $(lines "$dir/three.jsonl") + 16"
fleet export --fleet-name gone --to "$dir/gone.jsonl" --input "$input" --from "$dir/four.jsonl"
is "$status" 0 "and its output alone is all"
each_once "$dir/gone.jsonl"
ok $? "each artist once"

# ---- the disk turns up after all ----
machine three "${options[@]}" "${keep[@]}"
machine_wait three
is "${machine_status[three]}|$(union)" "0|t" "its lines are others' now"
has "$dir/three.err" "their second answers stay in its own output" "which is told"
fleet export --fleet-name gone --to "$dir/late.jsonl" --input "$input" --from "$dir"/{three,four}.jsonl
cmp -s "$dir/late.jsonl" "$dir/gone.jsonl"
ok $? "the export stays as it was"
simapi_stop
database_stop
finish
