#!/usr/bin/env bash
# What answers cost: by the model that answers, from price lists of three shapes, or as the user says.
source "$(dirname "$0")/../support/scenario.sh"
lists=$root/tests/data/prices
printf 'Write about {{name}}: {{data}}\n' >"$dir/prompt.txt"
input_of 40

# planned EXIT OPTIONS…: ration plan; what it costs is in $cost, all that it says in $said
said=$dir/said
planned() {
    local wanted=$1
    shift
    "$build/ration" plan --input "$input" --prompt-file "$dir/prompt.txt" --max-output-tokens 1000 --json "$@" >"$dir/plan.json" 2>"$said"
    status=$?
    cost=$(perl -MJSON::PP -0777 -ne 'print JSON::PP->new->decode($_)->{cost_dollars} // "null"' "$dir/plan.json" 2>/dev/null)
    is "$status" "$wanted" "exit $wanted: $*"
}
# dollars IN OUT: what forty answers of a thousand tokens cost at these prices
tokens=$("$build/ration" plan --input "$input" --prompt-file "$dir/prompt.txt" --json 2>/dev/null | perl -MJSON::PP -0777 -ne 'print JSON::PP->new->decode($_)->{input_tokens}')
costs() { holds "$3: \$$cost" "abs($cost - ($tokens * $1 + 40000 * $2) / 1e6) < 1e-6"; }

# ---- the built-in list ----
planned 0 --provider anthropic
costs 1 5 "the default model of anthropic"
planned 0 --provider anthropic --model claude-haiku-4-5-20251001 --max-cost 1
costs 1 5 "its name with a date"
planned 0
costs 0.15 0.60 "the default model of openai"
planned 0 --model gpt-4o-2024-08-06
costs 2.5 10 "gpt-4o is no gpt-4o-mini"
planned 0 --provider openrouter --model openai/gpt-4o-mini
costs 0.15 0.60 "at a router"
planned 0 --provider vllm --model m
is "$cost" null "no price is known of a model of one's own"
planned 2 --provider vllm --model m --max-cost 1
has "$said" "no list has one of the model m at provider vllm: give --price IN,OUT" "and so no bound can be kept"
planned 0 --provider vllm --model m --max-cost 1 --price 0.25,1.25
costs 0.25 1.25 "but by the user's word"
planned 0 --provider openrouter --model openai/gpt-4o-mini --cache-prompt
nothing "$(grep 'keeps no beginning' "$said")" "a router's cache for a model that keeps prompts by itself"
planned 0 --provider openrouter --model anthropic/claude-haiku-4.5 --cache-prompt
has "$said" "openrouter keeps no beginning for the model anthropic/claude-haiku-4.5 by itself" "and for one that does not"
printf 'artist_id,name,data,p\n1,A,b,"{""model"":""gpt-5-mini""}"\n2,C,d,"{""model"":""nobody-has-this""}"\n' >"$dir/models.csv"
planned 2 --provider openai --model gpt-5-mini --max-cost 1 --input "$dir/models.csv" --params-column p
has "$said" "no list has one of the model nobody-has-this at provider openai" "nor by the price of another model than a row names"
planned 0 --provider openai --model gpt-5-mini --input "$dir/models.csv" --params-column p
planned 0 --provider openai --model gpt-5-mini --compare --price 1,2 --prices "$root/coordinator/prices/prices.json"
nothing "$(grep 'counts for nothing' "$said")" "--compare is by the lists, whatever the price of the run"
planned 0 --provider vllm --model m --max-cost 1 --price 0,0
is "$cost" 0 "what costs nothing has a price"
planned 2 --price 1
planned 2 --price 1,2,3
planned 2 --price -1,2

# ---- whatever says which model ----
printf '{"model": "gpt-4o", "input": "{{name}}"}' >"$dir/body.json"
# priced EXIT OPTIONS…: likewise, without a prompt; $cost is that of a million tokens of output alone
priced() {
    local wanted=$1
    shift
    "$build/ration" plan --json "$@" >"$dir/plan.json" 2>"$said"
    status=$?
    cost=$(perl -MJSON::PP -0777 -ne 'my $p = decode_json($_); print defined $p->{cost_dollars} ? 1e6 * $p->{cost_dollars} / $p->{output_tokens} : "null"' "$dir/plan.json" 2>/dev/null)
    is "$status" "$wanted" "exit $wanted: $*"
}
priced 0 --input "$input" --request "$dir/body.json" --max-output-tokens 1000000
holds "a body's own: \$$cost" "abs($cost - 10) < 0.01"
priced 0 --input "$input" --request "$dir/body.json" --max-output-tokens 1000000 --model gpt-6-luna
holds "--model in its place: \$$cost" "abs($cost - 0.5) < 0.01"
priced 0 --input "$input" --prompt-file "$dir/prompt.txt" --max-output-tokens 1000000 --param model=gpt-4o
holds "--param: \$$cost" "abs($cost - 10) < 0.01"
priced 0 --input "$input" --prompt-file "$dir/prompt.txt" --max-output-tokens 1000000 --model gpt-6-luna --param service_tier=flex
holds "as flex, where that is asked for: \$$cost" "abs($cost - 0.25) < 0.01"
priced 0 --input "$input" --prompt-file "$dir/prompt.txt" --max-output-tokens 1000000 --param service_tier=priority
holds "as priority: \$$cost" "abs($cost - 1) < 0.01"
line() { printf '{"custom_id":"%s","method":"POST","url":"/v1/chat/completions","body":{"model":"%s","messages":[{"role":"user","content":"x"}],"max_tokens":1000000}}\n' "$1" "$2"; }
{ line a gpt-4o; line b gpt-4o-mini; } >"$dir/lines.jsonl"
priced 0 --provider openai-chat --input "$dir/lines.jsonl" --max-cost 5
holds "rows that name theirs: the dearest, \$$cost" "abs($cost - 10) < 0.2"
line c gpt-99 >>"$dir/lines.jsonl"
priced 2 --provider openai-chat --input "$dir/lines.jsonl" --max-cost 5
has "$said" "no list has one of the model gpt-99 at provider openai" "one of which no list has"
priced 0 --provider openai-chat --input "$dir/lines.jsonl"
priced 0 --provider openai-chat --input "$dir/lines.jsonl" --max-cost 5 --price 1,2
holds "by the user's word: \$$cost" "abs($cost - 2) < 0.2"

# ---- a tier that is of another model ----
planned 0 --provider anthropic --tier anthropic-haiku
costs 1 5 "a built-in tier does not decide the price"
has "$said" "tier anthropic-haiku has \$0.2500 and \$1.25 for a million tokens of input and output, but the model claude-haiku-4-5 costs \$1.00 and \$5.00" "which is told, with both"
planned 0 --provider anthropic --tier anthropic-haiku --price 0.25,1.25
costs 0.25 1.25 "--price does"
nothing "$(cat "$said")" "and nothing is told"
planned 0 --provider anthropic --model claude-haiku-99 --tier anthropic-haiku
costs 0.25 1.25 "and the tier where no list has the model"
cat >"$dir/tiers.json" <<'JSON'
{"tiers": [{"name": "mine", "input_dollars_per_million": 3, "output_dollars_per_million": 15}]}
JSON
planned 0 --tiers "$dir/tiers.json" --tier mine
costs 3 15 "a tier of the user's is his word"

# ---- lists ----
planned 0 --prices "$lists/litellm.json" --provider groq
costs 0.075 0.3 "LiteLLM's list"
planned 0 --prices "$lists/models_dev.json" --model gpt-5.4 --provider openai
costs 2.5 15 "models.dev's"
planned 0 --prices "$lists/models_dev.json" --provider together --model openai/gpt-oss-20b
costs 0.05 0.2 "by its name for a provider"
printf '{"prices": [{"model": "gpt-4o-mini", "input": 8, "output": 9}]}' >"$dir/first.json"
printf '{"prices": [{"model": "gpt-4o-mini", "input": 6, "output": 7, "date": "2020-01-01"}]}' >"$dir/second.json"
planned 0 --prices "$dir/first.json" --model gpt-4o-mini-2024-07-18
costs 8 9 "one's own, which holds for a version of the model as well"
planned 0 --prices "$dir/first.json" --prices "$dir/second.json"
costs 6 7 "the later of two"
has "$said" "the price of the model gpt-4o-mini was known on 2020-01-01" "an old one is told"
planned 0 --prices "$dir/second.json" --prices "$dir/first.json"
costs 8 9 "and the other way round"
nothing "$(cat "$said")" "which says no date, and is as young as its file"
touch -d 2021-02-03 "$dir/first.json"
planned 0 --prices "$dir/first.json"
has "$said" "the price of the model gpt-4o-mini was known on 2021-02-0" "or as old"

printf '{"prices": [\n  {"model": "a", "input": 1, "output": }]}' >"$dir/broken.json"
planned 2 --prices "$dir/broken.json"
has "$said" "--prices $dir/broken.json: line 2, column 40: is not JSON" "a broken list, with its place"
printf '{"prices": [{"model": "a", "input": 1, "outptu": 1}]}' >"$dir/broken.json"
planned 2 --prices "$dir/broken.json"
has "$said" 'price 1 (a): "outptu" is not a key' "a key that is not known"
planned 2 --prices "$sample"
planned 2 --prices "$dir/missing.json"
printf '{"x": {"mode": "embedding", "litellm_provider": "openai"}}' >"$dir/broken.json"
planned 2 --prices "$dir/broken.json"
has "$said" "has no price of any model" "a list without prices"

# ---- models side by side ----
# compared MODEL WAY: what it costs
compared() { perl -MJSON::PP -0777 -ne 'my ($c) = grep { $_->{what} eq "'"$1"'" } @{decode_json($_)->{compare}}; print $c->{'"$2"'}{cost_dollars} // "null"' "$dir/plan.json"; }
planned 0 --compare gpt-6-luna,claude-haiku-4-5,gpt-99
holds "single requests" "abs($(compared gpt-6-luna single) - ($tokens * 0.1 + 40000 * 0.5) / 1e6) < 1e-6"
holds "flex" "abs($(compared gpt-6-luna flex) - ($tokens * 0.05 + 40000 * 0.25) / 1e6) < 1e-6"
holds "another provider's, as a batch" "abs($(compared claude-haiku-4-5 batch) - ($tokens * 0.5 + 40000 * 2.5) / 1e6) < 1e-6"
is "$(compared claude-haiku-4-5 flex) $(compared gpt-99 single)" "null null" "no list has the one as flex, nor the other at all"
planned 0 --provider anthropic --compare
holds "without a list the provider's, and the tiers" "abs($(compared claude-haiku-4-5 single) / $(compared 'tier anthropic-haiku' single) - 4) < 1e-6"
"$build/ration" plan --input "$input" --prompt-file "$dir/prompt.txt" --compare=gpt-4o-mini --requests-per-minute 40 >"$dir/text"
is "$(awk '/compared/ { getline; print $1, $3, $4 }' "$dir/text" | sed 's/0:0[01]:[0-9]*/TIME/')" "gpt-4o-mini TIME -" "for people: what it costs, how long it takes, and what is not known"

# ---- a run is bounded by the price of its model ----
export ANTHROPIC_API_KEY=sk-ant-test-d41d8cd98f00b204
simapi
fresh
"$build/ration" run --base-url "$url" --provider anthropic --input "$sample" --output "$dir/bounded.jsonl" --prompt-file "$dir/prompt.txt" \
    --tier anthropic-haiku --requests-per-minute 100000 --max-output-tokens 200 --max-cost 0.1 >"$summary" 2>"$err"
status=$?
simapi_stop
is "$status" 3 "the default model of anthropic with --max-cost: exit 3"
paid=$(audit_each '$sum += 1000 * $a{used_input} + 5000 * $a{used_output} if $a{status} == 200; END { printf "%d", $sum }')
holds "by its own price, $paid nano-dollars: not more than was allowed" "$paid > 0.9e8 && $paid <= 1e8"
is "$(grep -c 'but the model claude-haiku-4-5 costs' "$err")" 1 "what the tier says is told once"

# ---- each answer is charged by the model that answered ----
# answer MODEL INPUT OUTPUT [USAGE] [MORE]: a good answer of that model
answer() {
    printf '{"id":"c","object":"chat.completion","model":"%s"%s,"choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"A text."}}],"usage":{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d%s}}' \
        "$1" "${5:-}" "$2" "$3" $(($2 + $3)) "${4:-}"
}
# asks NAME OPTIONS…: a run of openai-chat; its costs, in order of the ids, are in $costs
asks() {
    local name=$1
    shift
    fresh
    "$build/ration" run --base-url "$url" --provider openai-chat --input "$dir/few.csv" --output "$dir/$name.jsonl" --prompt-file "$dir/prompt.txt" \
        --max-workers 2 "$@" >"$summary" 2>"$err"
    status=$?
    costs=$(perl -MJSON::PP -ne 'my $l = decode_json($_); $c{$l->{artist_id}} = $l->{cost} // "none"; END { print join " ", map { $c{$_} } sort keys %c }' "$dir/$name.jsonl")
}
printf 'artist_id,name,data\na1,A,x\na2,B,y\na3,C,z\n' >"$dir/few.csv"
scripted --rule row=a1 --body "$(answer gpt-4o-mini-2024-07-18 1000 100)" \
    --rule row=a2 --body "$(answer gpt-4o-2024-08-06 1000 100 ',"prompt_tokens_details":{"cached_tokens":600}')" \
    --rule row=a3 --body "$(answer somebodys-model 1000 100)"
asks answered --model gpt-4o-mini --max-cost 1
is "$status,$costs" "0,0.00021 0.00275 0.00021" "the model that was asked with its date; another, with what its cache gave; one without a price"
is "$(grep -c 'session default: the model gpt-4o-2024-08-06 answers, which costs' "$err")" 1 "that another one answers is told once"
is "$(grep -c 'no price list has the model somebodys-model that answers; it is charged as the one that was asked for' "$err")" 1 "that one has no price as well"
asks told --model gpt-4o-mini --price 1,2
is "$costs" "0.0012 0.0012 0.0012" "--price holds for all of them"
nothing "$(grep 'which costs\|price list' "$err")" "and nothing is told"
printf '{"prices": [{"model": "somebodys-model", "input": 10, "output": 20}]}' >"$dir/own.json"
asks listed --model gpt-4o-mini --prices "$dir/own.json"
is "$costs" "0.00021 0.00275 0.012" "a list of one's own has it"
asks unpriced --model gpt-99
is "$costs" "0.00021 0.00275 none" "where the model that was asked has no price, those that have one are charged"
simapi_stop
scripted --rule row=a1 --body "$(answer gpt-4o-mini 1000 100 '' ',"service_tier":"priority"')" \
    --rule row=a2 --body "$(answer gpt-4o-mini 1000 100 '' ',"service_tier":"flex"')" --rule row=.* --body "$(answer gpt-4o-mini 1000 100)"
asks ways
is "$costs" "0.00035 0.00021 0.00021" "by the way it was served, where the list has it"
is "$(grep -c 'no price list says what the model gpt-4o-mini costs by flex' "$err")" 1 "where it has not, that is told once"
simapi_stop

# ---- a server that sends the key back as the name of its model: it is told without it ----
scripted --rule row=a1 --body "$(answer "$OPENAI_API_KEY" 1000 100)" --rule row=a2 --body "$(answer "x/${OPENAI_API_KEY^^}:y" 1000 100)" \
    --rule row=.* --body "$(answer gpt-4o-mini 1000 100)"
for few in a1 a2; do
    grep -E "artist_id|^$few," "$dir/few.csv" >"$dir/$few.csv"
    fresh
    "$build/ration" run --base-url "$url" --provider openai-chat --model gpt-4o-mini --input "$dir/$few.csv" --output "$dir/echo-$few.jsonl" \
        --prompt-file "$dir/prompt.txt" >"$summary" 2>"$err"
    has "$err" "no price list has the model $([[ $few == a1 ]] && echo '[key]' || echo 'x/[key]:y') that answers" "$few: the model is told"
    nothing "$(grep -liF "$OPENAI_API_KEY" "$err" "$summary" "$dir/echo-$few".*)" "$few: and the key is nowhere"
done
printf '{"prices": [{"model": "%s", "input": 10, "output": 20}]}' "$OPENAI_API_KEY" >"$dir/key.json"
asks echoed --model gpt-4o-mini --prices "$dir/key.json"
has "$err" 'the model [key] answers, which costs' "likewise one that a list has"
nothing "$(grep -iF "$OPENAI_API_KEY" "$err")" "without the key"
simapi_stop

# ---- what answers cost more than what was asked for is what the next ones are booked by ----
input_of 60
scripted --rule row=.* --latency 50 --body "$(answer gpt-4o 10 100)"
fresh
"$build/ration" run --base-url "$url" --provider openai-chat --model gpt-4o-mini --input "$input" --output "$dir/dearer.jsonl" --prompt-file "$dir/prompt.txt" \
    --max-workers 2 --in-flight 4 --max-output-tokens 100 --max-cost 0.0205 >"$summary" 2>"$err"
status=$?
simapi_stop
billed=$(($(asked '$status == 200') * 1025))
holds "exit $status, seventeen times dearer than what was asked for: the server bills $billed millionths of a cent, of 20500" "$status == 3 && $billed <= 20500 && $billed >= 17000"

# ---- a row that asks for a dearer tier is booked by it before anything has answered ----
scripted --rule row=.* --body "$(answer gpt-4o-mini 10 100)"
for tier in default priority; do
    printf 'artist_id,name,data,p\n1,A,b,"{""service_tier"":""%s""}"\n2,C,d,"{}"\n' "$tier" >"$dir/tiers.csv"
    fresh
    "$build/ration" run --base-url "$url" --provider openai-chat --model gpt-4o-mini --input "$dir/tiers.csv" --output "$dir/tier-$tier.jsonl" \
        --prompt-file "$dir/prompt.txt" --params-column p --max-output-tokens 100 --max-cost 0.00008 >"$summary" 2>"$err"
    is "$? $(lines "$dir/tier-$tier.jsonl")" "3 $([[ $tier == default ]] && echo 1 || echo 0)" "a row of the tier $tier under a bound for one usual answer"
done
simapi_stop

# ---- a session's own price, and --price before it ----
cat >"$dir/sessions.json" <<'JSON'
{"sessions": [{"name": "own", "key": "sk-test-own", "input_dollars_per_million": 3, "output_dollars_per_million": 30}]}
JSON
chmod 600 "$dir/sessions.json"
scripted --rule row=.* --body "$(answer gpt-4o 1000 100)"
asks session --model gpt-4o --sessions "$dir/sessions.json"
is "$costs" "0.006 0.006 0.006" "a session's own price holds whatever answers"
asks session-told --model gpt-4o --sessions "$dir/sessions.json" --price 1,2
is "$costs" "0.0012 0.0012 0.0012" "but for --price"
simapi_stop
finish
