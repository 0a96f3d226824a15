#!/usr/bin/env bash
# An overload that is a rate limit, and how soon a run is back after an outage. Judged by what the server saw.
source "$(dirname "$0")/../support/scenario.sh"

# ---- nginx' limit_req with its default status, healthy behind: nobody is given up, and nearly all that it allows is used ----
scripted --rule 'limit=20:10' --status 503 --header 'Content-Type: text/html' --body '<html><h1>503 Service Temporarily Unavailable</h1></html>'
ration --input "$sample" --output "$dir/limit.jsonl"
simapi_stop
took=$(perl -F'\t' -lane '$last = $F[1] if $. > 1; END { print $last }' "$audit")
is "$status,$(lines "$dir/limit.jsonl"),$(lines "$dir/limit.errors.jsonl")" 0,362,0 "20 a second and 503 for the others: nobody is given up"
holds "no artist is asked again and again: $(asked '$status == 503') refusals for 362 artists" "$(asked '$status == 503') < 4 * 362"
echo "# $took s, where $(((362 - 11) / 20)) s is the least"

# ---- an overload that ends: what comes back is a ramp, and soon all of it ----
scripted --latency 200 --rule 'after=0.5 until=3' --status 503 --latency 5
ration --input "$sample" --output "$dir/ends.jsonl" --in-flight 32 --attempts 1 --retries overloaded=1
simapi_stop
is "$status,$(lines "$dir/ends.jsonl"),$(lines "$dir/ends.errors.jsonl")" 0,362,0 "an overload of all blames nobody, with --retries overloaded=1"
first=$(perl -F'\t' -lane 'next if $. == 1; $seen = $F[1] if $F[5] == 503; push @after, $F[1] if $F[5] == 200 && defined $seen; END { print scalar grep { $_ < $after[0] + 0.1 } @after }' "$audit")
holds "one at first, then more: $first requests within a tenth of a second" "$first < 32"

# ---- one of the last is always refused, another one some times: it waits for itself, and holds nobody up ----
# One worker: several take turns at a limit by chance, so how often it was tried meanwhile says nothing.
# tries: how often a024 was tried before the last answer to the others
tries='next if $. == 1 || $F[2] !~ /^a02[1-4]$/; $F[2] eq "a024" ? $tries++ : ($before = $tries); END { print $before + 0 }'
for code in 503 429; do
    scripted --rule row=a024 --status "$code" --rule 'row=a02[1-3] attempt=1-2' --status "$code"
    ration --input "$sample" --output "$dir/last$code.jsonl" --limit 24 --max-workers 1 --retries overloaded=5 --rate-limit-cooldown 1
    simapi_stop
    is "$status,$(lines "$dir/last$code.jsonl"),$(lines "$dir/last$code.errors.jsonl")" 1,23,1 "$code: one of the last fails alone"
    before=$(perl -F'\t' -lane "$tries" "$audit")
    tried=$(asked '$row eq "a024"')
    holds "$code: $tried tries, two at least of them when the others are through ($before before)" \
        "$tried <= 8 && $before <= 5 && $before <= $tried - 2"
done

# ---- the breaker's probes: growing distances, and back soon after ----
touch "$dir/away"
scripted --rule "done=5 file=$dir/away" --status 500
ration_start --input "$sample" --output "$dir/probes.jsonl" --limit 60 --in-flight 4 --backoff-initial 0.05 --backoff-max 0.05
wait_for 60 grep -q 'circuit breaker is open' "$dir/err"
ok $? "the breaker opens, and it is told"
opened=$(asked '$status == 500')
more() { [[ $(asked '$status == 500') -ge $((opened + 4)) ]]; }
wait_for 60 more
rm "$dir/away"
ration_wait
simapi_stop
is "$status,$(lines "$dir/probes.jsonl"),$(lines "$dir/probes.errors.jsonl")" 0,60,0 "after the outage all are answered, and nobody has lost an attempt"
perl -F'\t' -lane '
    next if $. == 1;
    push @at, $F[1] if $F[5] == 500;
    END {
        my @gap = grep { $_ > 0.9 } map { $at[$_] - $at[$_ - 1] } 1 .. $#at;
        print join " ", map { sprintf "%.1f", $_ } @gap;
        exit 1 unless @gap >= 3 && $gap[0] < $gap[1] && $gap[1] < $gap[2];
    }' "$audit" >"$dir/gaps"
ok $? "probes leave at growing distance: $(cat "$dir/gaps") s"
finish
