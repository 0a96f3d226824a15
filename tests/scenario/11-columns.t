#!/usr/bin/env bash
# Any table: which column is the id and which the name, what is kept, what stands between columns, encodings and packed files. Judged
# by the bodies that the server received, and by the lines of the output.
. "$(dirname "$0")/../support/scenario.sh"

seen=$dir/seen
scripted --bodies "$seen"
printf 'Describe {{title}} for {{market}}.' >"$dir/prompt"

# asks INPUT OPTION…: a run with one worker; sets $out. What was asked before is forgotten.
asks() {
    out=$dir/answers.$((runs_begun + 1)).jsonl
    : >"$seen"
    local input=$1
    shift
    fresh
    "$build/ration" run --base-url "$url" --provider openai-chat --prompt-file "$dir/prompt" --max-workers 1 --input "$input" \
        --output "$out" "$@" >"$summary" 2>"$err"
    status=$?
}
# bodies: of each request by id: what the user says
bodies() { perl -CO -MJSON::PP -F'\t' -lane 'print "$F[0] $F[1] ", decode_json($F[2])->{messages}[-1]{content}' "$seen" | sort; }
# heads: of each line of the output, all before the answer
heads() { sed 's/,"response_text".*//' "$out" | sort; }
# refused WANTED NAME: exit 2, nothing was sent
refused() {
    is "$status $(lines "$seen")" "2 0" "$2: exit 2, and nothing is sent"
    has "$err" "$1" "$2: and it is told"
}

# ---- id, name, keep ----
printf 'sku,title,market,price\nA-1,"Chair, oak",DE,10\nA-2,Table "x",FR,\n' | sed 's/Table "x"/"Table ""x"""/' >"$dir/products.csv"
asks "$dir/products.csv" --id sku
is "$status" 0 "a table of products runs"
is "$(bodies)" 'A-1 /v1/chat/completions Describe Chair, oak for DE.
A-2 /v1/chat/completions Describe Table "x" for FR.' "each row's columns are asked"
is "$(heads)" '{"sku":"A-1"
{"sku":"A-2"' "the first key is the id's own column"
is "$(grep -o 'Processed artist.*' "$err" | sort)" 'Processed artist 1/2: "A-1"
Processed artist 2/2: "A-2"' "and where there are no names the log has the ids"
asks "$dir/products.csv" --id sku --name title --keep market,PRICE
is "$(heads)" '{"sku":"A-1","title":"Chair, oak","input":{"market":"DE","price":"10"}
{"sku":"A-2","title":"Table \"x\"","input":{"market":"FR","price":""}' "the name and what is kept stand beside the answer"
asks "$dir/products.csv" --id sku --keep price,price,PRICE
is "$status $(heads | head -n 1)" '0 {"sku":"A-1","input":{"price":"10"}' "what is named twice is kept once"
asks "$dir/products.csv" --id @line --keep all
is "$(heads)" '{"line":"2","input":{"sku":"A-1","title":"Chair, oak","market":"DE","price":"10"}
{"line":"3","input":{"sku":"A-2","title":"Table \"x\"","market":"FR","price":""}' "rows are known by their lines"
mv "$out" "$dir/half.jsonl"
sed -i 1d "$dir/half.jsonl"
: >"$seen"
fresh
"$build/ration" run --base-url "$url" --provider openai-chat --prompt-file "$dir/prompt" --max-workers 1 --input "$dir/products.csv" \
    --id @line --keep all --output "$dir/half.jsonl" --resume >"$summary" 2>"$err"
is "$? $(lines "$seen") $(lines "$dir/half.jsonl")" "0 1 2" "a resume asks the row that has no answer"
is "$(sed 's/,"response_text".*//' "$dir/half.jsonl" | sort | head -n 1)" '{"line":"2","input":{"sku":"A-1","title":"Chair, oak","market":"DE","price":"10"}' "and knows the rows by the same key"

# ---- names in another case, names with commas, options without an effect ----
printf 'sku,Title,market,"width, cm"\nA-1,Chair,DE,5\n' >"$dir/cases.csv"
asks "$dir/cases.csv" --id sku --keep 'MARKET,width\, cm'
is "$status $(heads)" '0 {"sku":"A-1","input":{"market":"DE","width, cm":"5"}' "a comma in a name is said with a backslash"
is "$(grep -cF '{{ }}: the input has no column "title"; "Title" is taken' "$err") $(grep -cF -- '--keep: the input has no column "MARKET"; "market" is taken' "$err") $(grep -c 'is taken' "$err")" "1 1 2" \
    "a column of another case is told once, by prompt and by --keep"
printf 'sku,Title,TITLE,market\nA-1,Chair,Lamp,x\n' >"$dir/twice.csv"
asks "$dir/twice.csv" --id sku
refused '{{ }}: "title" may be several columns, as "Title"; write it as it stands' "a name that two columns have but for their case"
asks "$dir/twice.csv" --id SKU --keep title
refused '--keep: "title" may be several columns' "likewise in --keep"
asks "$dir/twice.csv" --id tITLE
refused 'twice.csv:1: "tITLE" may be several columns, as "Title"; say which' "likewise as the id"
asks "$dir/cases.csv" --id sku --keep sku,price
refused '--keep: the input has no column "price"; there are: sku, Title, market, width, cm' "a column that is not there: which there are"
asks "$dir/cases.csv" --id sku --keep 'MARKET,width\, cm'
"$build/ration" export "$out" --to - --format csv --columns 'sku,width\, cm' >"$dir/said" 2>"$dir/told"
is "$(tr -d '\r' <"$dir/said")" 'sku,"width, cm"
A-1,5' "export's --columns likewise"
printf '{"sku":"1","title":"A","market":"x"}\n' >"$dir/kept.jsonl"
asks "$dir/kept.jsonl" --id sku --delimiter tab
refused "--delimiter: $dir/kept.jsonl is JSON Lines, which have none" "--delimiter of JSON Lines"
asks "$dir/cases.csv" --id sku --keep market --output-format cookbook
refused "--keep: lines of --output-format cookbook" "--keep with lists"
asks "$dir/cases.csv" --id sku --prompt-variables a=market
refused "--prompt-variables: belongs to --prompt-id" "variables of no stored prompt"
asks "$dir/cases.csv" --id sku --fallback-after 5 --redo-changed
is "$status $(grep -c -e '--fallback-after: counts only with --sessions' -e '--redo-changed: counts only with --resume' "$err")" "0 2" "what counts for nothing is told, and the run goes on"

# ---- the id among what is kept: the line is still its row's ----
printf 'sku,title,market\n1,A,x\n2,B,x\n3,A,x\n4,C,x\n5,B,x\n' >"$dir/kept.csv"
printf '{"sku":"1","title":"A","market":{"sku":"9"}}\n{"sku":"2","title":"A","market":{"sku":"9"}}\n' >"$dir/kept.jsonl"
# goes_on NAME WANTED INPUT OPTION…: a run of the first row, then one of all that goes on with it
goes_on() {
    local name=$1 wanted=$2 input=$3
    shift 3
    asks "$input" --id sku "$@" --limit 1
    : >"$seen"
    fresh
    "$build/ration" run --base-url "$url" --provider openai-chat --prompt-file "$dir/prompt" --max-workers 1 --input "$input" \
        --id sku "$@" --output "$out" --resume >"$summary" 2>"$err"
    is "$? $(lines "$seen") $(sort -u "$out" | wc -l)" "$wanted" "$name"
}
goes_on "--keep all goes on with --resume" "0 4 5" "$dir/kept.csv" --keep all
goes_on "--keep of the id, too" "0 4 5" "$dir/kept.csv" --keep sku
goes_on "and of an object that begins as a line does" "0 1 2" "$dir/kept.jsonl" --keep market
asks "$dir/kept.csv" --id sku --keep all --identical once
is "$status $(lines "$seen") $(lines "$out")" "0 3 5" "--keep all with --identical once: each has its line"

sed 's/^sku/ SKU /; s/title/Title/' "$dir/products.csv" >"$dir/case.csv"
asks "$dir/case.csv" --id sku --name title
is "$status $(heads | head -n 1)" '0 {"SKU":"A-1","Title":"Chair, oak"' "blanks around a column's name and its case are no matter"
has "$err" 'the column "SKU" is taken for "sku"' "which is told"

printf 'name,title,market\nAnn,T,DE\nBob,U,FR\n' >"$dir/names.csv"
asks "$dir/names.csv" --id name
is "$status $(heads | head -n 1)" '0 {"name":"Ann"' "names may be the ids, and stand in a line once"
first=$out
asks "$dir/names.csv" --id name --keep market --output "$first" --resume
is "$status $(lines "$seen") $(lines "$first")" "0 0 2" "and a resume knows them, with columns to keep, too"

printf '{"id":7,"title":"T","market":null,"tags":["a",1],"n":1.50}\n{"id":8,"title":"U"}\n' >"$dir/rows.jsonl"
asks "$dir/rows.jsonl" --keep n,tags,market
is "$status $(heads)" '0 {"id":"7","input":{"n":1.50,"tags":["a",1],"market":null}
{"id":"8","input":{}' "values of JSONL are kept as they are"
is "$(bodies)" '7 /v1/chat/completions Describe T for .
8 /v1/chat/completions Describe U for .' "and what a row lacks is empty"

# ---- artists as before ----
printf 'artist_id,name,data\n1,A,x\n' >"$dir/artists.csv"
printf '{{name}}: {{data}}' >"$dir/prompt.artists"
asks "$dir/artists.csv" --prompt-file "$dir/prompt.artists"
is "$(heads)" '{"artist_id":"1","artist_name":"A"' "a line of an artist begins as ever"
is "$(cut -f 3 "$seen")" '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"A: x"}]}' "and the request is the same, byte for byte"

# ---- delimiters ----
for kind in 'semicolon \;' 'tab \t' 'pipe \|'; do
    read -r word byte <<<"$kind"
    perl -pe 's/,(?=(?:[^"]*"[^"]*")*[^"]*$)/'"$byte"'/g' "$dir/products.csv" >"$dir/other.csv"
    asks "$dir/other.csv" --id sku
    is "$status $(bodies | head -n 1)" "0 A-1 /v1/chat/completions Describe Chair, oak for DE." "a $word between the columns is found out"
    has "$err" "between its columns stands a" "and told"
    asks "$dir/other.csv" --id sku --delimiter "$word"
    is "$status" 0 "or said: $word"
done
asks "$dir/products.csv" --id sku --delimiter colon
refused '--delimiter: "colon" is not one of comma, semicolon, tab, pipe' "another delimiter"

# ---- encodings ----
printf 'id,title,market\n1,Caf\xe9 \x80,DE\n' >"$dir/windows.csv"
asks "$dir/windows.csv"
refused 'say --encoding WINDOWS-1252' "a file from Windows"
asks "$dir/windows.csv" --encoding WINDOWS-1252
is "$status $(bodies)" "0 1 /v1/chat/completions Describe Café € for DE." "is read in its encoding"
iconv -f WINDOWS-1252 -t UTF-16 "$dir/windows.csv" >"$dir/wide.csv"
asks "$dir/wide.csv"
refused 'say --encoding UTF-16' "UTF-16"
asks "$dir/wide.csv" --encoding utf-16
is "$status $(bodies)" "0 1 /v1/chat/completions Describe Café € for DE." "is read in its encoding"
asks "$dir/windows.csv" --encoding ASCII
refused 'line 2 has the byte 0xe9, which is no ASCII' "a wrong encoding"
asks "$dir/windows.csv" --encoding klingon
refused '"klingon" is not known' "an encoding that nobody knows"

# ---- packed ----
{ gzip -c "$dir/products.csv"; tail -n 1 "$dir/products.csv" | sed 's/A-2/A-3/' | gzip -c; } >"$dir/products.csv.gz"
asks "$dir/products.csv.gz" --id sku
is "$status $(bodies | wc -l)" "0 3" "gzip is read as it is, in several pieces"
has "$err" "is packed with gzip" "which is told"
gzip -c "$dir/rows.jsonl" >"$dir/rows.jsonl.gz"
asks "$dir/rows.jsonl.gz"
is "$status $(lines "$out")" "0 2" "a packed file of JSON lines is known by its name"
head -c 40 "$dir/products.csv.gz" >"$dir/cut.gz"
asks "$dir/cut.gz" --id sku
refused "ends in the middle; fetch it again" "a packed file that is cut"
if command -v zstd >/dev/null; then
    zstd -q -c "$dir/products.csv" >"$dir/products.csv.zst"
    asks "$dir/products.csv.zst" --id sku
    is "$status $(lines "$out")" "0 2" "zstd is read as it is"
    head -c 30 "$dir/products.csv.zst" >"$dir/cut.zst"
    asks "$dir/cut.zst" --id sku
    refused "zstd data" "a cut one is told"
fi
fresh
out=$dir/answers.pipe.jsonl
: >"$seen"
"$build/ration" run --base-url "$url" --provider openai-chat --prompt-file "$dir/prompt" --max-workers 1 --input - --id sku --output "$out" \
    <"$dir/products.csv.gz" >"$summary" 2>"$err"
is "$? $(lines "$out")" "0 3" "from standard input, too"

# ---- what cannot be ----
asks "$dir/products.csv"
refused 'products.csv:1: column "artist_id" is missing; the first line must name it (it begins "sku"), or say which column is the id: --id COLUMN' "no id"
asks "$dir/products.csv" --id nothing
refused 'column "nothing" is missing; correct --id' "an id that is no column"
asks "$dir/products.csv" --id market --name nothing
refused 'column "nothing" is missing; correct --name' "a name that is no column"
asks "$dir/products.csv" --id sku --keep price,colour
refused '--keep: the input has no column "colour"' "a kept column that is none"
printf 'model,title,market\nm,T,DE\n' >"$dir/taken.csv"
asks "$dir/taken.csv" --id model
refused 'taken.csv:1: a line of the output has a key "model" already' "an id that is called as what the answer tells"
asks "$dir/taken.csv" --id market --name model
refused 'taken.csv:1: a line of the output has a key "model" already' "a name that is called so"
asks "$dir/names.csv" --id name --name name
refused 'names.csv:1: "name" is the id'"'"'s column already; leave out --name' "a name that is the id"
perl -e 'print "id,title,market\n1,T,DE\n2,", "x" x (3 << 20), ",DE\n"' >"$dir/long.csv"
printf '{"model":"m","messages":[{"role":"user","content":"{{title}}{{title}}{{title}}{{title}}{{title}}{{title}}"}]}' >"$dir/long.json"
: >"$seen"
fresh
"$build/ration" run --base-url "$url" --provider openai-chat --request "$dir/long.json" --max-workers 1 --input "$dir/long.csv" \
    --output "$dir/long.jsonl" >"$summary" 2>"$err"
status=$?
refused "long.csv:3: its request has" "a request that is too long, whichever row's it is"
printf 'sku,title,market\nA,T,DE\nA,U,FR\n' >"$dir/twice.csv"
asks "$dir/twice.csv" --id sku
refused "already on line 2" "two rows with one id"
perl -e 'print join(",", "id", map { "c$_" } 1 .. 512), "\n"' >"$dir/many.csv"
asks "$dir/many.csv"
refused "513 columns; at most 512 are possible" "too many columns"

finish
