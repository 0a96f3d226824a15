#!/usr/bin/env bash
# Sessions with a provider of their own, and a fallback: judged by which server was asked, when, and with what.
source "$(dirname "$0")/../support/scenario.sh"
echo 'A biography of {{name}}: {{data}}' >"$dir/prompt"
input_of 60
mkdir "$dir/first" "$dir/second"
sessions() { # FIRST-URL SECOND-URL
    cat >"$dir/sessions.json" <<END
{"sessions": [
  {"name": "main", "key": "sk-main", "base_url": "$1"},
  {"name": "spare", "key": "sk-spare", "provider": "anthropic", "model": "claude-spare", "base_url": "$2", "fallback": true,
   "input_dollars_per_million": 3, "output_dollars_per_million": 15}
]}
END
    chmod 600 "$dir/sessions.json"
}
# two OPTION…: a run over both; what follows --then is the second server's
servers() {
    local first=() second=()
    while [[ $# -gt 0 && $1 != --then ]]; do first+=("$1"); shift; done
    shift
    second=("$@")
    scripted --requests "$dir/first" "${first[@]}"
    first_url=$url first_audit=$audit first_pid=$simapi_pid
    scripted --requests "$dir/second" "${second[@]}"
    second_url=$url second_audit=$audit second_pid=$simapi_pid
    sessions "$first_url" "$second_url"
}
run() {
    fresh
    "$build/ration" run --provider openai-chat --model gpt-main --prompt-file "$dir/prompt" --sessions "$dir/sessions.json" \
        --input "$input" --max-workers 2 --in-flight 4 --output "$dir/out-$cases.jsonl" "$@" >"$summary" 2>"$err"
    status=$?
    output=$dir/out-$((cases)).jsonl
}
at_first() { audit=$first_audit asked "$1"; }
at_second() { audit=$second_audit asked "$1"; }
end_servers() {
    kill "$first_pid" "$second_pid"
    wait "$first_pid" "$second_pid"
    rm -f "$dir/first"/* "$dir/second"/*
}

# ---- nothing is wrong: it is left alone ----
servers --then
run --fallback-after 0 --header 'X-Team: batch' --query a=b
is $status 0 "without an outage"
is "$(grep -c "session spare: goes to the provider anthropic of its own, without the run's --header and --query" "$err") $(grep -c 'session main: goes to' "$err")" "1 0" \
    "what the command line adds is not for it, which is told"
is "$(at_first '$status == 200')" 60 "the first answers all"
is "$(at_second 1)" 0 "and the fallback is not asked, though it is free at once"
is "$(grep -c '"session":"main"' "$output")" 60 "the lines say the session"
end_servers

# ---- an outage that lasts: the run crosses it ----
servers --latency 20 --rule 'done=20' --status 503 --then
run --fallback-after 1 --circuit-breaker-threshold 3 --tier gpt-4o-mini-tier-5
is $status 0 "an outage in the middle"
is "$(lines "$output")" 60 "all rows are answered"
is "$(lines "${output%.jsonl}.errors.jsonl")" 0 "none has failed"
is "$(at_second '$status == 200')" 40 "the fallback answered those that were left"
is "$(at_second '$key eq "sk-spare"')" "$(at_second 1)" "with its own key"
one=$(find "$dir/second" -mindepth 1 -printf '%f\n' | sort | head -n 1)
has "$dir/second/$one" 'POST /v1/messages HTTP/1.1' "at its own API's path"
has "$dir/second/$one" '"model":"claude-spare"' "for its own model"
has "$dir/second/$one" '"max_tokens":1024' "with what its API needs"
has "$dir/second/$one" 'anthropic-version: 2023-06-01' "and its headers"
is "$(grep -c '"session":"spare"' "$output")" 40 "the lines say who answered"
# 20 of 10 + 5 tokens at 0.15 and 0.60 dollars a million, 40 at 3 and 15
has "$summary" '$0.0043' "what it cost is by the prices of each"
end_servers

# ---- back again: the first is used as soon as it answers ----
servers --latency 20 --rule "file=$dir/down" --status 503 --then --latency 300
: >"$dir/down"
fresh
"$build/ration" run --provider openai-chat --model gpt-main --prompt-file "$dir/prompt" --sessions "$dir/sessions.json" --input "$input" \
    --max-workers 1 --in-flight 1 --output "$dir/back.jsonl" --fallback-after 0 --circuit-breaker-threshold 1 >"$summary" 2>"$err" &
ration_pid=$!
goes_on() { [[ $(at_second 1) -ge 2 ]]; }
wait_for 60 goes_on
ok $? "the fallback is asked while the first is down"
rm "$dir/down"
ration_wait
is $status 0 "and the run ends well"
is "$(lines "$dir/back.jsonl")" 60 "with all rows"
holds "the first has answered again: $(at_first '$status == 200') rows" "$(at_first '$status == 200') > 0"
end_servers

# ---- a key that is refused ----
servers --rule 'path=.*' --status 401 --then
run --fallback-after 0
is $status 0 "the first key is refused: the fallback takes all"
is "$(at_second '$status == 200')" 60 "every row"
end_servers

# ---- not yet ----
servers --rule "nofile=$dir/up" --status 503 --then
fresh
"$build/ration" run --provider openai-chat --model gpt-main --prompt-file "$dir/prompt" --sessions "$dir/sessions.json" --input "$input" \
    --limit 5 --max-workers 1 --output "$dir/later.jsonl" --fallback-after 3600 --circuit-breaker-threshold 1 >"$summary" 2>"$err" &
ration_pid=$!
probed() { [[ $(at_first 1) -ge 6 ]]; }
wait_for 60 probed
is "$(at_second 1)" 0 "a fallback waits as long as it is told to"
: >"$dir/up"
ration_wait
is $status 0 "and the run goes on by the first"
end_servers

# ---- few rows: too few to open the breaker ----
servers --rule 'path=.*' --status 500 --then
run --limit 3 --max-workers 1 --fallback-after 3600 --attempts 2
is $status 0 "three rows that the first cannot answer"
is "$(at_first 1) $(at_second '$status == 200')" "3 3" "go by the fallback with their last attempt"
end_servers

# ---- so few that a key's first refusals say nothing of it yet ----
for rows in 1 2; do
    servers --rule 'path=.*' --status 401 --then
    run --limit $rows --fallback-after 0
    is "$status $(at_second '$status == 200')" "0 $rows" "a refused key, and no more rows than $rows: the fallback answers"
    is "$(($(at_first 1) <= 3 * rows))" 1 "after few requests with that key"
    end_servers
done

# ---- a row's own parameters go with it, but not its model: that is the first API's ----
printf 'artist_id,name,data,how\n1,A,x,"{""model"":""gpt-row"",""top_p"":0.5}"\n2,B,x,\n' >"$dir/how.csv"
servers --rule 'path=.*' --status 401 --then
usual=$input input=$dir/how.csv
run --fallback-after 0 --params-column how
input=$usual
is "$status $(grep -ho '"model":"gpt-row"' "$dir/first"/* | sort -u) $(grep -ho '"model":"gpt-row"' "$dir/second"/* | sort -u)" '0 "model":"gpt-row" ' \
    "a row's own model is asked for of the run's API alone"
is "$(grep -ho '"model":"[^"]*"' "$dir/second"/* | sort -u) $(grep -ho '"top_p":0.5' "$dir/second"/*)" '"model":"claude-spare" "top_p":0.5' \
    "the fallback has its own, and the row's other parameters"
end_servers

# ---- what is refused ----
bad() { # MEMBERS SAYS
    printf '{"sessions":[{"key":"sk-1",%s}]}' "$1" >"$dir/sessions.json"
    chmod 600 "$dir/sessions.json"
    run
    is $status 2 "refused: $1"
    has "$err" "$2" "and told so"
}
bad '"provider":"nobody"' 'session session-1: provider: "nobody" is not one of'
bad '"provider":"gemini"' 'the provider gemini has no default model; give it "model"'
bad '"fallback":1' '"fallback" is not true or false'
bad '"input_dollars_per_million":-1' '"input_dollars_per_million" is not a number from 0 to 1000000'
finish
