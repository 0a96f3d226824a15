#!/usr/bin/env bash
# A batch whose processes die: the worker, the coordinator, or both, at each point of a part's way, and before and behind each line of
# its journal. Whoever dies, each row has its line, and was run once by the provider. Each place is tried with one of the three
# deaths; with TEST_WHOLE (make crash) with each of them.
source "$(dirname "$0")/../support/scenario.sh"
[[ -x $build/crash/ration ]] || skip_all "the crash points are no part of this build"
rows=60
perl -e 'print "artist_id,name,data\n"; print "a$_,Name $_,data of $_\n" for 1 .. shift' "$rows" >"$dir/in.csv"
printf 'Write on {{name}}: {{data}}\n' >"$dir/prompt.txt"
export ANTHROPIC_API_KEY=sk-ant-test-d41d8cd98f00b204

struck() { [[ $(od -An -tu8 -N8 "$1/struck" | tr -d ' ') -ge 1 ]]; }

# dies SHAPE POINT PASS WHO: a run in a folder of its own, whose processes die so, and those that follow until one ends. Leaves a
# line in its file `result`: how the last one ended, how many lines, how many rows, how often it struck, which rows were run again.
dies() {
    local d=$dir/$1.$2.$3.$4 words=worker:$2:$3 again=() shape=(--prompt-file "$dir/prompt.txt") runs simulator pid ended
    [[ $1 == openai ]] || shape+=(--provider anthropic)
    mkdir -p "$d/files"
    head -c 32 /dev/zero >"$d/struck"
    "$build/simapi" --port-file "$d/port" --audit "$d/audit" --exit-with-parent --batch-folder "$d/files" >"$d/simapi.log" 2>&1 &
    simulator=$!
    comes 60 test -s "$d/port" || return
    case $4 in
    both) words+=" coordinator:reaped:1" ;;
    coordinator) words+=:1:pause ;;
    esac
    for ((runs = 0; runs < 4; runs++)); do
        RATION_CRASH=$words RATION_CRASH_FILE=$d/struck "$build/crash/ration" run --base-url "http://127.0.0.1:$(cat "$d/port")/v1" "${shape[@]}" \
            --batch --batch-rows $((rows / 2)) --batch-poll 1 --batch-search 3 --input "$dir/in.csv" --output "$d/out.jsonl" "${again[@]}" \
            >>"$d/summary" 2>>"$d/err" &
        pid=$!
        if [[ $4 == coordinator && $runs -eq 0 ]]; then
            until struck "$d" || ! kill -0 "$pid"; do sleep 0.02; done
            kill -9 "$pid"
        fi
        wait "$pid"
        ended=$?
        [[ $ended -ne 0 ]] || break
        again=(--resume)
    done
    kill "$simulator"
    wait "$simulator"
    echo "$ended $(wc -l <"$d/out.jsonl") $(cut -d '"' -f 4 "$d/out.jsonl" | sort -u | wc -l) $(od -An -tu8 -N8 "$d/struck" | tr -d ' ')" \
        "$(awk -F '\t' 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
            $c["way"] == "batch" { n[$c["artist_id"]]++; all++ } END { for (i in n) again += n[i] > 1; print all + 0, again + 0 }' "$d/audit")" >"$d/result"
} 2>/dev/null

# judged SHAPE POINT PASS WHO
judged() {
    local d=$dir/$1.$2.$3.$4
    is "$(cat "$d/result" 2>/dev/null)" "0 $rows $rows 1 $rows 0" "$1: $4 dead at $2, pass $3: each row has its line, and was run once"
}

# at_once WORDS…, by lines of standard input: `dies` with each line's words, a few at a time
at_once() {
    local line
    while read -r line; do
        while [[ $(jobs -rp | wc -l) -ge 8 ]]; do wait -n; done
        # shellcheck disable=SC2086  # its words
        dies $line &
    done
    wait
}

# tried: runs the cases of $dir/cases, and judges them. Those of one place come one after another, a line a death.
tried() {
    local line
    if [[ -z ${TEST_WHOLE:-} ]]; then
        awk '(NR - 1) % 3 == int((NR - 1) / 3) % 3' "$dir/cases" >"$dir/some"
        mv "$dir/some" "$dir/cases"
    fi
    at_once <"$dir/cases"
    while read -r line; do
        # shellcheck disable=SC2086  # its words
        judged $line
    done <"$dir/cases"
}

# ---- the points ----
points=$(sed -n 's/X(\([a-z_]*\), P)/\n\1\n/gp' "$root/include/ration/crash_point.h" | grep -E '^(batch|unbooked|part)_' | grep -v '_not' | sort -u)
holds "there are points of batches" "$(wc -w <<<"$points") >= 8"
for shape in openai anthropic; do
    for point in $points; do for who in worker both coordinator; do echo "$shape $point 1 $who"; done; done >"$dir/cases"
    tried
done

# ---- each line of the journal ----
# Two parts, each written, uploaded, about to be created, created, ended and recorded; more lines where the API tells news.
for point in batch_noting batch_noted; do
    for ((pass = 1; pass <= 12; pass++)); do for who in worker both coordinator; do echo "openai $point $pass $who"; done; done
done >"$dir/cases"
tried
finish
