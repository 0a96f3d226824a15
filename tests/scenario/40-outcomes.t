#!/usr/bin/env bash
# What becomes of each class of failure: files, exit codes, attempts.
source "$(dirname "$0")/../support/scenario.sh"

# ---- refused: to the errors file at once ----
scripted --rule 'row=a00[369]' --status 400 \
    --body '{"error":{"message":"Too long.","type":"invalid_request_error","param":"input","code":"context_length_exceeded"}}'
ration --input "$sample" --limit 12 --output "$dir/refused.jsonl" --max-workers 1 --in-flight 1
is "$status,$(lines "$dir/refused.jsonl"),$(lines "$dir/refused.errors.jsonl")" 1,9,3 "a 400 fails its artists: exit 1"
simapi_stop
is "$(asked 1)" 12 "and is not tried again"
perl -MJSON::PP -ne 'my $e = decode_json($_); exit 1 unless $e->{class} eq "refused" && $e->{status} == 400 && $e->{attempts} == 1 && length $e->{message} && exists $e->{code} && length $e->{artist_name}' "$dir/refused.errors.jsonl"
ok $? "the errors line has artist, class, status, code, message, attempts"
simapi
ration --input "$sample" --limit 12 --output "$dir/refused.jsonl" --resume
simapi_stop
is "$status,$(audited 1)" 1,0 "--resume does not ask refused ones again"
simapi
ration --input "$sample" --limit 12 --output "$dir/refused.jsonl" --resume --retry-errors all
is "$status,$(lines "$dir/refused.jsonl"),$(lines "$dir/refused.errors.jsonl")" 0,12,0 "--retry-errors all does"

# ---- a configuration that is refused ----
simapi --prompt-variables-allowed artist_name
ration --input "$sample" --output "$dir/all.jsonl" --requests-per-minute 12000
simapi_stop
is "$status" 4 "a configuration that is refused each time stops the run: exit 4"
is "$(lines "$dir/all.errors.jsonl")" 0 "and no artist is failed for it"
simapi
ration --input "$sample" --output "$dir/all.jsonl" --resume
is "$status,$(lines "$dir/all.jsonl")" 0,362 "--resume goes on"

# ---- server faults that never end ----
simapi --fault-500 1
ration --input "$sample" --limit 3 --output "$dir/fault.jsonl" --attempts 2 --no-circuit-breaker
simapi_stop
is "$status,$(lines "$dir/fault.errors.jsonl"),$(audited 1)" 1,3,6 "a 500 is tried --attempts times"
has "$dir/fault.errors.jsonl" '"class":"server_fault"' "and told as server_fault"
simapi
ration --input "$sample" --limit 3 --output "$dir/fault.jsonl" --resume
is "$status,$(lines "$dir/fault.jsonl"),$(lines "$dir/fault.errors.jsonl")" 0,3,0 "--resume asks them again"

# ---- key refused ----
echo sk-other >"$dir/keys"
simapi --key-file "$dir/keys"
ration --input "$sample" --output "$dir/key.jsonl"
is "$status" 4 "a refused key: exit 4"
has "$err" "refuses the key" "said in words"
is "$(lines "$dir/key.jsonl"),$(lines "$dir/key.errors.jsonl")" 0,0 "no artist is blamed"

# ---- limits that we were not told: 429 costs no artist an attempt ----
simapi --requests-per-minute 1200 --burst 20 --dialect none
ration --input "$sample" --limit 60 --output "$dir/rate.jsonl" --attempts 1
simapi_stop
is "$status,$(lines "$dir/rate.jsonl")" 0,60 "rate limited, and all there with --attempts 1"
holds "there were refusals: $(audited '$status == 429')" "$(audited '$status == 429') > 0"
is "$(grep -vc '"attempts":1,' "$dir/rate.jsonl")" 0 "429s are not counted as attempts"

# ---- truncated answers ----
simapi --fault-truncated 1
ration --input "$sample" --limit 4 --output "$dir/keep.jsonl"
is "$status,$(grep -c '"finish_reason":"length"' "$dir/keep.jsonl")" 0,4 "a cut answer is kept and marked"
ration --input "$sample" --limit 4 --output "$dir/fail.jsonl" --on-truncated fail
is "$status,$(grep -c '"class":"truncated"' "$dir/fail.errors.jsonl")" 1,4 "--on-truncated fail"

# ---- a dead server, then a living one ----
url=http://127.0.0.1:9/v1
ration --input "$sample" --limit 2 --output "$dir/dead.jsonl" --attempts 2
is "$status" 1 "nobody listens: exit 1"
has "$dir/dead.errors.jsonl" '"class":"network_fault"' "told as network_fault"

# ---- a worker that stops, and SIGHUP ----
simapi --latency-ms 100
input_of 5000
ration_start --input "$input" --output "$dir/stop.jsonl" --in-flight 4 --hang-timeout 1
wait_for 10 eval '[[ $(lines "$dir/stop.jsonl") -ge 20 ]]'
kill -STOP "$(workers_of "$ration_pid" | head -n 1)"
wait_for 10 grep -q "no sign of life" "$err"
ok $? "a stopped worker is replaced"
kill -HUP "$ration_pid"
wait_for 20 grep -q "all workers were restarted" "$err"
ok $? "SIGHUP restarts the workers one after another"
simapi_hurries
ration_wait
is "$status" 0 "the run ends well"
"$root/tests/support/check-output" "$input" "$dir/stop.jsonl" >"$dir/check"
ok $? "$(cat "$dir/check")"
finish
