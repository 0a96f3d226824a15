#!/usr/bin/env bash
# ration export: answers beside their input in each format, in each order; while the run works; whole or not at all.
source "$(dirname "$0")/../support/scenario.sh"

n=0
# exports WANTED WORD…: ration export WORD… ends with this status; what it prints is in $said and $told
exports() {
    local wanted=$1
    shift
    n=$((n + 1))
    said=$dir/said.$n
    told=$dir/told.$n
    "$build/ration" export "$@" >"$said" 2>"$told" </dev/null
    is $? "$wanted" "export ${*//$dir\//}: exit $wanted"
}
# lines_json FILE EXPRESSION: of each of its lines, as perl sees it in $l; with blanks between
lines_json() { perl -MJSON::PP -lne '$l = decode_json($_); push @out, '"$2"'; END { print "@out" }' "$1"; }
# table FILE: a CSV as a strict reader takes it: fields with |, records with $, line breaks in fields as ~
table() {
    perl -0777 -ne '
        my $out = "";
        while (length) {
            my $field;
            if (s/^"((?:[^"]|"")*)"//) { ($field = $1) =~ s/""/"/g } elsif (s/^([^",\r\n]*)//) { $field = $1 }
            $field =~ s/\r\n|\n/~/g;
            if (s/^,//) { $out .= "$field|" } elsif (s/^\r\n//) { $out .= "$field\$" } else { die "no CSV at: " . substr $_, 0, 20 }
        }
        print $out' "$1"
}

cat >"$dir/in.csv" <<'END'
artist_id,name,data,state
a1,Ann,"says ""hi"",
twice",CA
a2,=1+1,x,NY
a3,Cy,x,
a10,Dee,x,TX
a11,Eve,x,TX
END
good='{"id":"resp_{row}","object":"response","status":"completed","model":"m","output":[{"type":"message","role":"assistant","status":"completed","content":[{"type":"output_text","text":"{\"title\":\"T {row}\",\"tags\":[\"a\",\"b\"],\"deep\":{\"n\":1.50}}"}]}],"usage":{"input_tokens":3,"output_tokens":4,"total_tokens":7}}'
scripted --rule 'row=a2' --status 400 --body '{"error":{"message":"no, \"never\"","type":"invalid_request_error","code":"bad"}}' --rule 'row=a1.*|a3' --body "$good"
out=$dir/out.jsonl
ration --input "$dir/in.csv" --output "$out" --limit 4
is "$status" 1 "a run in which one is refused, and one row is left out"

# ---- formats ----
exports 0 "$out" --to "$dir/all.csv"
has "$told" "5 rows to $dir/all.csv: 3 done, 1 failed, 1 open" "what was written is told; the input is known from the run"
exports 0 "$out" --to - --format csv --columns artist_id,name,data,state,answer_state,title,tags,deep.n,status,message --flatten
is "$(table "$said")" 'artist_id|name|data|state|answer_state|title|tags|deep.n|status|message$a1|Ann|says "hi",~twice|CA|done|T a1|["a","b"]|1.50||$a2|=1+1|x|NY|failed||||400|no, "never"$a3|Cy|x||done|T a3|["a","b"]|1.50||$a10|Dee|x|TX|done|T a10|["a","b"]|1.50||$a11|Eve|x|TX|open|||||$' "CSV: the input's order and columns, fields of the answer, the failure"
exports 0 "$out" --to - --format jsonl --flatten --order id
is "$(lines_json "$said" '"$l->{artist_id}:$l->{answer_state}:" . ($l->{"deep.n"} // $l->{class} // "-")')" "a1:done:1.5 a10:done:1.5 a11:open:- a2:failed:refused a3:done:1.5" "JSONL, by id"
exports 0 "$out" --to "$dir/a.jsonl" --order arrival --no-input
is "$(lines_json "$dir/a.jsonl" '$l->{artist_id}')" "$(cat "$out" "$dir/out.errors.jsonl" | lines_json - '$l->{artist_id}')" "as they arrived, the answers alone"
exports 0 "$out" --to "$dir/batch.jsonl" --format openai-batch
is "$(lines_json "$dir/batch.jsonl" '"$l->{custom_id}:$l->{response}{status_code}:$l->{response}{body}{object}:" . decode_json($l->{response}{body}{output}[0]{content}[0]{text})->{title}')" "a1:200:response:T a1 a3:200:response:T a3 a10:200:response:T a10" "the provider's output lines"
is "$(lines_json "$dir/batch.errors.jsonl" '"$l->{custom_id}:$l->{response}{status_code}:$l->{response}{body}{error}{code}"')" "a2:400:bad" "and its error lines beside them"
exports 0 "$out" --to "$dir/x.sqlite"
is "$(head -c 15 "$dir/x.sqlite")" "SQLite format 3" "a database"
inode=$(stat -c %i "$dir/x.sqlite")
exports 0 "$out" --to "$dir/x.sqlite" --flatten
is "$(stat -c %i "$dir/x.sqlite")" "$inode" "whoever has it open has the new one, too"

# ---- answers that were checked: their fields, and of one that was kept what is wrong with it ----
echo '{"type": "object", "properties": {"born": {"type": "integer"}, "name": {"type": "object", "properties": {"first": {"type": "string"}}}}}' >"$dir/schema.json"
printf 'artist_id,name,data\nok,Ann,x\nkept,Bo,x\n' >"$dir/two.csv"
text() { printf '{"id":"resp_{row}","object":"response","status":"completed","model":"m","output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"%s"}]}],"usage":{"input_tokens":3,"output_tokens":4,"total_tokens":7}}' "$1"; }
scripted --rule row=ok --body "$(text '{\"born\": 1900, \"name\": {\"first\": \"A, n\"}}')" --rule row=kept --body "$(text '{\"born\": \"1900\"}')"
"$build/ration" run --base-url "$url" --model m --prompt-file <(echo 'Of {{name}}.') --input "$dir/two.csv" --output "$dir/checked.jsonl" --schema "$dir/schema.json" --on-invalid keep >"$dir/checked.out" 2>&1
is $? 0 "a run with checked answers"
exports 0 "$dir/checked.jsonl" --to - --format csv --flatten --columns artist_id,state,born,name.first,response_json.name.first,invalid
is "$(table "$said" | sed 's/the value at [^$]*/WHY/')" 'artist_id|state|born|name.first|invalid$ok|done|1900|A, n|$kept|done|1900||WHY$' "each field is a column, and so is why one is not what was asked for"
exports 0 "$dir/checked.jsonl" --to "$dir/checked.batch.jsonl" --format openai-batch
is "$(lines_json "$dir/checked.batch.jsonl" '$l->{custom_id} . ":" . decode_json($l->{response}{body}{output}[0]{content}[0]{text})->{born}')" "ok:1900 kept:1900" "a batch line has the answer as a text"

# ---- a provider of a file: bodies in its shape; and none of the files that a run was begun with is written over ----
scripted --rule row=ok --body '{"id":"own","object":"response","status":"completed","model":"m","output":[{"type":"message","content":[{"type":"output_text","text":"T"}]}],"usage":{"input_tokens":3,"output_tokens":4,"total_tokens":7}}'
(
    cd "$dir" || exit
    printf '{"providers":[{"name":"mine","shape":"responses","path":"/responses","base_url":"%s","auth":"none","key_optional":true}]}' "$url" >providers
    printf 'artist_id,name,data\nok,Ann,x\n' >used.csv
    echo '{"tiers":[{"name":"t"}]}' >tiers
    echo 'Of {{name}}.' >prompt
    echo 'You are.' >system
    echo '[]' >tools
    RATION_PROVIDERS=providers "$build/ration" run --provider mine --model m --prompt-file prompt --input used.csv --output used.jsonl --tier t --tiers=tiers \
        --system @system --param tools=@tools --log-file used.log >used.out 2>&1
)
is $? 0 "a run with files of all kinds"
exports 0 "$dir/used.jsonl" --to "$dir/used.batch" --format openai-batch
is "$(lines_json "$dir/used.batch" '$l->{response}{body}{object} . $l->{response}{body}{output}[0]{content}[0]{text}')" "responseT" "batch lines in the shape of a provider of the file"
for file in prompt system tools tiers providers used.log used.csv used.jsonl .used.jsonl.ration; do
    cp "$dir/$file" "$dir/before"
    exports 2 "$dir/used.jsonl" --no-input --to "$dir/$file" --format csv
    cmp -s "$dir/$file" "$dir/before"
    ok $? "$file is not written over"
done

# ---- what is wrong: told, and nothing is written ----
cp "$out" "$dir/before"
exports 2 "$out" --to "$out" --format csv
has "$told" "is a file of the run itself" "the output is not written over"
rm -f "$dir/other.errors.jsonl"
cp "$out" "$dir/other.jsonl"
exports 2 "$dir/other.jsonl" --input "$dir/in.csv" --to "$dir/other" --format openai-batch
has "$told" "other.errors.jsonl: is a file of the run itself" "nor is an errors file made that is not there yet"
[[ ! -e $dir/other && ! -e $dir/other.errors.jsonl ]]
ok $? "neither of the two"
for beside in batches ration; do
    exports 2 "$out" --to "${out%/*}/.${out##*/}.$beside" --format csv
    has "$told" "is a file of the run itself" "nor what a run keeps beside its output: .$beside"
done
exports 2 "$out" --to "$dir/in.csv"
has "$told" "is the input" "nor the input"
exports 2 "$out" --to "$dir/batch2" --format sqlite --columns artist_id,titel
has "$told" 'there is no "titel"' "a column that is none"
exports 2 "$out" --to "$dir/what"
has "$told" "--format csv|jsonl|sqlite|openai-batch is needed" "a name that tells no format"
exports 2 "$out" --to "$dir/x.csv" --colums a
has "$told" "did you mean --columns?" "a word written wrongly"
exports 2 "$out" --to "$dir/before" --format sqlite
has "$told" "is no database of ration export" "a file of somebody else is left alone"
for words in "--input $dir/in.csv" "--input-format csv" "--id artist_id" "--delimiter tab" "--encoding UTF-16" "--order input"; do
    # shellcheck disable=SC2086 # two words
    exports 2 "$out" --to "$dir/x.csv" --no-input $words
    has "$told" "--no-input and ${words%% *}" "${words%% *} would count for nothing"
done
echo '{"artist_id":"a1","name":"x","data":"y"}' >"$dir/rows.jsonl"
exports 2 "$out" --to "$dir/x.csv" --input "$dir/rows.jsonl" --delimiter tab
has "$told" "is JSON Lines, which have none" "a delimiter of JSON Lines"
exports 2 "$dir/none.jsonl" --to "$dir/x.csv"
exports 2 "$out" --to "$dir/nowhere/x.csv"
cmp -s "$out" "$dir/before"
ok $? "all stands as it was"
mv "$dir/in.csv" "$dir/moved.csv"
exports 2 "$out" --to "$dir/x.csv"
has "$told" "name another place with --input FILE, or say --no-input" "an input that has gone"
[[ ! -e $dir/x.csv ]]
ok $? "nothing was written"
exports 0 "$out" --to "$dir/x.csv" --input "$dir/moved.csv"

# ---- a line that is none, half a line, a line without a row ----
cp "$out" "$dir/odd.jsonl"
printf '%s\n' 'no line' '{"artist_id":"zz","response_text":"of another input"}' >>"$dir/odd.jsonl"
printf '{"artist_id":"a11","artist_name":"E' >>"$dir/odd.jsonl"
exports 1 "$dir/odd.jsonl" --to - --format jsonl --input "$dir/moved.csv" --errors "$dir/out.errors.jsonl"
is "$(lines_json "$said" '"$l->{artist_id}:$l->{answer_state}"')" "a1:done a2:failed a3:done a10:done a11:open zz:done" "what is no line is left out; what has no row comes last"
has "$told" "odd.jsonl:4: is no line as ration writes it" "and both are told"

# ---- no room, a signal: what stood there stays ----
cp "$dir/all.csv" "$dir/keep.csv"
perl -e 'print "artist_id,name,data\n"; print "b$_,Name,", "d" x 900, "\n" for 1 .. 3000' >"$dir/large.csv"
n=$((n + 1))
(ulimit -f 200 && exec "$build/ration" export "$out" --to "$dir/keep.csv" --input "$dir/large.csv") >"$dir/said.$n" 2>"$dir/told.$n"
is $? 4 "no room: exit 4"
has "$dir/told.$n" "File too large" "it is told"
cmp -s "$dir/all.csv" "$dir/keep.csv"
ok $? "what stood there stays"
mkfifo "$dir/pipe"
"$build/ration" export "$out" --to "$dir/keep.csv" --input - <"$dir/pipe" >"$dir/said.s" 2>"$dir/told.s" &
export_pid=$!
exec 9>"$dir/pipe"
cat "$dir/moved.csv" >&9
catches() { [[ $(<"/proc/$export_pid/comm") == ration ]] && (( 16#$(sed -n 's/^SigCgt:[[:blank:]]*//p' "/proc/$export_pid/status") & 1 << 14 )); }
wait_for 10 catches
kill -TERM "$export_pid"
wait "$export_pid"
is $? 3 "a signal: exit 3"
exec 9>&-
cmp -s "$dir/all.csv" "$dir/keep.csv"
ok $? "what stood there stays"
nothing "$(find "$dir" -maxdepth 1 -name '.keep.csv.*')" "and nothing is left beside it"

# ---- memory does not grow with the rows: the file is larger than all that the process may have ----
if [[ -z ${SANITIZED:-} ]]; then # sanitizers reserve more
    perl -e 'my $text = "word " x 300; open my $in, ">", $ARGV[0] or die; open my $out, ">", $ARGV[1] or die; print $in "artist_id,name,data\n";
        for (1 .. 120_000) { print $in "m$_,Name,x\n"; my $i = ($_ * 7919) % 120_000 + 1; print $out qq({"artist_id":"m$i","response_text":"$text"}\n) }' "$dir/many.csv" "$dir/many.jsonl"
    holds "the output has $(stat -c %s "$dir/many.jsonl") bytes" "$(stat -c %s "$dir/many.jsonl") > 160 * 1024 * 1024"
    for order in input id arrival; do
        n=$((n + 1))
        (ulimit -v $((160 * 1024)) && exec "$build/ration" export "$dir/many.jsonl" --input "$dir/many.csv" --order $order --to "$dir/many.out" --format csv --columns artist_id,state) >"$dir/said.$n" 2>"$dir/told.$n"
        is "$? $(lines "$dir/many.out") $(grep -c ',done' "$dir/many.out")" "0 120001 120000" "by $order"
    done
    rm "$dir"/many.*
fi

# ---- while the run works ----
input_of 40
simapi --hold-after 25
ration_start --input "$input" --output "$dir/live.jsonl" --max-workers 2
wait_for 30 eval '[[ $(lines "$dir/live.jsonl") -eq 25 ]]'
exports 0 "$dir/live.jsonl" --to "$dir/live.csv"
has "$told" "40 rows to $dir/live.csv: 25 done, 0 failed, 15 open" "so far"
simapi_hurries
ration_wait
is "$status" 0 "the run ends as it would"
exports 0 "$dir/live.jsonl" --to "$dir/live.csv"
has "$told" "40 rows to $dir/live.csv: 40 done, 0 failed, 0 open" "and all of it is exported in the same place"

# Again and again, while workers die: each is whole, and none has fewer answers than the one before.
input_of 1500
simapi --latency-ms 20 --requests-per-minute 36000 --burst 20
ration_start --input "$input" --output "$dir/storm.jsonl" --max-workers 3
wait_for 20 eval '[[ $(lines "$dir/storm.jsonl") -ge 1 ]]'
rounds=0 fewer=0 broken=0 before=0
while kill -0 "$ration_pid" 2>/dev/null && [[ $rounds -lt 200 ]]; do
    rounds=$((rounds + 1))
    "$build/ration" export "$dir/storm.jsonl" --to "$dir/storm.out" --format jsonl --columns artist_id,state 2>"$dir/told.s" || broken=$((broken + 1))
    [[ $(lines "$dir/storm.out") -eq 1500 ]] || broken=$((broken + 1))
    now=$(grep -c '"state":"done"' "$dir/storm.out")
    [[ $now -ge $before ]] || fewer=$((fewer + 1))
    before=$now
    [[ $((rounds % 5)) -ne 0 ]] || "$build/ration" kill-worker 2 >"$dir/told.k" 2>&1
done
ration_wait
is "$status $broken $fewer" "0 0 0" "$rounds exports while workers were killed"
exports 0 "$dir/storm.jsonl" --to "$dir/storm.out" --format jsonl
is "$(grep -c '"state":"done"' "$dir/storm.out")" 1500 "and all at the end"
finish
