#!/usr/bin/env bash
# Parts that are with the API, and a run that would ask other rows, or otherwise, or elsewhere: it asks nothing, and says what to do.
source "$(dirname "$0")/../support/scenario.sh"
source "$root/tests/support/batches.sh"
perl -e 'print "artist_id,name,data\n"; print "a$_,Name $_,data of $_\n" for 1 .. 40' >"$dir/in.csv"
printf 'Write on {{name}}: {{data}}\n' >"$dir/prompt.txt"
printf 'Sing of {{name}}: {{data}}\n' >"$dir/other.txt"
parts=(--batch --batch-rows 20 --batch-poll 1)
usual=(--input "$dir/in.csv" --prompt-file "$dir/prompt.txt")

# asks OPTION…: a run of this output, whose prompt is a file
asks() {
    fresh
    "$build/ration" run --base-url "$url" "${parts[@]}" --output "$output" "$@" >"$summary" 2>"$err"
    status=$?
}
# made: how many parts the journal has
made() { sed -n 's/.*"part":\([0-9]*\),.*"run":"\([^"]*\)".*/\2 \1/p' "$dir/.${output##*/}.batches" | sort -u | wc -l; }
# refused WORDS WHAT OPTION…: it is, with these words
refused() {
    local words=$1 what=$2
    shift 2
    asks "$@" --resume
    is "$status" 4 "$what: the run is refused"
    has "$err" "$words" "it says why"
}

mkdir "$dir/files"
simapi --batch-folder "$dir/files" --batch-validate 3600
output=$dir/out.jsonl
asks "${usual[@]}" --detach
is "$status $(made)" "3 2" "two parts are with the API"
perl -ne 'print; print "new,New,new data\n" if $. == 1' "$dir/in.csv" >"$dir/top.csv"
refused "its rows have other ids" "a row that was put before the others" --input "$dir/top.csv" --prompt-file "$dir/prompt.txt"
perl -ne '$l[$.] = $_; END { @l[5, 6] = @l[6, 5]; print @l[1 .. $#l] }' "$dir/in.csv" >"$dir/crossed.csv"
refused "its rows have other ids" "rows that changed places" --input "$dir/crossed.csv" --prompt-file "$dir/prompt.txt"
head -n 31 "$dir/in.csv" >"$dir/short.csv"
refused "has rows behind the last one" "an input that is shorter" --input "$dir/short.csv" --prompt-file "$dir/prompt.txt"
refused "has rows behind the last one" "a limit within a part" --input "$dir/in.csv" --prompt-file "$dir/prompt.txt" --limit 30
refused "has rows behind the last one" "a limit between two parts" --input "$dir/in.csv" --prompt-file "$dir/prompt.txt" --limit 20
refused "would now be asked something else" "a prompt that has changed" --input "$dir/in.csv" --prompt-file "$dir/other.txt"
sed 's/data of 33$/other data/' "$dir/in.csv" >"$dir/data.csv"
refused "would now be asked something else" "data that have changed" --input "$dir/data.csv" --prompt-file "$dir/prompt.txt"
there=$url
url=${url/127.0.0.1/localhost}
refused "was made at another API or base URL" "another base URL" --input "$dir/in.csv" --prompt-file "$dir/prompt.txt"
url=$there
is "$(made) $(lines "$output")" "2 0" "none of them asked anything, or recorded anything"
mv "$output" "$dir/moved.jsonl"
output=$dir/moved.jsonl
asks "${usual[@]}" --resume
is "$status" 2 "an output that was renamed without its journal: the run is refused"
ration --input "$dir/in.csv" --output "$output" --resume
is "$status" 2 "so is one that asks row by row"
printf 'artist_id,name,data\nb1,Name,data\n' >"$dir/one.csv"
for beside in new "of an earlier run"; do
    ration --input "$dir/one.csv" --output "$dir/beside.jsonl" --resume
    is "$status $(lines "$dir/beside.jsonl") $(grep -c "put it back and collect them" "$err")" "0 1 1" "an output beside it, $beside, is none that was moved: it is told, and the run goes on"
done
cp "$dir/beside.jsonl" "$dir/copy"
mv "$dir/copy" "$dir/beside.jsonl"
ration --input "$dir/one.csv" --output "$dir/beside.jsonl" --resume
is "$status" 2 "a file that was put in its place may be it"
mv "$dir/beside.jsonl" "$dir/else.jsonl"
mv "$dir/.beside.jsonl.ration" "$dir/.else.jsonl.ration"
ration --input "$dir/one.csv" --output "$dir/else.jsonl" --resume
is "$status" 2 "one that was moved with its record alone may be it"
asks "${usual[@]}" --resume
is "$status" 2 "so may the one before, still"
bash -c "$(sed -n "s/.*must move with it: \(mv .*\); if not.*/\1/p" "$err")"
simapi_advances 7200
{ cat "$dir/in.csv"; echo "last,Last,last data"; } >"$dir/longer.csv"
asks --input "$dir/longer.csv" --prompt-file "$dir/prompt.txt" --resume --detach
is "$status $(made)" "3 3" "a row at the end harms nothing: it goes in a part of its own"
asks --input "$dir/longer.csv" --prompt-file "$dir/prompt.txt" --resume --detach
simapi_advances 7200
asks --input "$dir/longer.csv" --prompt-file "$dir/prompt.txt" --resume
is "$status $(lines "$output")" "0 41" "with the input as it was all is collected"
simapi_stop
is "$(batch_ran)" "42 0" "and each row was paid for once, that of the output beside it, too"

# ---- more open parts than a worker has places for: what one run leaves, the next one takes up ----
head -n 31 "$dir/in.csv" >"$dir/thirty.csv"
mkdir "$dir/many"
simapi --batch-folder "$dir/many" --batch-validate 3600
many=(--input "$dir/thirty.csv" --prompt-file "$dir/prompt.txt" --batch-rows 1)
output=$dir/first.jsonl
asks "${many[@]}" --limit 24 --detach
cp "$dir/.first.jsonl.batches" "$dir/kept"
simapi_advances 7200
asks "${many[@]}" --limit 24 --resume
cp "$output" "$dir/many.jsonl"
output=$dir/many.jsonl
asks "${many[@]}" --resume --detach
is "$(made)" 6 "six more parts are made"
: >"$output"
cat "$dir/kept" >>"$dir/.many.jsonl.batches"
simapi_advances 7200
asks "${many[@]}" --resume
is "$status $(lines "$output") $(grep -c "is left to a later --batch --resume" "$err")" "3 24 6" "with 30 open, 24 are collected"
asks "${many[@]}" --resume
is "$status $(lines "$output")" "0 30" "then the rest"
simapi_stop
is "$(batch_ran)" "30 0" "none of their rows was asked again"

# ---- runs that are begun again and again give a row no new attempts ----
head -n 6 "$dir/in.csv" >"$dir/few.csv"
mkdir "$dir/again"
simapi --batch-folder "$dir/again" --batch-validate 0.1 --batch-fault-row-missing 1
output=$dir/again.jsonl
for _ in 1 2 3 4 5 6 7 8; do
    asks --input "$dir/few.csv" --prompt-file "$dir/prompt.txt" --resume --detach --attempts 3
    [[ $status == 3 ]] || break
done
is "$status $(lines "$dir/again.errors.jsonl")" "1 5" "--detach from a timer: rows that never have a result fail"
is "$(batch_calls create)" 3 "after as many attempts as they have in one run"
simapi_stop
finish
