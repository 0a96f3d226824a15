#!/usr/bin/env bash
# Ten million artists: checking and indexing the input beside libcsv alone, and the memory for it.
# shellcheck source=../support.sh
source "$(dirname "$0")/../support.sh"
count=$(sized 10000000)
input=$work/in.csv
perl -e 'my $n = shift; print "artist_id,name,data\n";
    for my $i (1 .. $n) { print "a$i,Artist Number $i,\"Painter of rivers and harbours, born 1845\"\n" }' "$count" >"$input"
bytes=$(stat -c %s "$input")
neutral
for ((round = 0; round < rounds; round++)); do
    timed csv "$client_core" "$programs/csv_rows" "$input"
    ration check "$client_core" 1 --input "$input" --max-workers 1
    note csv.rows "$(compute "$count / $(tail -n 1 "$raw/csv.wall")" %.0f)"
    note check.rows "$(compute "$count / $wall" %.0f)"
done

# Memory with the whole board: a run that is stopped as soon as it has begun.
taskset -c "$client_core" "$build/ration" run --base-url "$url" --prompt-id pmpt_bench --output "$work/answers.jsonl" --input "$input" \
    --max-workers 1 --in-flight 1 --quiet >"$work/out" 2>&1 &
run=$!
pids+=("$run")
await_file 120 "$work/answers.jsonl" || say "the run over the whole input does not begin: $(head -n 3 "$work/out")"
peak=$(awk '/^VmHWM/ { print $2 }' "/proc/$run/status")
worker=$(awk '/^VmHWM/ { print $2 }' "/proc/$(pgrep -P "$run" | head -n 1)/status" 2>/dev/null)
kill -INT "$run"
wait "$run"
most=$(compute "40 + $count / 1048576" %.1f)
table input what "rows a second" "MB a second" "beside libcsv"
row "libcsv alone" "$(median csv.rows %.0f)" "$(compute "$(median csv.rows) * $bytes / $count / 1e6" %.0f)" 1.000
row "ration: check, index, and one request" "$(median check.rows %.0f)" "$(compute "$(median check.rows) * $bytes / $count / 1e6" %.0f)" "$(ratio check.rows csv.rows)"
table input_memory process "peak MB" "may have"
row "coordinator, $count artists" "$(compute "$peak / 1024" %.1f)" "$most"
row "one worker" "$(compute "${worker:-0} / 1024" %.1f)" ""
either "rows a second of check and index, or beside libcsv alone" ">= 1500000" "$(median check.rows %.0f)" ">= 0.7" "$(ratio check.rows csv.rows)"
target "peak memory of the coordinator with $count artists (MB)" "<= $most" "$(compute "$peak / 1024" %.1f)"
