#!/usr/bin/env bash
# What the answers to one machine of a fleet say of the account holds for all: a moment until which its quota is used up, an account that is
# spent and of which one machine at a time looks whether it may go on, and limits that fall and rise in the middle of the run.
source "$(dirname "$0")/../support/scenario.sh"
source "$root/tests/support/fleet.sh"
source "$root/tests/support/machines.sh"
fleet_of 60000
until='{"error":{"message":"The usage limit has been reached","type":"usage_limit_reached","code":"usage_limit_reached","resets_in_seconds":6}}'
spent='{"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,"code":"invalid_request_error"}}'
told() { printf '%s\n' --header "x-ratelimit-limit-requests: $1" --header "x-ratelimit-remaining-requests: $(($1 - 1))" --header "x-ratelimit-reset-requests: $((60000 / $1))ms"; }
mapfile -t low < <(told 600)
mapfile -t high < <(told 6000)
scripted --latency 300 \
    --rule "file=$dir/until times=1 key=sk-a" --status 429 --body "$until" \
    --rule "file=$dir/spent" --status 402 --header 'Retry-After: 3' --body "$spent" \
    --rule "file=$dir/low key=sk-a" "${low[@]}" \
    --rule "file=$dir/high key=sk-b" "${high[@]}"
options=(--input "$input" --requests-per-minute 6000 --fleet-term 20)
machine_pair "${options[@]}"
# moments CONDITION: at which requests came that it holds for
moments() { perl -F'\t' -lane 'next if $. == 1; ($at, $key, $status) = @F[1, 4, 5]; print $at if '"$1" "$audit"; }
both_work

# ---- a quota that is used up until a moment ----
from=$(clock)
: >"$dir/until"
told_so() { [[ $(sent a '$status == 429') -eq 1 ]]; }
wait_for 60 told_so
at=$(moments '$status == 429' | tail -n 1)
from=$at
both_work
last=$(moments "\$at >= $at && \$at < $at + 5.9" | tail -n 1)
note "the last request left $(perl -e "printf '%.2f', $last - $at") s after it was told; timers were late by $(late) ms"
holds "a quota that is used up until a moment: within a second nobody sends any more" "$last - $at < 1 + 0.01 * $(late)"
first=$(moments "\$at > $last" | head -n 1)
holds "before that moment" "$first - $at >= 6 && $first - $at < 10 + 0.01 * $(late)"
has "$dir/b.err" "another machine was told so (spent)" "the other machine says why it rests"
for name in a b; do
    first=$(moments "\$key eq 'sk-$name' && \$at > $last" | head -n 1)
    is "$(moments "\$key eq 'sk-$name' && \$at > $last && \$at < $first + 0.25" | wc -l)" 1 "$name begins with one request, and sends no other one before its answer"
done

# ---- an account that is spent ----
from=$(clock)
: >"$dir/spent"
refused() { [[ $(sent '[ab]' '$status == 402') -ge 1 ]]; }
wait_for 60 refused
at=$(moments "\$status == 402 && \$at > $from" | head -n 1)
looked() { from=$at && [[ $(sent '[ab]' "\$at > $at + 2") -ge 4 ]]; }
wait_for 60 looked
rm "$dir/spent"
looks=$(moments "\$at > $at + 2 && \$status == 402" | tr '\n' ' ')
note "it is looked at, in seconds since the first refusal: $(for m in $looks; do perl -e "printf '%.1f ', $m - $at"; done)"
# shellcheck disable=SC2086  # numbers
near=$(perl -e 'my $near = 0; for (1 .. $#ARGV) { $near++ if $ARGV[$_] - $ARGV[$_ - 1] < 2 } print $near' -- $looks)
holds "an account that is spent: one request at a time, of all machines, looks whether it may go on" "$near == 0 || $(late) > 200"
both_work
ok $? "when one is answered both go on"
is "$(sql "SELECT count(*) FROM ration.failure")" 0 "no artist is failed for it"

# ---- a limit that falls and rises again, as one machine is told ----
: >"$dir/low"
# sends SECONDS: $got is how many came of both, within so many from now on, from $from
sends() {
    from=$(clock)
    passed() { [[ -n $(moments "\$at > $from + $1" | head -n 1) ]]; }
    wait_for 90 passed "$1"
    got=$(sent '[ab]' "\$at <= $from + $1")
}
falls() { [[ $(sql "SELECT heard FROM ration.dimension WHERE unit = 1 AND window_s = 60") == 600 ]]; }
wait_for 60 falls
ok $? "a limit that falls is the fleet's"
sends 2 # what was granted before
sends 6
holds "all machines together keep to it, as one was told: $got in 6 s of 600 a minute" "$got <= 60 + 20 && $got >= 20"
for name in a b; do
    holds "each has a part of it: $name $(sent "$name" "\$at <= $from + 6")" "$(sent "$name" "\$at <= $from + 6") > 0"
done
rm "$dir/low"
: >"$dir/high"
rises() { [[ $(sql "SELECT heard FROM ration.dimension WHERE unit = 1 AND window_s = 60") == 6000 ]]; }
wait_for 60 rises
ok $? "one that rises is, too, whichever machine is told"
sends 2
sends 3
holds "and all go on as fast as they may: $got in 3 s of 6000 a minute" "$got > 120 && $got <= 300 + 60"
for name in a b; do
    "$build/ration" stop --run "$dir/$name.jsonl" >"$dir/stop" 2>&1
done
machine_wait a b

# ---- a limit of which only the answers tell: the machines are told as those who take of it, until all are given it ----
input_of 2000
for given in "" "--tokens-per-minute 600000"; do
    fleet=tokens${#given}
    simapi --requests-per-minute 30000 --tokens-per-minute 600000 --burst-tokens 40000 --latency-ms 100
    read -r -a limit <<<"$given"
    for name in c d; do
        machine "$name$fleet" --input "$input" --requests-per-minute 30000 --fleet-term 20 --in-flight 20 "${limit[@]}"
    done
    machine_wait "c$fleet" "d$fleet"
    simapi_stop
    is "${machine_status[c$fleet]},${machine_status[d$fleet]}" 0,0 "two machines end ($fleet)"
    note "${given:-not given}: $(audited '$status == 429') of $(audited 1) were refused"
    if [[ -z $given ]]; then
        has "$dir/c$fleet.err" "other machines of the fleet, or somebody else, take about" "a limit that they were not given: they are told of each other"
    else
        is "$(audited '$status == 429')" 0 "one that all were given is shared: nothing is refused"
        is "$(grep -c "somebody else" "$dir/c$fleet.err" "$dir/d$fleet.err" | cut -d: -f2 | tr '\n' ' ')" "0 0 " "and nobody is taken for somebody else"
    fi
done
database_stop
finish
