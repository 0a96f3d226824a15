#!/usr/bin/env bash
# A short kill storm with faults: workers killed and stopped, the coordinator killed, --resume. `make storm` is the long one.
source "$(dirname "$0")/../support/scenario.sh"
need_big
cd "$root" || exit 1
BUILD=$build TMPDIR=$dir tests/storm/run --input "$big" --limit 6000 --coordinator 2 --kills 20 >"$dir/report"
ok $? "nothing is lost in a storm"
notes "$dir/report"
finish
