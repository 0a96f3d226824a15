#!/usr/bin/env bash
# The log file: one schema; renamed and opened again under load, no line is lost or torn.
source "$(dirname "$0")/../support/scenario.sh"
log=$dir/log
many=$dir/many.csv
perl -e 'print "artist_id,name,data\n"; printf "%05d,Artist \xc3\xa9 %d,\"some, data\"\n", $_, $_ for 1 .. 12000' >"$many"

schema() { "$root/tests/support/check-log" "$@" 2>&1; }
reopened() { grep -c "SIGUSR1: the log file was opened again" "$err"; }
# What people were told, and what the files say, as "process message"; some lines are for the file alone.
told() { perl -pe 's/^\S+ \[(\S+)\] (WARNING: |FATAL: )?/$1 /' "$err" | LC_ALL=C sort; }
filed() {
    cat "$@" | perl -MJSON::PP -ne '
        my $line = JSON::PP->new->decode($_); # bytes stay as they are
        print "$line->{process} $line->{message}\n" if $line->{category} !~ /^(alert|retry)$/ && ($line->{event} // "") ne "summary"' | LC_ALL=C sort
}
# Each of the four workers has written to the new file.
all_there() { [[ $(grep -oE '"process":"W0[1-4]"' "$log" 2>/dev/null | sort -u | wc -l) -eq 4 ]]; }
gone() { ! kill -0 "$1" 2>/dev/null; }
rotate() {
    mv "$log" "$log.$1"
    kill -USR1 "$ration_pid"
    wait_for 10 eval "[[ \$(reopened) -eq $1 ]]"
}

# ---- renamed six times under load ----
simapi --latency-ms 50 --fault-500 0.01 --requests-per-day 1000000
ration_start --input "$many" --output "$dir/out.jsonl" --in-flight 8 --log-file "$log" --verbose --daily-limit 20000 --quota-threshold 1 \
    --quota-log-interval 500
for i in 1 2 3 4 5 6; do
    wait_for 20 all_there
    rotate $i
done
wait_for 20 all_there
ok $? "all workers write to the sixth new file"
size=$(cat "$log".? | wc -c)
simapi_hurries
ration_wait
simapi_stop
is "$status,$(lines "$dir/out.jsonl"),$(reopened)" 0,12000,6 "opened again six times under load; all answers are there"
is "$(cat "$log".? | wc -c)" "$size" "renamed files do not grow any more"
is "$(schema "$log" "$log".?)" 0 "each of $(cat "$log" "$log".? | wc -l) lines is whole and has the schema"
filed "$log" "$log".? >"$dir/filed"
told >"$dir/told"
cmp "$dir/filed" "$dir/told"
ok $? "what people were told, $(lines "$dir/told") lines, is in the files, each line once"
is "$(grep -c 'Processed artist' "$dir/filed")" 12000 "so is each artist"

# Each line has a number of its own, over all workers, and each artist a line with its data.
rm -f "$log"*
simapi --latency-ms 10 --fault-500 0.01 --fault-attempts 1
ration --input "$many" --limit 3000 --output "$dir/plain.jsonl" --log-file "$log"
is "$status" 0 "not verbose"
perl -MJSON::PP -ne '
    my $line = decode_json($_);
    $faults++ if $line->{category} eq "request" && $line->{class} eq "server_fault" && $line->{status} == 500 && $line->{wait_ms} > 0 && $line->{artist_id};
    next unless $line->{message} =~ m|^Processed artist (\d+)/(\d+): "Artist . (\d+)"$|;
    $lines++;
    $number{$1}++;
    $right++ if $line->{number} == $1 && $line->{artists} == $2 && $line->{artist_id} == $3 && $line->{class} eq "done"
        && $line->{session} eq "default" && $line->{attempts} >= 1 && $line->{latency_ms} >= 10 && $line->{input_tokens} > 0;
    $id{$line->{artist_id}}++;
    END { print "$lines $right ", scalar(keys %number), " ", scalar(keys %id), " ", (grep { !$number{$_} } 1 .. 3000) + 0, " ", $faults > 0 ? 1 : 0 }' "$log" >"$dir/figures"
is "$(cat "$dir/figures")" "3000 3000 3000 3000 0 1" "the file has each artist, with its data in members; no number is there twice, none is missing"
shown=$(grep -c 'Processed artist' "$err")
holds "people are told of $shown: the first hundred of each worker" "$shown >= 300 && $shown < 500"
is "$(sed -n 's|.*Processed artist \([0-9]*\)/.*|\1|p' "$err" | sort | uniq -d | wc -l)" 0 "and see no number twice"
is "$(schema "$log")" 0 "all lines have the schema"
ration --input "$sample" --limit 50 --output "$dir/quiet.jsonl" --log-file "$dir/quiet.log" --quiet
is "$(grep -c 'Processed artist' "$err"),$(grep -c '"message":"Processed artist' "$dir/quiet.log")" 0,50 "--quiet: the file has each"
simapi_stop
rm -f "$log"*

# ---- one worker is stopped meanwhile, one is killed; then the coordinator ----
simapi --latency-ms 200
rm -f "$log"*
ration_start --input "$many" --output "$dir/second.jsonl" --log-file "$log" --verbose --in-flight 4 --hang-timeout 60
wait_for 20 all_there
read -r -d '' -a workers < <(workers_of "$ration_pid")
kill -STOP "${workers[0]}"
rotate 1
kill -9 "${workers[1]}"
kill -CONT "${workers[0]}"
wait_for 20 all_there
ok $? "a worker that was stopped takes the new file when it goes on; one that came later has it"
read -r -d '' -a workers < <(workers_of "$ration_pid")
{
    kill -9 "$ration_pid"
    ration_wait
} 2>/dev/null
for pid in "${workers[@]}"; do
    wait_for 20 gone "$pid"
done
is "${#workers[@]},$(grep -c 'the coordinator is dead' "$log")" 4,4 "when the coordinator is killed, the workers say so in the new file, and end"
is "$(schema "$log" "$log.1")" 0 "all lines are whole"
rm -f "$(arena_of "$dir/second.jsonl")"

# ---- during the start ----
rm -f "$log"*
fresh
"$build/ration" run --base-url "$url" --prompt-id p --input - --output "$dir/third.jsonl" --log-file "$log" >"$summary" 2>"$err" < <(
    wait_for 20 test -e "$dir/go"
    cat "$sample"
) &
ration_pid=$!
wait_for 10 test -e "$log"
mv "$log" "$log.1"
kill -USR1 "$ration_pid"
touch "$dir/go"
ration_wait
is "$status,$(reopened),$(lines "$dir/third.jsonl")" 0,1,362 "a SIGUSR1 during the start is obeyed"
is "$(schema "$log"),$(grep -c '"process":"W' "$log.1")" 0,0 "and the workers know the new file alone"

# ---- without a log file ----
ration_start --input "$many" --output "$dir/fourth.jsonl" --in-flight 2
wait_for 10 test -s "$dir/fourth.jsonl"
read -r -d '' -a workers < <(workers_of "$ration_pid")
kill -USR1 "$ration_pid" "${workers[@]}"
wait_for 10 grep -q "SIGUSR1: there is no log file to be opened again" "$err"
ok $? "without a log file it is told that there is none"
kill -INT "$ration_pid"
ration_wait
is "$status,$(grep -c "; 0 restarted" "$summary")" 3,1 "and no worker dies of it"

# ---- a name that cannot be opened ----
rm -f "$log"*
ration_start --input "$many" --output "$dir/fifth.jsonl" --in-flight 2 --verbose --log-file "$log"
wait_for 20 all_there
mv "$log" "$log.1"
ln -s "$dir/fifth.jsonl" "$log"
kill -USR1 "$ration_pid"
wait_for 10 grep -q "cannot be opened again: Too many levels of symbolic links; the old one is written on" "$err"
ok $? "a link in its place is refused"
rm "$log"
ln "$dir/fifth.jsonl" "$log"
kill -USR1 "$ration_pid"
wait_for 10 grep -q "is a file that the run reads or writes; name another one; the old one is written on" "$err"
ok $? "so is the output"
rm "$log"
kill -INT "$ration_pid"
ration_wait
simapi_stop
is "$status,$(grep -cv '"artist_id":' "$dir/fifth.jsonl"),$(schema "$log.1")" 3,0,0 "it holds answers alone, and the old file the rest of the log"
finish
