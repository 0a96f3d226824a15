#!/bin/bash
# Arenas of killed runs do not pile up in /dev/shm: the next run of the same user clears away those that no --resume can ask any more,
# and never one that a --resume needs, that a process has, or that is somebody else's.
. "$(dirname "$0")/../support/scenario.sh"
export TMPDIR=$dir

dead() { [[ ! -e /proc/$1 || $(ps -o stat= -p "$1") == Z* ]]; }
in_flight() { tr '\0' ' ' <"/proc/$ration_pid/cmdline" 2>/dev/null | grep -q " $1 in flight"; }

simapi --latency-ms 600000

# killed FILE: a run on this output is killed with its workers, with requests in flight; sets $arena
killed() {
    local pid workers
    mkdir -p "$(dirname "$1")"
    ration_start --input "$sample" --limit 8 --max-workers 2 --requests-per-minute 60000 --burst 100 --output "$1"
    wait_for 60 in_flight 8 
    arena=$(arena_of "$1")
    workers=$(workers_of "$ration_pid")
    kill -STOP "$ration_pid" # so that it restarts none
    # shellcheck disable=SC2086 # a list of pids
    kill -9 $workers "$ration_pid"
    ration_wait
    for pid in $workers; do
        wait_for 10 dead "$pid"
    done
    [[ -e $arena ]]
    ok $? "a killed run leaves its arena"
}

# another: some other run of this user, which is whole; what it told is in $told
another() {
    count=$((${count:-0} + 1))
    told=$dir/told.$count
    "$build/ration" run --base-url "$quick" --prompt-id p --input "$sample" --limit 2 --output "$dir/another.$count.jsonl" >"$told" 2>&1
    is $? 0 "another run"
}

slow=$url
simapi
quick=$url
url=$slow

killed "$dir/kept/out.jsonl"
kept=$arena
killed "$dir/moved/out.jsonl"
moved=$arena
mkdir "$dir/moved/to"
mv "$dir/moved/out.jsonl" "$dir/moved/to/new-name.jsonl"
killed "$dir/gone/out.jsonl"
gone=$arena
killed "$dir/folder/out.jsonl"
folder=$arena
rm -r "$dir/gone/out.jsonl" "$dir/folder"
another
gone "$gone" && gone "$folder"
ok $? "its output deleted: cleared away by the next run"
# The next run of this user may be one of another test.
for try in 1 2 3 4 5; do
    ! grep -qF "removed the arena of an earlier run, $gone" "$told" || break
    note "the run of another test was first"
    killed "$dir/gone.$try/out.jsonl"
    gone=$arena
    rm "$dir/gone.$try/out.jsonl"
    another
done
has "$told" "removed the arena of an earlier run, $gone" "and told"
[[ -e $kept && -e $moved ]]
ok $? "its output is there, or was moved: kept"

# What is needed is there: --resume knows what was in flight.
"$build/ration" run --base-url "$quick" --prompt-id p --input "$sample" --limit 8 --output "$dir/moved/to/new-name.jsonl" --resume >"$dir/resumed" 2>&1
is $? 0 "--resume of the one that was moved"
has "$dir/resumed" "are in doubt" "tells what was in flight"
[[ ! -e $moved ]]
ok $? "and has cleared its arena away"
"$build/ration" run --base-url "$quick" --prompt-id p --input "$sample" --limit 8 --output "$dir/kept/out.jsonl" --resume >"$dir/resumed.2" 2>&1
has "$dir/resumed.2" "are in doubt" "so does that of the other"

# One that is at work, though its output is deleted.
mkdir "$dir/living"
ration_start --input "$sample" --limit 8 --max-workers 2 --requests-per-minute 60000 --burst 100 --output "$dir/living/out.jsonl"
wait_for 60 in_flight 8
living=$(arena_of "$dir/living/out.jsonl")
mapfile -t workers < <(workers_of "$ration_pid")
cp "$living" "$dir/copy"
rm "$dir/living/out.jsonl"
another
[[ -e $living ]]
ok $? "that of a run at work is not touched"
kill -9 "$ration_pid"
ration_wait
kill -STOP "${workers[0]}" 2>/dev/null
another
[[ -e $living ]]
ok $? "nor as long as one of its workers lives"
kill -9 "${workers[@]}" 2>/dev/null
for pid in "${workers[@]}"; do
    wait_for 10 dead "$pid"
done
another
[[ ! -e $living ]]
ok $? "then it goes"

# What only looks like one, by a name that no file has.
fake=/dev/shm/ration-ffffffff-$$
cp "$dir/copy" "$fake-stale"
chmod 644 "$fake-stale" # others may read it: not made by ration
echo garbage >"$fake"
chmod 600 "$fake"
echo precious >"$dir/precious"
ln -s "$dir/precious" "/dev/shm/ration-fffffffe-$$"
mkfifo -m 600 "/dev/shm/ration-fffffffd-$$"
cp "$dir/copy" "/dev/shm/ration-fffffffc-$$"
chmod 600 "/dev/shm/ration-fffffffc-$$"
if [[ $EUID -eq 0 ]]; then
    chown 54321 "/dev/shm/ration-fffffffc-$$"
else
    chmod 644 "/dev/shm/ration-fffffffc-$$"
fi
another
[[ -e $fake && -e $fake-stale && -L /dev/shm/ration-fffffffe-$$ && -p /dev/shm/ration-fffffffd-$$ && -e /dev/shm/ration-fffffffc-$$ ]]
ok $? "garbage, links, FIFOs and files of others stay, and hold nobody up"
is "$(cat "$dir/precious")" precious "nothing is followed"
rm -f /dev/shm/ration-fffffff[cdef]-$$ "$fake" "$fake-stale"
finish
