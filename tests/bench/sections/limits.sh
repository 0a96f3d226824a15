#!/usr/bin/env bash
# How much of an account's limits is used, and how many requests are refused, by the simulator's own audit. A run lasts as long as
# its limit makes it, and needs little of the machine: the rounds run at the same time.
# shellcheck source=../support.sh
source "$(dirname "$0")/../support.sh"

# limited_run NAME ARTISTS SECONDS-AT-MOST SIMAPI-OPTIONS RATION-OPTIONS: the options as one word each; leaves its figures in
# $work/NAME.figures: artists done, requests refused, seconds between the first and the last arrival, requests and tokens a
# second that were admitted, first second left out
limited_run() {
    local name=$1 count=$2 most=$3 options port=$work/$1.port audit=$work/$1.tsv pid
    read -r -a options <<<"$4"
    taskset -c "$server_core" "$build/simapi" --port-file "$port" --audit "$audit" --exit-with-parent "${options[@]}" >"$work/$name.log" 2>&1 &
    pid=$!
    await_file 10 "$port" || return 1
    read -r -a options <<<"$5"
    timeout --signal=INT "$most" "$build/ration" run --base-url "http://127.0.0.1:$(cat "$port")/v1" --prompt-id pmpt_bench --input "$work/in.csv" \
        --limit "$count" --output "$work/$name.jsonl" --quiet "${options[@]}" >"$work/$name.out" 2>&1
    kill "$pid"
    wait "$pid"
    perl -F'\t' -lane '
        BEGIN { our ($refused, $n, $tokens, $first, $last) = (0, 0, 0) }
        next if $. == 1;
        $first //= $F[0];
        $last = $F[0];
        if ($F[6] == 429) { $refused++; next }
        if ($F[0] > $first + 1e9) { $from //= $F[0]; $n++; $tokens += $F[9] }
        END {
            open my $out, "<", $ARGV[0] // "/dev/null";
            my $span = $last - ($from // $last);
            printf "%d %.3f %.4f %.2f\n", $refused, ($last - $first) / 1e9, $span ? ($n - 1) / $span * 1e9 : 0, $span ? $tokens / $span * 1e9 : 0;
        }' "$audit" >"$work/$name.seen"
    printf '%s %s\n' "$(wc -l <"$work/$name.jsonl")" "$(cat "$work/$name.seen")" >"$work/$name.figures"
}

# all_rounds KIND …: limited_run for each round, all at once; then the series KIND.done, .refused, .seconds, .requests, .tokens
all_rounds() {
    local kind=$1 round answered refused seconds requests tokens jobs=()
    shift
    for ((round = 0; round < rounds; round++)); do
        limited_run "$kind.$round" "$@" &
        jobs+=($!)
    done
    wait "${jobs[@]}"
    for ((round = 0; round < rounds; round++)); do
        read -r answered refused seconds requests tokens <"$work/$kind.$round.figures" || return 1
        note "$kind.done" "$answered"
        note "$kind.refused" "$refused"
        note "$kind.seconds" "$seconds"
        note "$kind.requests" "$requests"
        note "$kind.tokens" "$tokens"
    done
}

learned=$(sized 1000)
told=$(sized 5000)
bound=$(sized 3200)
artists "$told" "$work/in.csv"
# 5,000 a minute and 4,000,000 tokens a minute; the simulator's buckets hold a second's worth, less than a real API's.
tier="--requests-per-minute 5000 --burst 84 --tokens-per-minute 4000000 --burst-tokens 66667 --latency-ms 300"
mine="--requests-per-minute 5000 --tokens-per-minute 4000000 --max-workers 4 --in-flight 64"
all_rounds learned "$learned" 150 "--requests-per-minute 3000 --burst 10 --latency-ms 100" "--max-workers 4" &
learning=$!
all_rounds requests "$told" 150 "$tier" "$mine" &
by_requests=$!
all_rounds tokens "$bound" 150 "$tier --text-bytes 4800" "$mine" &
wait "$learning" "$by_requests" $!

least=$(compute "($learned - 10) / 50" %.1f)
table limits run artists "seconds" "least possible" "of the limit, steady" "refused (429)"
row "50 a second, burst 10, not told but learned" "$(median learned.done %d) of $learned" "$(median learned.seconds %.2f)" "$least" \
    "$(compute "$(median learned.requests) / 50")" "$(median learned.refused %d)"
row "5,000 a minute, requests are short" "$(median requests.done %d) of $told" "$(median requests.seconds %.2f)" \
    "$(compute "($told - 84) * 60 / 5000" %.1f)" "$(compute "$(median requests.requests) * 60 / 5000" %.4f)" "$(median requests.refused %d)"
row "4,000,000 tokens a minute, tokens are short" "$(median tokens.done %d) of $bound" "$(median tokens.seconds %.2f)" "" \
    "$(compute "$(median tokens.tokens) * 60 / 4e6" %.4f)" "$(median tokens.refused %d)"
target "1,000 artists at a limit that is learned, beside the least possible time" "<= 1.02" "$(compute "$(median learned.seconds) / $least")"
target "refusals while learning" "<= 3" "$(median learned.refused %d)"
target "artists lost while learning" "== 0" "$((learned - $(median learned.done %d)))"
target "use of 5,000 requests a minute" ">= 0.995" "$(compute "$(median requests.requests) * 60 / 5000" %.4f)"
target "use of 4,000,000 tokens a minute" ">= 0.995" "$(compute "$(median tokens.tokens) * 60 / 4e6" %.4f)"
target "refusals at limits that were told" "== 0" "$(compute "$(median requests.refused) + $(median tokens.refused)" %d)"
