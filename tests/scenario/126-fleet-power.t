#!/usr/bin/env bash
# A fleet with --fleet-keep local, and machines whose power fails: what was not synced to the disk is lost, and was not handed in. So no artist
# counts as done whose line nobody has. A sync that fails, that never comes (--sync never), and one that is far away (--sync 86400).
source "$(dirname "$0")/../support/scenario.sh"
source "$root/tests/support/fleet.sh"
source "$root/tests/support/machines.sh"
fleet_of 300
fault=$dir/fault
export FAULT_FILE=$fault
preload=$build/fault_fd.so
[[ -z ${SANITIZED:-} ]] || preload="$(gcc -print-file-name=libasan.so) $preload"
options=(--input "$input" --requests-per-minute 60000 --fleet-term 60 --in-flight 8 --hang-timeout 600 --fleet-keep local)
perl -ne 'print "$1\n" if $. > 1 && /^([^,]+),/' "$input" >"$dir/wanted"
done_of() { sql "SELECT sum(bit_count(done)) FROM ration.chunk JOIN ration.run USING (run) WHERE name = '$fleet'"; }
beat_of() { sql "SELECT coalesce(max(beat), 0) FROM ration.member JOIN ration.run USING (run) WHERE name = '$fleet'"; }
beats() { [[ $(beat_of) -ge $1 ]]; }
# goes_round: the machine has come by all that it does several times since
goes_round() { wait_for 60 beats $(($(beat_of) + 8)); }
all_handed_in() { [[ $(done_of) == $(lines "$dir/$1.jsonl") ]]; }
all_done() { [[ $(done_of) == 300 ]]; }
# whole OUTPUT…: an export of these has each artist once, in the order of the input
whole() {
    fresh
    "$build/ration" fleet export "$database" --fleet-name "$fleet" --to "$dir/all.$fleet.jsonl" --input "$input" --from "$@" >"$summary" 2>"$err"
    is "$?" 0 "$fleet: the export has all lines"
    perl -MJSON::PP -ne 'print decode_json($_)->{artist_id}, "\n"' "$dir/all.$fleet.jsonl" | cmp -s - "$dir/wanted"
    ok $? "$fleet: each artist once"
}

# ---- the power fails before anything is on the disk ----
fleet=power
simapi --latency-ms 40
echo "hold 0" >"$fault"
LD_PRELOAD=$preload machine one "${options[@]}"
wait_for 60 machine_has one 1 # after its next line its worker stands in its sync
goes_round
is "$(done_of)" 0 "nothing is handed in that is not on the disk"
holds "though there is something: $(lines "$dir/one.jsonl") lines" "$(lines "$dir/one.jsonl") > 0"
machine_signal KILL one
machine_wait one
: >"$dir/one.jsonl"
rm "$fault"
machine one "${options[@]}"
machine_wait one
is "${machine_status[one]}|$(done_of)" "0|300" "it goes on, and asks for what the disk did not have"
whole "$dir/one.jsonl"

# ---- what the disk has is handed in, also by a machine whose every process died before it was ----
fleet=files
machine two "${options[@]}" --sync 86400
wait_for 60 machine_has two 40
machine_signal KILL two
machine_wait two
machine two "${options[@]}" --sync 86400
wait_for 60 all_done
machine_wait two
is "${machine_status[two]}" 0 "a sync that is far away comes when nothing else is left to do"
whole "$dir/two.jsonl"
simapi_stop

# ---- a sync fails ----
fleet=fails
simapi --latency-ms 40
LD_PRELOAD=$preload machine three "${options[@]}"
wait_for 60 machine_has three 40
simapi_holds
wait_for 60 all_handed_in three
before=$(done_of)
echo "sync 5" >"$fault"
simapi_goes_on
machine_wait three
is "${machine_status[three]}" 4 "a sync that fails ends the run: exit 4"
has "$dir/three.err" "the output cannot be synced" "which is told"
is "$(grep -c 'does not answer' "$dir/three.err")" 0 "and nothing is waited for in vain"
holds "lines came after it" "$(lines "$dir/three.jsonl") > $before"
is "$(done_of)" "$before" "what the disk may have lost is not handed in"
rm "$fault"
machine three "${options[@]}"
machine_wait three
is "${machine_status[three]}|$(done_of)" "0|300" "once it is mended, --resume goes on"
whole "$dir/three.jsonl"

# ---- no sync is wanted ----
fleet=never
echo "hold 0" >"$fault"
LD_PRELOAD=$preload machine four "${options[@]}" --sync never
machine_wait four
is "${machine_status[four]}|$(done_of)" "0|300" "--sync never: lines are handed in as they are written"
whole "$dir/four.jsonl"
simapi_stop

# ---- much waits for its sync when the machine is told to stop ----
fleet=much
rm "$fault"
simapi --latency-ms 100 --text-bytes 200000
machine five "${options[@]}" --sync 86400
wait_for 60 machine_has five 200
kill -INT "${machine_pid[five]}"
machine_wait five
simapi_stop
is "$(done_of)" "$(lines "$dir/five.jsonl")" "much that waits for its sync is handed in before the machine leaves"
is "$(grep -c 'does not answer' "$dir/five.err")" 0 "in time"
database_stop
finish
