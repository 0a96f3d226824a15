#!/usr/bin/env bash
# The disk is full, over quota, or broken: the run waits and goes on by itself, and no line is torn or lost.
source "$(dirname "$0")/../support/scenario.sh"
fault=$dir/fault
with_faults() {
    if [[ -n ${SANITIZED:-} ]]; then
        env FAULT_FILE="$fault" LD_PRELOAD="$(gcc -print-file-name=libasan.so) $build/fault_fd.so" "$@"
    else
        env FAULT_FILE="$fault" LD_PRELOAD="$build/fault_fd.so" "$@"
    fi
}
start_with_faults() {
    fresh
    with_faults "$build/ration" run --base-url "$url" --prompt-id p "$@" >"$summary" 2>"$err" &
    ration_pid=$!
}
whole() { perl -MJSON::PP -ne 'decode_json($_)' "$1" 2>/dev/null; }

# ---- errors injected into write(2): nothing, then a torn piece of a line ----
for how in "write 28" "write 122" "write 5 70"; do
    simapi --latency-ms 20
    echo "$how" >"$fault"
    start_with_faults --input "$sample" --limit 120 --output "$dir/out.jsonl" --sync always
    wait_for 10 grep -q "the run waits and goes on by itself" "$err"
    ok $? "$how: it says that it waits"
    wait_for 5 grep -q "cannot be written" "$err"
    ok $? "$how: and why"
    before=$(lines "$dir/out.jsonl")
    whole "$dir/out.jsonl"
    ok $? "$how: no torn line while it waits"
    rm "$fault"
    ration_wait
    simapi_stop
    is "$status,$before,$(lines "$dir/out.jsonl"),$(audited 1)" 0,0,120,120 "$how: when there is room it goes on; nobody was asked twice"
    has "$err" "there is room again" "$how: and says so"
    rm -f "$dir/out.jsonl"
done

# ---- the errors file obeys the same rules ----
scripted --rule 'row=.*' --body '{"id":"r","object":"response","status":"completed","output":[{"type":"message","role":"assistant","status":"completed","content":[{"type":"refusal","refusal":"No."}]}],"usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}' # refused by the model: each at once
echo "write 28" >"$fault"
start_with_faults --input "$sample" --limit 20 --output "$dir/e.jsonl"
wait_for 10 grep -q "the run waits and goes on by itself" "$err"
rm "$fault"
ration_wait
is "$status,$(lines "$dir/e.errors.jsonl")" 1,20 "the errors file waits for room as well"

# figures FILE: the summary's artists done, requests done, requests that ended, and requests in doubt (0 without that line)
figures() {
    perl -ne '
        $f[0] = $1 if /^  artists +(\d+) of/;
        ($f[2], $f[1]) = ($1, $2) if /^  requests +(\d+) answered or failed: (\d+) done/;
        $doubt = $1 if /^  in doubt +(\d+) /;
        END { print join " ", map({ $_ // "-" } @f[0 .. 2]), $doubt // 0 }' "$1"
}

# ---- a write that never returns, and so a worker that hangs with the output guard in its hand, and with answers that were paid for and
# ---- have no line: each request counts in one figure, and what is done has a line ----
for workers in 4 1; do
    simapi --latency-ms 300
    start_with_faults --input "$sample" --output "$dir/h$workers.jsonl" --hang-timeout 1 --max-workers "$workers" --in-flight $((16 / workers))
    begun() { [[ -e $dir/h$workers.jsonl && $(lines "$dir/h$workers.jsonl") -ge 20 ]]; }
    wait_for 60 begun
    echo "hang 0" >"$fault"
    wait_for 60 grep -q "it is killed" "$err"
    ok $? "$workers: a worker that hangs inside the guard is killed"
    rm "$fault"
    ration_wait
    simapi_stop
    is "$status,$(lines "$dir/h$workers.jsonl")" 0,362 "$workers: and the run goes on: everything is there"
    has "$err" "died inside a transaction of the output guard: it was rolled back" "$workers: what it had begun was rolled back"
    read -r artists answered ended doubt < <(figures "$summary")
    is "$artists,$answered,$ended" 362,362,362 "$workers: done are the artists that have a line"
    is "$((ended + doubt))" "$(audited 1)" "$workers: the $doubt requests without one count as in doubt, and nowhere else"
    holds "$workers: and there are some" "$doubt > 1"
done

# ---- a disk that cannot keep what it took ----
simapi --latency-ms 100
echo "sync 5" >"$fault"
start_with_faults --input "$sample" --output "$dir/s.jsonl" --sync 0.1 --in-flight 2
ration_wait
is "$status" 4 "a failing sync stops the run: exit 4"
simapi_hurries
has "$err" "cannot be synced" "said in words"
rm "$fault"
ration --input "$sample" --output "$dir/s.jsonl" --resume
is "$status" 0 "--resume goes on"
"$root/tests/support/check-output" "$sample" "$dir/s.jsonl" >"$dir/check"
ok $? "$(cat "$dir/check")"

# ---- likewise, and nobody sees it before the last worker's last sync ----
simapi --latency-ms 20
rm -f "$dir/s.jsonl"
start_with_faults --input "$sample" --output "$dir/s.jsonl" --sync 86400 --in-flight 2
begun() { [[ $(lines "$dir/s.jsonl") -ge 20 ]]; }
wait_for 60 begun
simapi_holds
echo "sync 5" >"$fault"
simapi_goes_on
ration_wait
simapi_stop
rm "$fault"
is "$status,$(lines "$dir/s.jsonl")" 4,362 "a sync that fails at the end: exit 4, though each row has its line"
is "$(grep -c "cannot be synced" "$err")" 1 "said in words, once"

# saved ERR: the file that the end of a run names for the answers that the disk did not take
saved() { sed -n 's/.* answers that could not be added to it are saved in \(.*\); add them .*/\1/p' "$1"; }
# all_there NAME: output and saved lines together are every answer that was given, once; then they are put together
all_there() {
    local from
    from=$(saved "$dir/$1.err")
    has "$from" . "$1: the answers that came are saved, and it is told where"
    whole "$from"
    ok $? "$1: in whole lines"
    is "$(($(lines "$2") + $(lines "$from")))" "$(audited '$status == 200')" "$1: none is lost, and none stands in both"
    cat "$from" >>"$3"
    rm "$from"
}

# ---- no more of it is wanted while it waits for room: one signal ends it ----
simapi --latency-ms 20
input_of 1000
(ulimit -f 300 && exec "$build/ration" run --base-url "$url" --prompt-id p --input "$input" --output "$dir/u.jsonl" >"$dir/u.out" 2>"$dir/u.err") &
ration_pid=$!
wait_for 60 grep -q "the run waits and goes on by itself" "$dir/u.err"
ok $? "beyond ulimit -f the run waits"
kill -INT "$ration_pid"
ration_wait
is "$status" 4 "one signal ends it: exit 4"
all_there u "$dir/u.jsonl" "$dir/u.jsonl"
is "$(grep -c 'were in flight when their worker died' "$dir/u.out")" 0 "u: nothing is in doubt"
ration --input "$input" --output "$dir/u.jsonl" --resume
simapi_stop
is "$status,$(lines "$dir/u.jsonl"),$(audited 1)" 0,1000,1000 "put together, --resume goes on, and nobody is asked twice"

# ---- a full file system ----
mkdir "$dir/small"
if mount -t tmpfs -o size=128k ration-test "$dir/small" 2>/dev/null; then
    simapi
    head -c 60000 /dev/zero >"$dir/small/ballast"
    ration_start --input "$sample" --output "$dir/small/out.jsonl"
    wait_for 10 grep -q "No space left" "$err"
    ok $? "a full file system is told"
    whole "$dir/small/out.jsonl"
    ok $? "and holds whole lines"
    kill -0 "$ration_pid"
    ok $? "the run waits"
    mount -o remount,size=4m "$dir/small"
    ration_wait
    simapi_stop
    cp "$dir/small/out.jsonl" "$dir/full.jsonl"
    "$root/tests/support/check-output" "$sample" "$dir/full.jsonl" >"$dir/check"
    is "$?,$status,$(audited 1)" 0,0,362 "with room it goes on by itself: $(cat "$dir/check")"
    umount "$dir/small"
    mount -t tmpfs -o size=128k ration-test "$dir/small"
    simapi
    head -c 60000 /dev/zero >"$dir/small/ballast"
    (cd "$dir" && exec "$build/ration" run --base-url "$url" --prompt-id p --input "$sample" --output "$dir/small/f.jsonl" >"$dir/f.out" 2>"$dir/f.err") &
    ration_pid=$!
    wait_for 60 grep -q "the run waits and goes on by itself" "$dir/f.err"
    kill -INT "$ration_pid"
    ration_wait
    is "$status" 4 "a full file system: one signal ends it"
    all_there f "$dir/small/f.jsonl" "$dir/f.rest"
    umount "$dir/small"
else
    note "no tmpfs can be mounted here: the full file system is left out"
fi
finish
