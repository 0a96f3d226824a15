#!/usr/bin/env bash
# A limit of 60,000 requests a minute on both sides: kept to the last request, and used.
source "$(dirname "$0")/../support/scenario.sh"
need_big
simapi --requests-per-minute 60000 --burst 1000
ration --input "$big" --output "$dir/out.jsonl" --requests-per-minute 60000
simapi_stop
is "$status" 0 "exit 0"
is "$(lines "$dir/out.jsonl")" 42888 "42888 lines"
is "$(audited '$status == 429')" 0 "not one 429"
ms=$(perl -F'\t' -lane 'next if $. == 1; $a = $F[0] if !$a || $F[0] < $a; $b = $F[0] if $F[0] > $b; END { printf "%d", ($b - $a) / 1e6 }' "$audit")
holds "it took $ms ms, within 3 % of 42888" "abs($ms - 42888) < 0.03 * 42888"
finish
