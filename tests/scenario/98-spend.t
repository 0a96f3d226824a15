#!/usr/bin/env bash
# An account without money: a limit of spending, an empty balance, in every dress. Judged by what the server saw, by the files, and by
# what is told. The accounts are closed as long as a file is there.
source "$(dirname "$0")/../support/scenario.sh"
closed=$dir/closed

# refuses STATUS BODY [RULE-CONDITION…]: an API that answers five, and then refuses like that
refuses() {
    local status=$1 body=$2
    shift 2
    touch "$closed"
    scripted --rule "done=5 file=$closed $*" --status "$status" --body "$body"
}
parked() { [[ $(grep -c 'is parked: a spend limit is reached, or its credit is used up' "$err") -ge $1 ]]; }
resumed() { "$build/ration" resume "$1" >"$dir/resume.out" 2>"$dir/resume.err"; }

# ---- the date in the words is heard; a probe is one request; all goes on by itself ----
# The first of a month that is at least two days away: no clock moves beyond it while this runs.
month=$(perl -MPOSIX -e '@t = gmtime(time + 2 * 86400); print strftime("%Y-%m-01", 0, 0, 0, 1, $t[4] + 1, $t[5])')
refuses 400 '{"type":"error","error":{"type":"invalid_request_error","message":"You have reached your specified API usage limits. You will regain access on '"$month"' at 00:00 UTC."}}'
ration_start --limit 40 --in-flight 8 --max-workers 2 --input "$sample" --output "$dir/date.jsonl" --log-file "$dir/date.log"
wait_for 60 parked 1
ok $? "the session is parked, and it is told"
grep -qE "Raise the limit or add credit: it is tried again at ${month}T00:0[01]:.*, in [0-9]+ .*, or at once by ration resume" "$err"
ok $? "until the date in the API's words: $(grep -m 1 -o 'it is tried again.*' "$err")"
wait_for 60 grep -q 'the only session is unavailable (spend limit reached or credit used up); back: at '"$month"' 00:0[01]Z; raise the limit or add credit' "$err"
ok $? "the alert says what to do"
has "$err" "You have reached your specified API usage limits" "in the API's words"
"$build/ration" status "$dir/date.jsonl" >"$dir/date.status" 2>&1
has "$dir/date.status" "for credit, or a higher spend limit" "status says what it waits for"
nothing_flies() { ! "$build/ration" status "$dir/date.jsonl" --json | grep -q '"in_flight":[1-9]'; }
wait_for 60 nothing_flies
before=$(asked '$status == 400')
holds "what was in flight was refused, and no more: $before" "$before >= 1 && $before <= 17"
resumed "$dir/date.jsonl"
wait_for 60 parked 2
ok $? "ration resume lets it try; it is still closed, and parked again"
# The refusal is settled, and then the session is parked: in between another one may leave.
holds "with one request, then perhaps another: $(($(asked '$status == 400') - before))" "$(asked '$status == 400') - $before <= 2"
is "$(asked '$number > 5 + '"$before"' && $under_way > 1')" 0 "never two at once"
rm "$closed"
resumed "$dir/date.jsonl"
ration_wait
simapi_stop
is "$status,$(lines "$dir/date.jsonl"),$(lines "$dir/date.errors.jsonl")" 0,40,0 "once it is paid, all are answered, and no artist was failed"
is "$(grep -c '"attempts":1[,}]' "$dir/date.jsonl")" 40 "none has lost an attempt"

# ---- it is stopped while it waits: that is told, and a later run goes on ----
refuses 402 '{"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,"code":"invalid_request_error"}}'
ration_start --limit 24 --in-flight 4 --input "$sample" --output "$dir/stop.jsonl"
wait_for 60 parked 1
ok $? "402: parked"
kill -INT "$ration_pid"
ration_wait
is "$status,$(lines "$dir/stop.errors.jsonl")" 3,0 "a stop leaves them without a verdict"
grep -qE '^  spend limit   session default is parked until .*Insufficient Balance; raise the limit or add credit, then --resume' "$summary"
ok $? "the summary says why it stood still"
rm "$closed"
ration --limit 24 --resume --input "$sample" --output "$dir/stop.jsonl"
simapi_stop
is "$status,$(lines "$dir/stop.jsonl")" 0,24 "--resume asks them"

# ---- every dress: at most what was in flight is refused, nobody is failed, and all are answered afterwards ----
dress() {
    local name=$1
    refuses "$2" "$3"
    ration_start --limit 24 --in-flight 4 --max-workers 2 --input "$sample" --output "$dir/$name.jsonl"
    wait_for 60 parked 1
    ok $? "$name: parked"
    holds "$name: $(asked '$rule == 1') were refused" "$(asked '$rule == 1') <= 8"
    rm "$closed"
    resumed "$dir/$name.jsonl"
    ration_wait
    simapi_stop
    is "$status,$(lines "$dir/$name.jsonl"),$(lines "$dir/$name.errors.jsonl")" 0,24,0 "$name: all are answered in the end"
}
dress anthropic400 400 '{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}}'
dress xai403 403 '{"code":"personal-team-blocked:spending-limit","error":"You have run out of credits."}'
dress google403 403 '{"error":{"code":403,"message":"Project p has billing disabled. Please enable it.","status":"PERMISSION_DENIED"}}'
dress openai429 429 '{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","code":"insufficient_quota"}}'
dress cohere429 429 '{"message":"You are using a Trial key, which is limited to 1000 API calls / month."}'
dress fireworks412 412 '{"error":{"message":"Account a is suspended, possibly due to reaching the monthly spending limit.","code":"PRECONDITION_FAILED","type":"error"}}'
dress minimax500 500 '{"type":"error","error":{"type":"api_error","message":"insufficient balance (1008)"}}'
dress inside200 200 '{"error":{"message":"Insufficient credits. Add more.","code":402}}'
dress stream200 200 'event: error
data: {"type":"error","error":{"type":"invalid_request_error","message":"You have reached your specified workspace API usage limits."}}

'

# ---- of two keys one has no money: the other one goes on ----
refuses 429 '{"error":{"message":"m","code":"project_spend_limit_exceeded"}}' key=sk-one-1
printf '{"sessions": [{"name": "one", "key": "sk-one-1", "base_url": "%s"}, {"name": "two", "key": "sk-two-2", "base_url": "%s"}]}' "$url" "$url" >"$dir/sessions.json"
chmod 600 "$dir/sessions.json"
fresh
"$build/ration" run --sessions "$dir/sessions.json" --prompt-id pmpt_test --input "$sample" --limit 120 --in-flight 4 --output "$dir/two.jsonl" >"$summary" 2>"$err"
status=$?
simapi_stop
is "$status,$(lines "$dir/two.jsonl"),$(lines "$dir/two.errors.jsonl")" 0,120,0 "two keys: the other one answers all"
has "$err" "session one is parked" "and it is told which is parked"
holds "which is asked no more: $(asked '$status == 429')" "$(asked '$status == 429') <= 16"
rm "$closed"

# ---- one artist alone is refused in these words: it parks the session once, then it fails alone ----
scripted --latency 20 --rule 'row=a030' --status 402 --body '{"error":{"message":"Insufficient Balance"}}'
ration_start --limit 120 --in-flight 4 --input "$sample" --output "$dir/one.jsonl"
wait_for 60 parked 1
ok $? "one artist: parked"
resumed "$dir/one.jsonl"
ration_wait
simapi_stop
is "$status,$(lines "$dir/one.jsonl"),$(lines "$dir/one.errors.jsonl"),$(grep -c 'is parked' "$err")" 1,119,1,1 "one artist: parked once, and it fails alone"
has "$dir/one.errors.jsonl" '"class":"refused","status":402' "one artist: as refused"

# ---- answers that have all these words, and an artist whose own refusal has some ----
scripted --latency 20 --rule 'row=a030' --status 400 --body '{"error":{"message":"The text speaks of a credit card, and is longer than the limit of 4096.","type":"invalid_request_error"}}' \
    --rule 'row=.*' --body '{"id":"r","status":"completed","model":"m","output":[{"type":"message","content":[{"type":"output_text","text":"Your credit balance is too low. He reached his spending limit, insufficient_quota."}]}],"usage":{"input_tokens":1,"output_tokens":1}}'
ration --limit 80 --in-flight 4 --input "$sample" --output "$dir/words.jsonl"
simapi_stop
is "$status,$(lines "$dir/words.jsonl"),$(lines "$dir/words.errors.jsonl")" 1,79,1 "words of an answer, and a refusal that speaks of credit, park nothing"
has "$dir/words.errors.jsonl" '"artist_id":"a030","artist_name":"Duke Ellington","class":"refused","status":400' "and the artist fails for itself"

# ---- a refusal that nobody knows hits everybody after 40 answers: the session is held, whatever it is called ----
for workers in 1 4; do
    for keys in 1 2; do
        name=unknown.$workers.$keys
        touch "$closed"
        scripted --rule "done=40 file=$closed" --status 400 --body '{"error":{"message":"E-7731","type":"invalid_request_error","code":"e_7731"}}'
        session='{"name": "s%d", "key": "sk-key-%d", "base_url": "%s"}'
        # shellcheck disable=SC2059
        printf '{"sessions": ['"$session$([[ $keys == 1 ]] || echo ", $session")"']}' 1 1 "$url" 2 2 "$url" | sed 's/\]}.*/]}/' >"$dir/sessions.json"
        fresh
        "$build/ration" run --sessions "$dir/sessions.json" --prompt-id pmpt_test --input "$sample" --limit 100 --in-flight 4 --max-workers "$workers" \
            --output "$dir/$name.jsonl" >"$summary" 2>"$err" &
        ration_pid=$!
        wait_for 60 eval '[[ $(grep -c "is held: nothing but refusals comes, artist" "$err") -ge '"$keys"' ]]'
        ok $? "$name: held"
        has "$err" "E-7731" "$name: with the API's words"
        rm "$closed"
        ration_wait
        simapi_stop
        is "$status,$(lines "$dir/$name.jsonl"),$(lines "$dir/$name.errors.jsonl")" 0,100,0 "$name: nobody is failed, and all are answered in the end"
    done
done
finish
