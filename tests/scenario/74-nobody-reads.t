#!/usr/bin/env bash
# Nobody reads standard error and output any more: a stopped terminal, a full one, a pipe or a socket whose reader hangs. The run goes
# on meanwhile: answers, signals, deaths of workers. What could not be shown is counted.
source "$(dirname "$0")/../support/scenario.sh"
many=$dir/many.csv
perl -e 'print "artist_id,name,data\n"; printf "%05d,Artist %s %d,data\n", $_, "of a long name" x 6, $_ for 1 .. 6000' >"$many"
simapi --latency-ms 5

# deaf KIND OPTION…: a run whose reader is deaf; $f is its folder
deaf() {
    local kind=$1
    shift
    f=$(mktemp -d "$dir/deaf.XXXXXX")
    TERM=xterm "$root/tests/support/deaf" "$kind" "$f" "$build/ration" run --base-url "$url" --prompt-id p --input "$many" \
        --output "$f/out.jsonl" --verbose --log-file "$f/log" --max-workers 2 --in-flight 8 "$@" 2>"$f/err" &
    deaf_pid=$!
    wait_for 20 test -s "$f/out.jsonl"
    touch "$f/stop"
    wait_for 20 test -e "$f/stopped"
}
done_artists() { [[ $(lines "$f/out.jsonl") -ge $1 ]]; }
both_unread() { [[ $(grep -c '"process":"W0.*nobody reads standard error' "$f/log") -ge 2 ]]; }
ended() {
    wait "$deaf_pid"
    status=$?
}

# ---- to the end, and nobody looks again ----
for kind in pipe pty full socket; do
    deaf "$kind"
    wait_for 120 done_artists 6000
    is "$(lines "$f/out.jsonl")" 6000 "$kind: all artists are answered while nobody reads"
    ended
    is "$status,$(cat "$f/flags")" "0,as they were" "$kind: the run ends by itself, and leaves the open file of others as it was"
    holds "$kind: $(lines "$f/seen") lines were seen, not $(lines "$f/log")" "$(lines "$f/seen") < $(lines "$f/log")"
    has "$f/log" "nobody reads standard error: lines are not shown there until somebody does" "$kind: the log file says so"
    has "$f/log" "lines were not shown on standard error, because nobody read it" "$kind: and how many"
    is "$(grep -c '"message":"Processed artist' "$f/log")" 6000 "$kind: the log file has each artist"
    has "$f/log" "artists       6000 of 6000 done, 0 failed" "$kind: and the summary"
    is "$(audited '$status == 200')" "$(audited 1)" "$kind: nothing was sent twice" # audited 1 counts all
done

# ---- signals and deaths meanwhile; then somebody reads again ----
for kind in pipe pty; do
    deaf "$kind" --requests-per-minute 12000 --progress plain
    wait_for 60 both_unread # what the one that is killed dropped is told by the log file alone
    read -r -d '' -a workers < <(workers_of "$(cat "$f/pid")")
    kill -9 "${workers[0]}"
    wait_for 20 grep -q "W0[12] (pid [0-9]*) \(died\|was killed\)" "$f/log"
    ok $? "$kind: a worker that dies meanwhile is noticed"
    touch "$f/go"
    wait_for 20 grep -aq "lines were not shown on standard error, because nobody read it; the log file has them" "$f/seen"
    ok $? "$kind: who reads again is told how many lines are missing"
    kill -INT "$(cat "$f/pid")"
    ended
    is "$status" 3 "$kind: SIGINT ends it"
    is "$(grep -ac 'artists .* of 6000 done' "$f/seen")" 1 "$kind: and the summary is read"
    is "$(grep -av '^\(20[0-9-]*T[0-9:]*Z \[.*\|  .*\|\|stopped before the end.*\)'$'\r''\?$' "$f/seen" | grep -acv $'\e')" 0 "$kind: each line is whole"
done

# ---- Ctrl-C while nobody reads ----
for kind in full pipe; do
    deaf "$kind" --requests-per-minute 6000 --in-flight 2
    kill -INT "$(cat "$f/pid")"
    ended
    is "$status" 3 "$kind: SIGINT ends a run that nobody looks at"
done
simapi_stop
finish
