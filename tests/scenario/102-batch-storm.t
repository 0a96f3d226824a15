#!/usr/bin/env bash
# A short storm over a batch of parts: everybody killed every few seconds, a batch API that does what it can do wrong; judged row
# by row by the simulator's audit. `make batch-storm` is the long one.
source "$(dirname "$0")/../support/scenario.sh"
cd "$root" || exit 1
for shape in "" --messages; do
    BUILD=$build TMPDIR=$dir tests/storm/batches --limit 2000 --pad 1000 --every 0.5-2 --kills 8 --seed "$seed" ${shape:+"$shape"} >"$dir/report" 2>&1
    ok $? "no row is lost, has two lines, or is paid twice untold${shape:+ ($shape)}"
    notes "$dir/report"
    grep -q "files are kept" "$dir/report" || rm -rf "$dir"/ration-batches.*
done
finish
