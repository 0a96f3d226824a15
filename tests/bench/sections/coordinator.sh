#!/usr/bin/env bash
# What the coordinator costs while its workers work: 64 of them and 16 sessions, at 300 ms; with no dashboard open, and with four. Its own
# CPU, without its workers', as a share of one core and for each of its rounds, of which there are ten a second.
# shellcheck source=../support.sh
source "$(dirname "$0")/../support.sh"
# shellcheck source=../sessions.sh
source "$bench/sessions.sh"
span=$(sized 10)
artists "$(sized 100000)" "$work/in.csv"
for ((n = 1; n <= 16; n++)); do printf 'sk-bench-%02d\n' "$n" >"$work/key.$n" && chmod 600 "$work/key.$n"; done
write_sessions 16 "$work/sessions"
neutral 300

# own_cpu PID: seconds of the process alone
own_cpu() {
    local fields
    read -r -a fields <"/proc/$1/stat" && compute "(${fields[13]} + ${fields[14]}) / $(getconf CLK_TCK)"
}

# observe SERIES PID: notes the share of a core over the span
observe() {
    local before from
    before=$(own_cpu "$2") from=$(date +%s.%N)
    sleep "$span"
    note "$1" "$(compute "($(own_cpu "$2") - $before) / ($(date +%s.%N) - $from) * 100")"
}

listen=127.0.0.1:$(free_port)
taskset -c "$both_cores" "$build/ration" run --base-url "$url" --prompt-id pmpt_bench --input "$work/in.csv" --output "$work/answers.jsonl" \
    --max-workers 64 --in-flight 4 --sessions "$work/sessions" --listen "$listen" --quiet >"$work/out" 2>&1 &
run=$!
pids+=("$run")
until [[ $(wc -w <"/proc/$run/task/$run/children") -ge 64 ]]; do
    kill -0 "$run" 2>/dev/null || { say "the run ended: $(head -n 3 "$work/out")"; exit 1; }
    sleep 0.1
done
sleep 2
for ((round = 0; round < rounds; round++)); do
    observe alone "$run"
done
for viewer in 1 2 3 4; do
    curl -sN "http://$listen/events" >"$work/events.$viewer" &
    pids+=("$!")
done
for ((round = 0; round < rounds; round++)); do
    observe viewed "$run"
done
kill -0 "$run" 2>/dev/null || { say "the run ended too soon"; exit 1; }
table coordinator "64 workers, 16 sessions" "percent of a core" "from and to" "CPU µs a round"
row "no dashboard open" "$(median alone %.2f)" "$(spread alone %.2f)" "$(compute "$(median alone) * 1000" %.0f)"
row "four dashboards open" "$(median viewed %.2f)" "$(spread viewed %.2f)" "$(compute "$(median viewed) * 1000" %.0f)"
target "the coordinator at 64 workers and 16 sessions, percent of a core" "<= 1" "$(median alone %.2f)"
