# For scenarios that measure rates: runs beside each other, each with a simulator of its own; what the machine did not allow to
# judge is measured again, alone, and that is told. Sourced after scenario.sh.
# shellcheck shell=bash
declare -A begun_with begun_pid begun_sim begun_audit begun_lateness begun_files
measured=0

# begin NAME SIMAPI-OPTION… -- RATION-OPTION…: both in the background
begin() {
    local name=$1 own=() all=("${@:2}")
    shift
    while [[ $1 != -- ]]; do own+=("$1"); shift; done
    shift
    measured=$((measured + 1))
    begun_with[$name]=$(printf '%q ' "${all[@]}")
    begun_files[$name]=$dir/$name.$measured
    simapi "${own[@]}"
    begun_audit[$name]=$audit
    begun_lateness[$name]=$lateness
    begun_sim[$name]=$simapi_pid
    # The shell forgets how a process ended when another one of its own gets the same number, which may happen long before the end.
    (
        "$build/ration" run --base-url "$url" --output "$dir/$name.$measured.jsonl" "$@" >"$dir/$name.$measured.out" 2>"$dir/$name.$measured.err"
        echo $? >"$dir/$name.$measured.status"
    ) &
    begun_pid[$name]=$!
}

# end NAME: waits for it; sets $status, $audit, $lateness, $output, $errors and $err
end() {
    wait "${begun_pid[$1]}"
    status=$(cat "${begun_files[$1]}.status")
    kill "${begun_sim[$1]}"
    wait "${begun_sim[$1]}"
    audit=${begun_audit[$1]}
    lateness=${begun_lateness[$1]}
    output=${begun_files[$1]}.jsonl
    errors=${begun_files[$1]}.errors.jsonl
    err=${begun_files[$1]}.err
}

# uses NAME LEAST MOST FROM TO COLUMN PER_MINUTE [KEY_LINE], after end: from LEAST to MOST percent, as `rate` counts them. A while
# of which less than six tenths can be judged says nothing; nor does one that is out of bounds and was starved in part. The judge is the
# simulator's timer, and the run may have been starved where that was not: what is out of bounds is measured again alone, and counts then.
uses() {
    local name=$1 least=$2 most=$3 percent judged try
    shift 3
    for try in 1 2 3; do
        read -r percent judged <<<"$("$root/tests/support/rate" "$audit" "$lateness" "$@")"
        if [[ ${judged:-0} -ge 60 ]] && perl -e "exit(($percent >= $least && $percent <= $most) || ($judged == 100 && $try == 3) ? 0 : 1)"; then
            holds "$name: $percent % of $4 $3 a minute${5:+ of key $5} are used" "$percent >= $least && $percent <= $most"
            return
        fi
        note "$name: $percent % of $4 $3 a minute; the machine was starved, $judged % of the time can be judged"
        [[ $try -lt 3 ]] || break
        eval "begin $name ${begun_with[$name]}"
        end "$name"
    done
    cases=$((cases + 1))
    echo "ok $cases - $name: $3 a minute # SKIP the machine was starved in three measurements"
}
