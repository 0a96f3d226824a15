#!/usr/bin/env bash
# Lines of the batch formats as they are: OpenAI's requests are sent byte for byte to the endpoints that they name, Anthropic's and bare
# bodies likewise; the answers come back in the provider's own lines, and a resume reads them. Judged by what the server received.
. "$(dirname "$0")/../support/scenario.sh"

seen=$dir/seen
scripted --bodies "$seen" --rule 'path=/v1/embeddings' \
    --body '{"object": "list",
 "data": [{"object":"embedding","index":0,"embedding":[0.1,-2e-5]}],"model":"e","usage":{"prompt_tokens":8,"total_tokens":8}}' \
    --rule 'text="input":"echo' --body '{"id":"r","object":"response","status":"completed","model":"m","metadata":{"custom_id":"another"},"output":[{"type":"message","role":"assistant",
 "content":[{"type":"output_text","text":"T"}]}],"usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}' \
    --rule 'text="input":"bad"' --status 400 --body '{"error":{"message":"No such.","code":"no_such"}}' \
    --rule 'row=bad' --status 400 --body '{"error":{"message":"No such.","type":"invalid_request_error","param":null,"code":"no_such"}}'

# runs INPUT OPTION…: sets $out and $status. What was asked before is forgotten.
runs() {
    out=$dir/answers.$((runs_begun + 1)).jsonl
    : >"$seen"
    local input=$1
    shift
    fresh
    "$build/ration" run --base-url "$url" --max-workers 1 --input "$input" --output "$out" "$@" >"$summary" 2>"$err"
    status=$?
}
refused() {
    is "$status $(lines "$seen")" "2 0" "$2: exit 2, and nothing is sent"
    has "$err" "$1" "$2: and it is told"
}

# ---- OpenAI's, as its guide has them ----
cat >"$dir/batch.jsonl" <<'END'
{"custom_id": "request-1", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "gpt-4o-mini", "messages": [{"role": "system", "content": "You are a helpful assistant."},{"role": "user", "content": "Hello world!"}],"max_tokens": 1000, "seed": 12345678901234567890}}
{"custom_id": "request-2", "method": "POST", "url": "/v1/responses", "body": {"model": "gpt-4o-mini", "input": "Hell\u00f6"}}
{"custom_id": "request-3", "url": "/v1/embeddings", "body": {"model": "text-embedding-3-small", "input": ["a", "b"]}}
END
runs "$dir/batch.jsonl"
is "$status" 0 "a file of OpenAI's batches runs without any option"
is "$(sort "$seen")" 'request-1	/v1/chat/completions	{"model": "gpt-4o-mini", "messages": [{"role": "system", "content": "You are a helpful assistant."},{"role": "user", "content": "Hello world!"}],"max_tokens": 1000, "seed": 12345678901234567890}
request-2	/v1/responses	{"model": "gpt-4o-mini", "input": "Hell\u00f6"}
request-3	/v1/embeddings	{"model": "text-embedding-3-small", "input": ["a", "b"]}' "each body goes to its endpoint, byte for byte"
is "$(sed 's/,"response_id".*//' "$out" | sort)" '{"custom_id":"request-1","response_text":"A biography of request-1."
{"custom_id":"request-2","response_text":"A biography of request-2."
{"custom_id":"request-3","response_text":"{\"object\": \"list\",  \"data\": [{\"object\":\"embedding\",\"index\":0,\"embedding\":[0.1,-2e-5]}],\"model\":\"e\",\"usage\":{\"prompt_tokens\":8,\"total_tokens\":8}}"' \
    "answers are known by their custom_id; what has no text is kept as JSON, to the digit"
is "$(grep request-3 "$out" | grep -oE '"usage":\{"input_tokens":[^}]*\}')" '"usage":{"input_tokens":8,"output_tokens":0,"total_tokens":8}' "and no output is made up for it"
"$build/ration" export "$out" --to "$dir/usual.batch.jsonl" --format openai-batch 2>/dev/null
is "$? $(perl -ne 'print if /request-3/' "$dir/usual.batch.jsonl" | sed 's/.*"body"://; s/},"error".*//')" '0 {"object": "list",  "data": [{"object":"embedding","index":0,"embedding":[0.1,-2e-5]}],"model":"e","usage":{"prompt_tokens":8,"total_tokens":8}}' \
    "and export to OpenAI's lines has that JSON as its body"
is "$(grep -c '"object":"chat.completion"' "$dir/usual.batch.jsonl") $(grep -c '"object":"response"' "$dir/usual.batch.jsonl")" "0 2" "beside the others"
runs "$dir/batch.jsonl" --param service_tier=flex --model other
is "$(sort "$seen" | tail -n 1)" 'request-3	/v1/embeddings	{"model": "other", "input": ["a", "b"],"service_tier":"flex"}' "parameters can be set in each"

# ---- its output ----
printf '{"custom_id":"bad","method":"POST","url":"/v1/chat/completions","body":{"model":"m","messages":[{"role":"user","content":"x"}]}}\n' >>"$dir/batch.jsonl"
runs "$dir/batch.jsonl" --output-format openai-batch
is "$status" 1 "one request is refused"
reads() { perl -MJSON::PP -ne 'my $l = decode_json($_); my $r = $l->{response}; print join(" ", $l->{custom_id}, $r ? ($r->{status_code}, $r->{request_id} =~ /^scripted-/ ? "id" : "none") : "null", ref $r->{body}, $l->{error} ? $l->{error}{code} : "null", sort keys %{$r->{body}}), "\n"' "$@" | sort; }
is "$(reads "$out")" 'request-1 200 id HASH null choices id model object usage
request-2 200 id HASH null id model object output status usage
request-3 200 id HASH null data model object usage' "the answers stand in lines as OpenAI writes them, whole"
is "$(reads "${out%.jsonl}.errors.jsonl")" 'bad 400 id HASH no_such error' "and so do the errors, in their own file"
is "$(perl -ne 'print if /request-3/' "$out" | sed 's/.*"body"://; s/},"error".*//')" '{"object": "list",  "data": [{"object":"embedding","index":0,"embedding":[0.1,-2e-5]}],"model":"e","usage":{"prompt_tokens":8,"total_tokens":8}}' \
    "a body is what came, in one line"
sed -i '/request-2/d' "$out"
: >"$seen"
fresh
"$build/ration" run --base-url "$url" --max-workers 1 --input "$dir/batch.jsonl" --output "$out" --output-format openai-batch --resume --retry-errors none >"$summary" 2>"$err"
is "$? $(cut -f 1 "$seen")" "1 request-2" "a resume asks what has no line"
fresh
"$build/ration" run --base-url "$url" --max-workers 1 --input "$dir/batch.jsonl" --output "$out" --output-format openai-batch --resume --retry-errors all >"$summary" 2>"$err"
is "$? $(lines "$out") $(lines "${out%.jsonl}.errors.jsonl")" "1 3 1" "and failures again where that is wanted"
kept=$(cksum <"$out")
: >"$seen"
fresh
"$build/ration" run --base-url "$url" --max-workers 1 --input "$dir/batch.jsonl" --output "$out" --resume --retry-errors all >"$summary" 2>"$err"
is "$? $(lines "$seen") $(cksum <"$out")" "2 0 $kept" "a resume in another format is refused, and nothing is changed"
has "$err" "its lines are those of --output-format openai-batch, not jsonl" "and told"
perl -e 'printf qq({"custom_id":"e%d","method":"POST","url":"/v1/responses","body":{"model":"m","input":"echo"}}\n), $_ for 1 .. 3' >"$dir/echo.jsonl"
for option in "--output-format openai-batch" "--keep custom_id" "--keep all"; do
    # shellcheck disable=SC2086 # two words
    runs "$dir/echo.jsonl" $option --limit 1
    : >"$seen"
    fresh
    # shellcheck disable=SC2086
    "$build/ration" run --base-url "$url" --max-workers 1 --input "$dir/echo.jsonl" --output "$out" $option --resume >"$summary" 2>"$err"
    is "$? $(lines "$seen") $(lines "$out")" "0 2 3" "$option: a custom_id inside a line is not that of the line"
done
printf 'id,name\nx,A\n' >"$dir/table.csv"
printf '{{name}}' >"$dir/prompt"
runs "$dir/table.csv" --prompt-file "$dir/prompt" --output-format openai-batch
is "$status $(reads "$out")" '0 x 200 id HASH null id model object output status usage' "a table's answers can be written so, too"

# ---- what export and show make of them: what they make of the usual lines ----
answers_of() { # FORMAT INPUT OPTION…: sets $csv, $shown and $told, of a run with that output format
    local format=$1 input=$2
    shift 2
    runs "$input" "$@" --output-format "$format"
    csv=$("$build/ration" export "$out" --to - --format csv --columns state,response_text,model,finish_reason,input_tokens,output_tokens,total_tokens,class,message 2>"$dir/told" | sort)
    shown=$(for id in x bad; do
        "$build/ration" show "$out" "$id" 2>>"$dir/told" | sed 's/ · attempts .*//'
    done)
    told=$(grep -v ' rows to ' "$dir/told")
}
printf 'id,name\nx,A\nbad,B\n' >"$dir/failing.csv"
printf '{"id":"x","model":"m","input":"1","metadata":{"row":1}}\n{"id":"y","model":"m","input":"bad"}\n' >"$dir/two.bodies.jsonl"
export ANTHROPIC_API_KEY=sk-ant-test-of-batches
for provider in openai openai-chat anthropic; do
    answers_of jsonl "$dir/failing.csv" --prompt-file "$dir/prompt" --provider $provider --model m
    usual=$csv usual_shown=$shown
    is "$(grep -c 'done,A biography' <<<"$csv") $(grep -c 'failed,.*No such.' <<<"$csv")" "1 1" "$provider: a usual output has an answer and a failure"
    for format in openai-batch cookbook; do
        answers_of $format "$dir/failing.csv" --prompt-file "$dir/prompt" --provider $provider --model m
        is "$csv" "$usual" "$provider: export has the same of $format: text, model, ending, tokens, failures"
        is "$shown" "$usual_shown" "and so has show"
        is "$told" "" "with nothing to tell"
        cp "$out" "$dir/last.$format.jsonl"
    done
done
"$build/ration" export "$dir/last.cookbook.jsonl" --to "$dir/again.jsonl" --format openai-batch --no-input 2>/dev/null
is "$? $(perl -MJSON::PP -ne 'my $l = decode_json($_); print "$l->{custom_id} $l->{response}{status_code} $l->{response}{body}{content}[0]{text}"' "$dir/again.jsonl")" "0 x 200 A biography of x." \
    "export of lists to OpenAI's lines keeps each body as it came"
runs "$dir/two.bodies.jsonl" --output-format cookbook --retries server_fault=1
"$build/ration" export "$out" --to "$dir/bodies.csv" 2>"$dir/told"
is "$? $(sed 1d "$dir/bodies.csv" | grep -cE ',(done|failed),')" "0 2" "bodies that are known by their lines find their rows"

# ---- Anthropic's ----
printf '{"custom_id":"my-first-request","params":{"model":"claude-opus-4-5","max_tokens":1024,"messages":[{"role":"user","content":"Hello, world"}]}}\n' >"$dir/anthropic.jsonl"
runs "$dir/anthropic.jsonl" --provider anthropic
is "$status $(cat "$seen")" '0 my-first-request	/v1/messages	{"model":"claude-opus-4-5","max_tokens":1024,"messages":[{"role":"user","content":"Hello, world"}]}' "Anthropic's lines run as they are"
runs "$dir/anthropic.jsonl"
refused "give --provider anthropic" "with another provider"

# ---- bodies alone ----
printf '{"model": "text-embedding-ada-002", "input": "1\\n"}\n' >"$dir/elsewhere.jsonl"
printf '{"providers": [{"name": "embeddings", "like": "openai", "path": "/embeddings"}]}' >"$dir/elsewhere.json"
runs "$dir/elsewhere.jsonl" --output-format cookbook --providers "$dir/elsewhere.json" --provider embeddings
is "$status $(cat "$seen")" '0 1	/v1/embeddings	{"model":"text-embedding-ada-002","input":"1\n"}' "bodies alone, with a provider of another path"
printf '{"model": "text-embedding-ada-002", "input": "1\\n", "metadata": {"row_id": 1}}\n{"model": "m", "input": "2"}\n' >"$dir/bodies.jsonl"
runs "$dir/bodies.jsonl"
is "$status $(cat "$seen")" '0 1	/v1/responses	{"model":"text-embedding-ada-002","input":"1\n"}
2	/v1/responses	{"model":"m","input":"2"}' "bodies are sent without their metadata, and known by their lines"
is "$(cut -d , -f 1 "$out" | sort)" '{"line":"1"
{"line":"2"' "and so are their answers"

printf '{"model": "m", "input": "3", "metadata": {"row_id": 1, "ration": "x"}}\n{"model": "m", "input": "4"}\n{"model": "m", "input": "bad"}\n' >"$dir/bodies.jsonl"
runs "$dir/bodies.jsonl" --output-format cookbook
lists() { perl -MJSON::PP -ne 'my $l = decode_json($_); my $json = JSON::PP->new->canonical; my $r = $l->[1]; my $own = delete $l->[2]{ration}; print join(" ", $json->encode($l->[0]), ref $r eq "HASH" ? $r->{object} : $json->encode($r), $json->encode($l->[2]), $own->{id}, $own->{class} // "-"), "\n"' "$@" | sort; }
is "$status $(lists "$out")" '1 {"input":"3","model":"m"} response {"row_id":1} 1 -
{"input":"4","model":"m"} response {} 2 -' "lines as the cookbook's script writes them: request, response, metadata"
is "$(lists "${out%.jsonl}.errors.jsonl")" '{"input":"bad","model":"m"} ["refused: No such."] {} 3 refused' "with the failure in the response's place"
sed -i '/"input":"4"/d' "$out"
: >"$seen"
fresh
"$build/ration" run --base-url "$url" --max-workers 1 --input "$dir/bodies.jsonl" --output "$out" --output-format cookbook --resume --retry-errors none >"$summary" 2>"$err"
is "$? $(cut -f 1 "$seen") $(lines "$out")" "1 2 2" "a resume reads them, too"

# ---- a schema is asked for at each endpoint in its words ----
printf '{"type":"object","properties":{"a{{":{"type":"integer"}},"required":["a{{"],"additionalProperties":false}' >"$dir/schema"
head -n 2 "$dir/batch.jsonl" >"$dir/two.jsonl"
runs "$dir/two.jsonl" --schema "$dir/schema" --attempts 1
fields() { perl -MJSON::PP -F'\t' -lane 'my $b = decode_json($F[2]); print "$F[1] ", JSON::PP->new->canonical->encode({map { $_ => $b->{$_} } grep { /^(?:text|response_format)$/ } keys %$b})' "$seen" | sort; }
schema='{"additionalProperties":false,"properties":{"a{{":{"type":"integer"}},"required":["a{{"],"type":"object"}'
is "$(fields)" '/v1/chat/completions {"response_format":{"json_schema":{"name":"answer","schema":'"$schema"',"strict":true},"type":"json_schema"}}
/v1/responses {"text":{"format":{"name":"answer","schema":'"$schema"',"strict":true,"type":"json_schema"}}}' "of requests in the input"
printf '{"input":"x","text":{"verbosity":"low"}}' >"$dir/body.json"
runs "$dir/table.csv" --request "$dir/body.json" --schema "$dir/schema" --attempts 1
is "$(fields)" '/v1/responses {"text":{"format":{"name":"answer","schema":'"$schema"',"strict":true,"type":"json_schema"},"verbosity":"low"}}' "beside what a body says itself"

# ---- whatever dies, each has exactly one line ----
perl -e 'printf qq({"custom_id":"k%03d","url":"/v1/responses","body":{"model":"m","input":"%d"}}\n), $_, $_ for 1 .. 200' >"$dir/many.jsonl"
for format in openai-batch cookbook "jsonl --keep all" "openai-batch --keep all"; do
    out=$dir/killed.${format// /}.jsonl
    # shellcheck disable=SC2086 # words
    many() { exec "$build/ration" run --base-url "$url" --max-workers 2 --in-flight 4 --input "$dir/many.jsonl" --output "$out" --output-format $format "$@" >"$summary" 2>"$err"; }
    fresh
    many & pid=$!
    some() { [[ $(lines "$out") -ge 40 ]]; }
    wait_for 20 some
    workers=$(workers_of "$pid")
    kill -KILL "$pid"
    wait "$pid" 2>/dev/null
    # shellcheck disable=SC2086
    gone() { ! kill -0 $workers 2>/dev/null; }
    wait_for 20 gone
    truncate -s -7 "$out" # and the machine had not written it all
    fresh
    (many --resume)
    is "$? $(lines "$out") $(grep -o '"k[0-9]*"' "$out" | sort -u | wc -l)" "0 200 200" "$format: exactly one line for each, and a torn one is cut"
    [[ $format != *keep* ]] ||
        is "$(perl -MJSON::PP -ne 'my $l = decode_json($_); print if $l->{input}{custom_id} ne $l->{custom_id} || $l->{input}{body}{input} != substr $l->{custom_id}, 1' "$out")" "" "$format: with what is kept of its own row"
done

# ---- what cannot be ----
wrong() { # NAME WANTED LINE…
    local name=$1 wanted=$2
    shift 2
    printf '%s\n' "$@" >"$dir/wrong.jsonl"
    runs "$dir/wrong.jsonl"
    refused "$wanted" "$name"
}
good='{"custom_id":"1","url":"/v1/responses","body":{"model":"m","input":"x"}}'
wrong "a line without a body" 'wrong.jsonl:2: key "body" is missing or no object' "$good" '{"custom_id":"2","url":"/v1/responses"}'
wrong "a method that is none" 'wrong.jsonl:2: method "GET" is not possible' "$good" '{"custom_id":"2","method":"GET","url":"/v1/responses","body":{"model":"m","input":"x"}}'
wrong "a url that is no path" 'wrong.jsonl:2: url "http://x" is no path' "$good" '{"custom_id":"2","url":"http://x","body":{"model":"m","input":"x"}}'
for path in /v1/../admin /v1/%2e%2e/admin '/v1/responses#x'; do
    wrong "$path, which leads elsewhere" "wrong.jsonl:2: url \"$path\" is no path below the base URL" "$good" '{"custom_id":"2","url":"'"$path"'","body":{"model":"m","input":"x"}}'
done
wrong "a custom_id twice" 'custom_id "1" is already on line 1' "$good" "$good"
wrong "no custom_id" 'wrong.jsonl:2: key "custom_id" is missing' "$good" '{"url":"/v1/responses","body":{"model":"m","input":"x"}}'
wrong "a body without its question" 'wrong.jsonl:2: its body has neither "input" nor "prompt"' "$good" '{"custom_id":"2","url":"/v1/responses","body":{"model":"m"}}'
wrong "no requests at all" 'give either --prompt-id' '{"id":1,"name":"A"}'

finish
