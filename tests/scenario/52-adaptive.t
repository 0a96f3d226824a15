#!/usr/bin/env bash
# Requests at once and workers follow what the limits need and what the server bears.
source "$(dirname "$0")/../support/scenario.sh"
source "$root/tests/support/measured.sh"

# artists N: so many in $dir/N.csv
artists() {
    perl -e 'print "artist_id,name,data\n"; print "a$_,Artist $_,Painter\n" for 1 .. shift' "$1" >"$dir/$1.csv"
}

# most_at_once, after simapi_stop: the largest number of requests that the server had at a time
most_at_once() {
    perl -F'\t' -lane '
        next if $. == 1;
        push @events, [$F[0], 1], [$F[1], -1];
        END {
            for (sort { $a->[0] <=> $b->[0] || $a->[1] <=> $b->[1] } @events) { $n += $_->[1]; $most = $n if $n > $most }
            print $most;
        }' "$audit"
}

# ---- a slow API: 100 requests a second that take 3 s each need 300 at once ----
artists 1900
begin slow --requests-per-minute 6000 --burst 100 --latency-ms 3000 -- --prompt-id pmpt_test --input "$dir/1900.csv" \
    --requests-per-minute 6000 --max-workers 2 --log-file "$dir/slow.log"
end slow
is "$status,$(lines "$output")" 0,1900 "a slow API: all there"
is "$(audited '$status == 429')" 0 "not one 429"
# The last ten seconds.
whole=$(perl -F'\t' -lane 'next if $. == 1; push @at, $F[0]; END { my ($first, @rest) = sort { $a <=> $b } @at; printf "%.3f", ($rest[-1] - $first) / 1e9 }' "$audit")
before=("$(most_at_once)")
uses slow 98 103 "$(perl -e "print $whole - 10")" "$whole" requests 6000
grep -q '"category":"scale".*requests at once of each worker' "$dir/slow.log"
ok $? "the log tells each step, and why"
n=${before[0]}
holds "as many at once as the rate needs, not many more: $n" "$n >= 290 && $n < 400"

# ---- with --in-flight it is as it is ----
artists 300
simapi --latency-ms 200
ration --input "$dir/300.csv" --output "$dir/fixed.jsonl" --max-workers 2 --in-flight 5 --log-file "$dir/fixed.log"
simapi_stop
is "$status,$(most_at_once)" 0,10 "--in-flight 5 with two workers: never more than ten"
is "$(grep -c '"category":"scale"' "$dir/fixed.log")" 0 "nothing is adapted"

# ---- no limit: doubled as long as it pays ----
artists 3000
simapi --latency-ms 400
ration --input "$dir/3000.csv" --output "$dir/free.jsonl" --max-workers 2 --log-file "$dir/free.log"
simapi_stop
is "$status,$(lines "$dir/free.jsonl")" 0,3000 "no limit: all there"
n=$(most_at_once)
holds "there came to be more than at first: $n at once" "$n > 200"

# ---- workers ----
ration --input "$sample" --output "$dir/bounds.jsonl" --min-workers 5 --max-workers 4
is "$status" 2 "--min-workers above --max-workers: exit 2"
has "$err" "--min-workers 5 is more than --max-workers 4" "told which"
artists 2000
simapi --fault-500 0.5
ration_start --input "$dir/2000.csv" --output "$dir/workers.jsonl" --max-workers 4 --min-workers 3 --requests-per-minute 1200 \
    --retries server_fault=7 --backoff-initial 0.1 --no-circuit-breaker --log-file "$dir/workers.log"
wait_for 30 grep -qs "3 workers, 4 before: .* requests failed" "$dir/workers.log"
ok $? "half of the requests fail: one worker less"
wait_for 10 eval '[[ $(workers_of "$ration_pid" | wc -l) -eq 3 ]]'
ok $? "it goes"
"$build/ration" workers 4 >"$dir/steer" 2>&1
is "$?" 0 "a person sets the number by hand"
grep -c '"category":"scale"' "$dir/workers.log" >"$dir/before"
"$build/ration" stop >>"$dir/steer" 2>&1
ration_wait
is "$(grep -c '"category":"scale"' "$dir/workers.log")" "$(cat "$dir/before")" "which is left alone from then on"
is "$(grep -c '2 workers' "$dir/workers.log")" 0 "never below --min-workers"
finish
