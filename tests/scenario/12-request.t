#!/usr/bin/env bash
# Any request: a system text, parameters, a whole body as a JSON template, parameters from a column. Judged by the bodies that the
# server received, byte for byte. What is wrong is told with its place before anything is sent.
. "$(dirname "$0")/../support/scenario.sh"

seen=$dir/seen
scripted --bodies "$seen"
printf '{{name}}: {{data}}' >"$dir/prompt"
printf 'artist_id,name,data\n1,"Ann ""A""","line\nand \\ {{name}}"\n' >"$dir/in.csv"

# asks OPTION…: a run with one worker over $input; sets $out. What was asked before is forgotten.
input=$dir/in.csv
asks() {
    out=$dir/answers.$((runs_begun + 1)).jsonl
    : >"$seen"
    fresh
    "$build/ration" run --base-url "$url" --max-workers 1 --input "$input" --output "$out" "$@" >"$summary" 2>"$err"
    status=$?
}
# sent: the only body, as it came, and where it went
sent() { cut -f 2- "$seen" | tr '\t' ' '; }
# refused WANTED NAME: exit 2, nothing was sent
refused() {
    is "$status $(lines "$seen")" "2 0" "$2: exit 2, and nothing is sent"
    has "$err" "$1" "$2: and it is told"
}
text='"Ann \"A\": line\nand \\ {{name}}"'

# ---- as before ----
asks --prompt-file "$dir/prompt"
is "$status $(sent)" '0 /v1/responses {"model":"gpt-4o-mini","input":'"$text"'}' "nothing is sent that was not asked for"
asks --prompt-id pmpt_1 --prompt-version 2 --max-output-tokens 9
is "$(sent)" '/v1/responses {"prompt":{"id":"pmpt_1","version":"2","variables":{"artist_name":"Ann \"A\"","artist_data":"line\nand \\ {{name}}"}},"max_output_tokens":9}' \
    "a stored prompt is filled"

# ---- the system text, where each API wants it ----
printf 'Be brief.\nNever "quote" {{name}}; {{{{ stays.' >"$dir/system"
system='"Be brief.\nNever \"quote\" Ann \"A\"; {{ stays."'
asks --prompt-file "$dir/prompt" --system "@$dir/system"
is "$(sent)" '/v1/responses {"model":"gpt-4o-mini","input":'"$text"',"instructions":'"$system"'}' "responses: instructions"
asks --provider openai-chat --prompt-file "$dir/prompt" --system "@$dir/system"
is "$(sent)" '/v1/chat/completions {"model":"gpt-4o-mini","messages":[{"role":"system","content":'"$system"'},{"role":"user","content":'"$text"'}]}' \
    "chat: the first message"
export ANTHROPIC_API_KEY=sk-ant-test-of-request
asks --provider anthropic --model claude-x --prompt-file "$dir/prompt" --system "Be brief."
is "$(sent)" '/v1/messages {"model":"claude-x","messages":[{"role":"user","content":'"$text"'}],"system":"Be brief.","max_tokens":1024}' "messages: system"

# ---- parameters ----
printf '[{"type":"function","name":"f","big":12345678901234567890}]' >"$dir/tools.json"
asks --prompt-file "$dir/prompt" --param temperature=0.2 --param reasoning.effort=low --param reasoning.summary=auto \
    --param "tools=@$dir/tools.json" --param seed=9007199254740993 --param 'metadata.a\.b={{artist_id}}' --param store=false --param model=other
is "$(sent)" '/v1/responses {"model":"other","input":'"$text"',"temperature":0.2,"reasoning":{"effort":"low","summary":"auto"},"tools":[{"type":"function","name":"f","big":12345678901234567890}],"seed":9007199254740993,"metadata":{"a.b":"1"},"store":false}' \
    "parameters stand where their paths say, numbers as they were written"
asks --prompt-file "$dir/prompt" --param a=01 --param b=1. --param c=1.0
is "$(sent)" '/v1/responses {"model":"gpt-4o-mini","input":'"$text"',"a":"01","b":"1.","c":1.0}' "what is no JSON is a text"
RATION_PARAM=top_p=0.5 asks --prompt-file "$dir/prompt"
is "$(sent)" '/v1/responses {"model":"gpt-4o-mini","input":'"$text"',"top_p":0.5}' "one comes from the environment as well"

# ---- a whole body ----
cat >"$dir/body.json" <<'END'
{
  "messages": [
    {"role": "system", "content": "You know {{ genre }}."},
    {"role": "user", "content": [{"type": "text", "text": "{{name}}"}, {"type": "image_url", "image_url": {"url": "{{image}}"}}]}
  ],
  "tools": "{{json:tools}}",
  "metadata": {"row": "{{id}}", "shot": "{{{{name}} is a place"},
  "n_tokens": 1.50
}
END
printf '{"id":"7","name":"A\\"B","genre":"jazz","image":"http://x/y.png","tools":[{"a": 1.0}]}\n' >"$dir/rows.jsonl"
input=$dir/rows.jsonl
asks --provider openai-chat --request "$dir/body.json"
is "$status $(sent | tr -d ' \n')" '0 /v1/chat/completions{"messages":[{"role":"system","content":"Youknowjazz."},{"role":"user","content":[{"type":"text","text":"A\"B"},{"type":"image_url","image_url":{"url":"http://x/y.png"}}]}],"tools":[{"a":1.0}],"metadata":{"row":"7","shot":"{{name}}isaplace"},"n_tokens":1.50,"model":"gpt-4o-mini"}' \
    "a body of one's own, with texts and values of columns in it" || sent
asks --provider openai-chat --request "$dir/body.json" --model mine --param tools=null --max-output-tokens 5
is "$(sent | perl -MJSON::PP -ne '/(\{.*)/s; $b = decode_json($1); print "$b->{model} ", defined $b->{tools} ? 1 : 0, " $b->{max_completion_tokens}"')" 'mine 0 5' \
    "options go before what it says"

printf ' {"model": "own", "input": "{{name}}"} \r\n\n' >"$dir/named.json"
asks --request "$dir/named.json"
is "$status $(sent)" '0 /v1/responses {"model": "own", "input": "A\"B"}' "a body that names its model ends with its brace, whatever blanks the file has behind it"

printf 'id,name,genre,image,tools\n1,A,x,y,"[1, 2]"\n2,B,x,y,\n' >"$dir/rows.csv"
input=$dir/rows.csv
asks --provider openai-chat --request "$dir/body.json"
is "$(perl -MJSON::PP -F'\t' -lane 'print encode_json([decode_json($F[2])->{tools}])' "$seen" | sort)" '[[1,2]]
[null]' "a column of CSV that holds JSON is a value, an empty one null"
printf 'id,name,genre,image,tools\n1,A,x,y,"[1, 2]"\n2,B,x,y,[1\n' >"$dir/rows.csv"
asks --provider openai-chat --request "$dir/body.json"
refused "rows.csv:3: column 'tools' holds no JSON, as {{json:tools}} needs it" "a row whose value is no JSON"

printf 'id,name,genre,image,tools\n1,A,x,y,90210\n2,B,x,y,02134\n' >"$dir/rows.csv"
asks --provider openai-chat --request "$dir/body.json"
refused "rows.csv:3: column 'tools' holds no JSON, as {{json:tools}} needs it" "a number with a zero before it"
input=$dir/numbers.jsonl
printf '{"id":"1","name":"A"}\n{"id":"2","name":"B","x":01}\n' >"$input"
asks --prompt-file "$dir/prompt"
refused "numbers.jsonl:2:" "likewise in JSON Lines"

# ---- parameters that were meant as JSON ----
input=$dir/mended.jsonl
printf '{"id":"1","name":"A","data":""}\n' >"$input"
printf '[{"type":"function",]\n' >"$dir/broken.json"
asks --prompt-file "$dir/prompt" --param tools=@"$dir/broken.json"
refused "--param tools: the file begins as JSON, and is none; mend it" "a file of JSON that is broken"
asks --prompt-file "$dir/prompt" --param 'stop=[END]' --param 'user={{name}}'
has "$err" "WARNING: --param stop: begins as JSON, and is none: it is sent as a text" "on the command line it is warned of"
is "$status $(grep -c 'begins as JSON' "$err") $(grep -c '"stop":"\[END\]","user":"A"' "$seen")" "0 1 1" "and sent; a column that begins a text is none"

# ---- parameters of a row ----
printf 'id,name,how\n1,A,"{""temperature"": 0.1, ""reasoning"":{""effort"":""low""}}"\n2,B,\n' >"$dir/how.csv"
input=$dir/how.csv
printf '{{name}}' >"$dir/short"
asks --prompt-file "$dir/short" --params-column how --param reasoning.summary=auto
is "$(sort "$seen" | cut -f 3)" '{"model":"gpt-4o-mini","input":"A","reasoning":{"summary":"auto","effort":"low"},"temperature":0.1}
{"model":"gpt-4o-mini","input":"B","reasoning":{"summary":"auto"}}' "a row's own parameters are merged into its body"
sed -i 's/^2,B,/2,B,[1]/' "$dir/how.csv"
asks --prompt-file "$dir/short" --params-column how
refused "how.csv:3: column 'how', that of --params-column, holds no JSON object" "parameters that are no object"

# ---- what is wrong, and where ----
input=$dir/in.csv
refuses() { # NAME WANTED OPTION…
    local name=$1 wanted=$2
    shift 2
    asks "$@"
    refused "$wanted" "$name"
}
printf '{"messages": [\n{"role":"user","content":{{name}}}\n]}' >"$dir/bad.json"
refuses "no JSON" "--request $dir/bad.json:2: not valid JSON here" --provider openai-chat --request "$dir/bad.json"
printf '{"messages": [\n{"role":"user",\n"content":"{{nme}}"}\n]}' >"$dir/bad.json"
refuses "a column that is none" "--request $dir/bad.json:3: the input has no column 'nme'" --provider openai-chat --request "$dir/bad.json"
printf '{"messages": [\n{"role":"user",\n"content":"{{name"}\n]}' >"$dir/bad.json"
refuses "an open brace" "--request $dir/bad.json:3: '{{' is not closed" --provider openai-chat --request "$dir/bad.json"
printf '{"model": "m",\n"input": "{{name}}\tx"}' >"$dir/bad.json"
refuses "a tab in a string" "--request $dir/bad.json:2: not valid JSON here" --request "$dir/bad.json"
printf '{"model": "m",\n"seed": 007, "input": "{{name}}"}' >"$dir/bad.json"
refuses "a number of no JSON" "--request $dir/bad.json:2: not valid JSON here" --request "$dir/bad.json"
printf '{"model": "m", "seed": 1, "input": "{{name}}", "seed": 2}' >"$dir/bad.json"
refuses "a member that stands twice" "in.csv:2: its body has an object with two members of one name" --request "$dir/bad.json"
printf '[1]' >"$dir/bad.json"
refuses "a list" "--request $dir/bad.json:1: must be one JSON object" --provider openai-chat --request "$dir/bad.json"
printf '{"input":"{{name}}"}' >"$dir/bad.json"
refuses "a body of another API" 'in.csv:2: its body has no "messages"' --provider openai-chat --request "$dir/bad.json"
refuses "several answers" 'in.csv:2: its body asks for several answers (n)' --provider openai-chat --prompt-file "$dir/prompt" --param n=2
refuses "an answer in the background" 'in.csv:2: its body asks for an answer in the background' --prompt-file "$dir/prompt" --param background=true
refuses "no path" '--param: "temperature" is not PATH=VALUE' --prompt-file "$dir/prompt" --param temperature
refuses "an empty part of a path" 'is not PATH=VALUE' --prompt-file "$dir/prompt" --param a..b=1
refuses "a file that is not there" "$dir/nowhere" --prompt-file "$dir/prompt" --param "a=@$dir/nowhere"
refuses "a column of no name" "the input has no column 'nme'" --prompt-file "$dir/prompt" --system '{{nme}}'
input=$dir/in.jsonl
printf '{"artist_id":"a","name":"A","genre":"g"}\n{"artist_id":"b","name":"B"}\n' >"$input"
echo 'Of {{name}}: {{genr}}' >"$dir/misspelt"
refuses "a key that no line has" "$dir/misspelt:1: the input has no column 'genr'; use one of its columns in {{ }}; did you mean 'genre'?" --prompt-file "$dir/misspelt"
echo 'Of {{name}}: {{genre}}' >"$dir/misspelt"
asks --prompt-file "$dir/misspelt"
is "$status $(grep -cF 'Of A: g\n' "$seen") $(grep -cF 'Of B: \n' "$seen")" "0 1 1" "one that some have is empty for the others"
input=$dir/in.csv
refuses "no column of parameters" '--params-column: the input has no column "how"' --prompt-file "$dir/prompt" --params-column how
refuses "two prompts" 'give one of --prompt-id' --prompt-file "$dir/prompt" --request "$dir/body.json"
refuses "a system text beside a body" '--system: say it in the file of --request' --request "$dir/body.json" --system x
refuses "nothing to ask" 'give either --prompt-id' --provider openai-chat

# ---- what would be sent is shown ----
: >"$seen"
shown=$(OPENAI_API_KEY='' "$build/ration" run --base-url "$url" --input "$input" --prompt-file "$dir/prompt" --param temperature=1 --show-request 1 2>"$dir/told")
is "$? $shown" "0 POST $url/responses
Authorization: Bearer [key]
Content-Type: application/json

{\"model\":\"gpt-4o-mini\",\"input\":$text,\"temperature\":1}" "--show-request shows what would be sent, without a key"
shown=$("$build/ration" run --base-url "$url" --input "$input" --prompt-file "$dir/prompt" --header 'X-Team: hush1' --query code=hush2 --query v=hush3 \
    --show-request 1 2>&1)
is "$(grep -c hush <<<"$shown"),$(grep -cE '^POST .*\?code=\[not shown\]&v=\[not shown\]$' <<<"$shown")" 0,1 "nor what a header or a query parameter of one's own says"
"$build/ration" run --base-url "$url" --input "$input" --prompt-file "$dir/prompt" --show-request 9 2>"$dir/told"
is "$? $(lines "$seen")" "2 0" "a row that is not there, and nothing is sent"
has "$dir/told" 'the input has no artist_id "9"' "is told"

# ---- the input hash covers model and parameters ----
# changed OPTION…: what a resume of $kept says of changed artists
changed() {
    fresh
    "$build/ration" run --base-url "$url" --max-workers 1 --input "$input" --output "$kept" --prompt-file "$dir/prompt" --resume "$@" >"$summary" 2>"$err"
    grep -c 'has changed since' "$err"
}
kept=$dir/kept.jsonl
"$build/ration" run --base-url "$url" --max-workers 1 --input "$input" --output "$kept" --prompt-file "$dir/prompt" --model one --param temperature=1 >"$dir/first" 2>&1
is "$(changed --model one --param temperature=1)" 0 "the same request is the same"
is "$(changed --model two --param temperature=1)" 1 "another model is a change"
is "$(changed --model one --param temperature=0.5)" 1 "so is another parameter"
: >"$seen"
fresh
"$build/ration" run --base-url "$url" --max-workers 1 --input "$input" --output "$kept" --prompt-file "$dir/prompt" --resume --redo-changed --model two >"$summary" 2>"$err"
is "$? $(lines "$seen") $(lines "$kept")" "0 1 1" "--redo-changed asks it again"
kept=$dir/old.jsonl
"$build/ration" run --base-url "$url" --max-workers 1 --input "$input" --output "$kept" --prompt-file "$dir/prompt" >"$dir/first" 2>&1
is "$(changed)" 0 "an answer of before has the hash of its prompt"
is "$(changed --model gpt-4o-mini)" 0 "which is still understood where only the model is named now"
is "$(changed --model one)" 1 "but not where it is another"
is "$(changed --system x)" 1 "but it cannot have had a system text"

# ---- and the longest answer and the check, whichever run asked what ----
# redone OPTION…: how many are asked again
redone() {
    : >"$seen"
    fresh
    "$build/ration" run --base-url "$url" --max-workers 1 --input "$input" --output "$kept" --prompt-file "$dir/prompt" --resume --redo-changed "$@" >"$summary" 2>"$err"
    lines "$seen"
}
while IFS='|' read -r first later wanted name; do
    kept=$dir/$name.jsonl
    # shellcheck disable=SC2086 # words
    "$build/ration" run --base-url "$url" --max-workers 1 --input "$input" --output "$kept" --prompt-file "$dir/prompt" $first >"$dir/first" 2>&1
    # shellcheck disable=SC2086
    is "$(redone $first)" 0 "$name: the same is not asked again"
    # shellcheck disable=SC2086
    is "$(changed $later)" "$wanted" "$name: it is told"
    # shellcheck disable=SC2086
    is "$(redone $later)$(redone $later)" "${wanted}0" "$name: and asked again, once, also after it was told"
done <<'END'
|--max-output-tokens 400|1|longer
--max-output-tokens 400||1|unlimited
--max-output-tokens 400|--max-output-tokens 401|1|other
|--min-chars 3|1|checked
--min-chars 3|--min-chars 4|1|least
--min-chars 3||1|unchecked
|--must-match .|1|matched
--must-match .|--must-match ..|1|pattern
--min-chars 3|--min-chars 3 --attempts 3 --on-invalid retry|0|how
END

finish
