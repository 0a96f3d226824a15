#!/usr/bin/env bash
# /answers/lines and /answers/input: what a run asked and was answered, page by page, for who has the token; in bounded pieces.
source "$(dirname "$0")/../support/scenario.sh"

listening() { web=$(sed -n 's|.* dashboard at \(http://[^ ]*[0-9]\)/.*|\1|p' "$err" 2>/dev/null); [[ -n $web ]]; }
# get PATH OPTION…: its status in $code, its text in $dir/got
get() { local path=$1; shift; code=$(curl -s -m 20 -o "$dir/got" -w '%{http_code}' -G "$@" "$web$path"); }
# told PATH OPTION…: likewise, with the token
told() { get "$@" -H "Authorization: Bearer $token"; }
# member EXPRESSION: of what came, as perl sees it in $s
member() { perl -MJSON::PP -0777 -ne '$s = decode_json($_); print '"$1" "$dir/got"; }
ids() { member 'join " ", map { $_->{members}{artist_id} } @{$s->{lines}}'; }
# all OPTION…: the ids of all pages, and how many pages those were
all() {
    local next='' pages=0 found=''
    while [[ $next != null && $pages -lt 500 ]]; do
        told /answers/lines -d limit=50 ${next:+-d before=$next} "$@"
        [[ $code == 200 ]] || break
        [[ $(member '$s->{again} ? 1 : 0') == 0 ]] || continue
        found="$found $(ids)"
        next=$(member '$s->{next} // "null"')
        pages=$((pages + 1))
    done
    echo "$pages $(tr -s ' ' '\n' <<<"$found" | grep . | sort | uniq | wc -l) $(tr -s ' ' '\n' <<<"$found" | grep -c .)"
}

# Answers of some 4 KB: the file is larger than what one call looks through.
perl -e 'print "artist_id,name,data\n"; printf "a%05d,\"Artist \"\"%d\"\"\",plays\n", $_, $_ for 1 .. 300' >"$dir/in.csv"
simapi --text-bytes 4000 --hold-after 250
ration_start --input "$dir/in.csv" --output "$dir/out.jsonl" --listen 127.0.0.1:0 --keep-listening 60 --requests-per-minute 100000 --burst 1000
wait_for 20 listening
token=$(cat "$RATION_RUNTIME_DIR"/*/http-token)
wait_for 30 eval '[[ $(lines "$dir/out.jsonl") -eq 250 ]]'

get /answers/lines
is "$code" 401 "answers need the token"
get /answers/input -d id=a00001
is "$code" 401 "the input does, too"
get /answers
is "$code" 200 "the page itself holds nothing, and needs none"
# What is shown is as old as the last tick of the run.
shows_all() { told /answers/lines -d limit=3 && [[ $(member '$s->{end}') == "$(stat -c %s "$dir/out.jsonl")" ]]; }
wait_for 10 shows_all
is "$(ids)" "$(tail -n 3 "$dir/out.jsonl" | tac | perl -MJSON::PP -lne 'push @id, decode_json($_)->{artist_id}; END { print "@id" }')" "the latest first"
is "$(member 'join " ", map { ($_->{cut} ? "cut" : "whole") . length $_->{members}{response_text} } @{$s->{lines}}')" "cut600 cut600 cut600" "long texts are cut in a list"
line=$(tail -n 1 "$dir/out.jsonl")
told /answers/lines -d limit=1 -d whole=1 -d "before=$(member '$s->{lines}[0]{end}')"
is "$(member 'JSON::PP->new->canonical->encode($s->{lines}[0]{members})')" "$(perl -MJSON::PP -e 'print JSON::PP->new->canonical->encode(decode_json($ARGV[0]))' "$line")" "one line is had whole"
read -r pages different found <<<"$(all)"
is "$different $found" "250 250" "each line once"
holds "in pieces: $pages" "$pages >= 5"
is "$(all -d id=a0011 | cut -d ' ' -f 2-)" "$(grep -c '"artist_id":"a0011' "$dir/out.jsonl") $(grep -c '"artist_id":"a0011' "$dir/out.jsonl")" "by the beginning of the id"
is "$(all -d finish=stop | cut -d ' ' -f 2)" 250 "by how it ended"
is "$(all -d finish=length | cut -d ' ' -f 2)" 0 "of which there is none"
is "$(all -d file=errors | cut -d ' ' -f 2)" 0 "nothing has failed"
# The input, once around.
found=no
group=0
for _ in 1 2 3 4 5 6 7 8 9; do
    told /answers/input -d id=a00299 -d "group=$group"
    [[ $(member '$s->{record} ? 1 : 0') == 0 ]] || { found=$(member '"$s->{record}{artist_id}: $s->{record}{name}, $s->{record}{data}"'); break; }
    group=$(member '$s->{next}')
done
is "$found" 'a00299: Artist "299", plays' "the row of an id"
told /answers/input -d id=nobody
is "$code $(member 'defined $s->{record} ? 1 : 0')" "200 0" "an id that the input has not"

for wrong in 'lines?file=input' 'lines?before=-1' 'lines?before=99999999999999999999' 'lines?limit=x' input 'input?id=a&group=x'; do
    told "/answers/$wrong"
    is "$code" 400 "/answers/$wrong"
done
told '/answers/lines?before=7&limit=50'
is "$code" 200 "a place in the middle of a line is no harm"
code=$(curl -s -m 20 -o "$dir/got" -w '%{http_code}' -X POST -H "Authorization: Bearer $token" "$web/answers/lines")
is "$code" 405 "nothing is changed"
get /answers/lines -H "Authorization: Bearer $token" -H 'Origin: http://elsewhere.example'
is "$code" 403 "another site's page gets nothing"

# ---- the run goes on, and its answers are there after its end ----
simapi_hurries
wait_for 60 grep -q 'the run has ended' "$err"
wait_for 10 shows_all
is "$(all | cut -d ' ' -f 2-)" "300 300" "all of them, after the end"
told /answers/input -d id=a00001
is "$(member '$s->{record}{name}')" 'Artist "1"' "and the input"
kill -INT "$ration_pid"
ration_wait
is "$status" 0 "the run was not held up"
finish
