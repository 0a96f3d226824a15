#!/usr/bin/env bash
# Alerts: each told once when it begins and once when it is over, in the log and at a webhook, which never holds up a run.
source "$(dirname "$0")/../support/scenario.sh"

# alerts: "name state session threshold" of each alert in the log file, in order
alerts() {
    perl -MJSON::PP -ne 'my $e = decode_json($_); next if $e->{category} ne "alert" || !$e->{alert};
        print join(" ", $e->{alert}, $e->{state}, $e->{session} // "-", $e->{threshold} // "-"), "\n"' "$log"
}
# told NAME STATE: how often
told() { alerts | grep -c "^$1 $2 "; }

hooks=0
# webhook [STATUS [FIRST]]: starts a receiver; sets $hook, its URL, $bodies and $hook_pid
webhook() {
    hooks=$((hooks + 1))
    bodies=$dir/bodies.$hooks
    "$root/tests/support/webhook" "$dir/hook.$hooks" "$bodies" "$@" 2>"$dir/hook.$hooks.log" &
    hook_pid=$!
    wait_for 10 test -s "$dir/hook.$hooks" || { echo "Bail out! the receiver does not start"; exit 1; }
    hook="http://127.0.0.1:$(cat "$dir/hook.$hooks")/T0123/s3cr3t?x=1"
}
webhook_stop() {
    kill "$hook_pid" 2>/dev/null
    wait "$hook_pid" 2>/dev/null
}
runs=0
# alert_run OPTION…: a run with a log file of its own
alert_run() {
    runs=$((runs + 1))
    log=$dir/log.$runs
    output=$dir/out.$runs.jsonl
    ration --input "$sample" --output "$output" --log-file "$log" "$@"
}

# ---- thresholds of the daily quota; each once, with the webhook ----
simapi
webhook
alert_run --limit 50 --daily-limit 50 --quota-threshold 1 --in-flight 1 --max-workers 1 --alert-webhook "$hook"
is "$status" 0 "quota: the run ends well"
is "$(alerts)" $'quota_use raised - 60\nquota_use raised - 80\nquota_use raised - 95' "quota: each threshold once"
is "$(lines "$bodies")" 3 "quota: three bodies at the webhook"
is "$(perl -MJSON::PP -ne 'my $b = decode_json($_); print "$b->{alert} $b->{state} $b->{threshold} $b->{level} ", $b->{run} ? "run" : "", "\n"' "$bodies")" \
    $'quota_use raised 60 warn run\nquota_use raised 80 warn run\nquota_use raised 95 warn run' "quota: in order, as JSON"
grep -qE "$OPENAI_API_KEY|s3cr3t" "$bodies" "$log" "$err" "$summary"
is $? 1 "quota: no secret in a body, a log or a message"
webhook_stop
alert_run --limit 50 --daily-limit 50 --quota-threshold 1 --alert-thresholds 10 --quota-state "$dir/other.json"
is "$(told quota_use raised)" 1 "quota: other thresholds"
alert_run --limit 50
is "$(alerts)" "" "nothing is told of a good run"
simapi_stop

# ---- too many errors ----
simapi --fault-500 0.5 --fault-attempts 2 --latency-ms 300
alert_run --no-circuit-breaker --backoff-initial 0.05 --backoff-max 0.1
is "$status" 0 "errors: the run ends well"
is "$(told error_rate raised)" 1 "errors: told once"
has "$err" "outcomes are failures, rate limits not counted" "errors: people read it"
simapi_stop

# ---- all that can be sent by is unavailable ----
cat >"$dir/keys" <<END
$OPENAI_API_KEY 0 0 0 0 status 429 status_until 2
END
simapi --keys-file "$dir/keys" --retry-after-form none
alert_run --rate-limit-cooldown 6
is "$status" 0 "unavailable: the run ends well"
is "$(alerts)" $'sessions_unavailable raised default -\nsessions_unavailable cleared - -' "unavailable: told once, and when it was over"
grep -qE 'the only session is unavailable \(rate limited\); back: at [0-9:]{8}Z' "$err"
ok $? "unavailable: which, why and how long"
simapi_stop

# ---- one of two keys is refused, and the breaker of the other opens ----
cat >"$dir/keys" <<'END'
sk-north 0 0 0 0 status 401
sk-south 0 0 0 0 status 500 status_until 12
END
printf '{"sessions": [{"name": "north", "key": "sk-north"}, {"name": "south", "key": "sk-south"}]}' >"$dir/sessions.json"
chmod 600 "$dir/sessions.json"
simapi --keys-file "$dir/keys"
webhook 200 1
key=$OPENAI_API_KEY
unset OPENAI_API_KEY
alert_run --sessions "$dir/sessions.json" --circuit-breaker-timeout 6 --alert-webhook "$hook"
export OPENAI_API_KEY=$key
is "$status" 0 "two keys: the run ends well"
# How many fail before the breaker opens is the machine's matter: they may be many enough for an alert of their own.
is "$(alerts | grep -v '^error_rate ' | sort)" "$(sort <<'END'
key_refused raised north -
breaker_opened raised south -
sessions_unavailable raised south -
sessions_unavailable cleared - -
breaker_opened cleared south -
END
)" "two keys: each told once"
has "$err" "the API refuses the key of session north" "two keys: people read whose"
grep -qE 'all 2 sessions are unavailable: session south \(circuit breaker open\) is the first back, at [0-9:]{8}Z' "$err"
ok $? "two keys: the first back is named"
is "$(lines "$bodies")" "$(alerts | wc -l)" "two keys: all arrive, though the first answer was 500"
webhook_stop
simapi_stop

# ---- a webhook that is not there, or never answers, costs nothing ----
simapi
quota=(--limit 50 --daily-limit 50 --quota-threshold 1)
alert_run "${quota[@]}" --alert-webhook http://127.0.0.1:1/s3cr3t
is "$status" 0 "no webhook: the run ends well"
has "$err" "--alert-webhook: 3 of 3 alerts were not delivered" "no webhook: counted and told"
is "$(grep -c 'alert-webhook' "$err")" 1 "no webhook: once"
grep -q s3cr3t "$err" "$log"
is $? 1 "no webhook: its URL is not told"
webhook 0
began=$(now_ms)
alert_run "${quota[@]}" --alert-webhook "$hook"
took=$(($(now_ms) - began))
is "$status" 0 "a mute webhook: the run ends well"
holds "a mute webhook: two seconds are given it at the end ($took ms)" "$took >= 2000 && $took < 6000 + 10 * $(late)"
has "$err" "--alert-webhook: 3 of 3 alerts were not delivered" "a mute webhook: counted and told"
webhook_stop

# ---- what is wrong is told before anything is sent ----
# wrong NAME SAYS OPTION…
wrong() {
    alert_run --limit 5 "${@:3}"
    is "$status" 2 "$1: exit 2"
    has "$err" "$2" "$1: told"
}
wrong "no percentage" '--alert-thresholds: "many" is not a whole percentage from 1 to 100' --alert-thresholds 60,many
wrong "101 percent" '"101" is not' --alert-thresholds 101
wrong "nine of them" "more than 8 percentages" --alert-thresholds 1,2,3,4,5,6,7,8,9
wrong "no order" "60 does not ascend: it comes after 80" --alert-thresholds 80,60
wrong "no URL" "--alert-webhook: malformed URL" --alert-webhook gopher://127.0.0.1/s3cr3t
grep -q s3cr3t "$err"
is $? 1 "no URL: not repeated"
simapi_stop
finish
