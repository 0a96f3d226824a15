#!/usr/bin/env bash
# What is wrong for all machines of a fleet ends each of them, with what to do, as it ends one machine alone: a wrong URL, a key that
# nobody knows, a host that is not there. Nobody is failed for it, and with the right ones all go on.
. "$(dirname "$0")/../support/scenario.sh"
. "$root/tests/support/fleet.sh"
. "$root/tests/support/machines.sh"
fleet_of 600
printf 'sk-test-1d41d8cd98f00b204 0 0 0\n' >"$dir/keys.txt"
simapi --keys-file "$dir/keys.txt"
right=$url
ended() { ! kill -0 "${machine_pid[$1]}" 2>/dev/null; }
all_end() { ended a && ended b && ended c; }
# wrong WHAT SAYS: three machines, which all come to their end
wrong() {
    for name in a b c; do
        : >"$dir/$name.err"
        machine "$name" --input "$input" --requests-per-minute 60000
    done
    wait_for 180 all_end
    ok $? "$1: all machines end"
    machine_wait a b c
    is "${machine_status[a]} ${machine_status[b]} ${machine_status[c]}" "4 4 4" "$1: each says that it cannot go on"
    for name in a b c; do
        has "$dir/$name.err" "$2" "$1: and why"
    done
    nothing "$(cat "$dir"/[abc].errors.jsonl 2>/dev/null)" "$1: nobody is failed for it"
}
export OPENAI_API_KEY=sk-test-1d41d8cd98f00b204
url=${right%/v1}
wrong "a wrong URL" "check --prompt-id, --prompt-variables, --model and --base-url"
url=$right
OPENAI_API_KEY=sk-test-00000000000000000
wrong "a wrong key" "check it, then go on with --resume"
OPENAI_API_KEY=sk-test-1d41d8cd98f00b204
url=http://nobody.invalid/v1
wrong "a host that is not there" "check --base-url and the network"
url=$right
for name in a b c; do
    machine "$name" --input "$input" --requests-per-minute 60000
done
machine_wait a b c
is "${machine_status[a]} ${machine_status[b]} ${machine_status[c]}" "0 0 0" "with the right ones they are done"
is "$(sql "SELECT sum(bit_count(done)) FROM ration.chunk")" 600 "with each artist"
is "$(cat "$dir"/[abc].jsonl | sed -n 's/^{"artist_id":"\([^"]*\)".*/\1/p' | sort -u | wc -l)" 600 "and the lines of all"
simapi_stop
database_stop INT
finish
