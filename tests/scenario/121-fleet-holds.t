#!/usr/bin/env bash
# What one machine of a fleet is told of the account stops the other one within a second, as the server's log has it, and both go on
# together: a 429, an account that is spent, an overload, an API that fails. Of one that fails one machine looks whether it is well again,
# not both. What is one machine's own trouble, its key or its way to the API, stops nobody else.
source "$(dirname "$0")/../support/scenario.sh"
source "$root/tests/support/fleet.sh"
source "$root/tests/support/machines.sh"
fleet_of 30000
spent='{"error":{"message":"You exceeded your current quota.","type":"insufficient_quota","code":"insufficient_quota"}}'
scripted --latency 60 \
    --rule "file=$dir/limit times=1 key=sk-a" --status 429 --header 'Retry-After: 5' \
    --rule "file=$dir/spent times=1 key=sk-a" --status 429 --header 'Retry-After: 5' --body "$spent" \
    --rule "file=$dir/busy times=1 key=sk-a" --status 503 --header 'Retry-After: 5' \
    --rule "file=$dir/down" --status 500 \
    --rule "file=$dir/ill key=sk-a" --status 500 --rule "file=$dir/ill key=sk-b" --latency 2500 \
    --rule "file=$dir/key key=sk-a" --status 401
options=(--input "$input" --requests-per-minute 6000 --fleet-term 10)
machine_pair "${options[@]}"
both_work

# ---- holds: told to one ----
# rests NAME: the moment of the refusal and what b sent from a second after it until its wait is over
rests() {
    from=$(clock)
    : >"$dir/$1"
    told() { [[ $(asked "\$at >= $from && \$status =~ /429|503/") -ge 1 ]]; }
    wait_for 60 told
    at=$(awk -F '\t' -v from="$from" '$2 >= from && $6 ~ /429|503/ { print $2; exit }' "$audit")
    goes_on() { [[ $(asked "\$at > $at + 5.0") -ge 20 ]]; }
    wait_for 60 goes_on
    from=$at
}
for kind in limit spent busy; do
    rests "$kind"
    last=$(awk -F '\t' -v at="$at" '$2 > at && $2 < at + 4.9 { last = $2 - at } END { printf "%.2f", last }' "$audit")
    note "$kind: the last request left $last s after the refusal; timers were late by $(late) ms"
    # It goes over two coordinators, two links and the database: a machine that is late is late at each of them.
    holds "$kind: within a second after one machine was told so, nobody sends any more" "$last < 1 + 0.01 * $(late)"
    is "$(asked "\$at >= $at && \$status =~ /429|503/")" 1 "nor is anybody else refused"
    rm "$dir/$kind"
    both_work
done

# ---- an API that fails: one probe, whoever sends it ----
from=$(clock)
: >"$dir/down"
failed() { [[ $(sent '[ab]' '$status == 500') -ge 1 ]]; }
wait_for 60 failed
at=$(awk -F '\t' -v from="$from" '$2 >= from && $6 == 500 { print $2; exit }' "$audit")
enough() { [[ $(sent '[ab]' "\$at > $at + 1.2 && \$status == 500") -ge 3 ]]; }
wait_for 60 enough # probes
rm "$dir/down"
well() { [[ $(sent '[ab]' "\$at > $at + 1.2 && \$status == 200") -ge 1 ]]; }
wait_for 60 well
well=$(awk -F '\t' -v from="$at" '$2 > from + 1.2 && $6 == 200 { print $2; exit }' "$audit")
probes=$(awk -F '\t' -v from="$at" -v to="$well" '$2 > from + 1.2 && $2 < to { print $2 - from }' "$audit" | tr '\n' ' ')
both() { from=$well && [[ $(sent a "\$at < $well + 5") -ge 10 && $(sent b "\$at < $well + 5") -ge 10 ]]; }
wait_for 60 both
note "probes, in seconds since the first fault: $probes; well again after $(perl -e "printf '%.1f', $well - $at")"
# shellcheck disable=SC2086  # numbers
is "$(perl -e 'my $near = 0; for (1 .. $#ARGV) { $near++ if $ARGV[$_] - $ARGV[$_ - 1] < 0.9 } print $near' -- $probes)" 0 "an API that fails: one probe at a time, of one machine"
from=$well
for name in a b; do
    note "$name went on $(awk -F '\t' -v from="$well" -v key="sk-$name" '$2 > from && $5 == key { printf "%.2f", $2 - from; exit }' "$audit") s after that answer"
done
holds "when one is answered both go on, long before a machine would have looked by itself" "$(sent a "\$at < $well + 2.5") > 0 && $(sent b "\$at < $well + 2.5") > 0"
said() { grep -qF "$2" "$dir/$1.err"; }
said a "looks whether the API is well" || said b "looks whether the API is well"
ok $? "who looks says so"

# ---- one machine alone finds it ill ----
both_work
from=$(clock)
: >"$dir/ill"
stopped() { said b "rests: the API fails" || said b "goes on: the API answered"; }
: >"$dir/b.err"
: >"$dir/a.err"
wait_for 60 stopped
ok $? "a breaker that opens on one machine is the other's"
a_goes_on() { said a "goes on: the API answered"; }
wait_for 60 a_goes_on
ok $? "an answer to the other one closes it for both"
from=$(clock)
wait_for 60 more b 100
ok $? "and who was answered is not stopped by it again"
rm "$dir/ill"
both_work

# ---- a key that is refused is that machine's own ----
from=$(clock)
: >"$dir/key"
refused() { [[ $(sent a '$status == 401') -ge 1 ]]; }
wait_for 60 refused
from=$(clock)
wait_for 60 more b 200
ok $? "a key that is refused on one machine stops no other"
holds "and that one sends next to nothing more" "$(sent a "\$at > $from + 1") <= 3"
# ---- a machine that cannot go on ----
cp "$input" "$dir/copy.csv"
OPENAI_API_KEY=sk-c machine c "${options[@]}" --input "$dir/copy.csv"
from=0
wait_for 60 more c 20
printf X | dd of="$dir/copy.csv" bs=1 seek=$(($(wc -c <"$dir/copy.csv") - 3)) conv=notrunc 2>"$dir/dd"
machine_wait c
is "${machine_status[c]}" 4 "one whose input is changed ends with exit 4"
is "$(sql "SELECT state, sum(granted - taken) FROM ration.member JOIN ration.holding USING (member)
    WHERE member = '$(head -c 36 "$dir/c.jsonl.member")' GROUP BY 1")" "left|0" "and has left the fleet, and holds nothing that others would miss"
for name in a b; do
    "$build/ration" stop --run "$dir/$name.jsonl" >"$dir/stop" 2>&1
done
machine_wait a b
is "$(sql "SELECT count(*) FROM ration.hold WHERE kind = 'breaker'")" 0 "no breaker is left open"
database_stop
finish
