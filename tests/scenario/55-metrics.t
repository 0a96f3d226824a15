#!/usr/bin/env bash
# The metrics: true, well-formed by promtool, scraped by a real Prometheus; rules and dashboard speak of metrics that exist.
# Without promtool and prometheus (scripts/setup monitor) their parts are left out.
source "$(dirname "$0")/../support/scenario.sh"
artists=9000 # more than are asked before the test is through
input_of $artists

have() { command -v "$1" >/dev/null; }
skip() { cases=$((cases + 1)); echo "ok $cases # SKIP $1 is not there"; }
# value FILE SERIES: of one sample
value() { awk -v series="$2" 'index($0, series " ") == 1 { print $NF; found = 1 } END { if (!found) print "none" }' "$1"; }
# promtool_says NAME FILE
well_formed() {
    if have promtool; then
        promtool check metrics <"$2" >"$dir/promtool" 2>&1
        ok $? "promtool: $1: $(head -n 1 "$dir/promtool")"
    else
        skip promtool
    fi
}
metrics() { "$build/ration" status --metrics >"$1" 2>"$dir/said"; }
listening() { web=$(sed -n 's|.* dashboard at \(http://[^ ]*[0-9]\)/.*|\1|p' "$err" | head -n 1); [[ -n $web ]]; }
lines_from() { [[ $(lines "$1") -ge $2 ]]; }

# ---- of a run, from the arena and by HTTP ----
cat >"$dir/sessions" <<END
{"sessions": [{"name": "first", "key": "sk-test-one", "requests_per_minute": 3000},
              {"name": "second", "key": "sk-test-two", "requests_per_minute": 1200}]}
END
chmod 600 "$dir/sessions"
simapi --latency-ms 100 --fault-500 0.05 --fault-attempts 1
ration_start --input "$input" --output "$dir/out.jsonl" --max-workers 3 --in-flight 1 --listen 127.0.0.1:0 --sessions "$dir/sessions"
wait_for 20 lines_from "$dir/out.jsonl" 30
before=$(lines "$dir/out.jsonl")
metrics "$dir/one"
is $? 0 "status --metrics"
after=$(lines "$dir/out.jsonl")
done=$(value "$dir/one" 'ration_artists{state="done"}')
holds "done is true: $before <= $done <= $after" "$before <= $done && $done <= $after"
is "$(value "$dir/one" 'ration_quota_limit{session="first",dimension="requests_per_60s"}')" 3000 "the limit of the first session"
is "$(value "$dir/one" 'ration_quota_limit{session="second",dimension="requests_per_60s"}')" 1200 "and of the second"
is "$(value "$dir/one" 'ration_state{state="running"}')" 1 "the state"
well_formed "metrics of a run" "$dir/one"
wait_for 10 listening
ok $? "it listens: ${web:-}"
code=$(curl -s -m 10 -o "$dir/two" -w '%{http_code} %{content_type}' "$web/metrics")
is "$code" "200 text/plain; version=0.0.4; charset=utf-8" "GET /metrics"
well_formed "by HTTP" "$dir/two"
is "$(sed -n 's/^# TYPE //p' "$dir/two" | sort)" "$(sed -n 's/^# TYPE //p' "$dir/one" | sort)" "the same families by both ways"
! grep -q 'sk-test' "$dir/one" "$dir/two"
ok $? "no key is in them"

# ---- a real Prometheus ----
if have prometheus; then
    cat >"$dir/prometheus.yml" <<END
global: {scrape_interval: 300ms, scrape_timeout: 300ms, evaluation_interval: 300ms}
rule_files: ["$root/docs/prometheus-alerts.yml"]
scrape_configs: [{job_name: ration, static_configs: [{targets: ["${web#http://}"]}]}]
END
    port=$(perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport')
    prometheus --config.file="$dir/prometheus.yml" --storage.tsdb.path="$dir/tsdb" --web.listen-address="127.0.0.1:$port" \
        >"$dir/prometheus.log" 2>&1 &
    prometheus_pid=$!
    # query EXPRESSION: the first value
    query() {
        curl -s -m 5 -G --data-urlencode "query=$1" "http://127.0.0.1:$port/api/v1/query" |
            perl -MJSON::PP -0777 -ne 'my $r = eval { decode_json($_)->{data}{result} }; print $r && @$r ? $r->[0]{value}[1] : "none"'
    }
    query_is() { [[ $(query "$1") == "$2" ]]; }
    wait_for 30 query_is 'up{job="ration"}' 1
    ok $? "Prometheus scrapes it"
    moves() { [[ $(query 'sum(increase(ration_requests_total{outcome="done"}[3s]))') =~ ^[1-9] ]]; }
    wait_for 15 moves
    ok $? "it sees the requests move"
    is "$(query 'sum(ration_artists{state=~"done|failed|left"})')" "$artists" "it sees every artist"
    holds "the median latency is true: $(query 'histogram_quantile(0.5, sum by (le) (ration_request_duration_seconds_bucket))') s" \
        "$(query 'histogram_quantile(0.5, sum by (le) (ration_request_duration_seconds_bucket))') > 0.06"
    "$build/ration" pause >"$dir/said" 2>&1
    wait_for 10 query_is ration_paused 1
    ok $? "and a pause"
    wrong=$(curl -s -m 5 "http://127.0.0.1:$port/api/v1/rules" |
        perl -MJSON::PP -0777 -ne 'my @r = map { @{$_->{rules}} } @{decode_json($_)->{data}{groups}}; print join ",", scalar @r >= 10 ? () : "few", grep { $_ ne "ok" } map { $_->{health} } @r')
    is "${wrong//unknown/}" "" "it evaluates the rules"
    "$build/ration" resume >"$dir/said" 2>&1
    kill "$prometheus_pid"
    wait "$prometheus_pid" 2>/dev/null
else
    skip prometheus
fi
kill "$ration_pid"
ration_wait
is $status 3 "the run is stopped"

# ---- rules and dashboard ----
if have promtool; then
    promtool check rules "$root/docs/prometheus-alerts.yml" >"$dir/promtool" 2>&1
    ok $? "promtool: the rules: $(tail -n 2 "$dir/promtool" | xargs)"
else
    skip promtool
fi
perl -MJSON::PP -0777 -ne 'decode_json($_)' "$root/docs/grafana-dashboard.json"
ok $? "the dashboard is JSON"
grep -ohE 'ration_[a-z_]+' "$root/docs/prometheus-alerts.yml" "$root/docs/grafana-dashboard.json" | sed -E 's/_(bucket|sum|count)$//' | sort -u >"$dir/used"
# What only shows itself in some runs stands in the table of figures.
{ sed -n 's/^# TYPE \([^ ]*\).*/\1/p' "$dir/one"; grep -ohE '"ration_[a-z_]+"' "$root"/coordinator/view/figures*.c | tr -d '"'; } | sed -E 's/_(bucket|sum|count)$//' | sort -u >"$dir/known"
is "$(comm -23 "$dir/used" "$dir/known" | xargs)" "" "rules and dashboard name metrics that exist"
is "$(comm -23 "$dir/known" <(grep -ohE '\bration_[a-z_]+' "$root/docs/MONITORING.md" | sort -u) | xargs)" "" "docs/MONITORING.md names all of them"
is "$(comm -23 <(sed -n 's/.*- alert: //p' "$root/docs/prometheus-alerts.yml" | sort) <(grep -ohE '\bRation[A-Za-z]+' "$root/docs/MONITORING.md" | sort -u) | xargs)" "" "and all rules"

# ---- a quota, a price ----
simapi_stop
simapi --latency-ms 20
ration_start --input "$input" --output "$dir/out2.jsonl" --daily-limit 100 --quota-threshold 0.5 --pause-duration 1 --tier gpt-4o-mini-tier-1 --max-cost 5
paused() { metrics "$dir/three" && [[ $(value "$dir/three" ration_paused) == 1 ]]; }
wait_for 20 paused
ok $? "paused by the daily quota"
is "$(value "$dir/three" ration_daily_quota_used_ratio)" 1 "all of it is used"
is "$(value "$dir/three" ration_cost_limit_dollars)" 5 "the limit of the cost"
well_formed "with quota and cost" "$dir/three"
kill "$ration_pid"
ration_wait
simapi_stop
finish
