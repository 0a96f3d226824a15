# For scenario tests with several machines of a fleet, which source it after scenario.sh and fleet.sh: coordinators on this one, each
# with an output of its own.
# shellcheck shell=bash
# shellcheck disable=SC2154  # scenario.sh and fleet.sh set $dir, $build, $url and $database

declare -A machine_pid=() machine_status=() machine_folder=()
machine_ways=()

# fleet_of ARTISTS: a database with the schema, and an input of so many
fleet_of() {
    need_database
    [[ -x $build/ration-link ]] || skip_all "built without libpq"
    fleet_schema
    ok $? "the schema is made"
    artists=$1
    input_of "$artists"
}

# machine NAME OPTION…: starts one, or starts it again; its files are $dir/NAME.jsonl, $dir/NAME.err and $dir/NAME.out; its output is in
# ${machine_folder[NAME]} where that is set. Its way to the
# database is $dir/way.NAME, which `machine_cut` takes away.
machine() {
    local name=$1 again=() output
    shift
    output=$(machine_output "$name")
    [[ -d $dir/way.$name ]] || ln -sfn "$dir/db" "$dir/way.$name"
    [[ ! -e $output ]] || again=(--resume)
    "$build/ration" run --base-url "$url" --prompt-id pmpt_test --output "$output" --fleet-name "${fleet:-batch}" \
        --fleet "host=$dir/way.$name port=$database_port user=ration dbname=${fleet_database:-postgres} application_name=$name" --max-workers 2 \
        "${again[@]}" "$@" >>"$dir/$name.out" 2>>"$dir/$name.err" &
    machine_pid[$name]=$!
}

machine_output() { echo "${machine_folder[$1]:-$dir}/$1.jsonl"; }

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

# machine_way NAME, before it is started: its way to the database can be cut in one direction.
# machine_way_is NAME to|from|whole: nothing gets to the database, nothing comes from it, or all does again, also what was sent meanwhile
machine_way() {
    mkdir "$dir/way.$1"
    : >"$dir/way.$1.cut"
    "$root/tests/support/way" "$dir/way.$1/.s.PGSQL.$database_port" "$dir/db/.s.PGSQL.$database_port" "$dir/way.$1.cut" 2>"$dir/way.$1.err" &
    machine_ways+=("$!")
    wait_for 10 test -S "$dir/way.$1/.s.PGSQL.$database_port"
}
machine_way_is() { echo "${2/whole/}" >"$dir/way.$1.cut"; }
machine_ways_end() {
    kill "${machine_ways[@]}"
    wait "${machine_ways[@]}"
}

# machine_says NAME TEXT
machine_says() { grep -qF -- "$2" "$dir/$1.err"; }
machine_has() { [[ $(lines "$(machine_output "$1")") -ge $2 ]]; }

# The lines that are the fleet's, of all machines.
fleet_lines() {
    sql "SELECT convert_from(body, 'UTF8') FROM ration.batch JOIN ration.run USING (run) WHERE name = '${fleet:-batch}'
        ORDER BY member, spool_from" | grep .
}

# machine_pair OPTION…: two machines, a and b, each with a key of its own (sk-a, sk-b), so that the log of scripted-api tells them apart
machine_pair() {
    OPENAI_API_KEY=sk-a machine a "$@"
    OPENAI_API_KEY=sk-b machine b "$@"
}
# Then: sent KEY CONDITION: how many requests of one of them, after $from, in seconds of the server; both_work: moves $from to now, and
# waits until both have sent some
from=0
sent() { asked "\$key =~ /^sk-$1\$/ && \$at > $from && ($2)"; }
more() { [[ $(sent "$1" 1) -ge $2 ]]; }
clock() { tail -n 1 "$audit" | cut -f 2; }
both_work() {
    from=$(clock)
    wait_for 60 more a 40
    wait_for 60 more b 40
}
