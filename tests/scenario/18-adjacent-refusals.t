#!/usr/bin/env bash
# Artists that stand beside each other are refused alike, and no other is: that is not the session's fault, whoever meets them first.
source "$(dirname "$0")/../support/scenario.sh"
input_of 1000
refusal='{"error":{"message":"Invalid value.","type":"invalid_request_error","code":null}}'

# adjacent NAME FIRST LAST OPTION…: artists FIRST to LAST are refused, for a reason that nobody tells
adjacent() {
    local name=$1 first=$2 last=$3
    shift 3
    local rows
    rows=$(perl -e 'print join "|", map { sprintf "a%05d", $_ } shift .. shift' "$first" "$last")
    scripted --rule "row=($rows)" --status 400 --body "$refusal"
    fresh
    timeout 400 "$build/ration" run --base-url "$url" --prompt-id pmpt_test --input "$input" --output "$dir/$name.jsonl" "$@" >"$summary" 2>"$err"
    status=$?
    simapi_stop
    local wanted=$((last - first + 1))
    is "$status,$(lines "$dir/$name.jsonl"),$(lines "$dir/$name.errors.jsonl")" "1,$((1000 - wanted)),$wanted" "$name: all others are written, and those are told"
    is "$(grep -c '"class":"refused"' "$dir/$name.errors.jsonl")" "$wanted" "$name: as refused"
    note "$name: $(grep -E '^  time' "$summary"), $(asked '$status == 400') refusals"
    holds "$name: they are not asked again and again" "$(asked '$status == 400') < 8 * $wanted"
}

# ---- in the middle: a worker that is full of them, and one that is not ----
adjacent small 301 400 --max-workers 1 --in-flight 8
adjacent large 301 400 --max-workers 1 --in-flight 64
# ---- at the beginning, before anything was answered ----
adjacent first 1 100 --max-workers 1 --in-flight 16
adjacent usual 1 100

# ---- but where all are refused, that is told, and soon: no artist is failed for it ----
scripted --rule row=.* --status 400 --body "$refusal"
ration --input "$input" --output "$dir/all.jsonl" --max-workers 1 --in-flight 16
simapi_stop
is "$status,$(lines "$dir/all.jsonl"),$(lines "$dir/all.errors.jsonl")" 4,0,0 "all are refused: exit 4"
has "$err" "every artist that was tried was refused" "said in words"
holds "after artists from elsewhere were tried" "$(asked '$row gt "a00400"') >= 2"
finish
