#!/usr/bin/env bash
# Start-up: from the command to its end with 1,000 artists checked, one asked and recorded; one worker, and four.
# shellcheck source=../support.sh
source "$(dirname "$0")/../support.sh"
artists 1000 "$work/in.csv"
neutral
for ((round = 0; round < 4 * rounds; round++)); do
    ration one "$both_cores" 1 --input "$work/in.csv" --max-workers 1
    ration four "$both_cores" 8 --input "$work/in.csv" --max-workers 4
    timed true "$both_cores" "$build/ration" --version
done
table start what milliseconds "from and to"
for what in "true:ration --version" "one:1,000 artists checked, one worker, one asked, the end" "four:the same, four workers, eight asked"; do
    sed -i 's/$/e3/' "$raw/${what%%:*}.wall"
    perl -i -ne 'printf "%.3f\n", $_' "$raw/${what%%:*}.wall"
    row "${what#*:}" "$(median "${what%%:*}.wall" %.1f)" "$(spread "${what%%:*}.wall" %.1f)"
done
target "start-up for 1,000 artists, with the end of the run (ms)" "< 50" "$(median one.wall %.1f)"
