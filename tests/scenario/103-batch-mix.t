#!/usr/bin/env bash
# --batch-mix: as many rows by the batch API as it answers in time, the rest by single requests, before --deadline.
source "$(dirname "$0")/../support/scenario.sh"
source "$root/tests/support/batches.sh"

perl -e 'print "artist_id,name,data\n"; print "a$_,Artist $_,data $_\n" for 1 .. 200' >"$dir/in.csv"
printf 'Write on {{name}}: {{data}}\n' >"$dir/prompt.txt"
mixed=(--batch-mix --batch-rows 50 --batch-poll 1 --requests-per-minute 60000 --input "$dir/in.csv" --prompt-file "$dir/prompt.txt")
# in_seconds N: that moment, as --deadline has it
in_seconds() { perl -MPOSIX -e 'print strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(time + shift))' "$1"; }
# mix OPTION…: a run; sets $status
mix() {
    fresh
    "$build/ration" run --base-url "$url" "${mixed[@]}" "$@" >"$summary" 2>"$err"
    status=$?
}
# ways, after simapi_stop: rows answered by batches and by single requests, and rows that were answered twice
ways() {
    audit_each 'if ($a{way} =~ /^(?:batch|single)$/ && $a{status} == 200) { $w{$a{way}}++; $n{$a{asked}}++ }
        END { print $w{batch} // 0, " ", $w{single} // 0, " ", scalar grep { $_ > 1 } values %n }'
}
lines_once() { "$root/tests/support/check-output" "$dir/in.csv" "$1" >"$dir/check"; }

mkdir "$dir/a" "$dir/b" "$dir/c"
simapi --batch-folder "$dir/a"
mix --output "$dir/a.jsonl" --deadline "$(in_seconds 3600)"
simapi_stop
is "$status $(lines "$dir/a.jsonl")" "0 200" "what the batch API answers in time"
is "$(ways)" "200 0 0" "is asked by it alone"

simapi --batch-folder "$dir/b" --batch-validate 3600
printf '%s\n' "deadline = $(in_seconds 60)" batch-mix 'batch-search = 600' >"$dir/b.conf"
mix --output "$dir/b.jsonl" --config "$dir/b.conf" --summary "$dir/b.json"
simapi_stop
is "$(grep -c 'counts only with' "$err")" 0 "what its file says of batches is no fault of the rest"
is "$status $(lines "$dir/b.jsonl")" "0 200" "where there is no time for it, all is asked one by one"
is "$(ways)" "0 200 0" "and once"
has "$err" "rows are left for single requests" "which is told"
is "$(perl -MJSON::PP -0777 -ne 'print decode_json($_)->{artists}{done}' "$dir/b.json")" 200 "one summary, of all"
lines_once "$dir/b.jsonl"
has "$dir/check" "0 twice, 0 unknown, 0 renamed, 0 broken" "$(cat "$dir/check")"

# ---- the switch: parts have some of their rows when the wall clock is put forward ----
wall=$dir/wall
preload=$build/wall_clock.so
[[ -n ${SANITIZED:-} ]] && preload="$(gcc -print-file-name=libasan.so) $preload"
# mix_start OPTION…: in the background, by that wall clock; sets $ration_pid
mix_start() {
    fresh
    LD_PRELOAD=$preload WALL_FILE=$wall "$build/ration" run --base-url "$url" "${mixed[@]}" "$@" >"$summary" 2>"$err" &
    ration_pid=$!
}
# partly_done: each part of $output has some of its rows
partly_done() {
    wait_for 60 eval '[[ $(batch_told "[.batches.parts[] | select(.state == \"in_progress\")] | length") == 4 ]]'
    simapi_advances 250
    wait_for 60 eval '[[ $(batch_told "[.batches.parts[] | select(.done > 0)] | length") == 4 ]]'
}
# killed: the run at work, with its workers
killed() {
    local workers
    workers=$(workers_of "$ration_pid")
    # shellcheck disable=SC2086  # several
    kill -9 "$ration_pid" $workers
    wait "$ration_pid"
    wait_for 30 eval '! kill -0 '"${workers//$'\n'/ }"
}
deadline=$(in_seconds 7200)
for killed in '' killed; do
    output=$dir/c$killed.jsonl
    echo 0 >"$wall"
    simapi --batch-folder "$dir/c" --batch-row 10
    mix_start --output "$output" --deadline "$deadline"
    partly_done
    is "$(batch_calls cancel)" 0 "as long as there is time nothing is cancelled"
    echo 7100 >"$wall"
    wait_for 60 grep -q "rows are left for single requests" "$err"
    if [[ -n $killed ]]; then
        killed
        mix_start --output "$output" --deadline "$deadline" --resume
    fi
    ration_wait
    simapi_stop
    is "$status $(lines "$output")" "0 200" "what is cancelled in time is finished one by one${killed:+, by a run that was killed at this moment and begun again, too}"
    read -r batch single twice < <(ways)
    holds "$batch rows by batches, $single alone, none twice" "$batch > 0 && $single > 0 && $batch + $single == 200 && $twice == 0"
    is "$(batch_ran)" "200 0" "each was asked once"
    lines_once "$output"
    has "$dir/check" "0 twice, 0 unknown, 0 renamed, 0 broken" "$(cat "$dir/check")"
    rm -rf "$dir/c"
    mkdir "$dir/c"
done
is "$(find "$dir" -maxdepth 1 -name '*.batches' | wc -l)" 0 "and no journal of parts is left"

# ---- given up, with no run at work ----
output=$dir/e.jsonl
echo 0 >"$wall"
simapi --batch-folder "$dir/c" --batch-row 10
mix_start --output "$output" --deadline "$deadline"
partly_done
killed
"$build/ration" cancel "$output" >"$dir/told" 2>"$dir/told.err"
is "$? $(batch_told .batches.open) $(batch_calls cancel) $(batch_calls create)" "0 0 4 4" "ration cancel ends the parts of a mix, whose command has a deadline"
holds "what was done is recorded: $(lines "$output")" "$(lines "$output") > 0"
nothing "$(grep -e "--deadline" "$dir/told.err")" "the deadline is no matter of it"
mix --output "$output" --deadline "$deadline" --resume --cancel
is "$status" 3 "--cancel goes with the whole command, too"
simapi_stop

# ---- wrong ----
mix --output "$dir/d.jsonl"
is "$status" 2 "without a deadline there is no mix"
has "$err" "--batch-mix: needs a --deadline TIME" "which says what to give"
mix --output "$dir/d.jsonl" --deadline tomorrow
is "$status" 2 "a time that is none"
has "$err" "is no time in UTC such as" "is told"
mix --output "$dir/d.jsonl" --deadline 2027-02-31T00:00Z
is "$status" 2 "nor is the 31st of February"
mix --output "$dir/d.jsonl" --deadline "$(in_seconds 3600)" --detach
is "$status" 2 "it waits for its parts itself"
finish
