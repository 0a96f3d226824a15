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
END
for name in $("$build/ration" run --input i --output o --provider none 2>&1 | sed -n 's/.*is not one of //p' | tr -d ,); do
    has docs/CONFIGURATION.md "| \`$name\` | \`POST " "the provider $name is told"
done
finish
