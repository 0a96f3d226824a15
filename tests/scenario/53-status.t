#!/usr/bin/env bash
# ration status and ration top: what they tell is true, also while the coordinator hangs; they need nothing from it.
source "$(dirname "$0")/../support/scenario.sh"
artists=9000 # more than are asked before the test is through
input_of $artists

# status WORD…: its words in $dir/said, its exit status in $told
status() {
    "$build/ration" status "$@" >"$dir/said" 2>&1
    told=$?
}
# member EXPRESSION: of ration status --json, as perl sees it in $s
member() {
    "$build/ration" status --json 2>/dev/null >"$dir/json" || { echo none; return; }
    perl -MJSON::PP -0777 -ne '$s = decode_json($_); my $v = '"$1"'; print $v // "null"' "$dir/json"
}
member_is() { [[ $(member "$1") == "$2" ]]; }
lines_from() { [[ $(lines "$1") -ge $2 ]]; }
ended() { ! kill -0 "$1" 2>/dev/null; }
# on_terminal FILE KEYS-FIFO: ration top on a terminal of 30 rows and 120 columns; sets $top_pid
on_terminal() {
    printf '#!/bin/bash\nstty rows 30 cols 120\nexec %q top\n' "$build/ration" >"$1.sh"
    TERM=xterm script -q -e -c "bash $1.sh" /dev/null >"$1" 2>&1 <"$2" &
    top_pid=$!
}
plain_has() { sed 's/\x1b\[[0-9;?]*[A-Za-z]//g' "$1" | grep -qaE -- "$2"; }

# ---- no run ----
status
is $told 2 "no run: exit 2"
has "$dir/said" "no run of this user is at work" "and says so"
"$build/ration" top >"$dir/said" 2>&1
is $? 2 "top: likewise"
status --wrong
is $told 2 "a wrong option: exit 2"

# ---- one at work ----
simapi --latency-ms 100 --fault-500 0.05 --fault-attempts 1
ration_start --input "$input" --output "$dir/out.jsonl" --max-workers 3 --in-flight 1 --tier gpt-4o-mini-tier-1 --requests-per-minute 3000
wait_for 20 lines_from "$dir/out.jsonl" 30
before=$(lines "$dir/out.jsonl")
status
after=$(lines "$dir/out.jsonl")
is $told 0 "status: exit 0"
done=$(sed -n "s|.* \([0-9]*\)/$artists done, 0 failed.*|\1|p" "$dir/said")
holds "done is true: $before <= $done <= $after" "$before <= $done && $done <= $after"
for words in '^running  out.jsonl ' '^rate +[0-9.]+/s \(mean [0-9.]+\), [0-3] in flight' '^quota +[0-9]+ % of (requests|tokens) a minute' \
    '^end +[0-9:]+ left; ' '^spent +[0-9]+ input and [0-9]+ output tokens, \$0\.' '^default +ready ' '^W01 +[0-9]+ +working'; do
    grep -qE -- "$words" "$dir/said"
    ok $? "status has: $words"
done
! grep -q $'\e' "$dir/said"
ok $? "no colours where there is no terminal"
"$build/ration" top >"$dir/said" 2>&1
is $? 1 "top needs a terminal"
has "$dir/said" "top needs a terminal" "and says so"

is "$(member '$s->{run}{state} . " " . $s->{run}{pid} . " " . $s->{run}{name}')" "running $ration_pid out.jsonl" "JSON: the run"
is "$(lines "$dir/json")" 1 "on one line"
pids=$(workers_of "$ration_pid" | sort | tr '\n' ' ')
is "$(member 'join("", map { "$_->{pid} " } sort { $a->{pid} <=> $b->{pid} } @{$s->{workers}})')" "$(tr ' ' '\n' <<<"$pids" | sort -n | xargs) " "its workers"
is "$(member '$s->{artists}{done} + $s->{artists}{failed} + $s->{artists}{left} == $s->{artists}{total} ? 1 : 0')" 1 "the artists add up"
is "$(member '$s->{artists}{total}')" $artists "and are those of the input"
is "$(head -n "$after" "$dir/out.jsonl" | grep -o '"artist_id":"[^"]*"' | sort | uniq -d | wc -l)" 0 "none has two answers"
is "$(member '$s->{cost}{priced} && $s->{cost}{dollars} > 0 && !defined $s->{cost}{most_dollars} ? 1 : 0')" 1 "the cost"
is "$(member '$s->{sessions}[0]{dimensions}[0]{name} . " " . $s->{sessions}[0]{dimensions}[0]{limit}')" "requests a minute 3000" "the limits"
is "$(member '$s->{latency}{buckets}[-1]{count} == $s->{latency}{count} && $s->{latency}{mean_ms} > 90 ? 1 : 0')" 1 "the latencies"
is "$(member 'do { my $n = 0; $n += $_ for values %{$s->{sessions}[0]{outcomes}}; abs($n - $s->{requests}{ended}) <= 6 ? 1 : 0 }')" 1 "outcomes of sessions and workers agree"

id=$(member '$s->{run}{id}')
for name in "$id" "${id:0:12}" "$dir/out.jsonl"; do
    status "$name"
    is $told 0 "found as $name"
done
status --run "$id" --json
is $told 0 "and by --run"
status 20000101
is $told 2 "another name: exit 2"

# ---- paused ----
"$build/ration" pause >"$dir/said" 2>&1
wait_for 5 member_is '$s->{run}{state}' paused
ok $? "paused"
is "$(member '$s->{queue}{paused} ? 1 : 0')$(member '$s->{queue}{paused_until}')" "1null" "until further notice"
status
grep -q '^paused  out.jsonl  until someone resumes it' "$dir/said"
ok $? "and says why"
grep -qE '^waits +for ration resume \(paused\), since [0-9:]{8}Z$' "$dir/said"
ok $? "and for what it waits"
! grep -qE '^end |left' "$dir/said"
ok $? "and no end: nobody knows it"
is "$(member '$s->{waits}{reason} . " " . ($s->{waits}{until} // "-") . " " . ($s->{forecast}{seconds_left} // "-") . ($s->{forecast}{ends_at} // "-") . $s->{forecast}{text}')" \
    "paused - --" "the JSON likewise"
"$build/ration" resume >"$dir/said" 2>&1
wait_for 5 member_is '$s->{run}{state}' running
ok $? "running again"

# ---- the coordinator hangs: its workers go on, and both commands work ----
kill -STOP "$ration_pid"
wait_for 10 member_is '$s->{run}{state}' stalled
ok $? "stopped: stalled"
before=$(member '$s->{artists}{done}')
went_on() { [[ $(member '$s->{artists}{done}') -gt $before ]]; }
wait_for 10 went_on
ok $? "what its workers do is still told"
holds "its silence is true: $(member '$s->{run}{silent_seconds}') s" "$(member '$s->{run}{silent_seconds}') > 2"
status "$dir/out.jsonl"
has "$dir/said" "has given no sign of life for" "people are told"
has "$dir/said" "it was stopped by a signal" "and why"
mkfifo "$dir/keys"
on_terminal "$dir/top" "$dir/keys"
exec 8>"$dir/keys"
wait_for 10 plain_has "$dir/top" 'W03 +[0-9]+ +(working|idle)'
ok $? "top works, too"
plain_has "$dir/top" 'stalled +out.jsonl +the coordinator'
ok $? "and says that it hangs"
plain_has "$dir/top" 'q leave   p pause the run   s sort: by number'
ok $? "its last line names the keys"
printf s >&8
wait_for 10 plain_has "$dir/top" 's sort: by in flight'
ok $? "s sorts the workers"
printf '\033[B\r' >&8
wait_for 10 plain_has "$dir/top" 'W0[1-3] +(working|idle), pid [0-9]+, for [0-9:]+, seen [0-9.]+ s ago, [0-9]+ MB, 0 restarts'
ok $? "an arrow chooses one, and Enter shows all of it"
printf p >&8
wait_for 10 plain_has "$dir/top" "run [0-9T]+-[0-9a-f]+ \\(pid $ration_pid\\) does not answer"
ok $? "who cannot be asked to pause is told as such"
printf q >&8
wait $top_pid
is $? 0 "q leaves it"
exec 8>&-
"$root/tests/support/screen" 30 120 <"$dir/top" >"$dir/seen" 2>"$dir/wrong"
ok $? "the terminal is as it was: $(head -n 1 "$dir/wrong")"
is "$(lines "$dir/seen")" 0 "and nothing of it is left on the screen"
kill -CONT "$ration_pid"
wait_for 10 member_is '$s->{run}{state}' running
ok $? "continued: running"

# ---- looking does no harm ----
for _ in {1..30}; do "$build/ration" status --json >/dev/null || break; done
ok $? "thirty looks"
is "$(member '$s->{restarts}')" 0 "no worker died of it"

# ---- the end ----
on_terminal "$dir/top" "$dir/keys"
exec 8>"$dir/keys"
wait_for 10 plain_has "$dir/top" 'W01'
printf p >&8
wait_for 10 member_is '$s->{run}{state}' paused
ok $? "p pauses the run"
wait_for 10 plain_has "$dir/top" 'nothing departs until ration resume'
ok $? "the run's answer stands above the keys"
wait_for 10 plain_has "$dir/top" 'p resume the run'
printf p >&8
wait_for 10 member_is '$s->{run}{state}' running
ok $? "and p resumes it"
kill "$ration_pid"
ration_wait
is $status 3 "the run is stopped"
wait_for 10 ended $top_pid
ok $? "top ends with the run"
exec 8>&-
"$root/tests/support/screen" 30 120 <"$dir/top" >"$dir/seen" 2>"$dir/wrong"
ok $? "the terminal is as it was: $(head -n 1 "$dir/wrong")"
simapi_stop

# ---- overloaded: an end is not told, but for what it waits, and why ----
simapi --latency-ms 20 --overload-from 0
ration_start --input "$input" --output "$dir/busy.jsonl" --max-workers 2 --in-flight 4 --requests-per-minute 6000
wait_for 20 member_is '$s->{waits}{reason}' overloaded
ok $? "overloaded: it waits for the API"
wait_for 20 eval 'status; grep -q "^cause " "$dir/said"'
grep -qE '^waits +for the overloaded API, since [0-9:]{8}Z, (until [0-9:]{8}Z \([0-9]+(\.[0-9])? s\)|tries again now)$' "$dir/said"
ok $? "since when and until when: $(grep '^waits' "$dir/said")"
grep -qE '^cause +overloaded: status 503, .' "$dir/said"
ok $? "and why: $(grep '^cause' "$dir/said")"
! grep -qE '^end |left|limited by' "$dir/said"
ok $? "and no end is told"
# Each hold ends with a request that looks whether the API is well; between two of them the run waits.
wait_for 20 member_is '($s->{forecast}{seconds_left} // "-") . ($s->{forecast}{ends_at} // "-") . " " . $s->{forecast}{text} . $s->{utilisation}{state} . " " . ($s->{waits}{cause} =~ /^overloaded: status 503/ ? 1 : 0)' \
    "-- healthy 1"
ok $? "the JSON likewise; no limit throttles it"
figures() { "$build/ration" status --metrics | grep -E '^ration_(waiting|forecast_remaining_seconds) ' | tr '\n' ' '; }
wait_for 20 eval '[[ $(figures) == "ration_waiting 1 " ]]'
ok $? "the metrics likewise"
kill "$ration_pid"
ration_wait
simapi_stop

# ---- nobody is there: the breaker opens, with its cause beside it ----
ration_start --input "$input" --output "$dir/gone.jsonl" --max-workers 1
wait_for 30 member_is '$s->{waits}{reason}' breaker_open
ok $? "unreachable: it waits for the breaker"
status
grep -qE '^waits +for the failing API, since [0-9:]{8}Z, ' "$dir/said"
ok $? "for the API: $(grep '^waits' "$dir/said")"
grep -qE '^cause +network_fault: .*(connect|refused)' "$dir/said"
ok $? "which cannot be reached: $(grep '^cause' "$dir/said")"
wait_for 20 grep -q 'WARNING: the circuit breaker is open' "$err"
grep -qE 'WARNING: the circuit breaker is open \(network_fault: .*(connect|refused)' "$err"
ok $? "the warning has the cause beside it: $(grep 'the circuit breaker' "$err")"
kill "$ration_pid"
ration_wait
finish
