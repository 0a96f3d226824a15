#!/usr/bin/env bash
# Limits that nobody tells, as of a proxy in front: found out by four workers from what is accepted and refused, shown, and kept
# over a restart. The server's own log is the judge. Bounds of what is found are those of a starved machine; how well each kind of server is used is judged in virtual time, by
# tests/unit/test_silent.c, and on a calm machine by docs/PERFORMANCE.md.
source "$(dirname "$0")/../support/scenario.sh"
rows=$dir/rows.csv
perl -e 'print "artist_id,name,data\n"; printf "%05d,Artist %d,data\n", $_, $_ for 1 .. 4000' >"$rows"

# found NAME: the last number that the log of that run has for what was found, or 0
found() { sed -nE 's/.*finds out the limit: about ([0-9.]+) .*/\1/p' "$dir/$1.log" | tail -n 1 | grep . || echo 0; }
# refused_after SECONDS: of all that came that long after the first, how many were refused
refused_after() { perl -F'\t' -lane 'next if $. == 1; $first //= $F[0]; $n++ if $F[6] == 429 && $F[0] - $first > '"$1"' * 1e9; END { print $n // 0 }' "$audit"; }

# ---- a rate, with a page instead of JSON and two seconds of rest after each refusal ----
simapi --requests-per-minute 6000 --burst 20 --dialect none --refused-wait 2 --refused-page --latency-lognormal 100:0.4
ration_start --input "$rows" --limit 1400 --output "$dir/rate.jsonl" --log-file "$dir/rate.log" --listen 127.0.0.1:0
wait_for 60 grep -qs 'finds out the limit: about' "$dir/rate.log"
ok $? "the log tells what is found out"
# What is found is given up and found again while the search goes on: each of them shows it at some moment.
shows() { "$build/ration" status "$dir/rate.jsonl" | grep -c "finds out the limit: about" >"$dir/said"; }
wait_for 60 shows
ok $? "ration status, too"
shows_json() {
    "$build/ration" status --json "$dir/rate.jsonl" >"$dir/said" &&
        perl -MJSON::PP -0777 -ne 'my $s = decode_json($_)->{sessions}[0];
            exit !(($s->{limit_found} // "") =~ /^finds out the limit: about/ && $s->{found_per_second} > 0)' "$dir/said"
}
wait_for 60 shows_json
ok $? "and as JSON"
port=$(sed -nE 's#.*http://127\.0\.0\.1:([0-9]+)/.*#\1#p' "$err" | head -n 1)
shows_metric() { curl -sf "http://127.0.0.1:$port/metrics" >"$dir/said" && grep -q '^ration_session_found_per_second{session="default"} [1-9]' "$dir/said"; }
wait_for 60 shows_metric
ok $? "and as a metric"
ration_wait
simapi_stop
is "$status,$(lines "$dir/rate.jsonl")" 0,1400 "a rate: all there"
# Not 9, as of who leaves with a burst after each wait. On a starved machine it is less than it could be.
holds "about $(found rate) of 100 a second are found" "$(found rate) > 25 && $(found rate) < 300"
holds "$(refused_after 10) are refused after ten seconds" "$(refused_after 10) <= 14"

# ---- after a restart nobody leaves with a burst ----
simapi --requests-per-minute 3000 --burst 5 --dialect none --retry-after-form none --latency-lognormal 100:0.4
ration_start --input "$rows" --limit 900 --output "$dir/again.jsonl" --log-file "$dir/again.log"
wait_for 60 grep -qs 'finds out the limit: about' "$dir/again.log"
kill -INT "$ration_pid"
ration_wait
before=$(found again)
holds "about $before of 50 a second are found" "$before > 15 && $before < 150"
: >"$dir/again.log"
ration --input "$rows" --limit 900 --output "$dir/again.jsonl" --log-file "$dir/again.log" --resume
simapi_stop
is "$status,$(lines "$dir/again.jsonl")" 0,900 "a restart: all there"
has "$dir/again.log" "finds out the limit: about" "it knows from its first request on"
# How many were refused in the first second of each run; the first one begins gently, too.
refused=$(perl -F'\t' -lane 'next if $. == 1; my ($run) = split /\./, $F[2]; push @runs, $run if !defined $begun{$run}; $begun{$run} //= $F[0]; $n{$run}++ if $F[6] == 429 && $F[0] < $begun{$run} + 1e9; END { print join ",", map { $n{$_} // 0 } @runs }' "$audit")
holds "in the first second of it hardly anything is refused: ${refused#*,}" "${refused#*,} <= 3"

# ---- so many at once ----
simapi --at-once 12 --dialect none --retry-after-form none --latency-lognormal 250:0.5
ration --input "$rows" --limit 700 --output "$dir/places.jsonl" --log-file "$dir/places.log"
simapi_stop
is "$status,$(lines "$dir/places.jsonl")" 0,700 "so many at once: all there"
# On a starved machine answers that the server has sent are still in flight here: then it may look like the rate that so many at once give.
places=$(sed -nE 's/.*finds out the limit: about ([0-9]+) at once.*/\1/p' "$dir/places.log" | tail -n 1)
if [[ -n $places ]]; then
    holds "about $places of 12 at once are found" "$places >= 10 && $places <= 13"
else
    holds "about $(found places) a second are found, where 12 at once give 42" "$(found places) >= 20 && $(found places) <= 55"
    holds "the timers of a machine that takes it so were late" "$(late) > 5"
fi
holds "hardly anything is refused: $(refused_after 0)" "$(refused_after 0) <= 25"

# ---- a Retry-After of nothing is no invitation to hammer, where nothing works ----
scripted --rule 'to=5' --status 429 --header 'Retry-After: 0'
ration --input "$sample" --limit 3 --max-workers 1 --output "$dir/nothing.jsonl"
simapi_stop
is "$status,$(lines "$dir/nothing.jsonl")" 0,3 "five refusals that name no time: all there in the end"
finish
