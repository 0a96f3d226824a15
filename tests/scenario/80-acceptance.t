#!/usr/bin/env bash
# The operators' acceptance plan: seven parts, each with its measures; a table of them stands at the end.
source "$(dirname "$0")/../support/scenario.sh"
pause=0.0008 # hours: 2.9 seconds
table=()

# part NAME ARTISTS OPTION…: runs it; sets $out
part() {
    name=$1 artists=$2 out=$dir/$1.jsonl
    shift 2
    rm -f "$dir/memory"
    ration_start --input "$sample" --limit "$artists" --output "$out" "$@"
    "$root/tests/support/watch-memory" "$ration_pid" "$dir/memory" &
    watcher=$!
}
part_end() {
    ration_wait
    wait "$watcher"
}
# measure WHAT GOT WANTED ARITHMETIC: a row of the table, and a test
measure() {
    holds "$name: $1 $2, wanted $3" "$4"
    table+=("$(printf '%-12s %-28s %14s   %-10s %s' "$name" "$1" "$2" "$3" "$(perl -e "print(($4) ? 'pass' : 'FAIL')")")")
}
# The measures that each part has, and of each artist one line, under its own name.
measures() {
    local answers errors mean twice memory
    answers=$(lines "$out")
    errors=$(lines "${out%.jsonl}.errors.jsonl")
    mean=$(perl -MJSON::PP -ne '$sum += decode_json($_)->{latency_ms}; END { printf "%.2f", $. ? $sum / $. / 1000 : 99 }' "$out")
    twice=$(perl -MJSON::PP -ne '$seen{decode_json($_)->{artist_id}}++ and $n++; END { print $n + 0 }' "$out")
    memory=$(awk '{ print int($2 / 1024 + 0.5) }' "$dir/memory")
    measure "success rate" "$(perl -e "printf '%.1f', 100 * $answers / $artists") %" "100 %" "$answers == $artists"
    measure "error rate" "$(perl -e "printf '%.1f', 100 * $errors / $artists") %" "< 1 %" "$errors < $artists / 100"
    measure "average time of an artist" "$mean s" "< 2 s" "$mean < 2"
    measure "duplicates" "$twice" "0" "$twice == 0"
    # The sanitizers need much of their own.
    [[ -n ${SANITIZED:-} ]] || measure "memory of all processes" "$memory MB" "< 500 MB" "$memory > 0 && $memory < 500"
    # Records may have several lines.
    perl -ne '$text .= $_; $quotes += tr/"//; next if $quotes % 2; print $text; $text = ""; last if $. && $n++ == '"$artists" "$sample" >"$dir/input.csv"
    "$root/tests/support/check-output" "$dir/input.csv" "$out" >"$dir/check"
    ok $? "$name: $(cat "$dir/check")"
}
# periods N: how many requests arrived in each of N periods, which the N - 1 longest silences part
periods() {
    N=$1 perl -F'\t' -lane 'push @at, $F[0] if $. > 1;
        END {
            @at = sort { $a <=> $b } @at;
            my @gap = sort { $at[$b] - $at[$b - 1] <=> $at[$a] - $at[$a - 1] } 1 .. $#at;
            my ($from, @size) = (0);
            for my $to ((sort { $a <=> $b } @gap[0 .. $ENV{N} - 2]), scalar @at) { push @size, $to - $from; $from = $to }
            print "@size" }' "$audit"
}
exact_pause() {
    local got
    got=$(periods 3)
    measure "requests in each period" "$got" "10 10 10" "'$got' eq '10 10 10'"
    is "$(grep -c 'PAUSED: Daily quota 20.0% used (limit: 50)' "$err"),$(grep -c 'RESUMED: ' "$err")" 2,2 "$name: paused and resumed twice, and said so"
}

# ---- ten artists ----
simapi --latency-lognormal 300:0.4
part smoke 10
part_end
simapi_stop
is "$status" 0 "smoke: exit 0"
measures

# ---- thirty with a quota: threshold 0.2 of fifty, a short pause ----
simapi --latency-lognormal 300:0.4
part quota 30 --daily-limit 50 --quota-threshold 0.2 --pause-duration $pause
part_end
simapi_stop
is "$status" 0 "quota: exit 0"
exact_pause
measures

# ---- a hundred as in production: eight workers, latencies, faults, limits ----
simapi --latency-lognormal 500:0.5 --requests-per-minute 3000 --tokens-per-minute 400000 --fault-500 0.05 --fault-drop 0.02 --fault-attempts 1
part production 100 --max-workers 8 --daily-limit 10000 --log-file "$dir/log"
part_end
simapi_stop
is "$status" 0 "production: exit 0"
measure "refusals of the server" "$(audited '$status == 429')" "0" "$(audited '$status == 429') == 0"
is "$("$root/tests/support/check-log" "$dir/log" 2>&1)" 0 "production: the log file is as documented"
measures

# ---- interrupted at about fifty, then resumed ----
simapi --latency-lognormal 300:0.4
part interrupted 100 --max-workers 4 --in-flight 2
wait_for 20 eval '[[ $(lines "$out") -ge 45 ]]'
simapi_holds
kill -INT "$ration_pid"
wait_for 10 grep -q "finishing what is in flight" "$err"
simapi_goes_on
part_end
stopped=$(lines "$out")
is "$status" 3 "interrupted: exit 3"
holds "interrupted: about fifty were done: $stopped" "$stopped >= 45 && $stopped < 90"
part interrupted 100 --max-workers 4 --resume
part_end
simapi_stop
is "$status" 0 "resumed: exit 0"
measure "requests for 100 artists" "$(audited 1)" "100" "$(audited 1) == 100"
measures

# ---- twenty workers at a rate limit ----
simapi --latency-lognormal 300:0.4 --requests-per-minute 2400 --tokens-per-minute 1000000
part rate 200 --max-workers 20
part_end
simapi_stop
is "$status" 0 "rate: exit 0"
measure "refusals of the server" "$(audited '$status == 429')" "0" "$(audited '$status == 429') == 0"
measures

# ---- boundaries of the parameters ----
simapi
name=boundaries
wrong=0
accepted=0
# shellcheck disable=SC2086,SC2015 # options with their values; counting never fails
while read -r verdict options; do
    rm -f "$dir"/b.*
    ration --input "$sample" --limit 2 --output "$dir/b.jsonl" $options
    case $verdict in
    good) [[ $status -eq 0 ]] && accepted=$((accepted + 1)) || note "  not taken: $options: $(cat "$err")" ;;
    bad) [[ $status -eq 2 && ! -e $dir/b.jsonl ]] && grep -qF -- "${options%% *}" "$err" && wrong=$((wrong + 1)) || note "  exit $status: $options" ;;
    esac
done <<'END'
good --max-workers 1
good --max-workers 64
good --quota-threshold 1
good --quota-threshold 0.1 --daily-limit 20
good --daily-limit 3
good --pause-duration 0.001 --daily-limit 1 --quota-threshold 1
good --quota-log-interval 1
good --requests-per-minute 1000000
good --attempts 1
good --in-flight 1
bad --max-workers 0
bad --max-workers 100000
bad --max-workers -1
bad --max-workers four
bad --quota-threshold 0
bad --quota-threshold 1.5
bad --quota-threshold -0.1
bad --daily-limit 0
bad --daily-limit -50
bad --daily-limit 1.5
bad --pause-duration never
bad --pause-duration -1
bad --quota-log-interval 0
bad --requests-per-minute -1
bad --attempts 0
bad --in-flight 0
bad --session-selection best
bad --limit 0
END
measure "good values that are taken" "$accepted" "10" "$accepted == 10"
measure "bad values that are told" "$wrong" "18" "$wrong == 18"
simapi_stop

# ---- environment variables ----
simapi --latency-ms 50
export DAILY_REQUEST_LIMIT=50 QUOTA_THRESHOLD=0.2 PAUSE_DURATION_HOURS=$pause QUOTA_LOG_INTERVAL=5 RATION_MAX_WORKERS=3
part environment 30
wait_for 10 eval '[[ $(workers_of "$ration_pid" | wc -l) -eq 3 ]]'
ok $? "environment: three workers by RATION_MAX_WORKERS"
part_end
unset DAILY_REQUEST_LIMIT QUOTA_THRESHOLD PAUSE_DURATION_HOURS QUOTA_LOG_INTERVAL
simapi_stop
is "$status" 0 "environment: exit 0"
has "$err" "QuotaMonitor initialized: daily_limit=50, threshold=0.2" "environment: the variables count"
exact_pause
is "$(grep -c 'Quota metrics: ' "$err")" 6 "environment: QUOTA_LOG_INTERVAL"
measures
export DAILY_REQUEST_LIMIT=5
simapi
ration --input "$sample" --limit 8 --output "$dir/wins.jsonl" --daily-limit 100
simapi_stop
is "$status,$(grep -c PAUSED "$err")" 0,0 "environment: the command line wins"
export DAILY_REQUEST_LIMIT=many
ration --input "$sample" --limit 8 --output "$dir/never.jsonl"
is "$status,$(grep -c 'DAILY_REQUEST_LIMIT' "$err")" 2,1 "environment: a bad value is told by its name"
unset DAILY_REQUEST_LIMIT RATION_MAX_WORKERS

printf '%-12s %-28s %14s   %-10s\n' part measure got wanted >"$dir/table"
printf '%s\n' "${table[@]}" >>"$dir/table"
notes "$dir/table"
finish
