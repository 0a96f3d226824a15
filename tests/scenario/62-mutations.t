#!/usr/bin/env bash
# Some faults, put into a copy of the code, are caught by the single steps. `make crash` tries them all.
source "$(dirname "$0")/../support/scenario.sh"

if [[ ! -x $build/single_step || -n ${SANITIZED:-} ]]; then
    skip_all "not part of this build"
fi
TMPDIR=$dir "$root/tests/crash/mutate" --short >"$dir/log" 2>&1
status=$?
notes "$dir/log"
ok $status "each fault is caught"
finish
