#!/usr/bin/env bash
# Some faults, put into a copy of the code, are caught by the single steps. `make crash` tries them all.
source "$(dirname "$0")/../support/scenario.sh"

if [[ ! -x $build/single_step || -n ${SANITIZED:-} ]]; then
    echo "1..0 # SKIP not part of this build"
    exit 0
fi
TMPDIR=$dir "$root/tests/crash/mutate" --short >"$dir/log" 2>&1
status=$?
sed 's/^/# /' "$dir/log"
ok $status "each fault is caught"
finish
