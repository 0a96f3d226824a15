#!/usr/bin/env bash
# What a fleet's machines share beside the limits of a minute: --max-cost over all of them and all their runs, and --daily-limit. The
# server's bill never passes it, hardly anything of it is left, and what a machine held that died counts as spent.
source "$(dirname "$0")/../support/scenario.sh"
source "$root/tests/support/fleet.sh"
source "$root/tests/support/machines.sh"
fleet_of 6000
options=(--input "$input" --requests-per-minute 18000 --fleet-term 6 --price "3,15" --max-output-tokens 150)
bill() { audit_each '$sum += $a{bill}; END { printf "%d", $sum }'; }
# of the fleet's budget with that unit: 1 requests of a day, 16 money
budget() { sql "SELECT $2 FROM ration.bucket JOIN ration.dimension USING (bucket) JOIN ration.run USING (run) WHERE unit = $1 AND window_s = 0 AND name = '${fleet:-batch}'"; }

# ---- money, with three machines ----
simapi --price ":input=3,output=15" --latency-ms 100
has_joined() { [[ $(grep -c "has joined" "$dir/$1.err") -ge $2 ]]; }
machine one "${options[@]}" --max-cost 1.2
wait_for 30 has_joined one 1
machine two "${options[@]}" --max-cost 1.2
machine three "${options[@]}" # it is told none
machine_wait one two three
is "${machine_status[one]},${machine_status[two]},${machine_status[three]}" 3,3,3 "the money of a fleet ends all machines: exit 3"
has "$dir/one.err" "of --max-cost \$1.2" "which say so"
has "$dir/three.err" "--max-cost of the other machines holds here, too: \$1.2" "also the one that was told none, which says so"
paid=$(budget 16 'taken || $$|$$ || granted')
is "${paid%|*}" "${paid#*|}" "in the end nobody holds any of it"
holds "and no more is left than a request might have cost: $paid" "${paid%|*} <= 1.2e9 && ${paid%|*} >= 0.99 * 1.2e9"

# ---- more money, and one of the three is killed ----
machine one "${options[@]}" --max-cost 3
wait_for 30 has_joined one 2
ration --input "$input" --output "$dir/four.jsonl" --prompt-id pmpt_test --fleet "$database" --fleet-name batch "${options[@]:2}" --max-cost 4
is "$status" 2 "another amount while others are at work: exit 2"
has "$err" "give the same --max-cost" "and what to do"
ration --input "$input" --output "$dir/four.jsonl" --prompt-id pmpt_test --fleet "$database" --fleet-name batch "${options[@]:2:4}" --price 3,16 \
    --max-output-tokens 150 --max-cost 3
is "$status" 2 "another price: exit 2"
has "$err" "price of session default is input \$3.00, output \$15.00, whichever model answers, and here it is input \$3.00, output \$16.00" "with both"
machine two "${options[@]}" --max-cost 3
machine three "${options[@]}" --max-cost 3
had=$(lines "$dir/two.jsonl")
wait_for 60 machine_has two $((had + 50))
machine_signal KILL two
machine_wait one two three
is "${machine_status[one]},${machine_status[three]}" 3,3 "the others end when the money is spent"
lost=$(sql "SELECT sum(granted - taken) FROM ration.holding JOIN ration.member USING (member) JOIN ration.dimension USING (bucket) WHERE unit = 16 AND state = 'dead'")
machine two "${options[@]}" --max-cost 3
machine_wait two
is "${machine_status[two]}" 3 "the killed one begins again, and ends"
simapi_stop
billed=$(bill)
holds "the server's bill is within it, whoever died: $billed" "$billed <= 3e9"
holds "and within 1 % of it but for what the dead one held: $lost" "$billed + $lost >= 0.99 * 3e9"
holds "which is what it could spend in about a second" "$lost < 0.6e9"
is "$(audited '$status == 429')" 0 "the server refused nothing"

# ---- a day's requests, with two, of which one is killed ----
fleet=day
simapi --latency-ms 100
for name in five six; do
    machine "$name" "${options[@]:0:6}" --daily-limit 1000 --pause-duration 24
done
wait_for 60 machine_has five 50
wait_for 60 machine_has six 50
ration --input "$input" --output "$dir/seven.jsonl" --prompt-id pmpt_test --fleet "$database" --fleet-name day "${options[@]:2:4}"
is "$status" 2 "one without --daily-limit: exit 2"
has "$err" "give the same --daily-limit" "and what to do"
machine_signal KILL six
machine_wait six
rests() { machine_says five "PAUSED"; }
wait_for 60 rests
ok $? "the day's requests are used up: the other one rests"
lost=$(sql "SELECT sum(granted - taken) FROM ration.holding JOIN ration.member USING (member) JOIN ration.dimension USING (bucket)
    JOIN ration.run ON run.run = member.run WHERE unit = 1 AND window_s = 0 AND member.state = 'dead' AND run.name = 'day'")
machine six "${options[@]:0:6}" --daily-limit 1000 --pause-duration 24
rests() { machine_says six "PAUSED"; }
wait_for 60 rests
ok $? "the killed one begins again, and rests"
for name in five six; do
    "$build/ration" stop --run "$dir/$name.jsonl" >"$dir/stop" 2>&1
done
machine_wait five six
simapi_stop
asked=$(audited 1)
day=$(budget 1 cap) # a share of it is kept back, as on one machine
holds "no more were sent than a day's: $asked of $day" "$asked <= $day"
holds "and as many, but for what the dead one held: $lost" "$asked + $lost >= 0.99 * $day"
holds "which is what it could ask in a second or two" "$lost <= 2 * 18000 / 60"
database_stop
finish
