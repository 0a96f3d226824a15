#!/usr/bin/env bash
# Where a worker's CPU goes: perf, one worker, 64 in flight; by library and by function, in microseconds of a request.
# shellcheck source=../support.sh
source "$(dirname "$0")/../support.sh"
count=$(sized 60000)
hertz=4000
if ! perf record -q -o "$work/try" -e cpu-clock true >/dev/null 2>&1; then
    skip profile "perf is not installed, or may not sample here"
    exit 0
fi
artists "$count" "$work/in.csv"
neutral
perf record -q -F "$hertz" -e cpu-clock -o "$work/perf" -- taskset -c "$client_core" "$build/ration" run --base-url "$url" --prompt-id pmpt_bench \
    --input "$work/in.csv" --output "$work/answers.jsonl" --max-workers 1 --quiet >"$work/out" 2>&1 || { cat "$work/out" >&2; exit 1; }

table profile_libraries "CPU µs a request" "percent" library
perf report -i "$work/perf" --stdio -n --sort dso 2>/dev/null | perl -ne '
    next if /^#/ || !/^\s*([\d.]+)%\s+(\d+)\s+(\S+)/;
    printf "%.2f\t%.1f\t%s\n", $2 / '"$hertz"' / '"$count"' * 1e6, $1, $3' | sed -n 1,12p >>"$current"
# A library without symbols has an entry for each address, which says nothing: these are summed.
table profile_functions "CPU µs a request" "percent" function library
perf report -i "$work/perf" --stdio -n --sort dso,symbol 2>/dev/null | perl -ne '
    next if /^#/ || !/^\s*([\d.]+)%\s+(\d+)\s+(\S+)\s+\[.\]\s+(\S+)/;
    my ($percent, $samples, $library, $name) = ($1, $2, $3, $4);
    $name = "(no symbols)" if $name =~ /^0x/;
    $percent{"$name\t$library"} += $percent;
    $samples{"$name\t$library"} += $samples;
    END {
        for (sort { $samples{$b} <=> $samples{$a} } keys %samples) {
            printf "%.2f\t%.1f\t%s\n", $samples{$_} / '"$hertz"' / '"$count"' * 1e6, $percent{$_}, $_;
        }
    }' | sed -n 1,30p >>"$current"
