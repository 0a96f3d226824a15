# What befalls the machines of tests/storm/fleet, which sources it: at random, one after another, each undone after a while.
# shellcheck shell=bash
# shellcheck disable=SC2154  # tests/storm/fleet and what it sources set $names, $options, $machine_pid, $dir

declare -A at=() what=() # when, in milliseconds, and what is to be done with a machine
declare -A faults=([stops]=0 [kills]=0 [coordinators]=0 [cuts]=0 [links]=0 [workers]=0 [databases]=0)
database_back=0
next_fault=0

undo() {
    case ${what[$1]} in
    go-on) machine_signal CONT "$1" ;;
    start) machine "$1" "${options[@]}" ;;
    mend) machine_mend "$1" ;;
    whole) machine_way_is "$1" whole ;;
    esac
    unset "at[$1]" "what[$1]"
}
later() { at[$1]=$(($(now_ms) + $3)) what[$1]=$2; }
alive() { kill -0 "${machine_pid[$1]}" 2>/dev/null; }
one_of() { if [[ $# -gt 0 ]]; then eval "echo \${$((RANDOM % $# + 1))}"; fi; }

fault() {
    local name=${names[RANDOM % machines]} kind=$((RANDOM % 100)) pid
    [[ -z ${what[$name]:-} ]] && alive "$name" || return
    # Who cannot say that it ends is taken for one at work, and then no other --max-cost is.
    [[ $kind -lt 45 || $kind -ge 70 && $kind -lt 95 ]] || ! any_ended || return
    case $kind in
    [0-9] | 1[0-9] | 2[0-4])
        machine_signal STOP "$name"
        later "$name" go-on $((500 + RANDOM % 8000))
        faults[stops]=$((faults[stops] + 1))
        ;;
    2[5-9] | 3[0-9] | 4[0-4])
        if [[ $((RANDOM % 3)) -eq 0 ]]; then
            kill -9 "${machine_pid[$name]}"
            faults[coordinators]=$((faults[coordinators] + 1))
        else
            machine_signal KILL "$name"
            faults[kills]=$((faults[kills] + 1))
        fi
        wait "${machine_pid[$name]}"
        later "$name" start $((RANDOM % 6000))
        ;;
    4[5-9] | 5[0-9] | 6[0-9])
        if [[ -L $dir/way.$name ]]; then
            machine_cut "$name"
            later "$name" mend $((500 + RANDOM % 7000))
        else
            machine_way_is "$name" "$(one_of to from)"
            later "$name" whole $((500 + RANDOM % 7000))
        fi
        faults[cuts]=$((faults[cuts] + 1))
        ;;
    7[0-9] | 8[0-4])
        pid=$(pgrep -P "${machine_pid[$name]}" -x ration-link)
        [[ -z $pid ]] || kill -9 "$pid"
        faults[links]=$((faults[links] + 1))
        ;;
    8[5-9] | 9[0-4])
        # shellcheck disable=SC2046  # pids
        pid=$(one_of $(workers_of "${machine_pid[$name]}"))
        [[ -z $pid ]] || kill -9 "$pid"
        faults[workers]=$((faults[workers] + 1))
        ;;
    *)
        [[ $database_back -eq 0 ]] || return
        database_stop KILL
        database_back=$(($(now_ms) + RANDOM % 3000))
        faults[databases]=$((faults[databases] + 1))
        ;;
    esac
}

any_ended() {
    local name
    for name in "${names[@]}"; do
        [[ -n ${what[$name]:-} ]] || alive "$name" || return 0
    done
    return 1
}

# All machines have ended, and nobody is away.
all_ended() {
    local name
    [[ ${#what[@]} -eq 0 && $database_back -eq 0 ]] || return 1
    for name in "${names[@]}"; do
        ! alive "$name" || return 1
    done
}

# storm_until_ended SECONDS: at most
storm_until_ended() {
    local name now end=$(($(now_ms) + $1 * 1000))
    until all_ended; do
        now=$(now_ms)
        [[ $now -lt $end ]] || { note "it does not come to its end"; break; }
        for name in "${!at[@]}"; do
            [[ $now -lt ${at[$name]} ]] || undo "$name"
        done
        if [[ $database_back -gt 0 && $now -ge $database_back ]]; then
            database_start
            database_back=0
        fi
        if [[ $calm -eq 0 && $now -ge $next_fault ]]; then
            fault
            next_fault=$((now + 300 + RANDOM % 1500))
        fi
        sleep 0.1
    done
    for name in "${!at[@]}"; do
        undo "$name"
    done
}
