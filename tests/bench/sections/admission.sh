#!/usr/bin/env bash
# Admission and settlement beside a raw semaphore and a robust mutex; one ledger for sixteen processes.
# shellcheck source=../support.sh
source "$(dirname "$0")/../support.sh"
taskset -c "$client_core" "$programs/admission" alone "$rounds" "$(sized 1000000)" >"$work/alone" || exit 1
table admission "what, for one request" nanoseconds "beside the raw semaphore"
while IFS=$'\t' read -r name ns; do
    note "${name//[ ,]/_}" "$ns"
done <"$work/alone"
while read -r name; do
    row "$name" "$(median "${name//[ ,]/_}" %.0f)" "$(ratio "${name//[ ,]/_}" raw_semaphore__twice %.1f)"
done < <(cut -f1 "$work/alone" | awk '!seen[$0]++')
target "admission and settlement of one request (ns)" "<= 1000" "$(median admission_and_settlement__limits %.0f)"

table fairness "sixteen processes, one ledger" "admissions a second" "one process from the mean, at most" "longest between two of a process, ms"
for limit in 1000000000 600000; do
    seconds=$((limit > 1000000 ? 2 : 4))
    [[ $scale -ge 50 ]] || seconds=1
    for ((round = 0; round < rounds; round++)); do
        read -r each deviation longest < <("$programs/admission" shared 16 "$seconds" "$limit")
        note "each.$limit" "$each"
        note "deviation.$limit" "$deviation"
        note "longest.$limit" "$longest"
    done
    if [[ $limit -gt 1000000 ]]; then name="a limit that is never reached"; else name="10,000 a second to share, all want more, $seconds s"; fi
    row "$name" "$(median "each.$limit" %.0f)" "$(median "deviation.$limit")" "$(median "longest.$limit" %.1f)"
done
target "sixteen processes on one ledger, limit not reached: deviation from the mean" "<= 0.10" "$(median deviation.1000000000)"
target "sixteen processes that share 10,000 a second: deviation from the mean in $seconds s" "<= 0.10" "$(median deviation.600000)"
