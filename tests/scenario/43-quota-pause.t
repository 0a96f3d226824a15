#!/usr/bin/env bash
# The daily quota: exactly what is allowed leaves in each period, over any number of workers; the run pauses and goes on by itself.
source "$(dirname "$0")/../support/scenario.sh"
pause=0.0008 # hours: 2.9 seconds

# periods N: how many requests arrived in each of N periods, which the N - 1 longest silences part
periods() {
    N=$1 perl -F'\t' -lane '
        push @at, $F[0] if $. > 1;
        END {
            @at = sort { $a <=> $b } @at;
            my @gap = sort { $at[$b] - $at[$b - 1] <=> $at[$a] - $at[$a - 1] } 1 .. $#at;
            my ($from, @size) = (0);
            for my $to ((sort { $a <=> $b } @gap[0 .. $ENV{N} - 2]), scalar @at) { push @size, $to - $from; $from = $to }
            print "@size" }' "$audit"
}
told() { grep -cE -- "$1" "$err"; }
paused="WARNING: PAUSED: Daily quota 20\.0% used \(limit: 50\) - Will resume at 20[0-9-]{8}T[0-9:.]{12}Z$"

# ---- limit 50, threshold 0.2: ten in each period ----
for workers in 1 4 16; do
    simapi --latency-ms 100
    ration_start --input "$sample" --limit 30 --output "$dir/w$workers.jsonl" --max-workers "$workers" --daily-limit 50 \
        --quota-threshold 0.2 --pause-duration $pause
    wait_for 20 grep -q "PAUSED: " "$err"
    wait_for 5 eval '[[ $(lines "$dir/w$workers.jsonl") -eq 10 ]]'
    ok $? "$workers workers: what was in flight at the pause ends and is recorded"
    ration_wait
    simapi_stop
    is "$status,$(lines "$dir/w$workers.jsonl")" 0,30 "$workers workers: all there"
    is "$(periods 3)" "10 10 10" "$workers workers: exactly ten in each period, as the server counts"
    is "$(told "$paused"),$(told "RESUMED: ")" 2,2 "$workers workers: paused twice, resumed twice, and told so"
    is "$(audited '$status != 200')" 0 "$workers workers: nothing was refused"
    has "$summary" "; 0 restarted" "$workers workers: the workers stayed"
    has "$summary" "  daily quota   10 of 10 allowed requests used in this period" "$workers workers: the summary has the quota"
done

# ---- only the hard limit ----
for options in "--quota-threshold 1.0" "--no-quota-monitoring --quota-threshold 0.2"; do
    simapi
    # shellcheck disable=SC2086 # several words
    ration --input "$sample" --limit 20 --output "$dir/hard.jsonl" --daily-limit 10 --pause-duration $pause $options
    simapi_stop
    is "$status,$(periods 2),$(told "WARNING: PAUSED: Daily quota 100\.0% used \(limit: 10\)")" "0,10 10,1" "$options: the limit itself"
    case $options in
    *monitoring*) is "$(told "Quota (metrics|usage)|QuotaMonitor|Parsed")" 0 "$options: nothing is told of the use" ;;
    *) is "$(told "WARNING: Quota usage at 95% \(10/10 requests\)")" 2 "$options: its use is told" ;;
    esac
    rm -f "$dir/hard.jsonl" "$dir/hard.quota.json"
done

# ---- what people grep for; a run that ends with its quota used up does not pause ----
simapi --requests-per-minute 5000 --tokens-per-minute 4000000 --latency-ms 5
ration --input "$sample" --limit 40 --output "$dir/told.jsonl" --daily-limit 50 --quota-log-interval 10
simapi_stop
is "$status,$(lines "$dir/told.jsonl"),$(told PAUSED)" 0,40,0 "forty of fifty at threshold 0.8: no pause"
has "$err" "] QuotaMonitor initialized: daily_limit=50, threshold=0.8" "QuotaMonitor initialized"
ok "$(($(told "\] Parsed quota status: [0-9]+/5000 requests, [0-9]+/4000000 tokens$") > 0 ? 0 : 1))" "Parsed quota status"
is "$(told "\] Quota metrics: [1-4]0 requests used today \([2468]0\.0% of daily limit\)$")" 4 "Quota metrics, each ten requests"
is "$(told "WARNING: Quota usage at 60% \(30/50 requests\)$"),$(told "Quota usage")" 1,2 "Quota usage at 60 and 80 %"

# ---- by command ----
simapi
ration_start --input "$sample" --limit 20 --output "$dir/asked.jsonl" --daily-limit 20 --quota-threshold 0.5
wait_for 10 grep -q "PAUSED: " "$err"
wait_for 5 eval '[[ $(lines "$dir/asked.jsonl") -eq 10 ]]'
"$build/ration" ps >"$dir/ps" 2>&1
has "$dir/ps" ", paused" "ps says that it is paused"
wait_for 5 eval 'tr "\0" " " <"/proc/$ration_pid/cmdline" | grep -q paused'
ok $? "so does the title"
"$build/ration" resume >"$dir/said" 2>&1
is $? 0 "ration resume"
ration_wait
is "$status,$(lines "$dir/asked.jsonl"),$(told "RESUMED: by command; period 2")" 0,20,1 "a new period begins at once"
simapi_stop

# ---- the provider's day ends first ----
simapi --requests-per-day 12 --day-seconds 4 --dialect cerebras
ration --input "$sample" --limit 12 --output "$dir/reset.jsonl" --daily-limit 12 --quota-threshold 0.5
simapi_stop
is "$status,$(periods 2),$(told "PAUSED: Daily quota 50\.0%")" "0,6 6,1" "a pause of a day ends with the provider's day"
has "$err" "RESUMED: the provider's day has ended; period 2" "and the log says so"
is "$(audited '$status == 429')" 0 "nothing was refused"

# ---- no limit but the one that the answers tell ----
simapi --requests-per-day 12 --day-seconds 4 --dialect cerebras --latency-ms 300
ration --input "$sample" --limit 12 --output "$dir/learned.jsonl" --quota-threshold 0.5 --quota-log-interval 2
simapi_stop
is "$status,$(periods 2),$(told "WARNING: PAUSED: Daily quota 50\.0% used \(limit: 12\) - Will resume at .*; the provider's own$")" "0,6 6,1" \
    "a limit that is only learned: half of it, and the rest when the day has ended"
is "$(audited '$status == 429'),$(told "RESUMED: the provider's day has ended")" 0,1 "nothing was refused"
[[ ! -e $dir/learned.quota.json ]]
ok $? "no state file"

# ---- low priority waits ----
perl -e 'print "artist_id,name,data,priority\n"; printf "%s%02d,Name %d,x,%s\n", $_ < 10 ? "l" : "h", $_, $_, $_ < 10 ? "low" : "high" for 0 .. 13' >"$dir/low.csv"
simapi
ration --input "$dir/low.csv" --output "$dir/low.jsonl" --max-workers 1 --daily-limit 12 --quota-threshold 1 --low-priority-threshold 0.5 --pause-duration $pause
simapi_stop
is "$status,$(periods 3)" "0,6 6 2" "six of twelve for artists of low priority, in each period"
is "$(told "PAUSED: Daily quota 50\.0% used \(limit: 12\) .*; only artists of low priority are left")" 2 "and the log says why it waits"

# ---- bad configuration ----
bad() {
    local wanted=$1
    shift
    ration --input "$sample" --output "$dir/bad.jsonl" "$@"
    is "$status" 2 "$*: exit 2"
    has "$err" "$wanted" "$*: says which"
    [[ ! -e $dir/bad.jsonl && ! -e $dir/bad.quota.json ]]
    ok $? "$*: nothing is left"
}
bad "--quota-threshold 0.5 of --daily-limit 1 allows not one request" --daily-limit 1 --quota-threshold 0.5
bad "--low-priority-threshold 0.1 of --daily-limit 5 allows not one request" --daily-limit 5 --low-priority-threshold 0.1
bad "--alert-thresholds: " --alert-thresholds 80,60
bad "--quota-threshold" --quota-threshold 0
bad "--quota-threshold" --quota-threshold 1.5
bad "--daily-limit" --daily-limit -5
finish
