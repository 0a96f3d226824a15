#!/usr/bin/env bash
# Answered artists whose input has changed: --resume tells them, --redo-changed asks them again.
source "$(dirname "$0")/../support/scenario.sh"

# artists FILE FIRST LAST: CSV of made-up artists
artists() {
    perl -e 'print "artist_id,name,data\n"; printf "r%04d,Name %d,\"Born %d,\nin place %d\"\n", $_, $_, 1000 + $_, $_ for $ARGV[0] .. $ARGV[1]' "$2" "$3" >"$1"
}
sorted_lines() { LC_ALL=C sort "$1"; }
asked() { perl -F'\t' -lane 'next if $. == 1; $n{$F[3] =~ s/%(..)/chr hex $1/ger}++; END { print join " ", map { "$_:$n{$_}" } sort keys %n }' "$audit"; }
hash_of() { grep -F "\"artist_id\":\"$1\"" "$2" | grep -oE '"input_hash":"[0-9a-f]{32}"'; }

# ---- three change, one is new, the rows move ----
simapi
in=$dir/in.csv
out=$dir/out.jsonl
artists "$in" 1 300
ration --input "$in" --output "$out"
is "$status,$(lines "$out")" 0,300 "the first run"
cp "$out" "$dir/first"
ration --input "$in" --output "$out" --resume --redo-changed
is "$status,$(lines "$out")" 0,300 "nothing has changed: nothing is asked"
grep -q 'has changed' "$err"
is $? 1 "and nothing told"
cmp -s "$out" "$dir/first"
ok $? "and the output keeps its bytes"
simapi_stop

perl -0777 -e '
    local $_ = <STDIN>;
    my ($header, @row) = (split /(?<=\n)(?=r\d{4},)/, $_);
    s/Born 1007/Born 2007/, s/Name 150,/Name One Fifty,/, s/in place 299/in exile/ for @row;
    print $header, reverse(@row), "r9999,New,\"\"\n"' <"$in" >"$dir/in2.csv"
mv "$dir/in2.csv" "$in"
inode=$(stat -c %i "$out")
simapi
ration --input "$in" --output "$out" --resume
simapi_stop
is "$status,$(lines "$out")" 0,301 "--resume"
has "$err" "3 answered artists' input has changed since: r0299, r0150, r0007; --redo-changed asks them again" "tells those three by id"
is "$(asked)" r9999:1 "and asks the new one alone"
is "$(stat -c %i "$out")" "$inode" "in the same file"
sorted_lines "$out" >"$dir/second"

simapi
chmod 640 "$out"
ration --input "$in" --output "$out" --resume --redo-changed
simapi_stop
is "$status,$(lines "$out")" 0,301 "--resume --redo-changed"
has "$err" "3 answered artists' input has changed since, they are asked again: r0299, r0150, r0007" "tells them"
is "$(asked)" "r0007:1 r0150:1 r0299:1" "and asks those three alone"
"$root/tests/support/check-output" "$in" "$out" >"$dir/check"
ok $? "one line each: $(cat "$dir/check")"
is "$(LC_ALL=C comm -12 "$dir/second" <(sorted_lines "$out") | wc -l)" 298 "the other lines keep their bytes"
has "$out" '"artist_name":"Name One Fifty","response_text":"Biography of Name One Fifty' "the new text is there"
for id in r0007 r0150 r0299; do
    [[ -n $(hash_of $id "$out") && $(hash_of $id "$out") != "$(hash_of $id "$dir/first")" ]]
    ok $? "$id has a new hash"
done
is "$(stat -c %a "$out")" 640 "the new file has the old one's mode"
[[ $(stat -c %i "$out") != "$inode" && ! -e $out.ration-new ]]
ok $? "it took the old one's place"

# ---- the prompt changes: all have changed; the limit is kept to; an error gives way ----
simapi
perl -0pi -e 's/\{"artist_id":"r0010".*\n//' "$out"
printf '{"artist_id":"r0011","artist_name":"x","class":"refused","status":400}\n' >"$dir/out.errors.jsonl"
printf leftover >"$out.ration-new"
ration --input "$in" --output "$out" --resume --limit 50 --prompt-version 2
is "$status,$(lines "$out")" 0,300 "another prompt version: nothing but what was missing within the limit is asked"
has "$err" "50 answered artists' input has changed since: r0300, r0299" "all those of this run are told"
[[ ! -e $out.ration-new ]]
ok $? "a leftover of a killed rewrite is removed"
printf '{"artist_id":"r0011","artist_name":"x","class":"refused","status":400}\n' >"$dir/out.errors.jsonl"
ration --input "$in" --output "$out" --resume --prompt-version 2 --redo-changed
simapi_stop
is "$status,$(lines "$out")" 0,301 "with --redo-changed all are asked"
is "$(asked | tr ' ' '\n' | grep -c ':1$'),$(asked | tr ' ' '\n' | grep -c ':2$')" 301,0 "once each"
has "$err" "300 answered artists" "all that were answered are told"
[[ ! -e $dir/out.errors.jsonl ]]
ok $? "an error line of one of them is gone"

# ---- killed at any moment ----
# Every round changes 600 of 3000 artists, so that each run has lines to remove, whatever the one before came to.
change() { perl -0pi -e 's/(?<=\nr)(\d{3}[05],.*?in place \d+)[ \d]*/$1 '"$1"'/gs' "$in"; }
simapi
printf 'About {{name}}: {{data}}' >"$dir/template"
artists "$in" 1 3000
out=$dir/killed.jsonl
redo=("$build/ration" run --base-url "$url" --prompt-file "$dir/template" --input "$in" --output "$out" --resume --redo-changed)
fresh
"${redo[@]}" >"$summary" 2>"$err"
is "$?,$(lines "$out")" 0,3000 "3000 artists"
kills=0
twice=0
unfinished=0
for ((i = 1; i <= 15; i++)); do
    change "$i"
    fresh
    "${redo[@]}" >"$summary" 2>"$err" &
    pid=$!
    if ((i % 3 == 0)); then
        sleep "0.$(printf %03d $((i * 5 + RANDOM % 5)))"
    else
        until [[ -e $out.ration-new ]] || ! kill -0 $pid 2>/dev/null; do :; done
        ((i % 3 == 1)) || sleep "0.00$((RANDOM % 10))"
    fi
    kill -9 $pid 2>/dev/null && kills=$((kills + 1))
    wait $pid 2>/dev/null
    [[ ! -e $out.ration-new ]] || unfinished=$((unfinished + 1))
    twice=$((twice + $(grep -o '^{"artist_id":"r[0-9]*"' "$out" | sort | uniq -d | wc -l)))
done
is $twice 0 "killed $kills times, $unfinished times while rewriting: the output is always there, with nobody twice"
fresh
"${redo[@]}" >"$summary" 2>"$err"
is "$?,$(lines "$out")" 0,3000 "the next --resume completes it"
"$root/tests/support/check-output" "$in" "$out" >"$dir/check"
ok $? "$(cat "$dir/check")"
fresh
"${redo[@]}" >"$summary" 2>"$err"
grep -q 'has changed' "$err"
is $? 1 "and every answer is to the present input"
[[ ! -e $out.ration-new ]]
ok $? "no unfinished file is left"
nothing "$(left_arenas)" "no arena of an output that was replaced is left"
simapi_stop
# ---- another model: the hash of a prompt alone says nothing of it ----
printf 'About {{name}}: {{data}}' >"$dir/template"
simapi
artists "$dir/five.csv" 1 5
out=$dir/model.jsonl
model=("$build/ration" run --base-url "$url" --prompt-file "$dir/template" --input "$dir/five.csv" --output "$out")
fresh
"${model[@]}" >"$summary" 2>"$err"
is "$?,$(lines "$out")" 0,5 "a run by the usual model"
fresh
"${model[@]}" --model gpt-other --resume >"$summary" 2>"$err"
is "$?,$(grep -c 'answers of two kinds' "$err")" 0,0 "another model, nothing is left to ask: nothing of two kinds"
has "$err" "5 answered artists' input has changed since" "but it is told that they were asked another way"
rm -f "$out"
fresh
"${model[@]}" >"$summary" 2>"$err"
is "$?,$(lines "$out")" 0,5 "once more by the usual model"
simapi_stop
simapi
model[3]=$url
fresh
"${model[@]}" --model gpt-other --resume --redo-changed >"$summary" 2>"$err"
status=$?
simapi_stop
is "$status,$(asked | wc -w)" 0,5 "--redo-changed asks it for all of them"
is "$(grep -c 'answers of two kinds' "$err")" 0 "and the output holds answers of one kind"
finish
