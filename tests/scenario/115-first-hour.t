#!/usr/bin/env bash
# The first hour: ration init writes what to begin with, ration doctor says what is wrong before the first run, and what to do,
# and the run goes by the file.
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

scripted --rule 'path=/page/models' --header 'Content-Type: text/html' --body '<html>log in</html>' \
    --rule 'path=/models' --status 404 --rule 'path=/v1/models key=sk-far' --status 403 --body '{"error":"not from there"}' \
    --rule 'path=/v1/models key=sk-bad' --status 401 --rule 'path=/v1/models key=sk-none' --status 404 --rule 'path=/v1/models' \
    --body "$list"
place=${url#http://}
place=${place%/v1}
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
ln -s "$dir/nowhere" "$dir/link.jsonl"
echo 'my diary' >"$dir/foreign.jsonl"
# Another run's lock.
: >"$dir/busy.jsonl"
perl -e 'use Fcntl; open my $f, "+<", $ARGV[0] or die; my $l = pack "s s x4 q q l x4", F_WRLCK, 0, 0, 0, 0;
    fcntl $f, F_SETLK, $l or die; open my $t, ">", "$ARGV[0].held"; close $t; sleep 1 while getppid == $ARGV[1]' "$dir/busy.jsonl" $$ &
holder=$!
wait_for 10 test -e "$dir/busy.jsonl.held"
# One thing wrong each: what is said of it, and nothing else is wrong.
while IFS='|' read -r thing says options; do
    # shellcheck disable=SC2046
    doctor --config "$dir/ration.conf" $(sed "s|DIR|$dir|; s|ROOT|${url%/v1}|; s|PLACE|$place|" <<<"$options")
    is "$status $(of wrong)" "2 $thing " "$options"
    has "$told" "$says" "is told, with what to do"
done <<'END'
key|none.txt: No such file|--api-key-file DIR/none.txt
model|the API has no gpt-6-lunar; did you mean gpt-6-luna? Choose another|--model gpt-6-lunar
input|none.csv: No such file|--input DIR/none.csv
output|--resume|--output DIR/have.jsonl
output|mkdir -p|--output DIR/none/out.jsonl
output|symbolic link|--output DIR/link.jsonl
output|foreign.jsonl:1|--resume --output DIR/foreign.jsonl
output|another run|--resume --output DIR/busy.jsonl
summary|No such file|--summary DIR/none/sum.json
log|No such file|--log-file DIR/none/run.log
listen|cannot listen|--listen PLACE
API|does not answer: Could|--base-url http://127.0.0.1:1/v1
options|none.json|--providers DIR/none.json
API|what is no JSON|--base-url ROOT/page
API|at /v1 below it|--base-url ROOT
END
kill "$holder"
is "$(find "$dir" -name 'out.*' -o -name nowhere | wc -l)" 0 "nothing was written"
env -u OPENAI_API_KEY -u OPENAI_BASE_URL "$build/ration" doctor --provider azure --prompt-file "$dir/prompt.txt" --input none.csv >"$dir/doctor.all" 2>"$dir/.err"
is "$?,$(grep -c '^wrong .*\(model\|base URL\|no API key\|none.csv\)' "$dir/doctor.all")" 2,4 "all that is wrong is told at once"
OPENAI_API_KEY=sk-far doctor --config "$dir/ration.conf"
is "$status $(of wrong)$(of warn)" "0 API key model " "a refusal that is not of the key"
has "$told" 'status 403 ("not from there")' "is told in the server's words"
echo '{"sessions":[{"name":"a","key_env":"OTHER_KEY"},{"name":"b","key_env":"OPENAI_API_KEY"}]}' >"$dir/sessions.json"
OTHER_KEY=sk-other doctor --config "$dir/ration.conf" --sessions "$dir/sessions.json"
is "$status $(of wrong)$(of warn)" "0 " "keys of sessions in variables"
has "$told" "the API takes it, session a" "are all tried"
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

# What ration init writes is enough: a provider's name, an input, and the commands that it tells.
mkdir "$dir/new"
cd "$dir/new" || exit 1
cp "$sample" artists.csv
simapi --latency-ms 1 --key-file "$dir/key.txt"
export OPENAI_BASE_URL=$url
doctor --model gpt-4o-mini
is "$status $(of wrong)" "2 key " "the simulator knows a wrong key"
export OPENAI_API_KEY=sk-file
doctor --model gpt-4o-mini
is "$status $(of wrong)" "0 " "and a good one"
has "$told" "ok key the API takes it" "which is told"
has "$told" "ok model gpt-4o-mini is there" "as is the model"
"$build/ration" init >"$dir/init.told" 2>"$dir/init.err"
is $? 0 "ration init"
has "$dir/init.told" "then: ration doctor --config ration.conf" "says what is next"
command=$(sed -n 's/^then: ration //p' "$dir/init.told")
# shellcheck disable=SC2086
doctor ${command#doctor }
is "$status $(of wrong)" "0 " "the doctor finds nothing wrong with it"
"$build/ration" plan --config ration.conf >"$dir/plan" 2>&1
is $? 0 "nor the plan"
"$build/ration" run --config ration.conf --limit 10 --progress none >"$dir/run.out" 2>"$dir/run.err"
is "$?,$(lines answers.jsonl)" 0,10 "ten are tried"
"$build/ration" explain answers.jsonl "$(tail -1 artists.csv | cut -d , -f 1)" >"$dir/explained" 2>&1
is "$?,$(head -1 "$dir/explained" | cut -d ' ' -f 2)" 0,open "a row that was not asked yet is open"
"$build/ration" run --config ration.conf --resume --progress none >"$dir/run.out" 2>"$dir/run.err"
is "$?,$(lines answers.jsonl)" 0,362 "and the rest"
simapi_stop
is "$(audited 1)" 365 "each was asked once, and three questions"

# What stands there stays.
sum=$(cksum ration.conf prompt.txt)
echo mine >mine.txt
"$build/ration" init >"$dir/init.told" 2>"$dir/init.err"
is "$?,$(cksum ration.conf prompt.txt)" "2,$sum" "a second one changes nothing"
has "$dir/init.err" "ration.conf: File exists; it stays as it is" "and says so"
"$build/ration" init ollama --config other.conf --prompt-file=mine.txt >"$dir/init.told" 2>&1
is "$?,$(cat mine.txt)" 0,mine "a prompt that is there is taken"
has other.conf "prompt-file = mine.txt" "and named"
"$build/ration" init antropic --config none.conf >"$dir/init.told" 2>&1
is "$?,$(ls none.conf 2>/dev/null)" 2, "no such provider"
has "$dir/init.told" "did you mean anthropic?" "a guess"
while IFS='|' read -r says options; do
    # shellcheck disable=SC2086
    "$build/ration" init --config none.conf $options >"$dir/init.told" 2>&1
    is "$?,$(ls none.conf 2>/dev/null)" 2, "init $options"
    has "$dir/init.told" "ration: init: $says" "is told"
done <<'END'
unknown option --inptu; did you mean --input?|--inptu x
--input needs a value|--input
one provider at a time, not "groq" as well|openai groq
END
for options in '--config no/where.conf --prompt-file new.txt' '--config new.conf --prompt-file no/where.txt'; do
    # shellcheck disable=SC2086
    "$build/ration" init $options >"$dir/init.told" 2>&1
    is "$?,$(ls new.conf new.txt 2>/dev/null)" 2, "a folder that is not there: nothing is written"
done
# Of a table of one's own the prompt names the columns, and a row is known by what no two rows have the same.
printf 'sku;title;what it is\nA1;Chair;oak, old\nB2;Table;ash\n' >'my products.csv'
"$build/ration" init --input 'my products.csv' --config own.conf --prompt-file own.txt >"$dir/init.told" 2>&1
is "$?,$(sed -n 's/^id = //p' own.conf),$(grep -c '{{what it is}}' own.txt)" 0,sku,1 "columns are found"
"$build/ration" plan --config own.conf >"$dir/plan" 2>&1
is $? 0 "and a plan takes them as they are"
printf '%s\n' '{"sku":"A1","title":"Chair","made of":"oak"}' '{"sku":"B2","title":"Table"}' >lines.jsonl
"$build/ration" init --input lines.jsonl --config lines.conf --prompt-file lines.txt >"$dir/init.told" 2>&1
is "$?,$(sed -n 's/^id = //p' lines.conf),$(grep -c '{{title}}\|{{made of}}' lines.txt)" 0,sku,2 "so are those of JSON Lines"
"$build/ration" plan --config lines.conf >"$dir/plan" 2>&1
is $? 0 "which a plan takes, too"
printf 'title,text\nChair,oak\nChair,ash\n' >twice.csv
"$build/ration" init --input twice.csv --config twice.conf --prompt-file twice.txt >"$dir/init.told" 2>&1
is "$?,$(sed -n 's/^id = //p' twice.conf)" 0,@line "where two rows have the same, by its line"
RATION_CONFIG=named.conf "$build/ration" init --input twice.csv --prompt-file named.txt >"$dir/init.told" 2>&1
is "$?,$(grep -c '^id = @line' named.conf)" 0,1 "the file that the environment names is written, and was not asked for before"
printf 'sku|title\nA1|"Chair, oak"\nB2|Table\n' >pipes.csv
RATION_MAX_COST=5 RATION_PROMPT_ID=p RATION_SCHEMA=none.json RATION_SESSIONS=none.json RATION_DELIMITER=pipe DAILY_REQUEST_LIMIT=x OPENAI_BASE_URL=none \
    "$build/ration" init --input pipes.csv --config pipes.conf --prompt-file pipes.txt >"$dir/init.told" 2>&1
is "$?,$(grep -c '{{title}}' pipes.txt)" 0,1 "of the environment counts how the input is read, and nothing else"
RATION_MAX_COSTS=1 "$build/ration" init --input twice.csv --config none.conf >"$dir/init.told" 2>&1
is "$?,$(grep -c 'RATION_MAX_COSTS' "$dir/init.told")" 2,1 "a variable that is none of ration's is told once"
printf 'a,b\n1\n' >broken.csv
"$build/ration" init --input broken.csv --config broken.conf >"$dir/init.told" 2>&1
is "$?,$(ls broken.conf 2>/dev/null)" 2, "an input that cannot be read"
has "$dir/init.told" "broken.csv:2" "is told, and nothing is written"
cd "$root" || exit 1
unset OPENAI_BASE_URL

# Without any option it looks at what there is to look at.
doctor --no-preflight
is "$status $(of wrong)" "0 " "nothing is named, and nothing wrong"
has "$told" "warn input none is named yet: --input FILE" "but told"
doctor --inptu x
is "$status $(lines "$told")" "2 0" "an option that does not exist"
has "$dir/.err" "did you mean --input?" "is told"
finish
