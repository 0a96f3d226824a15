#!/usr/bin/env bash
# Answers of any table come out as those of artists do: export and show join by the id that the lines name, whatever stands between the
# columns, packed or not, in whatever encoding.
. "$(dirname "$0")/../support/scenario.sh"

scripted
printf '{{title}}' >"$dir/prompt"
run() {
    local input=$1
    shift
    rm -f "$dir"/out.jsonl*
    fresh
    "$build/ration" run --base-url "$url" --prompt-file "$dir/prompt" --input "$input" --output "$dir/out.jsonl" "$@" >"$summary" 2>"$err"
    status=$?
}
# exported OPTION…: state, the first column and the answer of each row
exported() {
    "$build/ration" export "$dir/out.jsonl" --to - --format jsonl "$@" 2>"$dir/told" |
        perl -MJSON::PP -CO -ne 'my $l = decode_json($_); print join("|", map { $_ // "" } $l->{state}, $l->{sku} // $l->{title}, $l->{response_text}), "\n"'
}
printf 'sku;title;price\nA-1;"Chair; oak";10\nA-2;Caf\xc3\xa9;\n' >"$dir/products.csv"
want='done|A-1|A biography of A-1.
done|A-2|A biography of A-2.'

run "$dir/products.csv" --id sku --name title
is "$status" 0 "a table with semicolons is answered"
is "$(exported)" "$want" "its answers are exported beside its rows"
has <("$build/ration" show "$dir/out.jsonl" A-2) "A biography of A-2." "and shown by their ids"
has <("$build/ration" show "$dir/out.jsonl" A-1) "Chair; oak" "with what was asked"

gzip -c "$dir/products.csv" >"$dir/products.csv.gz"
run "$dir/products.csv.gz" --id sku
is "$status $(exported)" "0 $want" "so are those of a packed one"

iconv -f UTF-8 -t UTF-16 "$dir/products.csv" >"$dir/wide.csv"
run "$dir/wide.csv" --id sku --encoding UTF-16
is "$status $(exported | tail -n 1)" "0 done|A-2|A biography of A-2." "and those of another encoding, which the run's record knows"
is "$(exported --input "$dir/wide.csv" --encoding UTF-16 | tail -n 1)" "done|A-2|A biography of A-2." "of an input that is named it is told"
kept=$(cksum <"$dir/wide.csv")
"$build/ration" export "$dir/out.jsonl" --to "$dir/wide.csv" >"$dir/said" 2>"$dir/told"
is "$? $(cksum <"$dir/wide.csv")" "2 $kept" "no export replaces the input that was read through a copy"
has "$dir/told" "is the input" "and it is told"

printf 'title|in;any;order\nOak|1\nAsh|2\n' >"$dir/odd.txt"
run "$dir/odd.txt" --id @line --delimiter pipe
is "$status $(exported | head -n 1)" "0 done|Oak|A biography of 2." "the delimiter is the run's own"
printf '{"sku":"A-1","title":"Oak"}\n{"sku":"A-2","title":"Ash"}\n' >"$dir/lines.txt"
run "$dir/lines.txt" --id sku --input-format jsonl
is "$status $(exported)" "0 $want" "and so is the format"

run "$dir/products.csv" --id @line
is "$status $(exported)" "0 done|A-1|A biography of 2.
done|A-2|A biography of 3." "rows that are known by their lines are joined by them"

run "$dir/products.csv" --id sku --output-format openai-batch
is "$status $(exported | cut -d '|' -f 1-2)" "0 done|A-1
done|A-2" "the id is the run's own where the lines call it otherwise"
is "$(exported --input "$dir/products.csv" --id sku | cut -d '|' -f 1-2)" "done|A-1
done|A-2" "of an input that is named, --id says it"

printf '{"sku":"A-1","title":"Oak","price":10.50,"tags":["a","b"],"sold":null,"new":true,"code":"007"}\n' >"$dir/kinds.jsonl"
run "$dir/kinds.jsonl" --id sku
is "$("$build/ration" export "$dir/out.jsonl" --to - --format jsonl --columns price,tags,sold,new,code 2>"$dir/told")" \
    '{"price":10.50,"tags":["a","b"],"sold":null,"new":true,"code":"007"}' "values of JSON Lines stay what they were"
is "$("$build/ration" export "$dir/out.jsonl" --to - --format csv --columns price,tags,sold,new,code 2>"$dir/told" | tail -n 1 | tr -d '\r')" \
    '10.50,"[""a"",""b""]",,true,007' "and are their texts in CSV"

finish
