#!/usr/bin/env bash
# Answers that are checked: what is asked for, what is sent again when an answer is not that, and what is written. Judged by the
# bodies that the server received.
source "$(dirname "$0")/../support/scenario.sh"
printf '%s' 'Write of {{name}}.' >"$dir/prompt"
printf 'artist_id,name,data\na,Ann,x\n' >"$dir/one.csv"
cat >"$dir/schema.json" <<'JSON'
{
  "type": "object",
  "properties": {"born": {"type": "integer", "minimum": 1000}, "tags": {"type": "array", "items": {"type": "string"}}},
  "required": ["born", "tags"],
  "additionalProperties": false
}
JSON
sent='{"type":"object","properties":{"born":{"type":"integer","minimum":1000},"tags":{"type":"array","items":{"type":"string"}}},"required":["born","tags"],"additionalProperties":false}'
narrow=${sent/\"type\":\"integer\",\"minimum\":1000/\"description\":\"{minimum: 1000\}\",\"type\":\"integer\"}
export ANTHROPIC_API_KEY=sk-ant-test-1
usage='"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"input_tokens":10,"output_tokens":5}'
# Bodies of an answer whose text is $1, as JSON, in each shape; $2: how it ended.
chat() { printf '{"id":"c","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":%s},"finish_reason":"%s"}],%s}' "$1" "${2:-stop}" "$usage"; }
messages() { printf '{"id":"m","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":%s}],"stop_reason":"%s",%s}' "$1" "${2:-end_turn}" "$usage"; }
responses() { printf '{"id":"r","object":"response","status":"completed","model":"m","output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":%s}]}],%s}' "$1" "$usage"; }
good='"{\"born\": 1900,\n \"tags\": [\"a, b\", \"{\\\"artist_id\\\":\\\"\"]}"'

# run NAME RULE-OPTION… -- OPTION…: one run against a server with those rules; $file, $bodies, $status
run() {
    local name=$1 rules=()
    shift
    while [[ $# -gt 0 && $1 != -- ]]; do
        rules+=("$1")
        shift
    done
    shift
    bodies=$dir/bodies.$name
    file=$dir/$name
    scripted --bodies "$bodies" "${rules[@]}"
    "$build/ration" run --base-url "$url" --provider "${provider:-vllm}" --model m "${prompt[@]}" --input "$dir/one.csv" \
        --output "$file.jsonl" --backoff-initial 0.02 --backoff-max 0.05 "$@" >"$file.out" 2>"$file.err"
    status=$?
    simapi_stop
}
prompt=(--prompt-file "$dir/prompt")
# member FILE PERL: of its only line, as $_
member() { perl -MJSON::PP -e 'open my $f, "<", $ARGV[0] or exit; $_ = decode_json(<$f>); print eval($ARGV[1]) // "undef"' "$1" "$2"; }
# body N: of the N-th request
body() { sed -n "$1p" "$bodies" | cut -f3-; }

# ---- what is asked for, in each API's words ----
run chat --rule row=a --body "$(chat "$good")" -- --schema "$dir/schema.json"
is "$status $(body 1)" '0 {"model":"m","messages":[{"role":"user","content":"Write of Ann."}],"response_format":{"type":"json_schema","json_schema":{"name":"answer","schema":'"$sent"',"strict":true}}}' "chat completions: response_format"
is "$(member "$file.jsonl" '"$_->{response_json}{born} $_->{response_json}{tags}[1] " . exists $_->{response_text}')" '1900 {"artist_id":" ' "the value stands in the line, and not as a text"
is "$(grep -o '"response_json":.*,"response_id"' "$file.jsonl")" '"response_json":{"born": 1900, "tags": ["a, b", "{\"artist_id\":\""]},"response_id"' "on one line, as it was written"
provider=openai run responses --rule row=a --body "$(responses "$good")" -- --schema "$dir/schema.json"
is "$status $(body 1)" '0 {"model":"m","input":"Write of Ann.","text":{"format":{"type":"json_schema","name":"answer","schema":'"$sent"',"strict":true}}}' "responses: text.format"
provider=anthropic run messages --rule row=a --body "$(messages "$good")" -- --schema "$dir/schema.json" --max-output-tokens 100
is "$status $(body 1)" '0 {"model":"m","messages":[{"role":"user","content":"Write of Ann."}],"max_tokens":100,"output_config":{"format":{"type":"json_schema","schema":'"$narrow"'}}}' "messages: output_config, without what that API refuses"
has "$file.err" "schema.json:3: /properties/born/minimum and its like are sent as words of the description, because this API refuses them; it is checked here" "which is told"
echo '{"type": "object", "properties": {"a": {}}}' >"$dir/loose.json"
run loose --rule row=a --body "$(chat '"{}"')" -- --schema "$dir/loose.json"
is "$status $(body 1)" '0 {"model":"m","messages":[{"role":"user","content":"Write of Ann."}],"response_format":{"type":"json_schema","json_schema":{"name":"answer","schema":{"type":"object","properties":{"a":{}}},"strict":false}}}' "a schema that strict mode refuses is sent with strict false"
has "$file.err" 'loose.json:1: it is sent with strict false, because the schema lacks "additionalProperties": false' "for which there is a reason"

# ---- repaired ----
wrong='"{\"born\": \"1900\", \"tags\": []}"'
said='Your answer cannot be used: the value at /born must be an integer, and is a string. Answer again, with the whole corrected JSON and nothing else.'
more='{"role":"assistant","content":'"$wrong"'},{"role":"user","content":"'"$said"'"}]'
run repair-chat --rule 'row=a attempt=1' --body "$(chat "$wrong")" --rule row=a --body "$(chat "$good")" -- --schema "$dir/schema.json"
first=$(body 1)
is "$status $(body 2)" "0 ${first/\"Write of Ann.\"\}]/\"Write of Ann.\"\},$more}" "chat completions: the answer and what is wrong with it are two messages more"
is "$(member "$file.jsonl" '"$_->{attempts} $_->{response_json}{born}"')" "2 1900" "the attempt counts"
has "$file.err" "invalid_answer: status 200 schema, the value at /born must be an integer, and is a string" "people are told"
provider=openai run repair-responses --rule 'row=a attempt=1' --body "$(responses "$wrong")" --rule row=a --body "$(responses "$good")" -- --schema "$dir/schema.json"
first=$(body 1)
is "$status $(body 2)" "0 ${first/\"Write of Ann.\"/[\{\"role\":\"user\",\"content\":\"Write of Ann.\"\},$more}" "responses: the text becomes the first of three"
provider=anthropic run repair-messages --rule 'row=a attempt=1' --body "$(messages "$wrong")" --rule row=a --body "$(messages "$good")" -- --schema "$dir/schema.json"
first=$(body 1)
is "$status $(body 2)" "0 ${first/\"Write of Ann.\"\}]/\"Write of Ann.\"\},$more}" "messages: likewise"
prompt=(--prompt-id pmpt_1)
provider=openai run repair-stored --rule 'row=a attempt=1' --body "$(responses "$wrong")" --rule row=a --body "$(responses "$good")" -- --schema "$dir/schema.json"
first=$(body 1)
is "$status $(body 2)" "0 ${first%\}},\"input\":[$more}" "a stored prompt: they stand beside it"
prompt=(--prompt-file "$dir/prompt")
run twice --rule 'row=a attempt=1' --body "$(chat '"no JSON"')" --rule 'row=a attempt=2' --status 500 --rule 'row=a attempt=3' --body "$(chat "$wrong")" \
    --rule row=a --body "$(chat "$good")" -- --schema "$dir/schema.json"
is "$status,$([[ $(body 2) == "$(body 3)" ]] && echo same)" 0,same "a fault in between changes nothing"
is "$(body 4)" "$(body 1 | MORE=$more perl -pe 's/Write of Ann\."\}\]/Write of Ann."},$ENV{MORE}/')" "only the last answer is sent again"
has "$bodies" 'the answer is not JSON at its byte 1: no value begins so' "what is no JSON is told as that"

# ---- retry, keep, fail; attempts ----
run retry --rule 'row=a attempt=1' --body "$(chat "$wrong")" --rule row=a --body "$(chat "$good")" -- --schema "$dir/schema.json" --on-invalid retry
is "$status,$([[ $(body 1) == "$(body 2)" ]] && echo same)" 0,same "retry: the same again"
run keep --rule row=a --body "$(chat "$wrong")" -- --schema "$dir/schema.json" --on-invalid keep
is "$status $(asked 1) $(member "$file.jsonl" '"$_->{response_json}{born} $_->{invalid}"')" "0 1 1900 the value at /born must be an integer, and is a string" "keep: the line says why it is not valid"
run keep-text --rule row=a --body "$(chat '"Born in 1900."')" -- --schema "$dir/schema.json" --on-invalid keep
is "$status $(asked 1) $(member "$file.jsonl" '"$_->{response_text} $_->{invalid}"')" "0 1 Born in 1900. the answer is not JSON at its byte 1: no value begins so" "keep: what is no JSON is a text"
run fail --rule row=a --body "$(chat "$wrong")" -- --schema "$dir/schema.json" --on-invalid fail
is "$status $(asked 1) $(member "$file.errors.jsonl" '"$_->{class} $_->{code} $_->{message}"')" "1 1 invalid_answer schema the value at /born must be an integer, and is a string" "fail: to the errors file"
run attempts --rule row=a --body "$(chat "$wrong")" -- --schema "$dir/schema.json" --attempts 3
is "$status $(asked 1) $(member "$file.errors.jsonl" '"$_->{class} $_->{attempts}"')" "1 3 invalid_answer 3" "one that is never valid: --attempts"
run retries --rule row=a --body "$(chat "$wrong")" -- --schema "$dir/schema.json" --retries invalid_answer=2
is "$status,$(asked 1)" 1,2 "or as --retries has it for the class"

# ---- cut answers are cut first ----
run cut --rule row=a --body "$(chat '"{\"born\": 19"' length)" -- --schema "$dir/schema.json"
is "$status $(asked 1) $(member "$file.errors.jsonl" '"$_->{class} $_->{code} $_->{message}"')" "1 1 truncated truncated the answer was cut by the token limit, and is no valid one; raise --max-output-tokens" "a cut answer is told as cut, and not asked for again"
run cut-retry --rule 'row=a attempt=1' --body "$(chat '"{\"born\": 19"' length)" --rule row=a --body "$(chat "$good")" -- --schema "$dir/schema.json" --on-truncated retry
is "$status,$(asked 1),$([[ $(body 1) == "$(body 2)" ]] && echo same)" 0,2,same "unless --on-truncated retry says so"
run fenced --rule row=a --body "$(chat '"```json\n{\"born\": 1900, \"tags\": []}\n```\n"')" -- --schema "$dir/schema.json"
is "$status $(asked 1) $(member "$file.jsonl" '$_->{response_json}{born}')" "0 1 1900" "JSON between three backquotes is that JSON"

# ---- plain texts ----
run short --rule 'row=a attempt=1' --body "$(chat '"Too short."')" --rule row=a --body "$(chat '"This one is as long as it must be."')" -- --min-chars 20
is "$status $(member "$file.jsonl" '"$_->{attempts} $_->{response_text}"')" "0 2 This one is as long as it must be." "--min-chars"
has "$bodies" 'Your answer cannot be used: the answer must have at least 20 characters, and has 10. Answer again, completely.' "the model is told"
run match --rule 'row=a attempt=1' --body "$(chat '"Ann was born."')" --rule row=a --body "$(chat '"Ann was born in 1900."')" -- --must-match '\d{4}\.$'
is "$status $(member "$file.jsonl" '"$_->{attempts} $_->{response_text}"')" "0 2 Ann was born in 1900." "--must-match"
run hang --rule row=a --body "$(chat "\"$(perl -e 'print "a" x 5000')!\"")" -- --must-match '^(a+)+$' --on-invalid fail
is "$status $(member "$file.errors.jsonl" '"$_->{class} $_->{code}"')" "1 invalid_answer too_costly" "a pattern that would never end is given up"

# ---- kills ----
input_of 800
scripted --bodies "$dir/bodies.kills" --latency 20 --rule 'attempt=1 share=0.5' --body "$(chat "$wrong")" --rule row=.* --body "$(chat "$good")"
"$build/ration" run --base-url "$url" --provider vllm --model m --prompt-file "$dir/prompt" --input "$input" --output "$dir/kills.jsonl" \
    --schema "$dir/schema.json" --in-flight 4 --max-workers 4 >"$dir/kills.out" 2>"$dir/kills.err" &
pid=$!
kills=0
while [[ $kills -lt 20 ]] && kill -0 "$pid" 2>/dev/null; do
    sleep 0.1
    mapfile -t pids < <(workers_of "$pid")
    if [[ ${#pids[@]} -gt 0 ]] && kill -9 "${pids[RANDOM % ${#pids[@]}]}" 2>/dev/null; then
        kills=$((kills + 1))
    fi
done
wait "$pid"
is "$?,$(lines "$dir/kills.jsonl"),$(grep -o '^{"artist_id":"[^"]*"' "$dir/kills.jsonl" | sort -u | wc -l)" 0,800,800 "$kills kills: exactly one line for each"
is "$(grep -c '"response_json":{"born": 1900, ' "$dir/kills.jsonl")" 800 "and each is valid"
simapi_stop
repaired=$(grep -c 'must be an integer, and is a string' "$dir/bodies.kills")
holds "$repaired second requests say what was wrong, of those that no death cut off" "$repaired > 0"

# ---- many that cost all that a check may, at once ----
perl -e 'print "artist_id,name,data\n", map { "r$_,Ann,x\n" } 1 .. 80' >"$dir/many.csv"
scripted --rule 'row=.*' --body "$(chat "\"$(perl -e 'print "a" x 5000')!\"")"
"$build/ration" run --base-url "$url" --provider vllm --model m --prompt-file "$dir/prompt" --input "$dir/many.csv" --output "$dir/costly.jsonl" \
    --must-match '^(a+)+$' --on-invalid fail --max-workers 1 --in-flight 80 --hang-timeout 3 >"$dir/costly.out" 2>"$dir/costly.err"
is "$?,$(grep -c '"code":"too_costly"' "$dir/costly.errors.jsonl"),$(asked 1)" 1,80,80 "a worker that checks for seconds is not taken for one that hangs"
simapi_stop

# ---- redo, resume ----
run resume --rule row=a --body "$(chat "$good")" -- --schema "$dir/schema.json"
before=$(cat "$file.jsonl")
again() {
    scripted --rule row=a --body "$(chat "$good")"
    "$build/ration" run --base-url "$url" --provider vllm --model m --prompt-file "$dir/prompt" --input "$dir/one.csv" --output "$file.jsonl" --resume "$@" \
        >"$file.out" 2>"$file.err"
    status=$?
    simapi_stop
}
again --schema "$dir/schema.json" --redo-changed
is "$status,$(asked 1),$([[ $(cat "$file.jsonl") == "$before" ]] && echo same)" 0,0,same "a valid answer is read again, and not asked for"
again --schema "$dir/loose.json" --redo-changed
is "$status,$(asked 1),$(lines "$file.jsonl")" 0,1,1 "--redo-changed: another schema is another request"
{ cat "$dir/one.csv"; echo 'b,Ben,y'; } >"$dir/two.csv"
scripted --rule 'row=.*' --body "$(chat "$good")"
"$build/ration" run --base-url "$url" --provider vllm --model m --prompt-file "$dir/prompt" --input "$dir/two.csv" --output "$file.jsonl" --resume \
    --schema "$dir/schema.json" >"$file.out" 2>"$file.err"
is "$?,$(asked 1),$(lines "$file.jsonl")" 0,1,2 "one more artist, by the schema of before: the answer that is there stays"
has "$file.err" "; schema $dir/loose.json, now $dir/schema.json" "an output with answers of two schemas is told"
simapi_stop

# ---- the whole sample, with more of a schema, in each shape ----
cat >"$dir/rich.json" <<'JSON'
{
  "$defs": {"work": {"type": "object", "properties": {"title": {"type": "string", "minLength": 3, "maxLength": 40}, "year": {"type": ["integer", "null"],
    "exclusiveMinimum": 1500, "maximum": 2030}}, "required": ["title", "year"], "additionalProperties": false}},
  "type": "object",
  "properties": {"kind": {"enum": ["painter", "sculptor"]}, "works": {"type": "array", "items": {"$ref": "#/$defs/work"}, "minItems": 2, "maxItems": 9},
    "alive": {"type": "boolean"}, "note": {"anyOf": [{"type": "string", "pattern": "[A-Za-z]"}, {"type": "null"}]}},
  "required": ["kind", "works", "alive", "note"],
  "additionalProperties": false
}
JSON
simapi
for shape in openai vllm; do
    "$build/ration" run --base-url "$url" --provider "$shape" --model m --prompt-file "$dir/prompt" --input "$sample" --output "$dir/rich.$shape.jsonl" \
        --schema "$dir/rich.json" >"$dir/rich.out" 2>"$dir/rich.err"
    is "$?,$(grep -c '"attempts":1,' "$dir/rich.$shape.jsonl"),$(member "$dir/rich.$shape.jsonl" '$_->{response_json}{works}[1]{year}')" "0,$(lines "$dir/rich.$shape.jsonl"),1501" "$shape: each is valid at once"
done
simapi_stop

# ---- told before anything is sent ----
scripted
refused() {
    local name=$1 words=$2
    shift 2
    "$build/ration" run --base-url "$url" --provider vllm --model m --prompt-file "$dir/prompt" --input "$dir/one.csv" --output "$dir/refused.jsonl" "$@" \
        >"$dir/refused.out" 2>"$dir/refused.err"
    is "$?,$(asked 1)" 2,0 "$name: exit 2, nothing sent"
    has "$dir/refused.err" "$words" "and why"
}
printf '{\n"type": "string",\n}' >"$dir/bad.json"
refused "no JSON" "bad.json:3: the schema is not JSON: a name in quotes is missing" --schema "$dir/bad.json"
printf '{\n"$dynamicRef": "#a"}' >"$dir/bad.json"
refused "what cannot be checked" "bad.json:2: /\$dynamicRef is not followed by ration; say \$ref" --schema "$dir/bad.json"
printf '{"$ref": "other.json"}' >"$dir/bad.json"
refused "another document" "bad.json:1: /\$ref leads to other.json, which is not in this file; nothing is fetched: put it into \$defs" --schema "$dir/bad.json"
refused "no file" "--schema $dir/none.json" --schema "$dir/none.json"
refused "a pattern" "--must-match (: the pattern is not understood" --must-match '('
refused "both" "--min-chars is for plain texts; with --schema, say minLength in the schema" --schema "$dir/schema.json" --min-chars 5
refused "nothing to check" "--on-invalid says what follows a check: give --schema, --min-chars or --must-match, too" --on-invalid keep
simapi_stop
finish
