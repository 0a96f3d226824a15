#!/usr/bin/env bash
# Keys that a command prints: at the start, before they are too old, and when they are refused. Judged by the keys that
# the server was sent.
source "$(dirname "$0")/../support/scenario.sh"
unset OPENAI_API_KEY
# vault: prints sk-vault-N, one more each time
cat >"$dir/vault" <<END
#!/bin/sh
n=\$(cat "$dir/count" 2>/dev/null || echo 0)
n=\$((n + 1))
echo \$n >"$dir/count"
echo "sk-vault-\$n"
END
chmod +x "$dir/vault"
begin() { rm -f "$dir/count"; }
times() { cat "$dir/count"; }

# ---- at the start ----
begin
scripted
ration --input "$sample" --limit 3 --max-workers 1 --output "$dir/start.jsonl" --api-key-command "$dir/vault 'with blanks' x"
is $status 0 "a command prints the key"
is "$(asked '$key eq "sk-vault-1"')" 3 "and each request has it"
is "$(times)" 1 "it was run once"

# ---- refused, before anything is sent ----
wrong() { # COMMAND SAYS
    ration --input "$sample" --limit 1 --output "$dir/wrong.jsonl" --api-key-command "$1"
    is $status 2 "$1"
    has "$err" "--api-key-command: $2" "is told as: $2"
}
wrong /nonexistent/vault 'there is no such program'
wrong false 'it ends with exit status 1'
wrong true 'it prints no key of printable characters'
wrong 'echo two words' 'it prints no key of printable characters'
wrong "echo 'no end" 'a quote has no end'
wrong 'yes sk-secret-7' 'it prints too much for a key'
! grep -q 'sk-secret-7' "$err"
ok $? "what it printed is not told"
is "$(asked 1)" 3 "nothing was sent"
simapi_stop

# ---- refused in the middle: one new key, and the run goes on ----
begin
input_of 60
scripted --latency 20 --rule 'key=sk-vault-1 done=20' --status 401 \
    --body '{"error":{"message":"Your token has expired.","type":"invalid_request_error","code":"token_expired"}}'
ration --input "$input" --max-workers 2 --in-flight 4 --output "$dir/middle.jsonl" --api-key-command "$dir/vault" --log-file "$dir/log.json"
is $status 0 "a key that is refused in the middle of a run"
is "$(lines "$dir/middle.jsonl")" 60 "all rows are answered"
is "$(lines "$dir/middle.errors.jsonl")" 0 "and none has failed for it"
is "$(times)" 2 "by one key more"
is "$(asked '$key eq "sk-vault-1" && $status == 200')" 20 "the first one was good for twenty"
is "$(asked '$key eq "sk-vault-2"')" 40 "the second one for the rest"
has "$err" "session default has a new key, as its last one was refused" "it is told"
! grep -rqs 'sk-vault' "$dir/log.json" "$err" "$dir/middle.jsonl"
ok $? "without a key"
simapi_stop

# ---- the first key is refused at once ----
begin
scripted --rule 'key=sk-vault-1' --status 401
ration --input "$input" --limit 20 --max-workers 2 --output "$dir/first.jsonl" --api-key-command "$dir/vault"
is $status 0 "a first key that is refused at once"
is "$(lines "$dir/first.jsonl")" 20 "the second one answers all"
is "$(times)" 2 "by one key more"
simapi_stop

# ---- no key is good: the run ends, as with any ----
begin
scripted --rule 'path=.*' --status 401
ration --input "$input" --limit 20 --max-workers 2 --output "$dir/none.jsonl" --api-key-command "$dir/vault"
is $status 4 "where each key is refused the run ends"
is "$(times)" 2 "after one more"
simapi_stop

# ---- before it is too old ----
begin
scripted --latency 200
ration --input "$input" --limit 24 --max-workers 1 --in-flight 1 --output "$dir/old.jsonl" --api-key-command "$dir/vault" --api-key-ttl 2
is $status 0 "keys that are good for two seconds"
holds "came several times ($(times))" "$(times) >= 2"
holds "and were used" "$(asked '$key ne "sk-vault-1"') > 0"
is "$(asked '$status != 200')" 0 "without a refusal"
simapi_stop

# ---- a server that repeats a key of before ----
begin
scripted --latency 200 --rule 'path=.*' --body '{"id":"resp_{row}","object":"response","status":"completed","model":"m","output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"You came with sk-vault-1, I say."}]}],"usage":{"input_tokens":3,"output_tokens":4,"total_tokens":7}}'
ration --input "$input" --limit 24 --max-workers 1 --in-flight 1 --output "$dir/late.jsonl" --api-key-command "$dir/vault" --api-key-ttl 2 --log-file "$dir/late.json"
is "$status $(lines "$dir/late.jsonl")" "0 24" "a server that repeats the first key to the end"
holds "while others were used" "$(asked '$key ne "sk-vault-1"') > 0"
is "$(grep -c 'You came with \[key\], I say' "$dir/late.jsonl") $(grep -rlc 'sk-vault' "$dir/late.jsonl" "$dir/late.json" "$err" | wc -l)" "24 0" "finds it nowhere"
simapi_stop

# ---- several sessions ----
begin
cat >"$dir/sessions.json" <<END
{"sessions": [{"name": "a", "key_command": "$dir/vault"}, {"name": "b", "key": "sk-b", "requests_per_minute": 300, "burst": 1}]}
END
chmod 600 "$dir/sessions.json"
scripted --latency 20 --rule 'key=sk-vault-1 done=20' --status 401
ration --input "$input" --max-workers 2 --in-flight 4 --output "$dir/several.jsonl" --sessions "$dir/sessions.json" --session-selection round-robin
is $status 0 "a session of several"
is "$(lines "$dir/several.jsonl")" 60 "all rows are answered"
holds "its second key is used" "$(asked '$key eq "sk-vault-2" && $status == 200') > 0"
simapi_stop
finish
