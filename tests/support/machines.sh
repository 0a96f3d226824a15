# For scenario tests with several machines of a fleet, which source it after scenario.sh and fleet.sh: coordinators on this one, each
# with an output of its own.
# shellcheck shell=bash
# shellcheck disable=SC2154  # scenario.sh and fleet.sh set $dir, $build, $url and $database

declare -A machine_pid=() machine_status=()

# machine NAME OPTION…: starts one, or starts it again; its files are $dir/NAME.jsonl, $dir/NAME.err and $dir/NAME.out. Its way to the
# database is $dir/way.NAME, which `machine_cut` takes away.
machine() {
    local name=$1 again=()
    shift
    ln -sfn "$dir/db" "$dir/way.$name"
    [[ ! -e $dir/$name.jsonl ]] || again=(--resume)
    "$build/ration" run --base-url "$url" --prompt-id pmpt_test --output "$dir/$name.jsonl" --fleet-name "${fleet:-batch}" \
        --fleet "host=$dir/way.$name port=$database_port user=ration dbname=postgres application_name=$name" --max-workers 2 \
        "${again[@]}" "$@" >>"$dir/$name.out" 2>>"$dir/$name.err" &
    machine_pid[$name]=$!
}

# machine_wait NAME…: ${machine_status[NAME]} is then how it ended
machine_wait() {
    local name
    for name in "$@"; do
        wait "${machine_pid[$name]}"
        machine_status[$name]=$?
    done
}

# machine_processes NAME: the coordinator, its workers and its link
machine_processes() {
    echo "${machine_pid[$1]}"
    pgrep -P "${machine_pid[$1]}"
}

# machine_signal SIGNAL NAME: to all of them, the coordinator first: it starts none anew
machine_signal() {
    local pids
    mapfile -t pids < <(machine_processes "$2")
    kill -"$1" "${pids[@]}"
}

# machine_cut NAME: it loses the database, and nobody else does; `machine_mend NAME`: it finds it again
machine_cut() {
    rm -f "$dir/way.$1"
    sql "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = '$1'" >/dev/null
}
machine_mend() { ln -sfn "$dir/db" "$dir/way.$1"; }

# machine_says NAME TEXT
machine_says() { grep -qF -- "$2" "$dir/$1.err"; }
machine_has() { [[ $(lines "$dir/$1.jsonl") -ge $2 ]]; }

# The lines that are the fleet's, of all machines.
fleet_lines() {
    sql "SELECT convert_from(body, 'UTF8') FROM ration.batch JOIN ration.run USING (run) WHERE name = '${fleet:-batch}'
        ORDER BY member, spool_from" | grep .
}
