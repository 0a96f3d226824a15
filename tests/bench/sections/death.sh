#!/usr/bin/env bash
# From kill -9 of a worker to the moment when the first, and the last, of the artists that were in flight with it arrives at the
# server again, from another worker.
# shellcheck source=../support.sh
source "$(dirname "$0")/../support.sh"
artists 100000 "$work/in.csv"
simapi --latency-ms 20
for ((round = 0; round < 2 * rounds; round++)); do
    rm -f "$work"/answers*
    "$build/ration" run --base-url "$url" --prompt-id pmpt_bench --input "$work/in.csv" --output "$work/answers.jsonl" --quiet \
        --max-workers 4 --in-flight 16 --limit 3000 >"$work/out" 2>&1 &
    run=$!
    until [[ $(grep -c "" "$work"/answers.jsonl 2>/dev/null) -ge 1500 ]] || ! kill -0 "$run" 2>/dev/null; do sleep 0.02; done
    victim=$(pgrep -P "$run" | sed -n 2p)
    [[ -z $victim ]] || note killed "$(perl -MTime::HiRes=time -e 'kill 9, $ARGV[0]; printf "%d", time * 1e9' "$victim")"
    wait "$run" || say "the run failed: $(head -n 3 "$work/out")"
done
stop_server
# An artist asked again after a kill, whose first request came before it and which no answer of 200 ended before it, was the victim's.
perl -F'\t' -lane '
    BEGIN {
        open my $killed, "<", shift @ARGV;
        chomp(@killed = <$killed>);
    }
    next if $. == 1;
    my ($arrived, $run, $artist) = ($F[0], $F[2] =~ s/\..*//r, $F[3]);
    if (defined(my $before = $seen{"$run/$artist"})) {
        my ($kill) = grep { $_ > $before && $_ < $arrived } @killed;
        push @{ $again{$kill} }, $arrived if defined $kill;
    }
    $seen{"$run/$artist"} = $arrived;
    END {
        for (@killed) {
            my @times = sort { $a <=> $b } @{ $again{$_} // [] } or next;
            printf "%.3f %.3f %d\n", ($times[0] - $_) / 1e6, ($times[-1] - $_) / 1e6, scalar @times;
        }
    }' "$raw/killed" "$audit" >"$work/again"
while read -r first last times; do
    note first "$first"
    note last "$last"
    note times "$times"
done <"$work/again"
table death "after kill -9 of one of four workers" "milliseconds" "from and to"
row "the first of its artists is asked by another worker" "$(median first %.1f)" "$(spread first %.1f)"
row "the last of the $(median times %d) that were in flight with it" "$(median last %.1f)" "$(spread last %.1f)"
target "a killed worker's artists in another worker's hands (ms)" "<= 50" "$(median first %.1f)"
