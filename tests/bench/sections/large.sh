#!/usr/bin/env bash
# Large outputs: a million rows of which each thousand ask the same, so that the API is asked a thousand times and the run is what
# ration itself does with rows: reading, finding who asks the same, writing a line for each with all its columns; then the same
# output resumed and exported. BENCH_SCALE=1000 makes it ten million, which take 25 GB in BENCH_WORK.
# shellcheck source=../support.sh
source "$(dirname "$0")/../support.sh"
most=$(sized 1000000)
tries=$((rounds < 3 ? rounds : 3))
neutral

# rows COUNT SAME FILE: as many rows, SAME of each ask the same
rows() {
    perl -e '
        my ($n, $same) = @ARGV;
        my $kinds = int($n / $same) || 1;
        print "artist_id,name,data\n";
        for my $i (1 .. $n) { my $k = $i % $kinds; print "a$i,Artist Number $k,\"Painter of rivers and harbours, born 1845, number $k of its kind\"\n" }' "$1" "$2" >"$3"
}
once() {
    "$programs/measure" "$work/took" "$both_cores" "$build/ration" run --base-url "$url" --prompt-id pmpt_bench --input "$work/in.csv" \
        --identical once --keep all --max-workers 1 --quiet --output "$work/out.jsonl" "$@" >"$work/said" 2>&1
}
# part NAME COUNT COMMAND…: one measured part; its wall and CPU seconds and its peak
part() {
    local name=$1.$2 user system
    shift 2
    "$@" || { say "$name failed: $(head -n 3 "$work/said")"; exit 1; }
    read -r wall user system kib <"$work/took"
    note "$name.wall" "$wall"
    note "$name.cpu" "$(compute "$user + $system" %.6f)"
    note "$name.kib" "$kib"
}
export_to() {
    "$programs/measure" "$work/took" "$both_cores" "$build/ration" export "$work/out.jsonl" --to "$work/export.$1" --order input >"$work/said" 2>&1
}
plan_pairs() {
    "$programs/measure" "$work/took" "$both_cores" "$build/ration" plan --prompt-id pmpt_bench --input "$work/pairs.csv" --identical once >"$work/said" 2>&1 &&
        grep -q "identical  *$((count / 2)) ask" "$work/said"
}

counts=("$((most / 10))" "$most")
for count in "${counts[@]}"; do
    rows "$count" 1000 "$work/in.csv"
    rows "$count" 2 "$work/pairs.csv"
    for ((round = 0; round < tries; round++)); do
        part pairs "$count" plan_pairs
        rm -f "$work"/out*
        part run "$count" once
        [[ $(wc -l <"$work/out.jsonl") -eq $count ]] || { say "$count rows: not all are answered"; exit 1; }
        part resume "$count" once --resume
        for to in csv sqlite; do
            rm -f "$work"/export.*
            part "$to" "$count" export_to "$to"
        done
        rm -f "$work"/export.*
    done
    rm -f "$work"/out* "$work/pairs.csv"
done

declare -A says=(
    [pairs]="finding who asks the same, every second row does"
    [run]="a whole run: --identical once, --keep all, 1 in 1,000 asked"
    [resume]="--resume over that output"
    [csv]="export to CSV, in the order of the input"
    [sqlite]="export to SQLite, in the order of the input"
)
table large "what" rows seconds "rows a second" "CPU µs a row" "peak MB"
worst_time=0 worst_memory=0
for name in pairs run resume csv sqlite; do
    rm -f "$work/time" "$work/memory"
    for count in "${counts[@]}"; do
        row "${says[$name]}" "$count" "$(median "$name.$count.wall" %.2f)" "$(compute "$count / $(median "$name.$count.wall" %.6f)" %.0f)" \
            "$(compute "$(median "$name.$count.cpu" %.6f) / $count * 1e6" %.2f)" "$(compute "$(median "$name.$count.kib" %.0f) / 1024" %.1f)"
        echo "$count $(median "$name.$count.cpu" %.6f)" >>"$work/time"
        echo "$count $(median "$name.$count.kib" %.0f)" >>"$work/memory"
    done
    time=$(exponent "$work/time") memory=$(exponent "$work/memory")
    growths+=("${says[$name]}"$'\t'"$time"$'\t'"$memory")
    worst_time=$(compute "$time > $worst_time ? $time : $worst_time" %.2f)
    worst_memory=$(compute "$memory > $worst_memory ? $memory : $worst_memory" %.2f)
done
table large_growth "what, from ${counts[0]} rows to ${counts[1]}" "exponent of CPU time" "of memory"
for line in "${growths[@]}"; do
    IFS=$'\t' read -r what time memory <<<"$line"
    row "$what" "$time" "$memory"
done
target "greatest exponent of growth with rows, CPU time" "<= 1.05" "$worst_time"
target "the same, memory" "<= 1.05" "$worst_memory"
