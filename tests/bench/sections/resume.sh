#!/usr/bin/env bash
# --resume over an output of five million lines, beside `wc -l`: a finished run is resumed, so that it is read, checked and left.
# shellcheck source=../support.sh
source "$(dirname "$0")/../support.sh"
count=$(sized 5000000)
input=$work/in.csv
output=$work/full.jsonl
# All have one name and one text, so that one real line, under each id, is what a run would have written.
perl -e 'my $n = shift; print "artist_id,name,data\n";
    for my $i (1 .. $n) { print "a$i,One Artist,\"Painter of rivers and harbours\"\n" }' "$count" >"$input"
neutral
resumable() {
    "$build/ration" run --base-url "$url" --prompt-id pmpt_bench --input "$input" --max-workers 1 --quiet "$@"
}
resumable --limit 1 --output "$work/one.jsonl" || exit 1
perl -e 'my ($n, $line) = @ARGV; $line =~ s/^\{"artist_id":"a1"// or die;
    for my $i (1 .. $n) { print "{\"artist_id\":\"a$i\"$line\n" }' "$count" "$(cat "$work/one.jsonl")" >"$output"
bytes=$(stat -c %s "$output")
wc -l <"$output" >/dev/null
for ((round = 0; round < rounds; round++)); do
    timed wc "$client_core" wc -l "$output"
    rm -f "$work/one.jsonl"
    timed check "$client_core" "$build/ration" run --base-url "$url" --prompt-id pmpt_bench --input "$input" --max-workers 1 --quiet --limit 1 --output "$work/one.jsonl"
    alone=$wall
    timed resume "$client_core" "$build/ration" run --base-url "$url" --prompt-id pmpt_bench --input "$input" --max-workers 1 --quiet --resume --output "$output" ||
        say "the resumed run failed: $(head -n 3 "$work/err")"
    note over "$(compute "$wall > $alone ? $wall - $alone : 1e-3" %.6f)"
done
megabytes=$(compute "$bytes / 1e6" %.0f)
table resume what seconds "MB a second" "beside wc -l"
row "wc -l, $count lines, $megabytes MB" "$(median wc.wall)" "$(compute "$megabytes / $(median wc.wall)" %.0f)" 1.000
row "ration --resume, what it takes more than a first start" "$(median over)" "$(compute "$megabytes / $(median over)" %.0f)" "$(ratio wc.wall over)"
row "ration --resume, all, with the check of the input" "$(median resume.wall)" "$(compute "$megabytes / $(median resume.wall)" %.0f)" "$(ratio wc.wall resume.wall)"
row "peak memory, MB" "$(compute "$(median resume.kib) / 1024" %.1f)" "" ""
either "MB a second of --resume, or beside wc -l" ">= 500" "$(compute "$megabytes / $(median over)" %.0f)" ">= 0.5" "$(ratio wc.wall over)"
