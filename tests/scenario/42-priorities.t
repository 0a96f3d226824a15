#!/usr/bin/env bash
# The limit binds: high priority leaves before normal, normal before low, wherever they stand in the input.
source "$(dirname "$0")/../support/scenario.sh"
perl -e '
    print "artist_id,name,data,priority\n";
    for my $part (["low", "l"], ["normal", "n"], ["high", "h"]) {
        printf "%s%02d,Name %d,born 19%02d,%s\n", $part->[1], $_, $_, $_, $part->[0] for 1 .. 30;
    }' >"$dir/in.csv"
simapi --requests-per-minute 1200 --burst 60 --latency-ms 20 # it allows for requests that a busy machine sends late
ration --input "$dir/in.csv" --output "$dir/out.jsonl" --max-workers 4 --in-flight 4 --requests-per-minute 1200 --burst 1
simapi_stop
is "$status,$(lines "$dir/out.jsonl")" 0,90 "all there"
is "$(audited '$status == 429')" 0 "not one 429"
# A worker keeps to what it has claimed (what may be in flight, or two that wait) and goes on to the next priority when it is out
# of the higher ones while others still hold theirs. Of the first 30 departures as many are not high as high ones are then still
# held: no more than four workers can hold together. So with the first 60 and low.
most=$((4 * (4 + 2)))
# early LETTERS COUNT: how many of the first COUNT departures are of these priorities (ids begin with them)
early() {
    LETTERS=$1 COUNT=$2 perl -F'\t' -lane '
        next if $. == 1;
        push @left, [$F[0], substr $F[3], 0, 1];
        END { print scalar grep { $_->[1] =~ /[$ENV{LETTERS}]/ } (sort { $a->[0] <=> $b->[0] } @left)[0 .. $ENV{COUNT} - 1] }' "$audit"
}
holds "normal or low among the first 30: $(early nl 30), at most $most" "$(early nl 30) <= $most"
holds "low among the first 60: $(early l 60), at most $most" "$(early l 60) <= $most"
is "$(early h 12),$(early l 12)" 12,0 "it begins with high ones, which stand last in the input"
note "$(perl -F'\t' -lane 'next if $. == 1; push @s, [$F[0], substr $F[3], 0, 1]; END { print map { $_->[1] } sort { $a->[0] <=> $b->[0] } @s }' "$audit")"

# Low ones that wait for another period of the daily quota keep nobody from a next try.
perl -e 'print "artist_id,name,data,priority\n"; printf "r%02d,Name %d,plays,%s\n", $_, $_, $_ <= 10 ? "normal" : "low" for 1 .. 30' >"$dir/retried.csv"
simapi --fault-500 1 --fault-attempts 1
"$build/ration" run --base-url "$url" --prompt-id pmpt_test --input "$dir/retried.csv" --output "$dir/retried.jsonl" --max-workers 1 \
    --no-circuit-breaker --daily-limit 50 --quota-threshold 1 --low-priority-threshold 0.2 >/dev/null 2>"$dir/retried.err" &
pid=$!
all_normal() { [[ -e $dir/retried.jsonl && $(lines "$dir/retried.jsonl") -eq 10 ]]; }
wait_for 20 all_normal
ok $? "all normal ones are done at their second try, behind low ones that must wait"
kill "$pid"
wait "$pid"
simapi_stop
is "$(audited '$artist =~ /^r/ && substr($artist, 1) > 10')" 0 "no low one left"
finish
