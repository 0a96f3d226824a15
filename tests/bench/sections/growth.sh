#!/usr/bin/env bash
# How time, memory and CPU grow with artists, workers, requests in flight and sessions. Points are
# medians; exponents are fitted in log-log over the part named, where what is fixed no longer counts.
# shellcheck source=../support.sh
source "$(dirname "$0")/../support.sh"
# shellcheck source=../sessions.sh
source "$bench/sessions.sh"
tries=$((rounds < 3 ? rounds : 3))
neutral
most=$(sized 10000000)

# fitted WHAT AXIS COLUMN FROM TO: of table $current, the lines whose first field is in FROM … TO; what the first line of the table
# has, a COLUMN of the form -N leaves out
fitted() {
    local what=$1 axis=$2 column=$3 from=$4 to=$5
    awk -F"\t" -v from="$from" -v to="$to" -v c="$column" '
        BEGIN { less = c < 0; c = less ? -c : c }
        NR == 2 && less { base = $c }
        NR > 1 && $1 + 0 >= from && $1 + 0 <= to { print $1, $c - base }' "$current" >"$work/points"
    exponents+=("$what"$'\t'"$axis"$'\t'"$from to $to"$'\t'"$(exponent "$work/points")")
}
exponents=()

# ---- artists: check and index; the run itself asks one ----
perl -e 'my $n = shift; print "artist_id,name,data\n";
    for my $i (1 .. $n) { print "a$i,Artist Number $i,\"Painter of rivers and harbours, born 1845\"\n" }' "$most" >"$work/all.csv"
table growth_artists artists "seconds to check" "CPU seconds" "coordinator without the board, MB"
for ((n = 1000; n <= most; n *= 10)); do
    head -n "$((n + 1))" "$work/all.csv" >"$work/in.csv"
    for ((round = 0; round < tries; round++)); do
        ration "check.$n" "$client_core" 1 --input "$work/in.csv" --max-workers 1
    done
    row "$n" "$(median "check.$n.wall" %.4f)" "$(median "check.$n.cpu" %.4f)" "$(compute "$(median "check.$n.kib") / 1024" %.1f)"
done
fitted "time to check the input" artists 2 100000 "$most"
fitted "CPU to check the input" artists 3 100000 "$most"
fitted "memory of the coordinator without the board" artists 4 1000 "$most"
rm -f "$work/all.csv"

# ---- artists: whole runs ----
table growth_runs artists "seconds" "CPU seconds" "largest process, MB"
for n in 1000 3000 10000 30000 100000; do
    n=$(sized "$n")
    artists "$n" "$work/in.csv"
    for ((round = 0; round < tries; round++)); do
        ration "run.$n" "$client_core" "$n" --input "$work/in.csv" --max-workers 1
    done
    row "$n" "$(median "run.$n.wall" %.4f)" "$(median "run.$n.cpu" %.4f)" "$(compute "$(median "run.$n.kib") / 1024" %.1f)"
done
fitted "time of a whole run" artists 2 "$(sized 3000)" "$(sized 100000)"
fitted "CPU of a whole run" artists 3 "$(sized 3000)" "$(sized 100000)"
fitted "memory of the largest process" artists 4 "$(sized 1000)" "$(sized 100000)"

# ---- workers: the same artists, all on one core, so that CPU a request tells what more workers cost ----
count=$(sized 40000) # so many that the start of 64 processes counts little
artists "$count" "$work/in.csv"
table growth_workers workers "CPU µs a request" "requests a second" "seconds"
for n in 1 2 4 8 16 32 64; do
    for ((round = 0; round < tries; round++)); do
        ration "workers.$n" "$client_core" "$count" --input "$work/in.csv" --max-workers "$n" --in-flight 16
    done
    row "$n" "$(median "workers.$n.us" %.1f)" "$(median "workers.$n.rate" %.0f)" "$(median "workers.$n.wall")"
done
fitted "CPU of a request" workers 2 1 64

# ---- in flight: at 200 ms ----
stop_server
neutral 200
table growth_inflight "in flight" "requests a second" "CPU µs a request" "worker, MB"
limit=$(ulimit -Hn)
for n in 1 10 100 1000 4000 10000; do
    [[ $limit = unlimited || $limit -ge $((n + 500)) ]] || continue
    count=$((n * 8 < 50000 ? n * 8 : 50000))
    artists "$count" "$work/in.csv"
    for ((round = 0; round < tries; round++)); do
        ration "flight.$n" "$client_core" "$count" --input "$work/in.csv" --max-workers 1 --in-flight "$n"
    done
    row "$n" "$(median "flight.$n.rate" %.1f)" "$(median "flight.$n.us" %.1f)" "$(compute "$(median "flight.$n.kib") / 1024" %.1f)"
done
fitted "throughput at 200 ms" "in flight" 2 1 1000
fitted "CPU of a request" "in flight" 3 100 10000
fitted "memory of the worker, beyond that of one request" "in flight" -4 1000 10000

# ---- sessions ----
if ! grep -q -- "--sessions " < <("$build/ration" run --help); then
    skip "growth with sessions" "this ration has no --sessions"
else
    stop_server
    neutral
    count=$(sized 20000)
    artists "$count" "$work/in.csv"
    for ((n = 1; n <= 16; n++)); do printf 'sk-bench-%02d\n' "$n" >"$work/key.$n" && chmod 600 "$work/key.$n"; done
    table growth_sessions sessions "CPU µs a request" "requests a second"
    for n in 1 2 4 8 16; do
        write_sessions "$n" "$work/sessions"
        for ((round = 0; round < tries; round++)); do
            ration "sessions.$n" "$client_core" "$count" --input "$work/in.csv" --max-workers 2 --sessions "$work/sessions"
        done
        row "$n" "$(median "sessions.$n.us" %.1f)" "$(median "sessions.$n.rate" %.0f)"
    done
    fitted "CPU of a request" sessions 2 1 16
fi

table exponents "what grows" "with" "from and to" "exponent"
worst=0
for line in "${exponents[@]}"; do
    IFS=$'\t' read -r what axis span value <<<"$line"
    row "$what" "$axis" "$span" "$value"
    worst=$(compute "$value > $worst ? $value : $worst" %.2f)
done
target "greatest exponent of growth (1 is linear)" "<= 1.05" "$worst"
