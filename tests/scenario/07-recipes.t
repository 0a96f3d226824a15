#!/usr/bin/env bash
# The recipes say what comes out of them: all blocks of docs/RECIPES.md in one shell, as somebody would copy them, judged by the files
# that they leave and by what the server was asked.
source "$(dirname "$0")/../support/scenario.sh"
unset -f ration
simapi --latency-ms 5
export OPENAI_BASE_URL=$url ANTHROPIC_API_BASE_URL=$url XDG_RUNTIME_DIR=$dir/run
mkdir -p "$dir/bin" "$dir/blocks" "$dir/work"
printf '#!/usr/bin/env bash\nexec "%s" "${@/#http:\\/\\/localhost:8000\\/v1/%s}"\n' "$build/ration" "$url" >"$dir/bin/ration"
chmod +x "$dir/bin/ration"
export PATH=$dir/bin:$PATH
"$root/tests/support/document-blocks" "$root/docs/RECIPES.md" "$dir/blocks" | grep -v "not run:" | cut -f 1 >"$dir/list"
while read -r line; do
    cat "$dir/blocks/$line.sh"
done <"$dir/list" >"$dir/all.sh"
cd "$dir/work" || exit 1
bash -e "$dir/all.sh" >"$dir/told" 2>&1 </dev/null
is $? 0 "all recipes, one after another in one shell"
[[ $bad -eq 0 ]] || tail -n 15 "$dir/told" | sed 's/^/#   /'

# each FILE PERL: the value for each line, parted by blanks, in order
each() { perl -MJSON::PP -e 'open my $in, "<", $ARGV[0] or die; my @all; while (<$in>) { my $l = decode_json($_); push @all, eval $ARGV[1]; die $@ if $@ } binmode STDOUT, ":utf8"; print join " ", sort @all' "$@"; }
# cells FILE COLUMN…: those of each record, as a reader of CSV has them, parted by commas; records by blanks
cells() {
    # shellcheck disable=SC2016  # the variables are perl's
    perl -0777 -e '
        my $file = shift; open my $in, "<", $file or die; my $text = <$in>; my (@records, @record);
        while ($text =~ /\G(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g) {
            push @record, defined $1 ? "quoted" : $2;
            if ($3 ne ",") { push @records, [@record]; @record = () }
        }
        print join " ", map { my $r = $_; join ",", map { $r->[$_ - 1] } @ARGV } @records' "$@"
}

# shellcheck disable=SC2016  # the variables are perl's
{
    is "$(each answers.jsonl '$l->{id}'): $(cells sofas.answers.csv 1 2 4)" "S-1 S-2 S-3: id,title,state S-1,Sofa Oslo,done S-2,Sofa Rana,done S-3,Sofa Vik,done" "the first hour: each row has an answer"
    is "$(each texts.jsonl '"$l->{sku}=$l->{title}=$l->{input}{category}=$l->{input}{price}"')" \
        "BE-03=Bench Voss=seating=89 CH-01=Chair Bergen=seating=129 LA-12=Lamp Kiruna=light=59 TA-07=Table Åre=tables=349" "products: id, name and kept columns"
    has "$dir/told" 'Write a text of 60 words for Table Åre (tables). Material: ash. Name no price.' "products: the request that is shown"
    has "$dir/told" '"instructions":"You write for a furniture shop.' "products: with what the model is told before"
    is "$(each texts.jsonl '"$l->{sku}=" . ($l->{response_text} =~ /Material: (\w+)/)[0]')" "BE-03=pine CH-01=oak LA-12=steel TA-07=oak" \
        "products: what has changed is asked again, what is new is asked"
    is "$(each flex.jsonl '"$l->{sku}=$l->{service_tier}"')" "BE-03=flex CH-01=flex LA-12=flex TA-07=flex" "flex: the tier that answered"
    is "$(each two-keys.jsonl '$l->{ticket}')" "T-1 T-2 T-3 T-4" "several keys: each row once"
    is "$(each described.jsonl '$l->{response_text} =~ /(Describe \w+)/')" "Describe Bench Describe Chair Describe Lamp Describe Table" "an SDK's loop: the prompt"
    is "$(lines bodies.results.jsonl)" 2 "bodies alone: each is answered"
    is "$(perl -MJSON::PP -ne 'my $l = decode_json($_); print "$l->[2]{row}=$l->[1]{object}\n"' jobs.results.jsonl | sort | tr '\n' ' ')" "1=chat.completion 2=chat.completion " "the cookbook: its form"
    is "$(each proxied.jsonl '$l->{model}' | tr ' ' '\n' | sort | uniq -c | tr -s ' ')" " 4 claude-through-the-proxy" "a proxy: its model"
    is "$(grep -c '"sku"' checked.jsonl)" 3 "products: checked texts"
    is "$(each letters.answers.jsonl 'join ",", $l->{id}, sort keys %{$l->{response_json}}')" \
        "1,amount,kind,sender,urgent 2,amount,kind,sender,urgent 3,amount,kind,sender,urgent" "letters: the fields"
    is "$(each results.jsonl '"$l->{custom_id}=$l->{response}{status_code}"')" "r-1=200 r-2=200" "a batch file: OpenAI's lines"
    is "$(each own.jsonl '"$l->{custom_id}=$l->{response}{body}{model}"')" "r-1=llama r-2=llama" "a batch file: at one's own server"
    is "$(each teams.jsonl '"$l->{ticket}=" . ($l->{same_as} // "asked")')" "T-1=asked T-2=T-1 T-3=asked T-4=T-1" "tickets: each question once"
    is "$(each crossed.jsonl '"$l->{ticket}=$l->{session}"')" "T-1=main T-2=main T-3=main T-4=main" "two providers: the lines say who answered"
    has "$dir/told" '{"url": "https://shop.example.com/p/ch-01.jpg", "detail": "low"}' "pictures: the URL in the body"
}
is "$(head -n 1 letters.csv | tr -d '\r')" "id,kind,sender,amount,urgent" "letters: a column for each field"
is "$(cells letters.csv 1)" "id 1 2 3" "letters: a row for each letter"
is "$(head -n 1 texts.csv | cut -d , -f 1-7)" "sku,title,category,material,price,state,response_text" "CSV: the input's columns, then the answer"
is "$(cells texts.csv 1 5 6)" "sku,price,state CH-01,129,done TA-07,349,done LA-12,59,done BE-03,89,done" "CSV: in the input's order"
is "$(cells teams.csv 1 2 4)" "ticket,from,same_as T-1,ida@example.com, T-2,per@example.com,T-1 T-3,liv@example.com, T-4,ola@example.com,T-1" "tickets: who is the same as whom"
for base in texts letters; do
    is "$(head -c 15 $base.sqlite)" "SQLite format 3" "SQLite: $base"
done
if command -v sqlite3 >/dev/null; then
    sql=$(perl -0777 -ne 'print $1 if /```sql\n(.*?)```/s' "$root/docs/RECIPES.md")
    is "$(sqlite3 texts.sqlite "$sql" | cut -d '|' -f 1,2 | sort | tr '\n' ' ')" "light|1 seating|2 tables|1 " "SQLite: the query that is shown"
fi

# What is Python in them, with the module.
if command -v python3 >/dev/null; then
    perl -0777 -ne 'print $1 if /^## From a notebook\n.*?^```python\n(.*?)^```/ms' "$root/docs/RECIPES.md" >"$dir/notebook.py"
    for _ in first again; do
        PYTHONPATH=$root/contrib/python PYTHONDONTWRITEBYTECODE=1 python3 "$dir/notebook.py" >"$dir/told" 2>&1
        is $? 0 "a notebook: the cell runs"
    done
    # shellcheck disable=SC2016  # the variables are perl's
    is "$(each notebook.jsonl '$l->{sku}')" "BE-03 CH-01 LA-12 TA-07" "a notebook: each row once"
fi

# The fallback where it is needed: the first provider refuses the key.
block=$(grep -l -e --fallback-after "$dir"/blocks/*.sh)
sed 's/--fallback-after 20/--fallback-after 0/' "$block" >"$dir/crossed.sh"
mkdir "$dir/outage"
cp tickets.csv ticket.txt "$dir/outage"
cd "$dir/outage" || exit 1
simulator=$simapi_pid
scripted --rule 'path=.*' --status 401
OPENAI_BASE_URL=$url bash -e "$dir/crossed.sh" >"$dir/told" 2>&1 </dev/null
is $? 0 "two providers: a run crosses an outage"
is "$(tr -d '\r' <crossed.csv | grep -c '^T-[1-4],spare,claude-haiku-4-5,')" 4 "the other one answers all"
cd "$root" || exit 1
simapi_stop
simapi_pid=$simulator simapi_stop
finish
