#!/usr/bin/env bash
# Several keys with limits of their own: bad files are refused, all keys are used, and none of them is seen anywhere.
source "$(dirname "$0")/../support/scenario.sh"
unset OPENAI_API_KEY

# sessions TEXT: a file of this text, for its owner alone
sessions() {
    printf '%s' "$1" >"$dir/sessions.json"
    chmod 600 "$dir/sessions.json"
}

# ---- files that are refused: exit 2, told which session, where and why; nothing is sent ----
simapi
# refused NAME TEXT SAYS
refused() {
    sessions "$2"
    ration --input "$sample" --output "$dir/bad.jsonl" --sessions "$dir/sessions.json"
    is "$status" 2 "$1: exit 2"
    has "$err" "--sessions $dir/sessions.json: $3" "$1: told"
    grep -q sk- "$err" && ok 1 "$1: tells a key"
}
refused "no JSON" $'{"sessions": [\n{"key": "sk-a"},\n]}' "line 3: is not JSON"
refused "another shape" '[{"key": "sk-a"}]' 'must be {"sessions": ['
refused "an unknown member" $'{"sessions": [\n{"key": "sk-a", "limit": 5}]}' 'line 2: session 1: "limit" is nothing that a session has'
refused "no key" $'{"sessions": [{"key": "sk-a"},\n{"name": "b"}]}' 'line 2: session b: has no key'
refused "a variable that is not set" '{"sessions": [{"key_env": "NO_SUCH_KEY"}]}' 'line 1: session session-1: key_env NO_SUCH_KEY: this variable is not set'
refused "a key twice" $'{"sessions": [{"name": "a", "key": "sk-a"},\n\n{"name": "b", "key": "sk-a"}]}' 'line 3: session b: its key is that of session a'
refused "a name twice" '{"sessions": [{"name": "a", "key": "sk-a"}, {"name": "a", "key": "sk-b"}]}' 'line 1: session 2 (a): "name" is another session'
refused "a negative limit" '{"sessions": [{"name": "a", "key": "sk-a", "requests_per_minute": -5}]}' 'line 1: session 1 (a): "requests_per_minute" is not a whole number from 1'
refused "a fraction" '{"sessions": [{"key": "sk-a", "tokens_per_day": 0.5}]}' 'line 1: session 1: "tokens_per_day" is not a whole number from 1'
refused "a bad URL" '{"sessions": [{"key": "sk-a", "base_url": "example.com"}]}' 'line 1: session session-1: base_url: malformed URL "example.com"'
refused "an unknown tier" '{"sessions": [{"key": "sk-a", "tier": "lead"}]}' 'line 1: session session-1: tier: "lead" is not one of'
refused "seventeen" "{\"sessions\": [$(for i in {1..17}; do printf '%s{"key": "sk-%d"}' "${comma:-}" "$i"; comma=,; done)]}" "holds 17 sessions; it must be 1 to 16"
sessions '{"sessions": [{"key": "sk-a"}]}'
chmod 640 "$dir/sessions.json"
ration --input "$sample" --output "$dir/bad.jsonl" --sessions "$dir/sessions.json"
is "$status" 2 "a file that others may read: exit 2"
has "$err" "chmod 600" "and told what to do"
chmod 600 "$dir/sessions.json"
ration --input "$sample" --output "$dir/bad.jsonl" --sessions "$dir/sessions.json" --api-key-file "$dir/sessions.json"
is "$status" 2 "--sessions with --api-key-file: exit 2"
ration --input "$sample" --output "$dir/bad.jsonl" --sessions "$dir/missing.json"
is "$status" 2 "no such file: exit 2"
simapi_stop
is "$(audited 1),$(lines "$dir/bad.jsonl")" 0,0 "nothing was sent"

# ---- three keys with different limits, from the file, a variable and a file of its own ----
cat >"$dir/keys" <<'END'
sk-first-7c1f 300 0 8
sk-second-90ab 600 0 16
sk-third-3de5 1200 0 32
END
echo sk-third-3de5 >"$dir/third"
chmod 600 "$dir/third"
export SECOND_SECRET=sk-second-90ab
simapi --keys-file "$dir/keys" --latency-ms 50
sessions '{"sessions": [
    {"name": "first", "key": "sk-first-7c1f", "requests_per_minute": 300, "burst": 1},
    {"name": "second", "key_env": "SECOND_SECRET", "requests_per_minute": 600, "burst": 2},
    {"name": "third", "key_file": "'"$dir/third"'", "requests_per_minute": 1200, "burst": 4}]}'
ration_start --input "$sample" --limit 210 --output "$dir/three.jsonl" --sessions "$dir/sessions.json" --log-file "$dir/log" \
    --verbose --session-selection round-robin
seen=none
wait_for 20 eval '[[ $(lines "$dir/three.jsonl") -ge 30 ]]'
simapi_holds
arena=$(arena_of "$dir/three.jsonl")
for pid in "$ration_pid" $(workers_of "$ration_pid"); do
    for file in cmdline $(! may_look "$pid" || echo environ); do
        grep -qaE 'sk-(first|second|third)' "/proc/$pid/$file" && seen="$seen /proc/$pid/$file"
    done
done
[[ -e $arena ]]
ok $? "the arena is there to be looked at"
grep -qaE 'sk-(first|second|third)' "$arena" && seen="$seen arena"
is "$seen" none "no key is in an argument vector, an environment or shared memory"
simapi_goes_on
ration_wait
is "$status,$(lines "$dir/three.jsonl")" 0,210 "three keys: exit 0, all answers"
simapi_stop
is "$(audited '$status == 429')" 0 "not one 429"
grep -aE 'sk-(first|second|third)' "$summary" "$err" "$dir/log" "$dir/three.jsonl" >"$dir/seen"
is "$(lines "$dir/seen")" 0 "no key is in the log, the output, or what is told"
has "$err" "session second: 600 requests and any number of tokens a minute, at $url" "sessions are told by name"
read -r first second third < <(perl -F'\t' -lane '$n{$F[14]}++ if $. > 1; END { print join " ", map { $n{$_} // 0 } 1 .. 3 }' "$audit")
is "$((first + second + third))" 210 "each request has one of the keys"
holds "all keys are used, by their limits: $first $second $third" \
    "abs($first - 30) < 10 && abs($second - 60) < 14 && abs($third - 120) < 20"

# ---- two endpoints: each session has its own ----
simapi --latency-ms 20
one=$url audit_one=$audit pid_one=$simapi_pid
simapi --latency-ms 20
sessions '{"sessions": [{"key": "sk-1", "base_url": "'"$one"'/"}, {"key": "sk-2"}]}'
ration --input "$sample" --output "$dir/two.jsonl" --sessions "$dir/sessions.json" --requests-per-minute 6000 \
    --session-selection round-robin
is "$status,$(lines "$dir/two.jsonl")" 0,362 "two endpoints: all answers"
simapi_stop
two=$(audited 1)
kill "$pid_one"
wait "$pid_one" 2>/dev/null
audit=$audit_one
holds "both were asked: $(audited 1) and $two" "$(audited 1) > 100 && $two > 100 && $(audited 1) + $two == 362"

# ---- a key that is refused: its artists go to another session ----
printf '%s\n' 'sk-good 0 0 0' >"$dir/keys"
simapi --keys-file "$dir/keys" --latency-ms 20
sessions '{"sessions": [{"name": "bad", "key": "sk-bad"}, {"name": "good", "key": "sk-good"}]}'
ration --input "$sample" --output "$dir/refused.jsonl" --sessions "$dir/sessions.json" --attempts 1
is "$status,$(lines "$dir/refused.jsonl")" 0,362 "a refused key costs no artist an attempt"
simapi_stop

# ---- few descriptors: as many requests in flight as there is room for ----
simapi
fresh
(
    ulimit -n 200
    OPENAI_API_KEY=sk-x "$build/ration" run --base-url "$url" --prompt-id p --input "$sample" --output "$dir/few.jsonl" >"$summary" 2>"$err"
)
is "$?,$(lines "$dir/few.jsonl")" 0,362 "without --in-flight a low limit of descriptors is kept to"
fresh
(
    ulimit -n 200
    OPENAI_API_KEY=sk-x "$build/ration" run --base-url "$url" --prompt-id p --input "$sample" --output "$dir/many.jsonl" --in-flight 150 >"$summary" 2>"$err"
)
is "$?" 2 "an --in-flight that it has no room for: exit 2"
simapi_stop
finish
