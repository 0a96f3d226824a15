#!/usr/bin/env bash
# What is told of the key and the model before the first row.
source "$(dirname "$0")/../support/scenario.sh"
list='{"object":"list","data":[{"id":"gpt-6-luna","object":"model"},{"id":"gpt-old","shutdown_date":"2027-01-14"}]}'
echo '{{name}}: {{data}}' >"$dir/prompt"
# run OPTION…
run() {
    fresh
    "$build/ration" run --base-url "$url" --provider openai-chat --prompt-file "$dir/prompt" --input "$sample" --limit 2 \
        --max-workers 1 --output "$dir/out-$cases.jsonl" "$@" >"$summary" 2>"$err"
    status=$?
}
scripted --rule 'path=/v1/models key=sk-bad' --status 401 --rule 'path=/v1/models key=sk-narrow' --status 401 \
    --body '{"error":{"message":"Missing scopes: api.model.read"}}' --rule 'path=/v1/models key=sk-none' --status 404 \
    --rule 'path=/v1/models' --body "$list"

run --model gpt-6-luna
is $status 0 "another base URL"
is "$(asked '$row eq "-"')" 0 "is not asked for its models by itself"
run --model gpt-6-luna --preflight
is $status 0 "a model that is there"
is "$(asked '$row eq "-"')" 1 "was asked for once"
run --model gpt-6-lunar --preflight
is $status 4 "a model that is not there"
has "$err" 'the API has no model gpt-6-lunar; did you mean gpt-6-luna?' "is told before the first row"
is "$(asked '$row ne "-"')" 4 "and no row was sent"
ok "$([[ ! -e $dir/out-6.jsonl ]]; echo $?)" "nothing is left of the run"
run --model gpt-old --preflight
is $status 0 "a model that ends"
has "$err" 'the model gpt-old is shut down on 2027-01-14' "is told of"
OPENAI_API_KEY=sk-bad run --model gpt-6-luna --preflight
is $status 4 "a key that is refused"
has "$err" 'the API refuses the key' "is told before the first row"
OPENAI_API_KEY=sk-narrow run --model gpt-6-luna --preflight
is $status 0 "a key that may not list models is no fault"
OPENAI_API_KEY=sk-none run --model gpt-6-luna --preflight
is $status 0 "nor an API that has no such list"
run --model nothing --preflight --no-preflight
is $status 0 "--no-preflight asks nothing"
simapi_stop

scripted --rule 'path=/v1/models' --stall
run --model gpt-6-luna --preflight
is $status 0 "a list that does not come is waited for a while, and no longer"
has "$err" 'the list of models did not come: Timeout was reached' "and told"
simapi_stop

# The default model of a provider, at its own address: that is nowhere here, and no request leaves.
fresh
https_proxy=http://127.0.0.1:1 timeout -s INT 5 "$build/ration" run --provider openai-chat --prompt-file "$dir/prompt" --input "$sample" \
    --output "$dir/old.jsonl" >"$summary" 2>"$err"
has "$err" 'the default model gpt-4o-mini ' "an old default model is told of"
has "$err" 'on 2027-01-14, its provider recommends gpt-6-luna; give --model NAME' "with its end and what to take instead"
finish
