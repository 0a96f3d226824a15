#!/usr/bin/env bash
# How long failures wait, as the server sees it, and whose attempts they use up.
source "$(dirname "$0")/../support/scenario.sh"

# gap N, after simapi_stop: the median over the artists of the milliseconds from attempt N to the next
gap() {
    perl -F'\t' -lane '
        next if $. == 1;
        push @{$at{$F[3]}}, $F[0];
        END {
            my @gaps = sort { $a <=> $b } map { my @t = sort { $a <=> $b } @$_; $#t >= '"$1"' ? $t['"$1"'] - $t['"$1"' - 1] : () } values %at;
            printf "%d", @gaps ? $gaps[$#gaps / 2] / 1e6 : -1;
        }' "$audit"
}

# least_gap: the shortest of all, in milliseconds
least_gap() {
    perl -F'\t' -lane '
        next if $. == 1;
        my $gap = defined $last{$F[3]} ? $F[0] - $last{$F[3]} : undef;
        $least = $gap if defined $gap && (!defined $least || $gap < $least);
        $last{$F[3]} = $F[0];
        END { printf "%d", $least / 1e6 }' "$audit"
}

# ---- the three shapes ----
# waits NAME FIRST SECOND THIRD: milliseconds, of which a tenth more is jitter. A busy machine may add to them: then it is measured
# again, twice at most, and told. What is too short, or too long each time, fails.
waits() {
    local n wait time long took=()
    for time in first second third; do
        simapi --fault-500 1 --fault-attempts 3
        ration --input "$sample" --limit 20 --output "$dir/$1.$time.jsonl" --requests-per-minute 600000 --backoff "$1" --backoff-initial 0.3 --backoff-max 1 \
            --no-circuit-breaker --log-file "$dir/$1.log"
        simapi_stop
        is "$status,$(lines "$dir/$1.$time.jsonl"),$(audited 1)" 0,20,80 "--backoff $1: three failures each, then an answer"
        long=0
        for n in 1 2 3; do
            wait=$((n == 1 ? $2 : n == 2 ? $3 : $4))
            took[n]=$(gap $n)
            perl -e "exit(${took[n]} < 1.1 * $wait + 200 + 4 * $(late) ? 0 : 1)" || long=$n
        done
        took[0]=$(least_gap)
        holds "no wait is shorter than the first: ${took[0]} ms" "${took[0]} >= 300"
        [[ $long -ne 0 ]] || break
        note "wait $long took ${took[long]} ms; the simulator's timers were late by $(late) ms; $time measurement"
    done
    for n in 1 2 3; do
        wait=$((n == 1 ? $2 : n == 2 ? $3 : $4))
        holds "--backoff $1: wait $n is ${took[n]} ms, of $wait" "${took[n]} >= $wait && ${took[n]} < 1.1 * $wait + 200 + 4 * $(late)"
    done
}
waits exponential 300 600 1000
waits linear 300 600 900
waits fixed 300 300 300
has "$summary" "60 made, 0 waiting" "the summary counts the retries"
has "$dir/fixed.log" '"category":"retry"' "the log tells who enters the retry queue"
EXPONENTIAL_BACKOFF_ENABLED=false
export EXPONENTIAL_BACKOFF_ENABLED
for time in first second third; do
    simapi --fault-500 1 --fault-attempts 2
    ration --input "$sample" --limit 10 --output "$dir/variable.$time.jsonl" --requests-per-minute 600000 --backoff-initial 0.3 --no-circuit-breaker
    simapi_stop
    got=$(gap 2)
    [[ $got -ge 530 ]] || break
    note "the wait took $got ms; $time measurement"
done
unset EXPONENTIAL_BACKOFF_ENABLED
holds "EXPONENTIAL_BACKOFF_ENABLED=false: the second wait is as long, $got ms" "$got >= 300 && $got < 530 + 4 * $(late)"

# ---- attempts of each class ----
simapi --fault-500 1
ration --input "$sample" --limit 4 --output "$dir/server.jsonl" --retries server_fault=2,overloaded=3 --backoff-initial 0 \
    --no-circuit-breaker
simapi_stop
is "$status,$(lines "$dir/server.errors.jsonl"),$(audited 1)" 1,4,8 "--retries server_fault=2"
simapi --fault-529 1
ration --input "$sample" --limit 2 --output "$dir/overload.jsonl" --retries server_fault=2,overloaded=3 --max-workers 1
simapi_stop
is "$status,$(lines "$dir/overload.errors.jsonl"),$(audited 1)" 1,2,6 "--retries overloaded=3"

# ---- a 429 that names no time: the session rests, and no attempt is used up ----
simapi --requests-per-minute 600 --burst 5 --dialect none --retry-after-form none
ration --input "$sample" --limit 12 --output "$dir/rest.jsonl" --attempts 1 --rate-limit-cooldown 1 --max-workers 1 --in-flight 4
simapi_stop
is "$status,$(lines "$dir/rest.jsonl")" 0,12 "all there with --attempts 1"
holds "there were refusals: $(audited '$status == 429')" "$(audited '$status == 429') > 0"
rest=$(perl -F'\t' -lane '
    next if $. == 1;
    push @at, $F[0];
    $refused = $F[1] if $F[6] == 429 && !defined $refused;
    END {
        my @later = sort { $a <=> $b } grep { $_ > $refused + 2e8 } @at; # what was on its way counts as before
        printf "%d", ($later[0] - $refused) / 1e6;
    }' "$audit")
holds "--rate-limit-cooldown 1: the session rested $rest ms" "$rest >= 999"

# ---- a session in trouble is to blame, not the artists ----
echo "$OPENAI_API_KEY 0 0 0 status 500 status_until 3" >"$dir/keys"
simapi --keys-file "$dir/keys"
ration --input "$sample" --limit 40 --output "$dir/trouble.jsonl" --attempts 2 --circuit-breaker-timeout 1 --max-workers 1 \
    --in-flight 4
simapi_stop
is "$status,$(lines "$dir/trouble.jsonl")" 0,40 "three seconds of 500s, and nobody fails with --attempts 2"
holds "the breaker kept requests away: $(audited '$status == 500') failed" "$(audited '$status == 500') < 30"
finish
