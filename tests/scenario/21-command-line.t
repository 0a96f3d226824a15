#!/bin/bash
# The command line as people first meet it: help where it is looked for, "did you mean" where it is mistyped, and an output that can
# be what it is to be.
. "$(dirname "$0")/../support/scenario.sh"

n=0
# said STATUS WORD…: ration WORD… ends so; its words are in $said, one file for each call
said() {
    local wanted=$1
    shift
    n=$((n + 1))
    said=$dir/said.$n
    "$build/ration" "$@" >"$said" 2>&1 </dev/null
    is $? "$wanted" "ration $*: exit $wanted"
}

for words in --help -h help; do
    said 0 "$words"
    has "$said" "ration status" "the commands"
    holds "on one screen" "$(lines "$said") <= 24 && $(awk '{ if (length > most) most = length } END { print most }' "$said") <= 80"
done
for words in "run --help" "run -h" "help run"; do
    # shellcheck disable=SC2086
    said 0 $words
    has "$said" "Limits of the account:" "the options under their headings"
done
said 0 status -h
said 0 help kill-worker
has "$said" "usage: ration kill-worker" "help of one command"
said 0 help doctor
has "$said" "usage: ration doctor" "help of one that takes the options of a run"
said 0 version
has "$said" "ration 0." "the version"
said 0 --version

said 2 stauts
has "$said" "did you mean status?" "a guess"
is "$(lines "$said")" 1 "and nothing below it"
said 2 help stauts
said 2 run
has "$said" "--input artists.csv --output" "an example"
holds "not the whole usage" "$(lines "$said") <= 5"
said 2 run --inptu x
has "$said" "did you mean --input?" "a guess"
said 2 status --jsno
has "$said" "did you mean --json?" "a guess"
said 2 run --input "$sample" --output "$dir/o.jsonl" --prompt-id p --provider opanai
has "$said" "did you mean openai?" "a guess"
said 2 run --input "$sample" --output "$dir/o.jsonl" --prompt-id p --tier gpt-4o-mini-teir-1
has "$said" "did you mean gpt-4o-mini-tier-1?" "a guess"
said 2 run --input "$sample" --output "$dir/o.jsonl" --prompt-id p --resume --retry-errors sever_fault
has "$said" "did you mean server_fault?" "a guess"
said 2 run --input "$sample" --output "$dir/o.jsonl" --prompt-id p --retries overlaoded=3
has "$said" "did you mean overloaded?" "a guess"

# The file of options is of runs; of one that has been begun the output is enough.
for words in "export --config x" "show --config=x" "status --config x" "top --config=x" "ps --config x" "stop --config x"; do
    # shellcheck disable=SC2086
    said 2 $words
    has "$said" "name the OUTPUT of the run" "what is wanted instead"
done

# What a word means: each that is listed, one that two tables have, what a shell makes of a signal, and others.
said 0 explain
words=$(sed -n 's/^  //p' "$said")
mute=''
for word in $words; do
    "$build/ration" explain "$word" | grep -q '^  do: .' || mute="$mute $word"
done
is "$mute" "" "each of $(wc -w <<<"$words") words is explained"
said 0 explain overloaded
has "$said" "failure class overloaded" "the class"
has "$said" "wait overloaded" "and the wait of that name"
said 0 explain 137
has "$said" "killed by signal 9" "told"
said 2 explain sever_fault
has "$said" "did you mean server_fault?" "a guess"
# One by one: what is said, the exit code, and the words.
while IFS='|' read -r wanted says given; do
    # shellcheck disable=SC2086
    said "$wanted" explain $given
    has "$said" "$says" "told"
done <<'END'
0|means: cannot go on|exit code 4
0|failure class rate_limited|Rate-Limited
0|failure class refused|failure class refused
0|no other: rate_limited|429
0|no other: server_fault|status 500
0|of a session: its money is used up|parked
0|nothing was left to compare|unproven
2|what became of a row says ration explain OUTPUT ID|a001
2|does not know "5"; ration explain lists|5
2|does not know "03"; ration|03
2|does not know "-1"; ration|-1
2|one: No such file|one two
2|usage: ration explain|one two three
END
# What became of a row: of each end that there is.
printf 'artist_id,name,data\na1,x,y\na2,x,y\na3,x,y\n' >"$dir/rows.csv"
printf '%s\n' '{"artist_id":"a1","artist_name":"x","response_text":"hello","finish_reason":"stop"}' >"$dir/rows.jsonl"
printf '%s\n' '{"artist_id":"a2","artist_name":"x","class":"refused","status":400,"code":"model_refusal","message":"so\u001b[31m","unproven":true}' \
    >"$dir/rows.errors.jsonl"
said 0 explain "$dir/rows.jsonl" a1
has "$said" "a1: answered" "one that was answered"
said 0 explain "$dir/rows.jsonl" a2
for part in "a2: failed" "status: 400" 'message: so\x1b[31m' "class means: the API refuses this request" \
    "code means: the model declined" "unproven: of a failure: nothing was left"; do
    has "$said" "$part" "one that failed, and why"
done
said 1 explain "$dir/rows.jsonl" a4
has "$said" 'nothing is known of "a4"' "one that there is not"

# Variables: a run that heeds less than it was told does not begin; one at work can be steered all the same.
RATION_MAX_COSTS=1 said 2 run --input "$sample" --output "$dir/o.jsonl" --prompt-id p
has "$said" "RATION_MAX_COSTS is none of ration's; did you mean RATION_MAX_COST?" "told by name"
RATION_MAX_COSTS=1 said 2 plan --input "$sample" --prompt-id p
RATION_API_KEY=sk-not-to-be-told said 2 plan --input "$sample" --prompt-id p
grep -q not-to-be-told "$said"
is $? 1 "without its value"
RATION_MAX_COSTS='' said 0 plan --input "$sample" --prompt-id p

# A file of options.
printf '%s\n' '# a comment' "input = $sample" 'prompt-id = p # another' 'max-workers = 3' 'header = X-One: 1' >"$dir/run.conf"
said 0 plan --config "$dir/run.conf" --header 'X-Two: 2'
RATION_CONFIG=$dir/run.conf said 0 plan --limit 5
printf '%s\n' 'max-wrokers = 3' 'limit = none' 'api-key = sk-not-to-be-told' >>"$dir/run.conf"
said 2 plan --config "$dir/run.conf"
has "$said" "run.conf:6: max-wrokers: is no option of ration run; did you mean max-workers?" "told with its line"
has "$said" 'run.conf:7: limit: "none" is not' "each of them"
is "$(grep -c not-to-be-told "$said")" 0 "but for what may be secret"
said 2 plan --config "$dir/none.conf"
printf 'prompt-variables = a=b\nprompt-file = %s\n' "$dir/prompt" >"$dir/idle.conf"
said 2 plan --input "$sample" --config "$dir/idle.conf"
has "$said" "--prompt-variables: belongs to --prompt-id" "what has no effect is told of a file as well"

# Outputs that cannot hold lines, or hold something else.
mkdir "$dir/folder"
mkfifo "$dir/fifo"
cp "$sample" "$dir/in.csv"
ln "$dir/in.csv" "$dir/hard.jsonl"
sum=$(cksum <"$dir/in.csv")
while IFS=$'\t' read -r output message; do
    for resume in '' --resume; do
        # shellcheck disable=SC2086
        said 2 run --input "$dir/in.csv" --prompt-id p $resume --output "$output"
        has "$said" "$message" "and says what to do"
    done
done <<END
-	tail -f FILE
/dev/stdout	tail -f FILE
/dev/null	name a file
$dir/folder	name a file in it
$dir/fifo	is not a regular file
$dir/none/out.jsonl	mkdir -p
$dir/x.csv	convert it after the run
$dir/x.jsonl.gz	convert it after the run
$dir/in.csv	--output and --input are the same file
$dir/hard.jsonl	--output and --input are the same file
END
is "$(cksum <"$dir/in.csv")" "$sum" "the input is as it was"
[[ ! -e $dir/x.csv && ! -e $dir/x.jsonl.gz && ! -e - ]]
ok $? "nothing was made"
said 2 run --input "$dir/in.csv" --prompt-id p --output "$dir/o.jsonl" --errors "$dir/./o.jsonl"
has "$said" "--output and --errors are the same file" "told"
said 2 run --input "$dir/in.csv" --prompt-id p --output "$dir/o.jsonl" --log-file "$dir/o.jsonl"
has "$said" "--output and --log-file are the same file" "told"
printf '{"model":"m","input":"{{name}}"}' >"$dir/body.json"
said 2 run --input "$dir/in.csv" --request "$dir/body.json" --output "$dir/o.jsonl" --summary "$dir/body.json"
has "$said" "--summary and --request are the same file" "told"
is "$(cat "$dir/body.json")" '{"model":"m","input":"{{name}}"}' "and it stays as it was"
[[ ! -e $dir/o.jsonl ]]
ok $? "nothing was made"

# Endpoints where base URLs belong.
simapi
for path in responses responses/ chat/completions 'messages?beta=true'; do
    said 2 run --input "$sample" --prompt-id p --output "$dir/o.jsonl" --base-url "$url/$path"
    has "$said" "give $url" "the right URL"
done
ration --input "$sample" --limit 5 --output "$dir/o.json" --requests-per-minute 3k --timeout 1m
is "$status,$(lines "$dir/o.json")" 0,5 "numbers with units; JSON lines in a file named .json"
has "$err" "holds JSON lines, not one JSON document" "which is told"
simapi_stop
is "$(audited 1)" 5 "nothing else was sent"
finish
