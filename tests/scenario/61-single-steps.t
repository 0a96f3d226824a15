#!/usr/bin/env bash
# A process is killed at the instruction boundaries of each transaction: at all that follow a change of shared memory, and at
# every seventh of the others. `make crash` takes them all.
source "$(dirname "$0")/../support/scenario.sh"

if [[ ! -x $build/single_step || -n ${SANITIZED:-} ]]; then
    echo "1..0 # SKIP not part of this build"
    exit 0
fi
"$build/single_step" --every 7 >"$dir/log" 2>&1
status=$?
sed 's/^/# /' "$dir/log"
if [[ $status -eq 77 ]]; then
    echo "1..0 # SKIP this machine allows no tracing"
    exit 0
fi
ok $status "whatever instruction was the last: all or nothing, and the next one gets the guard"
finish
