#!/usr/bin/env bash
# The documents tell what the program does: options, examples, links, paths, and the list of source files.
source "$(dirname "$0")/../support/scenario.sh"
cd "$root" || exit 1
export BUILD=$build

# check NAME COMMAND…: the command passes; what it complains of is shown
check() {
    local name=$1
    shift
    "$@" >"$dir/told" 2>&1
    local status=$?
    ok "$status" "$name"
    [[ $status -eq 0 ]] || sed 's/^/#   /' "$dir/told"
}

check "CONFIGURATION.md has every option of --help with its value, default, variable and range, and no other" \
    scripts/check-documents options
check "the commands in the documents use options that exist" scripts/check-documents examples
check "every relative link leads to a file and a heading" scripts/check-documents links
check "every path that a document names exists" scripts/check-documents paths
check "the manual page has every option of --help with its value and default, and every command" scripts/check-documents manual
check "commands stand in blocks that are run" scripts/check-documents blocks
check "what to do about each log category, alert, metric and rule is told" scripts/check-documents told
check "each figure is told, and the dashboard reads no other" scripts/check-documents figures
check "the limits that are told are those of the sources" scripts/check-documents limits
check "one version is named everywhere" scripts/check-documents version
check "what ration explain says stands so in the documents" scripts/check-documents words
check "README.md lists every source file" scripts/check-structure

# The checks notice: a copy of the configuration with one thing wrong each.
mkdir -p "$dir/copy/scripts"
cp -r README.md LICENSE docs "$dir/copy"
cp scripts/check-documents "$dir/copy/scripts"
# shellcheck disable=SC2016  # the backquotes are the table's
for fault in 's/`4` | 1 to 64/`5` | 1 to 64/' 's/1 to 64 /1 to 65 /' 's/RATION_BURST/RATION_BURTS/' '/^| `--limit/d' \
    's/^| `--verbose`/| `--verbatim`/'; do
    sed "$fault" docs/CONFIGURATION.md >"$dir/copy/docs/CONFIGURATION.md"
    "$dir/copy/scripts/check-documents" options >"$dir/told" 2>&1
    is $? 1 "noticed: $fault"
done
# shellcheck disable=SC2016  # the backquotes are the documents'
while IFS='|' read -r what file fault; do
    cp -r README.md docs "$dir/copy"
    sed "$fault" "$file" >"$dir/copy/$file"
    "$dir/copy/scripts/check-documents" "$what" >"$dir/told" 2>&1
    is $? 1 "noticed: $file: $fault"
done <<'END'
manual|docs/ration.1|/quota..log..interval/d
manual|docs/ration.1|s/worker processes \[4\]/worker processes [5]/
manual|docs/ration.1|s/verbose/verbatim/
manual|docs/ration.1|s/^\.BI kill.*/.B murder/
blocks|docs/DEPLOYMENT.md|s/```sh/```text/
examples|docs/DEPLOYMENT.md|s/--retry-errors/--redo-errors/
examples|docs/CHANGELOG.md|s/`--log-file` keep/`--log-format json` keep/
words|docs/TROUBLESHOOTING.md|/^. `truncated`/d
words|docs/MONITORING.md|s/make room; it goes on/make room; it stops/
words|docs/CONFIGURATION.md|s/^\(. 1 . finished\)/\1 well/
words|docs/CONFIGURATION.md|/^. `overloaded` . 503/d
words|docs/ration.1|s/mend the cause/mend it/
END
# So they do with versions, and with what does not go with --fleet.
cp -r Makefile README.md docs debian contrib include coordinator worker "$dir/copy"
while IFS='|' read -r what file fault says; do
    "$dir/copy/scripts/check-documents" "$what" >"$dir/told" 2>&1
    is $? 0 "all is well before"
    sed -i.whole "$fault" "$dir/copy/$file"
    "$dir/copy/scripts/check-documents" "$what" >"$dir/told" 2>&1
    has "$dir/told" "$says" "noticed: $file: $fault"
    mv "$dir/copy/$file.whole" "$dir/copy/$file"
done <<'END'
version|Makefile|s/^VERSION := /&9/|pyproject.toml: names version
version|contrib/kubernetes/job.yml|s/ration:[0-9]/&9/|job.yml: names version
version|docs/ration.1|s/"ration 0/"ration 90/|ration.1: names version
version|debian/changelog|1s/(/(9/|changelog: names version
limits|docs/LIMITS.md|s/^. `--fleet`, with… ./& `--max-cost`,/|docs/LIMITS.md: with --fleet
limits|docs/FLEET.md|/^With `--fleet` do not go:/s/`--sample`, //|docs/FLEET.md: with --fleet
END
# So they do with the figures, wherever the fault is.
mkdir -p "$dir/copy/coordinator/http" "$dir/copy/coordinator/view"
cp -r docs "$dir/copy"
cp coordinator/view/*.c "$dir/copy/coordinator/view"
cp coordinator/http/dashboard* "$dir/copy/coordinator/http"
check "in a copy without a fault nothing is noticed" "$dir/copy/scripts/check-documents" figures
while IFS='|' read -r file fault; do
    cp -r docs "$dir/copy"
    cp coordinator/view/*.c "$dir/copy/coordinator/view"
    cp coordinator/http/dashboard* "$dir/copy/coordinator/http"
    sed "$fault" "$file" >"$dir/copy/$file"
    cmp -s "$file" "$dir/copy/$file"
    is $? 1 "$file: $fault: is a fault"
    "$dir/copy/scripts/check-documents" figures >"$dir/told" 2>&1
    is $? 1 "noticed"
done <<'END'
docs/MONITORING.md|/^. `ration_quota_limit`/d
docs/MONITORING.md|s/, `skipped` (admissions that passed it over)//
docs/MONITORING.md|s/^\(. `ration_worker_restarts_total` .\) worker /\1 session /
docs/MONITORING.md|s/requests: Requests on the wire/artists: Requests on the wire/
docs/MONITORING.md|s/ `resumes_at`/ when/
coordinator/view/figures_spent.c|s/"cost.dollars"/"cost.spent"/
coordinator/view/figures_parts.c|s/"Times that a guard was taken."/"Times that a guard was held."/
coordinator/http/dashboard.html|s/s.latency.p90_ms/s.latency.p95_ms/
coordinator/http/dashboard.html|s/quota.used/quota.gone/
coordinator/view/last_run_told.c|s/artists, "in_doubt"/artists, "doubtful"/
coordinator/http/dashboard.html|s/session.success_percent/session.success/
coordinator/http/dashboard_fleet.js|s/machine.share_percent/machine.share/
coordinator/http/dashboard_fleet.js|s/fleet.machines_silent/fleet.machines_quiet/
END
for name in $("$build/ration" run --input i --output o --provider none 2>&1 | sed -n 's/.*is not one of //p' | tr -d ,); do
    has docs/CONFIGURATION.md "| \`$name\` | \`POST " "the provider $name is told"
done
finish
