#!/usr/bin/env bash
# A process is killed at the instruction boundaries of each transaction: at all that follow a change of shared memory, and at
# every seventh of the others. `make crash` takes them all.
source "$(dirname "$0")/../support/scenario.sh"

if [[ ! -x $build/single_step || -n ${SANITIZED:-} ]]; then
    skip_all "not part of this build"
fi
"$build/single_step" --every 7 >"$dir/log" 2>&1
status=$?
notes "$dir/log"
if [[ $status -eq 77 ]]; then
    skip_all "this machine allows no tracing"
fi
ok $status "whatever instruction was the last: all or nothing, and the next one gets the guard"
finish
