#!/usr/bin/env bash
# The first hour: ration doctor says what is wrong before the first run, and what to do.
source "$(dirname "$0")/../support/scenario.sh"
list='{"object":"list","data":[{"id":"gpt-6-luna","object":"model"},{"id":"gpt-old","shutdown_date":"2027-01-14"}]}'
echo '{{name}}: {{data}}' >"$dir/prompt.txt"
echo sk-file >"$dir/key.txt"
chmod 600 "$dir/key.txt"
# doctor OPTION…: its lines are in $told, with single blanks, one file for each call; sets $status
calls=0
doctor() {
    calls=$((calls + 1))
    told=$dir/doctor.$calls
    "$build/ration" doctor "$@" 2>"$dir/.err" </dev/null | tr -s ' ' >"$told"
    status=${PIPESTATUS[0]}
}
# lines GRADE: what it says so of
of() { grep "^$1 " "$told" | cut -d ' ' -f 2 | sort -u | tr '\n' ' '; }

scripted --rule 'path=/v1/models key=sk-bad' --status 401 --rule 'path=/v1/models key=sk-none' --status 404 --rule 'path=/v1/models' \
    --body "$list"
cat >"$dir/ration.conf" <<END
input = $sample
output = $dir/out.jsonl
prompt-file = $dir/prompt.txt
provider = openai-chat
model = gpt-6-luna
base-url = $url
requests-per-minute = 500
END
doctor --config "$dir/ration.conf"
is "$status $(of wrong)$(of warn)" "0 " "where all is well nothing is wrong"
for thing in options programs input output disk /dev/shm 'ulimit -n' memory terminal proxy API key model limits; do
    has "$told" "ok $thing " "it has looked at $thing"
done
has "$told" "ok input $sample: 362 artists" "the whole input was read"
is "$(asked '$row eq "-"')" 1 "one question was asked"
is "$(asked '$row ne "-"')" 0 "and no row"
is "$(find "$dir" -name 'out.*' | wc -l)" 0 "nothing was written"

echo '{"artist_id":"1"}' >"$dir/have.jsonl"
# One thing wrong each: what is said of it, and nothing else is wrong.
while IFS='|' read -r thing says options; do
    # shellcheck disable=SC2086
    doctor --config "$dir/ration.conf" ${options//DIR/$dir}
    is "$status $(of wrong)" "2 $thing " "$options"
    has "$told" "$says" "is told, with what to do"
done <<'END'
key|none.txt: No such file|--api-key-file DIR/none.txt
model|the API has no gpt-6-lunar; did you mean gpt-6-luna?|--model gpt-6-lunar
input|none.csv: No such file|--input DIR/none.csv
output|--resume|--output DIR/have.jsonl
output|mkdir -p|--output DIR/none/out.jsonl
API|does not answer: Could|--base-url http://127.0.0.1:1/v1
options|none.json|--providers DIR/none.json
END
OPENAI_API_KEY=sk-bad doctor --config "$dir/ration.conf"
is "$status $(of wrong)" "2 key " "a key that is refused"
OPENAI_API_KEY=sk-none doctor --config "$dir/ration.conf"
is "$status $(of wrong)$(of warn)" "0 API key model " "an API without a list of models is no fault"
OPENAI_API_KEY='' doctor --config "$dir/ration.conf"
is "$status $(of wrong)" "2 key " "no key"
has "$told" "set OPENAI_API_KEY" "is told"
doctor --config "$dir/ration.conf" --model gpt-old --api-key-file "$dir/key.txt"
is "$status $(of wrong)$(of warn)" "0 model " "a model that ends"
chmod 644 "$dir/key.txt"
doctor --config "$dir/ration.conf" --api-key-file "$dir/key.txt"
is "$status $(of warn)" "0 key " "a key that others may read"
has "$told" "chmod 600" "is told"
(ulimit -n 150 -f 100000 && doctor --config "$dir/ration.conf" && echo "$status $(of warn)" >"$dir/limited")
is "$(cat "$dir/limited")" "0 ulimit " "limits of the process"
printf 'artist_id,name,data\n1,a,b\n1,c,d\n' >"$dir/twice.csv"
doctor --config "$dir/ration.conf" --input "$dir/twice.csv"
is "$status $(of wrong)" "2 input " "the rows are checked"
has "$told" "twice.csv:3" "and named"
grep -rl 'sk-test-\|sk-file\|sk-bad' "$dir"/doctor.* "$dir/.err"
is $? 1 "no key is told"
simapi_stop

# Without any option it looks at what there is to look at.
doctor --no-preflight
is "$status $(of wrong)" "0 " "nothing is named, and nothing wrong"
has "$told" "warn input none is named yet: --input FILE" "but told"
doctor --inptu x
is "$status $(lines "$told")" "2 0" "an option that does not exist"
has "$dir/.err" "did you mean --input?" "is told"
finish
