#!/usr/bin/env bash
# The fuzz targets over their seed corpora, without a fuzzer.
source "$(dirname "$0")/../support/scenario.sh"
for corpus in "$root"/tests/fuzz/corpus/*; do
    name=$(basename "$corpus")
    "$build/fuzz/replay" "$name" "$corpus"/* >"$dir/$name" 2>"$dir/$name.err"
    status=$?
    ok $status "$(cat "$dir/$name")"
    [[ $status -eq 0 ]] || tail -n 5 "$dir/$name.err" | sed 's/^/# /'
done
finish
