#!/usr/bin/env bash
# ration show: answers in the terminal, with what was asked; nothing in a text steers it.
source "$(dirname "$0")/../support/scenario.sh"

n=0
# shows WANTED WORD…: ration show WORD… ends with this status; what it prints is in $said and $told
shows() {
    local wanted=$1
    shift
    n=$((n + 1))
    said=$dir/said.$n
    told=$dir/told.$n
    "$build/ration" show "$@" >"$said" 2>"$told" </dev/null
    is $? "$wanted" "show ${*//$dir\//}: exit $wanted"
}
ids() { grep -oE '^a[0-9]+ · [a-z]+' "$said" | tr -d '·' | tr -s ' ' | tr '\n' ','; }

input_of 30
out=$dir/out.jsonl
evil='{"id":"resp_{row}","object":"response","status":"completed","model":"m","output":[{"type":"message","role":"assistant","status":"completed","content":[{"type":"output_text","text":"\u001b]0;evil\u0007 \u202eback\n\nsecond"}]}],"usage":{"input_tokens":3,"output_tokens":4,"total_tokens":7}}'
scripted --rule 'row=a0000[23]' --status 400 --body '{"error":{"message":"never \u001b[31m","type":"invalid_request_error","code":"bad"}}' --rule 'row=a00001' --body "$evil"
ration --input "$input" --output "$out" --limit 25
is "$status" 1 "a run"
shows 0 "$out" a00001 a00030 a00002
is "$(ids)" "a00001 done,a00030 open,a00002 failed," "in the order that was asked"
has "$said" '  data  plays, and paints' "what was asked"
has "$said" '  \x1b]0;evil\x07 \u202eback' "an answer cannot steer the terminal"
has "$said" '  never' "and what failed says why"
nothing "$(LC_ALL=C grep -c '[[:cntrl:]]' "$said" | grep -v '^0$')" "no control character is left"
shows 1 "$out" a00001 nobody
has "$told" 'nothing is known of "nobody"' "an id that is none"
shows 0 "$out" --failed
is "$(ids | tr ',' '\n' | sort | grep . | tr '\n' ' ')" "a00002 failed a00003 failed " "what failed"
shows 0 "$out"
is "$(ids)" "$(tail -n 5 "$out" | perl -MJSON::PP -lne 'print decode_json($_)->{artist_id} . " done"' | tr '\n' ',')" "the last five"
shows 0 "$out" --sample 10
is "$(grep -c ' · ' "$said")" 10 "ten by chance"
shows 0 "$out" --sample 1000 --no-input
is "$(ids | tr ',' '\n' | sort -u | grep -c .)" 25 "no line twice"
shows 0 "$out" --last 1000
is "$(grep -c ' · done' "$said")" 23 "all there are"
printf '{"artist_id":"a00030","artist_name":"half' >>"$out"
shows 0 "$out" --last 1
! grep -q a00030 "$said"
ok $? "half a line is none"

# ---- in a terminal: as wide as that is ----
script -qec "stty cols 40; '$build/ration' show '$out' a00004 --no-input" /dev/null </dev/null >"$dir/screen" 2>&1
sed 's/\x1b\[[0-9;]*m//g; s/\r$//' "$dir/screen" | tail -n +2 >"$dir/plain"
is "$(awk 'length > 40 { n++ } END { print n + 0 }' "$dir/plain")" 0 "no line of a text is wider"
LC_ALL=C grep -q "$(printf '\033\\[1ma00004')" "$dir/screen"
ok $? "with colours"

# ---- the request ----
shows 0 "$out" a00004 --request
has "$said" "POST $url/responses" "where it would be sent"
has "$said" "[key]" "with the key left out"
has "$said" "Artist 4" "what would be sent"
(cd / && "$build/ration" show "$out" a00004 --request) >"$dir/elsewhere" 2>&1
is "$(cat "$dir/elsewhere")" "$(cat "$said")" "from any folder"
shows 2 "$out" nobody --request
has "$told" 'the input has no artist_id "nobody"' "an id that the input does not have"
shows 2 "$out" a00004 a00005 --request
shows 2 "$out" --request
has "$told" "name one ID" "and what is needed"

# ---- what is wrong ----
shows 2
shows 2 "$dir/none.jsonl"
shows 2 "$out" --last 0
shows 2 "$out" --last 3 --failed
shows 2 "$out" a1 --failed
shows 2 "$out" --lats 3
has "$told" "did you mean --last?" "a word written wrongly"
shows 2 "$out" --input "$dir/none.csv"
finish
