#!/usr/bin/env bash
# The circuit breaker: an API that is away costs no artist its attempts, and the run goes on by itself when it is back.
source "$(dirname "$0")/../support/scenario.sh"

# ---- nobody listens ----
simapi
port=${url##*:}
port=${port%/v1}
simapi_stop
ration_start --input "$sample" --output "$dir/away.jsonl" --circuit-breaker-timeout 1 --backoff-initial 0.05 --backoff-max 0.1
wait_for 20 grep -q 'breaker' "$err"
ok $? "the breaker opens, and the run says so"
sleep 2 # a few probes fail meanwhile: that nothing is lost by them is what is tested
is "$(lines "$dir/away.jsonl"),$(lines "$dir/away.errors.jsonl")" 0,0 "no artist is blamed"
"$build/simapi" --port "$port" --audit "$dir/back.tsv" --exit-with-parent >"$dir/back.log" 2>&1 &
back=$!
ration_wait
kill "$back"
wait "$back" 2>/dev/null
is "$status,$(lines "$dir/away.jsonl"),$(lines "$dir/away.errors.jsonl")" 0,362,0 "when somebody does, all artists are answered"

# ---- one session of two is broken ----
simapi
working=$url
simapi --fault-500 1
broken=$url
cat >"$dir/sessions.json" <<JSON
{"sessions": [{"name": "good", "key": "sk-good", "base_url": "$working"}, {"name": "bad", "key": "sk-bad", "base_url": "$broken"}]}
JSON
chmod 600 "$dir/sessions.json"
fresh
"$build/ration" run --sessions "$dir/sessions.json" --prompt-id pmpt_test --input "$sample" --output "$dir/two.jsonl" --in-flight 4 \
    --max-workers 2 --backoff-initial 0.05 --circuit-breaker-timeout 30 >"$summary" 2>"$err"
status=$?
simapi_stop
is "$status,$(lines "$dir/two.jsonl")" 0,362 "the other session does all the work"
holds "the broken one got few requests: $(audited 1)" "$(audited 1) < 60"

# ---- an artist that always fails is not asked for ever ----
simapi --fault-500 1
ration --input "$sample" --limit 4 --output "$dir/fault.jsonl" --attempts 2 --circuit-breaker-timeout 0.1 --backoff-initial 0.05
simapi_stop
is "$status,$(lines "$dir/fault.errors.jsonl")" 1,4 "probes count where an API answers"

# ---- at the end only artists are left that always fail: that is no news of the API ----
simapi --fault-500 0.2 --fault-attempts 7 --latency-ms 20
ration --input "$sample" --output "$dir/rows.jsonl" --attempts 3 --backoff-initial 0.05 --circuit-breaker-timeout 30 --in-flight 8
simapi_stop
is "$status,$(($(lines "$dir/rows.jsonl") + $(lines "$dir/rows.errors.jsonl")))" 1,362 "rows that always fail do not open the breaker"
is "$(grep -c "breaker" "$err")" 0 "and nobody says so"

# ---- overloaded: the endpoint is slowed, no key is blamed ----
simapi --overload-from 0.2 --overload-until 1.2 --latency-ms 20
ration --input "$sample" --output "$dir/overload.jsonl" --attempts 1
simapi_stop
is "$status,$(lines "$dir/overload.jsonl")" 0,362 "all answered after an overload, with --attempts 1"
finish
