#!/usr/bin/env bash
# How well a limit is found that nobody tells: four workers for a minute against servers that refuse, judged by the server's own
# log. Wanted: 95 % of the limit from the second ten seconds on, and 1 % refused. Runs only when it is named: nine minutes.
# shellcheck source=../support.sh
source "$(dirname "$0")/../support.sh"
seconds=$(sized 60)
latency="--latency-lognormal 400:0.5"
quiet="--retry-after-form none"

# asks NAME URL: for so long, and a little; the server judges
asks() {
    RATION_RUNTIME_DIR=$work/runtime.$1 timeout --signal=TERM $((seconds + 2)) "$build/ration" run --base-url "$2" --prompt-id pmpt_bench \
        --input "$work/in.csv" --in-flight 1000 --output "$work/$1.jsonl" --quiet >"$work/$1.out" 2>&1
    rm -f "$work/$1.jsonl"
}

# figures NAME: of lines "seconds status": answered a second and share of refusals, both without the first ten seconds; that of all
figures() {
    perl -ane 'BEGIN { $most = shift } $first //= $F[0]; $at = $F[0] - $first; last if $at >= $most;
        $all{$F[1] == 429}++; if ($at >= 10) { $late{$F[1] == 429}++; $end = $at }
        END { my ($ok, $no) = ($late{""} // 0, $late{1} // 0);
              printf "%.3f %.4f %.4f\n", ($end // 0) > 10 ? $ok / ($end - 10) : 0, $no / ($ok + $no || 1), ($all{1} // 0) / (($all{1} // 0) + ($all{""} // 0) || 1) }' \
        "$seconds" >"$work/$1.figures"
}

# simulated NAME OPTION…
simulated() {
    local name=$1 port=$work/$1.port pid
    shift
    "$build/simapi" --port-file "$port" --audit "$work/$name.tsv" --exit-with-parent --dialect none "$@" >"$work/$name.log" 2>&1 &
    pid=$!
    await_file 10 "$port" || return 1
    asks "$name" "http://127.0.0.1:$(cat "$port")/v1"
    kill "$pid"
    wait "$pid"
    tail -n +2 "$work/$name.tsv" | awk -F '\t' '{ printf "%.6f %s\n", $1 / 1e9, $7 }' | figures "$name"
    rm -f "$work/$name.tsv"
}

# proxied NAME ARGUMENT…: nginx with limit_req, 100 a second, in front of one that refuses nothing
proxied() {
    local name=$1 port=$work/$1.port front pid nginx
    shift
    front=$(free_port)
    "$build/simapi" --port-file "$port" --exit-with-parent --dialect none --latency-lognormal 400:0.5 >"$work/$name.log" 2>&1 &
    pid=$!
    await_file 10 "$port" || return 1
    mkdir -p "$work/$name.nginx"
    cat >"$work/$name.conf" <<CONF
worker_processes 1;
daemon off;
error_log $work/$name.nginx/errors crit;
pid $work/$name.nginx/pid;
events { worker_connections 4000; }
http {
    log_format asked '\$msec \$status';
    access_log $work/$name.nginx/access asked buffer=32k flush=1s;
    client_body_temp_path $work/$name.nginx/body;
    proxy_temp_path $work/$name.nginx/proxy;
    fastcgi_temp_path $work/$name.nginx/fastcgi;
    uwsgi_temp_path $work/$name.nginx/uwsgi;
    scgi_temp_path $work/$name.nginx/scgi;
    limit_req_zone \$binary_remote_addr zone=all:1m rate=100r/s;
    limit_req_status 429;
    upstream behind { server 127.0.0.1:$(cat "$port"); keepalive 200; }
    server {
        listen 127.0.0.1:$front;
        location / {
            limit_req zone=all $*;
            proxy_pass http://behind;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
        }
    }
}
CONF
    "$(command -v nginx || command -v /usr/sbin/nginx)" -p "$work" -c "$work/$name.conf" >"$work/$name.nginx.out" 2>&1 &
    nginx=$!
    await_file 10 "$work/$name.nginx/pid"
    asks "$name" "http://127.0.0.1:$front/v1"
    kill -QUIT "$nginx"
    wait "$nginx"
    kill "$pid"
    wait "$pid"
    figures "$name" <"$work/$name.nginx/access"
}

# The limit in requests a second, after ten seconds; the name; how it is made.
limits=()
case_of() { # LIMIT NAME WAY OPTION…
    limits+=("$1"$'\t'"$2")
    jobs+=("$3 ${#limits[@]} ${*:4}")
}
jobs=()
if have nginx || [[ -x /usr/sbin/nginx ]]; then
    case_of 100 "nginx, 100 a second, burst 20, nodelay, web page" proxied burst=20 nodelay
    case_of 100 "nginx, 100 a second, burst 20, delayed, web page" proxied burst=20
else
    skip "limits of nginx" "it is not there"
fi
case_of 100 "bucket, 100 a second, burst 20, \`Retry-After: 2\`, web page" simulated --requests-per-minute 6000 --burst 20 --refused-wait 2 --refused-page "$latency"
case_of 5 "bucket, 5 a second, burst 1" simulated --requests-per-minute 300 --burst 1 "$quiet" "$latency"
case_of 5 "bucket, 5 a second, burst 10, \`Retry-After: 2\`" simulated --requests-per-minute 300 --burst 10 --refused-wait 2 "$latency"
case_of 5 "bucket, 5 a second, burst 100" simulated --requests-per-minute 300 --burst 100 "$quiet" "$latency"
case_of 50 "bucket, 50 a second, burst 1" simulated --requests-per-minute 3000 --burst 1 "$quiet" "$latency"
case_of 50 "bucket, 50 a second, burst 1, \`Retry-After: 2\`" simulated --requests-per-minute 3000 --burst 1 --refused-wait 2 "$latency"
case_of 50 "bucket, 50 a second, burst 10" simulated --requests-per-minute 3000 --burst 10 "$quiet" "$latency"
case_of 50 "bucket, 50 a second, burst 100, \`Retry-After: 2\`" simulated --requests-per-minute 3000 --burst 100 --refused-wait 2 "$latency"
case_of 50 "50 in each second" simulated --requests-per-day 50 --day-seconds 1 "$quiet" "$latency"
case_of 50 "500 in each ten seconds, \`Retry-After\` to their end" simulated --requests-per-day 500 --day-seconds 10 "$latency"
case_of 35.3 "16 at once" simulated --at-once 16 "$quiet" "$latency"
case_of 220.6 "100 at once, \`Retry-After: 2\`, web page" simulated --at-once 100 --refused-wait 2 --refused-page "$latency"
case_of 65 "100 a second, burst 20, that halves at 25 s" simulated --requests-per-minute 6000 --burst 20 "$quiet" "$latency" --change-at 25:requests_per_minute=3000,burst=20
case_of 85 "50 a second, burst 20, that doubles at 25 s" simulated --requests-per-minute 3000 --burst 20 "$quiet" "$latency" --change-at 25:requests_per_minute=6000,burst=20
few=${#limits[@]} # these need little of the machine: four at once; each of the others has it for itself
case_of 1000 "bucket, 1,000 a second, burst 1" simulated --requests-per-minute 60000 --burst 1 "$quiet" "$latency"
case_of 1000 "bucket, 1,000 a second, burst 10" simulated --requests-per-minute 60000 --burst 10 "$quiet" "$latency"
case_of 1000 "bucket, 1,000 a second, burst 100, \`Retry-After: 2\`" simulated --requests-per-minute 60000 --burst 100 --refused-wait 2 "$latency"

artists $((seconds * 1200)) "$work/in.csv"
at=0
for job in "${jobs[@]}"; do
    at=$((at + 1))
    while [[ $(jobs -rp | wc -l) -ge $((at <= few ? 4 : 1)) ]]; do wait -n; done
    # shellcheck disable=SC2086  # its words
    $job &
done
wait

table silent server "of the limit" "refused" "refused of all, with the beginning"
used=0 refused=0
for ((at = 1; at <= ${#limits[@]}; at++)); do
    IFS=$'\t' read -r limit name <<<"${limits[at - 1]}"
    read -r rate share all <"$work/$at.figures" || { say "no figures: $name"; exit 1; }
    of_limit=$(compute "$rate / $limit")
    row "$name" "$of_limit" "$share" "$all"
    holds "$of_limit" ">= 0.95" && used=$((used + 1))
    holds "$share" "<= 0.01" && refused=$((refused + 1))
done
target "servers of which 95 % of the limit are used" "== ${#limits[@]}" "$used"
target "servers that refuse 1 % at most" "== ${#limits[@]}" "$refused"
