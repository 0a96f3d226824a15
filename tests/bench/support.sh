# For the sections of the benchmark, which source it first. Each section measures one thing, side by side in alternating
# rounds, and leaves tables (TSV) and judged targets in $results; tests/bench/run prints them.
# shellcheck shell=bash
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
bench=$root/tests/bench
build=$root/${BUILD:-build}
[[ ${BUILD:-build} == /* ]] && build=$BUILD
programs=$build/bench
results=${BENCH_RESULTS:-$build/bench/results}
section=$(basename "$0" .sh)
rounds=${BENCH_ROUNDS:-5}
scale=${BENCH_SCALE:-100} # percent of the usual sizes
work=$(mktemp -d "${BENCH_WORK:-$build/bench}/work.XXXXXX")
raw=$work/raw
mkdir -p "$raw" "$results"
# The first two cores that this process may use; on one core all share it, and the figures mean little.
mapfile -t usable < <(perl -ne 'print map { /(\d+)-(\d+)/ ? map { "$_\n" } $1 .. $2 : "$_\n" } split /,/, $1 if /^Cpus_allowed_list:\s*(\S+)/' /proc/self/status)
server_core=${usable[0]}
client_core=${usable[1]:-${usable[0]}}
both_cores=$server_core,$client_core
export OPENAI_API_KEY=sk-bench RATION_RUNTIME_DIR=$work/runtime
unset OPENAI_BASE_URL RATION_MAX_WORKERS RATION_IN_FLIGHT
pids=()

clean_up() {
    local pid
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
    done
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' INT TERM HUP

say() { printf 'bench: %s: %s\n' "$section" "$*" >&2; }
have() { command -v "$1" >/dev/null; }

# skip WHAT WHY
skip() { printf '%s\t%s\t%s\n' "$section" "$1" "$2" >>"$results/skipped.tsv"; }

# sized N: N at the chosen scale
sized() { echo $(($1 * scale / 100 > 0 ? $1 * scale / 100 : 1)); }

# ---- series: one value a round ----

# note SERIES VALUE
note() { printf '%s\n' "$2" >>"$raw/$1"; }

# median SERIES [FORMAT]
median() { "$bench/statistics" median "${2:-%.3f}" "$raw/$1"; }

# ratio A B [FORMAT]: median of the rounds' ratios
ratio() { "$bench/statistics" ratio "${3:-%.3f}" "$raw/$1" "$raw/$2"; }

# spread SERIES [FORMAT]: smallest to largest
spread() { "$bench/statistics" spread "${2:-%.3f}" "$raw/$1"; }

# exponent POINTS-FILE: the slope in log-log of its lines "x y"
exponent() { "$bench/statistics" exponent %.2f "$1"; }

# compute EXPRESSION [FORMAT]
compute() { perl -e 'printf "'"${2:-%.3f}"'", eval($ARGV[0]) // "nan"' -- "$1"; }

# ---- results ----

# table NAME COLUMN…: begins a table
table() {
    current=$results/$1.tsv
    shift
    (IFS=$'\t' && echo "$*") >"$current"
}
row() { (IFS=$'\t' && echo "$*") >>"$current"; }

# holds MEASURED WANTED: WANTED is a comparison such as ">= 0.90"
holds() { perl -e 'exit(eval("$ARGV[0] $ARGV[1]") ? 0 : 1)' -- "$1" "$2"; }

# judged WHAT WANTED MEASURED STATUS
judged() {
    local met=missed
    [[ $4 -ne 0 ]] || met=met
    printf '%s\t%s\t%s\t%s\t%s\n' "$section" "$1" "$2" "$3" "$met" >>"$results/targets.tsv"
}

# target WHAT WANTED MEASURED
target() {
    holds "$3" "$2"
    judged "$1" "$2" "$3" $?
}

# either WHAT WANTED MEASURED OTHER-WANTED OTHER-MEASURED: one of two is enough
either() {
    holds "$3" "$2" || holds "$5" "$4"
    judged "$1" "$2 or $4" "$3, $5" $?
}

# ---- servers, each on the server's core ----

# await_file SECONDS FILE: until it has something in it
await_file() {
    local end=$((SECONDS + $1))
    until [[ -s $2 ]]; do
        [[ $SECONDS -lt $end ]] || return 1
        sleep 0.02
    done
}

# serve COMMAND… with --port-file added; sets $server and $url
serve() {
    local port=$work/port.${#pids[@]}
    taskset -c "$server_core" "$@" --port-file "$port" >"$port.log" 2>&1 &
    server=$!
    pids+=("$server")
    await_file 10 "$port" || {
        say "a server does not start: $*"
        cat "$port.log" >&2
        exit 1
    }
    url=http://127.0.0.1:$(cat "$port")/v1
}

# neutral [DELAY-MS]: the same answer to all
neutral() { serve "$programs/delay_server" --answer "$bench/answer.json" --delay-ms "${1:-0}"; }

# simapi OPTION…; sets $audit too
simapi() {
    audit=$work/audit.${#pids[@]}.tsv
    serve "$build/simapi" --audit "$audit" --exit-with-parent "$@"
}

# stop_server: ends the last one
stop_server() {
    kill "$server" 2>/dev/null
    wait "$server" 2>/dev/null
}

# A certificate for 127.0.0.1; sets $certificate
make_certificate() {
    certificate=$work/certificate.pem
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1 \
        -addext subjectAltName=IP:127.0.0.1 -keyout "$work/key.pem" -out "$certificate" 2>/dev/null
}

free_port() { perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport'; }

# nginx with the same answer; sets $url (plain), $tls_url (HTTP/1.1 or 2). 1: there is none
nginx_up() {
    local nginx plain tls
    nginx=$(command -v nginx || command -v /usr/sbin/nginx) || return 1
    make_certificate
    plain=$(free_port) tls=$(free_port)
    cat >"$work/nginx.conf" <<CONF
worker_processes 1;
daemon off;
error_log $work/nginx.log;
pid $work/nginx.pid;
worker_rlimit_nofile 16384;
events { worker_connections 12000; }
http {
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path $work/nginx.body;
    proxy_temp_path $work/nginx.proxy;
    fastcgi_temp_path $work/nginx.fastcgi;
    uwsgi_temp_path $work/nginx.uwsgi;
    scgi_temp_path $work/nginx.scgi;
    ssl_certificate $certificate;
    ssl_certificate_key $work/key.pem;
    server {
        listen 127.0.0.1:$plain backlog=4096;
        listen 127.0.0.1:$tls ssl http2 backlog=4096;
        location / {
            default_type application/json;
            return 200 '$(cat "$bench/answer.json")';
        }
    }
}
CONF
    taskset -c "$server_core" "$nginx" -p "$work" -c "$work/nginx.conf" >"$work/nginx.out" 2>&1 &
    server=$!
    pids+=("$server")
    local tries=0
    until curl -s -o /dev/null "http://127.0.0.1:$plain/"; do
        tries=$((tries + 1))
        [[ $tries -lt 200 ]] || { cat "$work/nginx.out" >&2; return 1; }
        sleep 0.02
    done
    url=http://127.0.0.1:$plain/v1
    tls_url=https://127.0.0.1:$tls/v1
}

# CPU seconds that a process and its children-to-be have used so far
cpu_of() {
    local pid sum=0 fields
    for pid in "$1" $(cat "/proc/$1/task/$1/children" 2>/dev/null); do
        read -r -a fields <"/proc/$pid/stat" || continue
        sum=$((sum + fields[13] + fields[14]))
    done
    compute "$sum / $(getconf CLK_TCK)"
}

# ---- clients ----

# artists N FILE: a CSV of N artists
artists() {
    perl -e '
        my $text = "known for pictures of rivers, harbours and the people who work there; pupil of nobody in particular, teacher of many.";
        print "artist_id,name,data\n";
        printf "a%08d,Artist Number %d,\"Painter, born 18%02d, %s\"\n", $_, $_, $_ % 100, $text for 1 .. $ARGV[0]' "$1" >"$2"
}

# request_body FILE: what ration sends for one of them
request_body() {
    printf '%s' '{"prompt":{"id":"pmpt_bench","variables":{"artist_name":"Artist Number 12345","artist_data":"Painter, born 1845,' \
        ' known for pictures of rivers, harbours and the people who work there; pupil of nobody in particular, teacher of many."}}}' >"$1"
}

# timed SERIES CORES COMMAND…: runs it; sets $wall, $cpu and $kib, and notes SERIES.wall, .cpu, .kib; its output in $work/out
timed() {
    local series=$1 user system status
    shift
    "$programs/measure" "$work/took" "$@" >"$work/out" 2>"$work/err"
    status=$?
    read -r wall user system kib <"$work/took"
    cpu=$(compute "$user + $system" %.6f)
    note "$series.wall" "$wall"
    note "$series.cpu" "$cpu"
    note "$series.kib" "$kib"
    return "$status"
}

# rate SERIES REQUESTS: notes SERIES.rate and SERIES.us (CPU of the client for each request) of the last timed command
rate() {
    note "$1.rate" "$(compute "$2 / $wall" %.1f)"
    note "$1.us" "$(compute "$cpu / $2 * 1e6" %.3f)"
}

# steady_rate FILE: answers a second by the answers' own times, without the first half and the last tenth of them
steady_rate() {
    perl -ne 'push @t, $1 * 3600 + $2 * 60 + $3 if /"created":"[^T"]*T(\d\d):(\d\d):([\d.]+)Z"/;
        END { @t = sort { $a <=> $b } @t; my ($from, $to) = (int(@t * 0.5), int(@t * 0.9));
              printf "%.1f", $t[$to] > $t[$from] ? ($to - $from) / ($t[$to] - $t[$from]) : 0 }' "$1"
}

# ration SERIES CORES ARTISTS OPTION…: a whole run against $url, timed; dies if it did not answer them all
ration() {
    local series=$1 cores=$2 count=$3
    shift 3
    rm -f "$work"/answers*
    if ! timed "$series" "$cores" "$build/ration" run --base-url "$url" --prompt-id pmpt_bench --output "$work/answers.jsonl" \
        --limit "$count" --quiet "$@" || [[ $(wc -l <"$work/answers.jsonl") -ne $count ]]; then
        say "a run of $count artists failed: $*"
        head -n 5 "$work/err" >&2
        exit 1
    fi
    rate "$series" "$count"
    [[ $count -lt 1000 ]] || note "$series.steady" "$(steady_rate "$work/answers.jsonl")"
    rm -f "$work"/answers*
}

# minimal SERIES CORES REQUESTS IN-FLIGHT [HANDLES [http2]]
minimal() {
    local series=$1 cores=$2 count=$3
    shift 3
    if ! timed "$series" "$cores" "$programs/minimal" "$url/responses" "$work/body.json" "$count" "$@"; then
        say "the minimal client failed: $(cat "$work/err")"
        exit 1
    fi
    rate "$series" "$(cut -d" " -f1 "$work/out")" # those that were answered
    note "$series.failed" "$(compute "$(cut -d" " -f2 "$work/out") / $count" %.4f)"
}
