#!/usr/bin/env bash
# What it costs when a worker is killed ten times a second: the same batch with and without.
# shellcheck source=../support.sh
source "$(dirname "$0")/../support.sh"
count=$(sized 12000)
artists "$count" "$work/in.csv"
# storm_run SERIES: in the background; with kills, if SERIES is storm
storm_run() {
    local run mine=() began
    rm -f "$work"/answers*
    began=$(date +%s%N)
    taskset -c "$both_cores" "$build/ration" run --base-url "$url" --prompt-id pmpt_bench --input "$work/in.csv" --output "$work/answers.jsonl" --quiet \
        --max-workers 4 --in-flight 32 >"$work/out" 2>&1 &
    run=$!
    while [[ $1 = storm ]] && sleep 0.1 && kill -0 "$run" 2>/dev/null; do
        mapfile -t mine < <(pgrep -P "$run")
        [[ ${#mine[@]} -eq 0 ]] || { kill -9 "${mine[RANDOM % ${#mine[@]}]}" 2>/dev/null && kills=$((kills + 1)); }
    done
    wait "$run"
    local status=$?
    note "$1.rate" "$(compute "$(wc -l <"$work/answers.jsonl") / ($(date +%s%N) - $began) * 1e9" %.1f)"
    [[ $status -eq 0 && $(wc -l <"$work/answers.jsonl") -eq $count ]] || say "a run ended with status $status: $(head -n 3 "$work/out")"
}
kills=0
neutral 50
for ((round = 0; round < rounds; round++)); do
    storm_run calm
    storm_run storm
done
table storm what "artists a second" "beside calm" "from and to"
row "calm" "$(median calm.rate %.0f)" 1.000 "$(spread calm.rate %.0f)"
row "a worker killed ten times a second ($kills kills in all)" "$(median storm.rate %.0f)" "$(ratio storm.rate calm.rate)" "$(spread storm.rate %.0f)"
target "throughput while workers are killed ten times a second, beside calm" ">= 0.8" "$(ratio storm.rate calm.rate)"
