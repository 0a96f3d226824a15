#!/usr/bin/env bash
# --limit N --sample: N artists spread over the file and over its priorities are asked and nobody else; their answers are shown, and what
# the whole would take. The same command without it goes on with the rest.
. "$(dirname "$0")/../support/scenario.sh"

seen=$dir/seen
scripted --rule 'path=.*' --body '{"id":"r","object":"response","status":"completed","model":"m","output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"{\"red\":1.50}"}]}],"usage":{"input_tokens":10,"output_tokens":5,"total_tokens":15}}'
json_url=$url
scripted --bodies "$seen" --rule 'row=a500' --body '{"id":"r","object":"response","status":"completed","model":"m","output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"First line.\nA \u001b[31mred\u001b[0m one."}]}],"usage":{"input_tokens":10,"output_tokens":5,"total_tokens":15}}'
perl -e 'print "artist_id,name,data,priority\n"; printf "a%03d,Artist %d,\"works,\nof %d\",%s\n", $_, $_, $_, $_ % 100 == 7 ? "low" : $_ == 500 ? "high" : "" for 1 .. 1000' >"$dir/in.csv"
run() {
    fresh
    : >"$seen"
    "$build/ration" run --base-url "$url" --prompt-id pmpt_test --tier gpt-4o-mini-tier-1 --requests-per-minute 600000 --tokens-per-minute 900000000 --input "$dir/in.csv" --output "$dir/out.jsonl" "$@" >"$summary" 2>"$err"
    status=$?
}

run --limit 10 --sample
is "$status $(lines "$seen") $(lines "$dir/out.jsonl")" "0 10 10" "so many are asked, and nobody else"
is "$(cut -f 1 "$seen" | grep -c a500)" 1 "the only one of high priority is among them"
holds "and one of low priority" "$(cut -f 1 "$seen" | grep -c '07$') >= 1"
holds "the others are spread over the file" "$(cut -f 1 "$seen" | tr -d a | sort -n | head -n 1) <= 200 && $(cut -f 1 "$seen" | tr -d a | sort -n | tail -n 1) >= 900"
is "$(perl -MJSON::PP -F'\t' -lane 'my $v = decode_json($F[2])->{prompt}{variables}; (my $n = $F[0]) =~ s/^a0*//; print "$F[0] $v->{artist_data}" if $v->{artist_data} ne "works,\nof $n"' "$seen")" "" "each with its own data"
has "$summary" "sample of 10 of 1000 artists" "the sample is told"
has "$summary" "  a500" "its answers are shown"
has "$summary" "    First line." "line by line"
ok $(($(grep -c $'\033' "$summary") != 0)) "and nothing steers the terminal"
has "$summary" "1000 artists would take some 10000 input and 5000 output tokens, and cost \$0.0045" "what the whole would take is told, and what it would cost"
run --resume --limit 12
ok "$status" "a resume goes on with what is left"
run --resume
is "$status $(lines "$dir/out.jsonl") $(grep -o '"artist_id":"[^"]*"' "$dir/out.jsonl" | sort -u | wc -l)" "0 1000 1000" "and asks the rest, each once"

rm "$dir/out.jsonl"
run --sample
is "$status $(lines "$seen")" "2 0" "without a number"
has "$err" "--sample: say of how many, with --limit N" "is told"
# A sample that was stopped: the command that is told goes on with it, and with nobody else.
run --limit 12 --sample
picked=$(cut -f 1 "$seen" | sort)
head -n 5 "$dir/out.jsonl" >"$dir/five" && cat "$dir/five" >"$dir/out.jsonl"
: >"$seen"
fresh
told=$(perl -MJSON::PP -0777 -ne 'print decode_json($_)->{command}' "$dir/.out.jsonl.ration")
is "$(grep -oE -- '--limit 12 --sample --resume$' <<<"$told")" "--limit 12 --sample --resume" "it is told with what the sample was picked by"
eval "${told/#ration/\"$build/ration\"}" >"$summary" 2>"$err"
is "$? $(lines "$seen") $(lines "$dir/out.jsonl")" "0 7 12" "the told command asks those of the sample that are left"
is "$(grep -o '"artist_id":"[^"]*"' "$dir/out.jsonl" | cut -d '"' -f 4 | sort)" "$picked" "the same, each once"
has "$summary" "1000 artists would take some" "and what the whole would take is told"
is "$(sed -n 's/.*would take some \([0-9]*\) input.*/\1/p' "$summary")" "$(perl -MJSON::PP -e '@l = <>; $t += decode_json($_)->{usage}{input_tokens} for @l[5..11]; printf "%.0f", $t * 1000 / 7' "$dir/out.jsonl")" \
    "by what was asked now"
rm -f "$dir/out.jsonl"
run --limit 5000 --sample
is "$status $(lines "$seen")" "0 1000" "a sample that is larger than the file is the file"

# Of each format of the output, and of answers that are JSON.
echo '{"type":"object"}' >"$dir/schema"
printf '{{name}}' >"$dir/prompt"
for format in openai-batch cookbook "jsonl --schema $dir/schema"; do
    fresh
    rm -f "$dir/formats.jsonl"
    # shellcheck disable=SC2086 # words
    "$build/ration" run --base-url "$json_url" --model m --prompt-file "$dir/prompt" --input "$dir/in.csv" --output "$dir/formats.jsonl" --limit 3 --sample --output-format $format >"$summary" 2>"$err"
    is "$? $(grep -c '(10 input, 5 output tokens, stop)' "$summary") $(grep -cE '^    \{"red": ?1\.50' "$summary")" "0 3 3" "${format%% *}: ending, tokens and answers are shown"
done

# From a packed file of JSON lines.
perl -e 'printf qq({"id":%d,"name":"A%d"}\n), $_, $_ for 1 .. 100' | gzip -c >"$dir/rows.jsonl.gz"
printf '{{name}}' >"$dir/prompt"
fresh
: >"$seen"
"$build/ration" run --base-url "$url" --prompt-file "$dir/prompt" --input "$dir/rows.jsonl.gz" --output "$dir/rows.jsonl" --limit 4 --sample >"$summary" 2>"$err"
is "$? $(cut -f 1 "$seen" | sort -n | tr '\n' ' ')" "0 25 50 75 100 " "a packed file is sampled as well"
fresh
: >"$seen"
"$build/ration" run --base-url "$url" --prompt-file "$dir/prompt" --input "$dir/rows.jsonl.gz" --id @line --output "$dir/lines.jsonl" --limit 4 --sample >"$summary" 2>"$err"
is "$? $(lines "$seen")" "2 0" "rows that are known by their lines"
has "$err" "cannot be picked" "are not sampled, which is told"

finish
