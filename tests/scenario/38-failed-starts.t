#!/usr/bin/env bash
# A start that fails, or is broken off, sends nothing, leaves no new file, and forgets nothing that an earlier run left.
source "$(dirname "$0")/../support/scenario.sh"

in_flight() { tr '\0' ' ' <"/proc/$ration_pid/cmdline" 2>/dev/null | grep -q " $1 in flight"; }
# The ids whose requests were never answered by the server; those that it answered; and those of an errors file.
unanswered() { perl -F'\t' -lane 'print $F[3] if $F[6] == -1' "$audit" | perl -pe 's/%(..)/chr hex $1/ge' | LC_ALL=C sort; }
answered() { perl -F'\t' -lane 'print $F[3] if $F[6] == 200' "$audit" | perl -pe 's/%(..)/chr hex $1/ge' | LC_ALL=C sort -u; }
# in_doubt NAME: who is in the errors file of that run is in doubt: exactly those that were asked and have no line. An answer that
# the killed worker had not read yet is among them.
in_doubt() {
    unanswered >"$dir/unanswered"
    answered >"$dir/answered"
    failed_ids "$dir/$1.errors.jsonl" >"$dir/failed"
    perl -CO -MJSON::PP -lne 'print decode_json($_)->{artist_id}' "$dir/$1.jsonl" | LC_ALL=C sort >"$dir/lines"
    nothing "$(LC_ALL=C comm -23 "$dir/unanswered" "$dir/failed")" "$1: whose request was not answered is in the errors file"
    nothing "$(LC_ALL=C comm -12 "$dir/lines" "$dir/failed")" "$1: nobody who has an answer is"
    nothing "$(LC_ALL=C comm -23 "$dir/answered" <(LC_ALL=C sort "$dir/lines" "$dir/failed"))" "$1: an answer that was not read is in doubt"
    nothing "$(LC_ALL=C comm -23 "$dir/failed" <(LC_ALL=C sort "$dir/answered" "$dir/unanswered"))" "$1: nobody is in doubt who was not asked"
    is "$(lines "$dir/failed")" "$told" "$1: as many as the run said"
}
failed_ids() { perl -CO -MJSON::PP -lne '$l = decode_json($_); print $l->{artist_id} if $l->{class} eq "in_doubt"' "$1" | LC_ALL=C sort; }
# no_files NAME TEST
no_files() {
    [[ ! -e $dir/$1.jsonl && ! -e $dir/$1.errors.jsonl ]]
    ok $? "$2"
}
# The shell's own child, which is no ration yet, catches signals as the shell does.
catches() { [[ $(<"/proc/$1/comm") == ration && $((0x$(sed -n 's/^SigCgt:[[:space:]]*//p' "/proc/$1/status") & 2)) -ne 0 ]]; } 2>/dev/null
sleeps() { grep -q '^State:[[:space:]]*S' "/proc/$1/status"; }
no_workers() { for pid in $workers; do kill -0 "$pid" 2>/dev/null && return 1; done; return 0; }

# killed_run NAME OPTION…: a run of $dir/in.csv that leaves 20 requests in doubt
killed_run() {
    local name=$1
    shift
    ration_start --input "$dir/in.csv" --limit 100 --output "$dir/$name.jsonl" --in-flight 5 "$@"
    wait_for 10 in_flight 20
    workers=$(workers_of "$ration_pid")
    kill -STOP "$ration_pid"
    # shellcheck disable=SC2086 # a list of pids
    kill -9 $workers "$ration_pid"
    wait_for 5 no_workers
    simapi_hurries
    ration_wait
}
# resume BINARY NAME OPTION…, under what `limit` says
resume() {
    local program=$1 name=$2
    shift 2
    fresh
    ("${limit[@]}" && exec "$program" run --base-url "$url" --prompt-id pmpt_test --input "$dir/in.csv" \
        --limit 100 --output "$dir/$name.jsonl" --resume --in-doubt fail "$@") >"$summary" 2>"$err"
    status=$?
    told=$(sed -n 's/.* \([0-9]*\) requests of [a-z ]* run are in doubt.*/\1/p' "$err")
}
limit=(true)
no_room_for_the_arena() { trap '' XFSZ && ulimit -f 30; }

cp "$sample" "$dir/in.csv"
mkdir "$dir/only"
cp "$build/ration" "$dir/only/"

# ---- what is in doubt survives resumes that fail ----
simapi --hold-after 1 # nobody asks more at once before the first answer
killed_run kept
if [[ ! -e /usr/local/libexec/ration/ration-worker ]]; then
    resume "$dir/only/ration" kept
    is "$status" 2 "no worker program: exit 2"
    has "$err" "ration-worker is neither beside ration" "and it says what is missing"
fi
limit=(ulimit -n 90)
resume "$build/ration" kept --max-workers 64 --in-flight 1
is "$status" 4 "too few descriptors for the workers: exit 4"
has "$err" "raise ulimit -n above 128" "and it says what to do"
for time in first second; do
    limit=(no_room_for_the_arena)
    resume "$build/ration" kept
    is "$status" 4 "no room for the arena, $time time: exit 4"
    has "$err" "bytes; raise ulimit -f" "and it says how much is needed, and what to do"
done
stale=$(arena_of "$dir/kept.jsonl")
[[ -e $stale-stale ]] && gone "$stale"
ok $? "the arena was put aside"
limit=(true)
resume "$build/ration" kept
is "$status" 1 "then a resume with --in-doubt fail: exit 1"
simapi_stop
in_doubt kept
holds "what was in flight was not answered: $(lines "$dir/unanswered")" "$(lines "$dir/unanswered") > 10"
is "$(($(lines "$dir/kept.jsonl") + told)),$(asked_twice)" 100,0 "the others are answered, nobody was asked twice"
has "$summary" "in doubt      $told requests" "the summary counts each once"
gone "$stale-stale" && gone "$stale"
ok $? "no arena is left"

# ---- likewise when the failed resume has put a new output in the place of the old one, whose name the arena had ----
simapi --hold-after 6
ration --input "$dir/in.csv" --limit 5 --output "$dir/moved.jsonl"
id=$(grep -oE '^\{"artist_id":"a[0-9]+"' "$dir/moved.jsonl" | head -n 1 | tr -dc a0-9)
id=a${id##*a}
perl -pi -e 's/^'"$id"',\K./#/' "$dir/in.csv"
killed_run moved --resume # in which the changed one keeps its answer
stale=$(arena_of "$dir/moved.jsonl")
limit=(no_room_for_the_arena)
resume "$build/ration" moved --redo-changed
is "$status" 4 "a resume that replaced the output fails: exit 4"
[[ $stale != "$(arena_of "$dir/moved.jsonl")" && -e $(arena_of "$dir/moved.jsonl")-stale ]] && gone "$stale-stale" && gone "$stale"
ok $? "the arena has gone with the output"
limit=(true)
resume "$build/ration" moved
is "$status" 1 "the next one goes on"
simapi_stop
in_doubt moved

# ---- installed under another prefix than it was built for ----
make -s -o programs -C "$root" BUILD="$build" PREFIX="$dir/prefix" install >"$dir/install" 2>&1
ok $? "make install"
simapi
fresh
"$dir/prefix/bin/ration" run --base-url "$url" --prompt-id p --input "$dir/in.csv" --limit 5 --output "$dir/installed.jsonl" \
    >"$summary" 2>"$err"
is "$?,$(lines "$dir/installed.jsonl")" 0,5 "it finds its worker beside its own bin folder"

# ---- too few descriptors: nothing is left ----
for most in 64 66 86 100; do
    fresh
    (ulimit -n $most && exec "$build/ration" run --base-url "$url" --prompt-id p --input "$dir/in.csv" --max-workers 64 --in-flight 1 \
        --output "$dir/few.jsonl") >"$summary" 2>"$err"
    status=$?
    [[ $status == 2 || $status == 4 ]]
    ok $? "ulimit -n $most: exit $status"
    has "$err" "raise ulimit -n" "it says what to do"
    no_files few "and leaves no file"
done
limit=(no_room_for_the_arena)
resume "$build/ration" room
is "$status" 4 "no room for the arena of a new run: exit 4"
no_files room "it leaves no file"
simapi_stop
is "$(lines "$audit")" 6 "nothing was sent but by the one that succeeded"

# ---- broken off before anything is sent ----
simapi --hold-after 1
mkfifo "$dir/fifo"
exec 9<>"$dir/fifo"
printf 'artist_id,name,data\n1,A,x\n' >&9
fresh
"$build/ration" run --base-url "$url" --prompt-id p --input - --output "$dir/piped.jsonl" <"$dir/fifo" >"$summary" 2>"$err" 9>&- &
ration_pid=$!
wait_for 5 catches "$ration_pid"
wait_for 5 sleeps "$ration_pid"
kill -INT "$ration_pid"
ration_wait
is "$status" 3 "SIGINT while standard input is read: exit 3"
has "$err" "stopped; nothing was sent" "and it says so"
no_files piped "it leaves no file"
exec 9>&-

perl -e 'print "artist_id,name,data\n"; print "$_,A,x\n" for 1 .. 3_000_000' >"$dir/long.csv"
ration_start --input "$dir/long.csv" --output "$dir/long.jsonl"
wait_for 5 catches "$ration_pid"
kill -INT "$ration_pid"
ration_wait
is "$status" 3 "SIGINT while the input is checked: exit 3"
has "$err" "stopped; nothing was sent" "and it says so"
no_files long "it leaves no file"

ration_start --input "$dir/in.csv" --limit 100 --output "$dir/locked.jsonl" --in-flight 10
wait_for 10 in_flight 40
kill -9 "$ration_pid"
ration_wait
ration_start --input "$dir/in.csv" --limit 100 --output "$dir/locked.jsonl" --resume
wait_for 10 grep -q "waiting for the last workers" "$err"
kill -TERM "$ration_pid"
ration_wait
is "$status" 3 "SIGTERM while it waits for a lock: exit 3"
has "$err" "stopped; nothing was sent" "and it says so"
[[ -e $dir/locked.jsonl ]]
ok $? "the output is left, as the other run's workers write it"
simapi_hurries
ration --input "$dir/in.csv" --limit 100 --output "$dir/locked.jsonl" --resume
is "$status,$(lines "$dir/locked.jsonl")" 0,100 "a later resume completes it"

# ---- help and version ----
for word in --help --version "run --help" "ps --help"; do
    # shellcheck disable=SC2086 # words
    fresh
    # shellcheck disable=SC2086 # a command and its options
    "$build/ration" $word >/dev/full 2>"$err"
    status=$?
    [[ $status -ne 0 ]]
    ok $? "$word to a full device: exit $status"
    has "$err" "cannot write to standard output" "and it says why"
done
finish
