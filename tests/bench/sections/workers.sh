#!/usr/bin/env bash
# Two workers beside one. On a machine of two cores the server needs a part of one of them, so what two cores would bring with
# the server elsewhere is told from the CPU time too: if a request costs no more with two workers, nothing of theirs is in the way.
# shellcheck source=../support.sh
source "$(dirname "$0")/../support.sh"
count=$(sized 60000)
artists "$count" "$work/in.csv"
neutral
for ((round = 0; round < rounds; round++)); do
    before=$(cpu_of "$server")
    ration one "$client_core" "$count" --input "$work/in.csv" --max-workers 1
    note server "$(compute "($(cpu_of "$server") - $before) / $count * 1e6")"
    ration both "$both_cores" "$count" --input "$work/in.csv" --max-workers 2
    note scaling "$(compute "2 * $(tail -n 1 "$raw/one.us") / $(tail -n 1 "$raw/both.us")")"
    note whole "$(compute "$(tail -n 1 "$raw/both.rate") * ($(tail -n 1 "$raw/both.us") + $(tail -n 1 "$raw/server")) / 1e6 / 2")"
done
table workers workers "beside one" "requests a second" "CPU µs a request" "CPU µs of the server"
row "1, the server on the other core" 1.000 "$(median one.rate %.0f)" "$(median one.us %.1f)" "$(median server %.1f)"
row "2, the server on the same two cores" "$(ratio both.rate one.rate)" "$(median both.rate %.0f)" "$(median both.us %.1f)" "$(median server %.1f)"
row "2, if the server were elsewhere" "$(median scaling)" "$(compute "$(median one.rate) * $(median scaling)" %.0f)" "$(median both.us %.1f)" 0
target "two workers beside one, the server's CPU left out" ">= 1.8" "$(median scaling)"
