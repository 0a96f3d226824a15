#!/usr/bin/env bash
# Workers, and the coordinator during recovery, die once at each crash point. `make crash` takes many passes of each.
source "$(dirname "$0")/../support/scenario.sh"

if [[ ! -x $build/crash_points || ! -x $build/crash/ration ]]; then
    skip_all "not part of this build"
fi
TMPDIR=$dir "$build/crash_points" "$build/crash" "$build/simapi" "$sample" >"$dir/log" 2>&1
status=$?
notes "$dir/log"
ok $status "wherever one dies: each artist has one whole line, the arena is in order, the limits are kept"
finish
