#!/usr/bin/env bash
# Somebody changes the input in place while a run works on it: no answer stands under another artist's name, no artist has two lines,
# and the run stops and says so. Another name, other times, or another file in its place do no harm.
source "$(dirname "$0")/../support/scenario.sh"

# make_input FILE: 600 artists whose records have the same length
make_input() {
    perl -e 'print "artist_id,name,data\n"; printf "id%04d,Artist %04d,works of %04d\n", $_, $_, $_ for 1 .. 600' >"$1"
}
lines_from() { [[ $(lines "$1") -ge $2 ]]; }
# begin NAME OPTION…: a run of them, under way; sets $input, $out and $err
begin() {
    local name=$1
    shift
    input=$dir/$name.csv out=$dir/$name.jsonl err=$dir/$name.err
    make_input "$input"
    : >"$err"
    simapi --latency-ms 20
    "$build/ration" run --base-url "$url" --prompt-id p --input "$input" --output "$out" --max-workers 2 --in-flight 2 "$@" >"$dir/$name.out" 2>"$err" &
    ration_pid=$!
    wait_for 20 lines_from "$out" 30 || echo "# it does not begin"
}
# in_place PERL: changes the text of $input in $_, in the same file
in_place() { perl -0777 -e 'open(F, "+<", $ARGV[0]) or die; $_ = <F>; '"$1"'; seek(F, 0, 0); print F $_; truncate(F, length $_); close F' "$input"; }
# right NAME: each line is of an artist of the first input, with its own name, and no two are of one
right() {
    perl -MJSON::PP -ne '
        $l = decode_json($_);
        ($n) = $l->{artist_id} =~ /^id(\d{4})$/ or die "another id: $l->{artist_id}\n";
        die "another name: $l->{artist_name}\n" unless $l->{artist_name} eq "Artist $n";
        die "twice: $n\n" if $seen{$n}++' "$out" 2>"$dir/wrong"
    ok $? "$1: each line is the artist's own, and there is one of each $(head -n 1 "$dir/wrong")"
}
stopped() { # NAME
    ration_wait
    simapi_stop
    is "$status" 4 "$1: exit 4"
    grep -q "changed" "$err"
    ok $? "$1: told"
    right "$1"
}

# ---- records of the same length, one record on ----
begin moved
in_place 's/id0001,Artist 0001,works of 0001\n//; $_ .= "id0601,Artist 0601,works of 0601\n"'
stopped "moved by one record"
make_input "$input"
simapi
ration --input "$input" --output "$out" --resume
simapi_stop
is "$status,$(lines "$out")" "0,600" "with the old input --resume goes on"
right "moved by one record, resumed"

# ---- names swapped ----
begin swapped
in_place 's/Artist (\d{3})(\d)/"Artist $1" . ($2 ^ 1)/ge'
stopped "names swapped"

# ---- and with the times put back, as cp -p or a careful editor does ----
begin back
touch -r "$input" "$dir/then"
in_place 's/Artist (\d{3})(\d)/"Artist $1" . ($2 ^ 1)/ge'
touch -r "$dir/then" "$input"
stopped "swapped, and the times put back"

# ---- what was read already, or will be last ----
begin first
in_place 's/works of 0001/WORKS OF 0001/'
stopped "the first record, which was asked already"
begin last
in_place 's/works of 0600/WORKS OF 0600/'
stopped "the last record"

# ---- longer, shorter, another file copied over it ----
begin longer
echo "id0601,Artist 0601,works of 0601" >>"$input"
stopped "a record more"
begin shorter
truncate -s 3000 "$input"
stopped "cut"
begin copied
make_input "$dir/new"
sed -i 's/works/deeds/' "$dir/new"
cp "$dir/new" "$input"
stopped "another file copied over it"

# ---- changed after the last record was read ----
begin end --limit 40 --requests-per-minute 60 --burst 36 # a second for each of the last four
wait_for 20 lines_from "$out" 36
in_place 's/works of 0002/WORKS OF 0002/'
stopped "changed near the end"

# ---- what does no harm ----
begin touched
touch "$input"
chmod 0640 "$input"
ration_wait
simapi_stop
is "$status,$(lines "$out")" "0,600" "touch and chmod: the run goes on"
has "$err" "its times have changed, its content has not; the run goes on" "and it is told"
right "touched"
begin renamed
make_input "$dir/new"
sed -i 's/works/deeds/; s/id0/id9/' "$dir/new"
mv "$dir/new" "$input"
ration_wait
simapi_stop
is "$status,$(lines "$out")" "0,600" "another file in its place: the run goes on with the old one"
right "renamed over"
begin gone
rm "$input"
ration_wait
simapi_stop
is "$status,$(lines "$out")" "0,600" "deleted: likewise"

# ---- JSONL, too ----
input=$dir/j.jsonl out=$dir/j.out.jsonl err=$dir/j.err
perl -e 'printf qq({"artist_id":"id%04d","name":"Artist %04d","data":"works of %04d"}\n), $_, $_, $_ for 1 .. 600' >"$input"
: >"$err"
simapi --latency-ms 20
"$build/ration" run --base-url "$url" --prompt-id p --input "$input" --output "$out" --max-workers 2 --in-flight 2 >"$dir/j.stdout" 2>"$err" &
ration_pid=$!
wait_for 20 lines_from "$out" 30
in_place 's/"id(\d{3})(\d)"/"\"id$1" . ($2 ^ 1) . "\""/ge'
stopped "ids swapped in JSONL"
finish
