#!/usr/bin/env bash
# Promises of docs/RELIABILITY.md, each as it stands there: an orphan that was stopped, hostile answers beside good ones, memory, what
# another process of the same user can see, --max-cost while workers are killed.
source "$(dirname "$0")/../support/scenario.sh"
in_flight() { tr '\0' ' ' <"/proc/$ration_pid/cmdline" 2>/dev/null | grep -q " $1 in flight"; }
lines_from() { [[ $(lines "$1") -ge $2 ]]; }
twice() { perl -F'\t' -lane 'next if $. == 1; $n{$F[3]}++; END { print scalar grep { $_ > 1 } values %n }' "$audit"; }

# ---- the coordinator dies while a worker is stopped: --resume tells it to continue, and it records what it had ----
simapi --hold-after 1
ration_start --input "$sample" --limit 60 --output "$dir/stopped.jsonl" --in-flight 10 --max-workers 2
wait_for 10 in_flight 20
workers=$(workers_of "$ration_pid")
# shellcheck disable=SC2086 # a list of pids
kill -STOP $workers
kill -9 "$ration_pid"
wait "$ration_pid" 2>/dev/null
simapi_hurries
ration --input "$sample" --limit 60 --output "$dir/stopped.jsonl" --resume
simapi_stop
is "$status,$(lines "$dir/stopped.jsonl"),$(twice)" 0,60,0 "stopped orphans are told to continue: everything is there, nobody was asked twice"
has "$err" "of the earlier run is stopped; it is told to continue" "and it says so"

# ---- hostile answers beside good ones ----
perl -e 'print "[" x 3_000_000' >"$dir/deep"
perl -e 'print "{\"output\": \"", "x" x 20_000_000' >"$dir/huge"
perl -e 'print "artist_id,name,data\n"; printf "%s%03d,Name %d,some data\n", ($_ % 20 ? "good" : "bad" . int($_ / 20) . "x"), $_, $_ for 1 .. 200' >"$dir/mixed.csv"
scripted --rule 'row=bad1x.*' --body "@$dir/deep" --rule 'row=bad2x.*' --body "@$dir/huge" --rule 'row=bad3x.*' --cut 20 \
    --rule 'row=bad4x.*' --drop --rule 'row=bad5x.*' --body '{"output": [' --rule 'row=bad6x.*' --status 302 --header 'Location: http://127.0.0.1:1/' \
    --rule 'row=bad7x.*' --body $'\xff\xfe\x00\x01' --rule 'row=bad8x.*' --header 'Content-Encoding: gzip' --body 'no gzip' \
    --rule 'row=bad9x.*' --header 'Retry-After: -99999999999999999999' --status 400 --body "@$dir/deep" \
    --rule 'row=bad10x.*' --header "X-Long: $(printf '%060000d' 0)" --body '{}'
ration --input "$dir/mixed.csv" --output "$dir/mixed.jsonl" --attempts 1 --max-workers 2 --in-flight 8 --no-circuit-breaker
good=$(perl -MJSON::PP -ne '$n++ if decode_json($_)->{artist_id} =~ /^good/; END { print $n + 0 }' "$dir/mixed.jsonl")
is "$status,$good,$(grep -c '"artist_id":"good' "$dir/mixed.errors.jsonl")" 1,190,0 "ten hostile answers: the 190 others have theirs"
is "$(perl -F'\t' -lane 'next unless $F[2] =~ /^good/; $n{$F[2]}++; END { print scalar grep { $_ > 1 } values %n }' "$audit")" 0 "none of them was asked twice"
grep -q " died: " "$err"
is $? 1 "and no worker died"
simapi_stop

# ---- memory: twenty times as many artists ----
anonymous() { awk '/^RssAnon:/ { print $2 }' "/proc/$1/status"; }
declare -A of
for artists in 20000 400000; do
    perl -e 'print "artist_id,name,data\n"; print "k$_,Name $_,some data of $_\n" for 1 .. $ARGV[0]' $artists >"$dir/in.$artists.csv"
    simapi
    ration_start --input "$dir/in.$artists.csv" --output "$dir/memory.$artists.jsonl" --max-workers 1 --in-flight 20
    wait_for 60 lines_from "$dir/memory.$artists.jsonl" 3000
    of[coordinator.$artists]=$(anonymous "$ration_pid")
    of[worker.$artists]=$(anonymous "$(workers_of "$ration_pid" | head -n 1)")
    of[arena.$artists]=$(stat -c %s "$(arena_of "$dir/memory.$artists.jsonl")")
    kill -INT "$ration_pid"
    ration_wait
    simapi_stop
    rm "$dir/in.$artists.csv"
done
# The board, its proofs and the index: a byte and three bits each, and 24 bytes for 64 (twice that while the index grows).
[[ -n ${SANITIZED:-} ]] || holds "coordinator: ${of[coordinator.20000]} kB of its own with 20,000 artists, ${of[coordinator.400000]} kB with 400,000" \
    "${of[coordinator.400000]} < ${of[coordinator.20000]} + 1500"
[[ -n ${SANITIZED:-} ]] || holds "worker: ${of[worker.20000]} kB and ${of[worker.400000]} kB" "${of[worker.400000]} < ${of[worker.20000]} + 1000"
holds "arena: ${of[arena.20000]} and ${of[arena.400000]} bytes: eleven bits an artist" \
    "(${of[arena.400000]} - ${of[arena.20000]}) * 8 / 380000 < 11.1"

# ---- another process of the same user ----
if [[ $EUID -eq 0 ]]; then
    user() { perl -e '$) = "54321 54321"; $( = 54321; $< = 54321; $> = 54321; exec @ARGV or die' "$@"; }
    chmod 0777 "$dir"
else
    user() { "$@"; }
fi
# (A sanitized program stays open to those who look for leaks.)
if [[ -z ${SANITIZED:-} ]] && user test -x "$build/ration" && user test -r "$sample"; then
    simapi --hold-after 1
    mkdir "$dir/user"
    chmod 0777 "$dir/user"
    fresh
    (RATION_RUNTIME_DIR=$dir/user/run && export RATION_RUNTIME_DIR && user "$build/ration" run --base-url "$url" --prompt-id p --input "$sample" \
        --limit 4 --max-workers 1 --output "$dir/user/out.jsonl" >"$summary" 2>"$err") &
    shell=$!
    theirs() { ration_pid=$(pgrep -x ration -P "$shell" || pgrep -x ration -s 0 -n -f "$dir/user/out.jsonl"); [[ -n $ration_pid && -n $(workers_of "$ration_pid") ]]; }
    wait_for 10 theirs
    worker=$(workers_of "$ration_pid" | head -n 1)
    wait_for 10 grep -qa "[1-9] in flight" "/proc/$worker/cmdline"
    for pid in "$ration_pid" "$worker"; do
        what=$(cat "/proc/$pid/comm")
        for file in environ mem maps; do
            user cat "/proc/$pid/$file" >"$dir/seen" 2>/dev/null
            is "$?,$(stat -c %s "$dir/seen")" 1,0 "$what: /proc/PID/$file is closed to other processes of the user"
        done
        user perl -e 'exit(syscall(101, 0x4206, $ARGV[0] + 0, 0, 0) == -1 ? 0 : 1)' "$pid" # PTRACE_SEIZE
        traced=$?
        [[ $(uname -m) != x86_64 ]] || is $traced 0 "$what: nor can it be traced"
        is "$(awk '/^Max core file size/ { print $5 }' "/proc/$pid/limits" 2>/dev/null || echo 0)" 0 "$what: leaves no core"
    done
    simapi_hurries
    wait "$shell"
    is "$?,$(lines "$dir/user/out.jsonl")" 0,4 "and the run ends well"
    simapi_stop
else
    note "another user cannot reach $build: what it could see is left out"
fi

# ---- --max-cost while workers are killed ----
cat >"$dir/tiers.json" <<'JSON'
{"tiers": [{"name": "mine", "input_dollars_per_million": 3, "output_dollars_per_million": 15}]}
JSON
simapi --latency-ms 60
ration_start --input "$sample" --output "$dir/cost.jsonl" --tiers "$dir/tiers.json" --tier mine --max-cost 0.1 --max-workers 4 --in-flight 4
kills=0
while kill -0 "$ration_pid" 2>/dev/null; do
    before=$(lines "$dir/cost.jsonl")
    mapfile -t pids < <(workers_of "$ration_pid")
    [[ ${#pids[@]} -gt 0 ]] && kill -9 "${pids[RANDOM % ${#pids[@]}]}" 2>/dev/null && kills=$((kills + 1))
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        sleep 0.02
        [[ $(lines "$dir/cost.jsonl") -gt $((before + 4)) ]] && break
    done
done
ration_wait
simapi_stop
cost=$(perl -F'\t' -lane 'if ($. == 1) { my $i = 0; %c = map { $_ => $i++ } @F; next }
    $s += 3000 * $F[$c{used_input}] + 15000 * $F[$c{used_output}] if $F[6] == 200 || $F[6] == -1; END { printf "%d", $s }' "$audit")
is "$status" 3 "--max-cost, $kills workers killed: exit 3"
holds "it cost $cost nano-dollars, answers that nobody took included: not more than was allowed" "$kills > 0 && $cost > 0 && $cost <= 1e8"
finish
