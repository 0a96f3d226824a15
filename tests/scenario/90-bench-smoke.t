#!/usr/bin/env bash
# The benchmark, as small as can be: that it measures, not what. `make bench` is the real one.
source "$(dirname "$0")/../support/scenario.sh"
export BENCH_ROUNDS=1 BENCH_SCALE=1 BENCH_RESULTS=$dir/results BENCH_WORK=$dir BUILD=$build
fresh
"$root/tests/bench/run" throughput workers admission start >"$summary" 2>"$err"
is $? 0 "four sections run"
for table in machine throughput cpu workers admission fairness start; do
    holds "the table $table has its lines" "$(lines "$dir/results/$table.tsv") > 2"
done
awk -F'\t' 'NF != 5 || $4 !~ /^[0-9.]+$/ || $5 !~ /^(met|missed)$/ { bad = 1 } END { exit bad || NR < 4 }' "$dir/results/targets.tsv"
ok $? "each target has its figure and its judgement"
has "$summary" "one worker beside the minimal libcurl client" "the targets are printed"
[[ ! -s $dir/results/skipped.tsv ]] || notes "$dir/results/skipped.tsv"

# ---- the statistics ----
statistics=$root/tests/bench/statistics
printf '%s\n' 5 1 9 3 >"$dir/a"
printf '%s\n' 10 1 3 6 >"$dir/b"
is "$("$statistics" median %g "$dir/a")" 4 "median of an even number"
is "$("$statistics" ratio %g "$dir/a" "$dir/b")" 0.75 "a ratio is the median of the rounds' ratios"
is "$("$statistics" spread %g "$dir/a")" "1 to 9" "from and to"
printf '%s\n' "1 3" "10 300" "100 30000" >"$dir/points"
is "$("$statistics" exponent %.3f "$dir/points")" 2.000 "the exponent of a square"

# ---- the document ----
while read -r table; do
    grep -rqE "^ *table $table |$table\.tsv" "$root/tests/bench/run" "$root/tests/bench/support.sh" "$root"/tests/bench/sections ||
        { note "  no section makes the table $table"; false; }
    ok $? "docs/PERFORMANCE.md asks for a table that is made: $table"
done < <(sed -n 's/^<!-- table: \([a-z_]*\) -->$/\1/p' "$root/docs/PERFORMANCE.md")
finish
