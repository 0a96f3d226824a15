#!/usr/bin/env bash
# What is a whole answer, what it took, what the API said, as the output, the errors file and the server have it.
source "$(dirname "$0")/../support/scenario.sh"
printf '%s' 'Write of {{name}}.' >"$dir/prompt"
chat='"id":"c","object":"chat.completion","model":"m"'
usage='"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}'

# said CONTENT FINISH [USAGE]: the body of a chat completion; content and finish_reason as JSON
said() { printf '{%s,"choices":[{"index":0,"message":{"role":"assistant","content":%s},"finish_reason":%s}],%s}' "$chat" "$1" "$2" "${3:-$usage}"; }

rules=()
names=()
# row NAME BODY [OPTION…]: an artist for whom the server always says this
row() {
    names+=("$1")
    rules+=(--rule "row=$1" --body "$2" "${@:3}")
}
# run_rows NAME OPTION…: all of them, in one run; $dir/NAME.jsonl, $audit. Before, between and behind them are others that are answered:
# what befalls all is nobody's own fault.
run_rows() {
    local name=$1 row n=0
    {
        echo artist_id,name,data
        for row in {1..8} "${names[@]}" {1..8}; do
            n=$((n + 1))
            [[ $row == [1-8] ]] || echo "$row,x,x"
            printf 'good-%d,x,x\n' "${n}1" "${n}2" "${n}3" "${n}4"
        done
    } >"$dir/$name.csv"
    scripted "${rules[@]}"
    "$build/ration" run --base-url "$url" --provider "${provider:-vllm}" --model m --prompt-file "$dir/prompt" --input "$dir/$name.csv" \
        --output "$dir/$name.jsonl" --backoff-initial 0.02 --backoff-max 0.05 --no-circuit-breaker "${@:2}" >"$dir/$name.out" 2>"$dir/$name.err"
    status=$?
    simapi_stop
    rules=()
    names=()
}
# told FILE ROW MEMBER…: the members of its line, parted by blanks; nothing where there is no line
told() {
    perl -CO -MJSON::PP -e '
        my ($file, $row, @members) = @ARGV;
        open my $lines, "<", $file or exit 0;
        while (<$lines>) {
            my $line = decode_json($_);
            next if $line->{artist_id} ne $row;
            print join " ", map { my $at = $line; $at = $at->{$_} for split /\./; $at // "-" } @members;
        }' "$@"
}
# arrives ROW TEXT FINISH: it is in the output, asked for once
arrives() { is "$(told "$file.jsonl" "$1" response_text finish_reason) $(asked '$row eq "'"$1"'"')" "$2 $3 1" "$1"; }
# fails ROW CLASS CODE REQUESTS: it is in the errors file
fails() { is "$(told "$file.errors.jsonl" "$1" class code) $(asked '$row eq "'"$1"'"') $(told "$file.jsonl" "$1" response_text)" "$2 $3 $4 " "$1: $2 $3, asked $4 times"; }

# ---- whole answers ----
row list "$(said '[{"type":"text","text":"One "},{"type":"text","text":"two"}]' '"stop"')"
row thinking "$(said '[{"type":"thinking","thinking":"hm"},{"type":"text","text":"One"}]' '"stop"')"
row eos "$(said '"One"' '"eos"')"
row upper "$(said '"One"' '"STOP"')"
row cut "$(said '"One"' '"model_length"')"
row created "$(said '"One"' '"stop"')" --status 201
row accepted "$(said '"One"' '"stop"')" --status 202
row behind "$(said '"One"' '"stop"')"$'\n\ndata: [DONE]\n'
row mark $'\xef\xbb\xbf'"$(said '"One"' '"stop"')"
row surrogate "$(said '"One\ud83d"' '"stop"')"
row byte "$(said $'"One\xff"' '"stop"')"
row nul "$(said '"One\u0000"' '"stop"')"
row stream "data: {$chat,\"choices\":[{\"delta\":{\"content\":\"One\"}}]}"$'\n\n'"data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],$usage}"$'\n\ndata: [DONE]\n\n'
row beside "$(said '"One"' '"stop"' "$usage,\"error\":null,\"message\":\"fine\"")"
run_rows whole
file=$dir/whole
is "$status,$(grep -vc '"good-' "$file.jsonl"),$(lines "$file.errors.jsonl")" 0,14,0 "each is an answer"
arrives list "One two" stop
for name in thinking eos upper created accepted behind mark stream beside; do arrives "$name" One stop; done
arrives cut One length
for name in surrogate byte nul; do
    arrives "$name" $'One\xef\xbf\xbd' stop
    is "$(told "$file.jsonl" "$name" replaced)" 1 "and the line says what was replaced"
done
is "$(grep -c replaced "$file.jsonl"),$(told "$file.jsonl" created usage.total_tokens)" 3,15 "the others say nothing of the kind"

# ---- what is none ----
for word in abort error insufficient_system_resource; do row "$word" "$(said '"Half a sente"' "\"$word\"")"; done
for word in tool_calls pause_turn never_heard_of; do row "$word" "$(said '"Half a sente"' "\"$word\"")"; done
row null "$(said '"Whole."' null)"
row filtered "$(said '"Half a sente"' '"content_filter"')"
row safety "$(said '"Half a sente"' '"SAFETY"')"
row refusal "{$chat,\"choices\":[{\"message\":{\"content\":null,\"refusal\":\"I will not.\"},\"finish_reason\":\"stop\"}],$usage}"
row empty "$(said '""' '"stop"')"
row thought "{$chat,\"choices\":[{\"message\":{\"content\":\"\",\"reasoning_content\":\"hm\"},\"finish_reason\":\"stop\"}],$usage}"
row native "{$chat,\"choices\":[{\"message\":{\"content\":\"Half\"},\"finish_reason\":\"error\",\"native_finish_reason\":\"MALFORMED\"}],$usage}"
row shape '{"object":"response","status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"One"}]}]}'
row partly "$(said '"One"' '"stop"')" --status 206
for word in length MAX_TOKENS model_length model_context_window_exceeded token_limit; do row "cut-$word" "$(said '"Half a sente"' "\"$word\"")"; done
run_rows none --attempts 4 --on-truncated fail
file=$dir/none
is "$status,$(grep -vc '"good-' "$file.jsonl")" 1,0 "nothing of it is an answer"
for word in abort error insufficient_system_resource native; do fails "$word" server_fault incomplete_answer 4; done
for word in tool_calls pause_turn never_heard_of null; do fails "$word" server_fault incomplete_answer 2; done
fails filtered refused content_filter 1
fails safety refused content_filter 1
fails refusal refused model_refusal 1
fails empty server_fault empty_answer 3
fails thought server_fault empty_answer 3
fails shape server_fault other_shape 2
for word in length MAX_TOKENS model_length model_context_window_exceeded token_limit; do fails "cut-$word" truncated truncated 1; done
is "$(told "$file.errors.jsonl" never_heard_of message)" 'the answer ended with "never_heard_of", which is no whole answer' "the word is told"
is "$(told "$file.errors.jsonl" native message)" "the answer ended with \"error\", which is no whole answer; the model's own word: MALFORMED" "the model's own as well"
is "$(told "$file.errors.jsonl" shape message)" "the answer has the shape of OpenAI's responses, which is not what was asked for; correct --provider or --base-url" "a shape says what it is"

# ---- the other two shapes ----
answered() { printf '{"id":"r","model":"m","status":"%s",%s"output":%s}' "$1" "$3" "$2"; }
half='[{"type":"message","content":[{"type":"output_text","text":"Half a sente"}]}]'
row completed "$(answered completed '[{"type":"message","content":[{"type":"output_text","text":"Let me look."}]},{"type":"message","content":"The answer"}]' '')"
row max "$(answered incomplete "$half" '"incomplete_details":{"reason":"max_output_tokens"},')"
row filter "$(answered incomplete "$half" '"incomplete_details":{"reason":"content_filter"},')"
row other "$(answered incomplete "$half" '"incomplete_details":{"reason":"novel"},')"
row cancelled "$(answered cancelled "$half" '')"
row queued "$(answered queued "$half" '')" --status 202
provider=openai run_rows responses --attempts 4
file=$dir/responses
is "$(told "$file.jsonl" completed response_text)" $'Let me look.\n\nThe answer' "several messages are parted by a line"
arrives max "Half a sente" length
fails filter refused content_filter 1
fails other server_fault incomplete_answer 2
fails cancelled server_fault incomplete_answer 4
fails queued server_fault incomplete_answer 2

# ---- errors ----
row text '{"error":"One of the words."}' --status 400
row object '{"error":{"message":"One of the words.","type":"invalid","code":4711}}' --status 400
row nested '{"error":{"message":{"detail":"One of the words."}}}' --status 400
row top '{"message":"One of the words.","request_id":"r"}' --status 400
row detail '{"detail":"One of the words."}' --status 400
row listed '{"detail":[{"loc":["body","model"],"msg":"One of the words.","type":"missing"}]}' --status 422
row flat '{"object":"error","message":"One of the words.","type":"BadRequestError","param":null,"code":400}' --status 400
row around '[{"error":{"code":400,"message":"One of the words.","status":"INVALID_ARGUMENT"}}]' --status 400
row many '{"errors":[{"message":"One of the words."}]}' --status 400
row problem '{"type":"about:blank","title":"Bad","status":400,"detail":"One of the words."}' --status 400
row plain $'One of the\nwords.' --status 400 --header 'Content-Type: text/plain'
row page '<html><head><title>One of the words.</title><style>b{}</style></head><body><h1>Sorry</h1></body></html>' --status 400 --header 'Content-Type: text/html'
row inside-400 '{"error":{"code":400,"message":"One of the words."}}'
row inside-type '{"error":{"type":"invalid_request_error","message":"One of the words."}}'
row inside-500 '{"error":{"code":500,"message":"One of the words."}}'
row choice "{$chat,\"choices\":[{\"error\":{\"code\":502,\"message\":\"One of the words.\"},\"finish_reason\":\"error\",\"message\":{\"content\":\"Half\"}}]}"
run_rows words --attempts 3
file=$dir/words
for name in text object nested top detail flat around many plain; do
    is "$(told "$file.errors.jsonl" "$name" class message)" "refused One of the words." "$name: the API's words"
done
is "$(told "$file.errors.jsonl" listed message)" "body.model: One of the words." "a list says where"
is "$(told "$file.errors.jsonl" problem message)" "Bad: One of the words." "a problem has a title"
is "$(told "$file.errors.jsonl" page message)" "One of the words.: Sorry" "a page says its title first, without tags"
is "$(for name in object flat around; do told "$file.errors.jsonl" "$name" code; echo; done | xargs)" "4711 400 400" "codes that are numbers are told"
is "$(told "$file.errors.jsonl" inside-400 class code status)" "refused 400 200" "a number inside a 200 is classed as the status it stands for"
is "$(told "$file.errors.jsonl" inside-type class code status)" "refused invalid_request_error 200" "so is a word"
fails inside-500 server_fault 500 3
fails choice server_fault 502 3

# ---- errors inside a 200 that hold the session ----
for code in 429 '"429"' '"rate_limit_exceeded"'; do
    scripted --rule to=1 --body '{"error":{"code":'"$code"',"message":"slow down"}}' --header 'Retry-After: 1'
    ration --input "$sample" --limit 3 --max-workers 1 --attempts 1 --output "$dir/inside.$cases.jsonl"
    simapi_stop
    is "$status,$(asked 1)" 0,4 "code $code inside a 200 costs no artist an attempt"
    holds "and is waited for" "$(awk -F'\t' '$1 == 2 { print $2 }' "$audit") >= 1"
    has "$err" "rate_limited: status 200" "as what it is"
done

# ---- usage that is not told ----
cat >"$dir/tiers.json" <<'JSON'
{"tiers": [{"name": "mine", "input_dollars_per_million": 1, "output_dollars_per_million": 10}]}
JSON
long=$(perl -e 'print "word " x 2080') # 10,400 bytes: 2,600 tokens of four
some=$(perl -e 'print "artist_id,name,data\n", map { "r$_,x,x\n" } 1 .. 100')
# costs NAME USAGE ESTIMATED: answers of 2,600 output tokens at ten dollars a million
costs() {
    local spent said
    echo "$some" >"$dir/some.csv"
    scripted --rule row=.* --body "$(said "\"$long\"" '"stop"' "$2")"
    "$build/ration" run --base-url "$url" --provider vllm --model m --prompt-file "$dir/prompt" --input "$dir/some.csv" --output "$dir/$1.jsonl" \
        --tiers "$dir/tiers.json" --tier mine --max-cost 0.5 --in-flight 1 --max-workers 2 >"$dir/$1.out" 2>"$dir/$1.err"
    status=$?
    simapi_stop
    spent=$(perl -e "print 0.026 * $(asked 1)")
    said=$(sed -n 's/^  cost *\$//p' "$dir/$1.out")
    holds "$1: exit $status, the server gave away \$$spent of \$0.5 allowed" "$status == 3 && $spent > 0.35 && $spent <= 0.53"
    holds "the summary says so: \$$said" "abs($said - $spent) < 0.02"
    has "$dir/$1.err" "\$$said of --max-cost" "and so does the line that ends the run"
    is "$(told "$dir/$1.jsonl" "$(perl -MJSON::PP -ne 'print decode_json($_)->{artist_id}; exit' "$dir/$1.jsonl")" usage.output_tokens usage.estimated)" \
        "2600 $3" "the line has what it took"
    is "$(grep -c 'does not tell all tokens' "$dir/$1.err")" "$([[ $3 == - ]] && echo 0 || echo 1)" "what the API does not tell is said once"
}
costs told '"usage":{"prompt_tokens":10,"completion_tokens":2600,"total_tokens":2610}' -
costs null-output '"usage":{"prompt_tokens":10,"completion_tokens":null,"total_tokens":2610}' -
costs text '"usage":{"prompt_tokens":"10","completion_tokens":"2600"}' -
costs input-only '"usage":{"prompt_tokens":10}' 1
costs unsaid '"usage":null' 1

# Many at once, before anybody knows what an answer costs: fifteen cents are not passed.
for said in '"usage":{"prompt_tokens":10,"completion_tokens":null,"total_tokens":2610}' '"usage":{}'; do
    name=at-once-$cases
    scripted --latency 100 --rule row=.* --body "$(said "\"$long\"" '"stop"' "$said")"
    "$build/ration" run --base-url "$url" --provider vllm --model m --prompt-file "$dir/prompt" --input "$dir/some.csv" --output "$dir/$name.jsonl" \
        --tiers "$dir/tiers.json" --tier mine --max-cost 0.15 >"$dir/$name.out" 2>"$dir/$name.err"
    is $? 3 "$said: the money ends the run"
    simapi_stop
    holds "$(asked 1) answers of 2.6 cents were given away" "$(asked 1) >= 4 && $(asked 1) <= 5"
done

# ---- the limit of tokens holds by what is estimated ----
echo "$some" >"$dir/some.csv"
scripted --rule row=.* --body "$(said "\"$long\"" '"stop"' '"usage":{"prompt_tokens":10}')"
"$build/ration" run --base-url "$url" --provider vllm --model m --prompt-file "$dir/prompt" --input "$dir/some.csv" --output "$dir/tokens.jsonl" \
    --tokens-per-minute 26000 --in-flight 1 --max-workers 1 >"$dir/tokens.out" 2>"$dir/tokens.err" &
ration_pid=$!
wait_for 60 eval '[[ $(asked 1) -ge 4 ]]'
last=$(awk -F'\t' '$1 == 4 { print $2 }' "$audit")
kill -INT "$ration_pid"
ration_wait
simapi_stop
holds "four answers of 2,610 tokens left in $last s, of 26,000 a minute" "$last > 8"
# ---- x-should-retry: what the server says of trying again decides; what is refused is compared with others by one try more at most ----
row never '{"error":{"message":"No.","type":"server_error"}}' --status 500 --header 'x-should-retry: false'
row nor '{"error":{"message":"No.","type":"server_error"}}' --status 502 --header 'x-should-retry: false'
row ever '{"error":{"message":"Wait.","type":"invalid_request_error"}}' --status 400 --header 'x-should-retry: true'
run_rows hints --attempts 4 --max-workers 1 --in-flight 8 # so that others leave when it is known
file=$dir/hints
for name in never nor; do
    is "$(told "$file.errors.jsonl" "$name" class message)" "refused No." "$name: is no fault that heals"
    holds "and asked once or twice: $(asked '$row eq "'"$name"'"')" "$(asked '$row eq "'"$name"'"') >= 1 && $(asked '$row eq "'"$name"'"') <= 2"
done
is "$(told "$file.errors.jsonl" ever class message) $(asked '$row eq "ever"')" "server_fault Wait. 4" "ever: as often as --attempts says"
finish
