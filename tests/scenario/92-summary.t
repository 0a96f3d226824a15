#!/usr/bin/env bash
# --summary: how a run ended, as JSON, however it did; whole or not at all.
source "$(dirname "$0")/../support/scenario.sh"

file=$dir/summary.json
# member EXPRESSION [FILE]: of the JSON, as perl sees it in $s
member() { perl -MJSON::PP -0777 -ne '$s = decode_json($_); print '"$1" "${2:-$file}"; }

# ---- finished: the figures are those that are printed ----
scripted --rule 'row=a0000[3-5]' --status 400
input_of 20
out=$dir/out.jsonl
ration --input "$input" --output "$out" --summary "$file" --log-file "$dir/log" --model m --tier gpt-4o-mini-tier-1
is "$status" 1 "a run with three refusals"
is "$(member '"$s->{schema} $s->{run}{exit} $s->{run}{reason}: $s->{artists}{total} $s->{artists}{done} $s->{artists}{failed} $s->{artists}{left} $s->{artists}{before}"')" "1 1 finished: 20 17 3 0 0" "its end"
is "$(member 'defined $s->{run}{cause} ? 1 : 0')" 0 "without a cause, as nothing stood in its way"
is "$(member 'join " ", @{$s->{run}}{qw(input output errors log provider model)}')" "$input $out $dir/out.errors.jsonl $dir/log openai m" "its files, and what was asked"
has "$summary" "$(member '"$s->{requests}{ended} answered or failed: $s->{requests}{outcomes}{done} done"')" "the requests that are printed"
has "$summary" "$(member '"$s->{tokens}{input} input, $s->{tokens}{output} output"')" "the tokens"
is "$(member '$s->{cost}{priced} && $s->{cost}{dollars} > 0 && $s->{run}{elapsed_seconds} > 0 ? 1 : 0')" 1 "cost and time"
is "$(member '"$s->{run}{id} " . ($s->{run}{started} le $s->{run}{ended} ? 1 : 0)')" "$("$build/ration" status --json "$out" | perl -MJSON::PP -0777 -ne 'print decode_json($_)->{run}{id}') 1" "its id and times"
is "$(stat -c %a "$file" | cut -c 1)" 6 "whoever began the run may read it"

# ---- on standard output, in the place of the text ----
ration --input "$input" --output "$dir/two.jsonl" --summary -
is "$(member '"$s->{run}{exit} $s->{artists}{done}"' "$summary")" "1 17" "one object, and nothing else"
is "$(lines "$summary")" 1 "on one line"

# ---- ended early ----
rm "$file"
ration --input "$dir/none.csv" --output "$dir/three.jsonl" --summary "$file"
is "$status" 2 "an input that is not there"
is "$(member 'join " ", $s->{run}{exit}, $s->{run}{id} // "-", $s->{artists} // "-", $s->{run}{reason}')" "2 - - options, configuration or input are wrong; nothing was sent" "is told, too"
is "$(member 'index($s->{run}{cause}, "none.csv") >= 0 ? 1 : 0')" 1 "with the cause"
simapi --hold-after 5
ration_start --input "$input" --output "$dir/four.jsonl" --summary "$file" --max-workers 1 --in-flight 2
wait_for 30 eval '[[ $(lines "$dir/four.jsonl") -eq 5 ]]'
is "$(member '$s->{run}{exit}')" 2 "nothing is written before the end"
kill -TERM "$ration_pid"
wait_for 10 grep -q "SIGTERM" "$err"
simapi_hurries
ration_wait
is "$status" 3 "a run that is stopped"
is "$(member '$s->{run}{exit} . ($s->{artists}{left} == 20 - $s->{artists}{done} && $s->{artists}{done} >= 5 ? " so" : " not so")')" "3 so" "says so"

# ---- what is wrong is told before anything is sent ----
for wrong in "$dir/nowhere/summary.json" "$input" "$dir/five.errors.jsonl" "$dir/five.jsonl" "$dir"; do
    before=$(cksum "$input")
    ration --input "$input" --output "$dir/five.jsonl" --summary "$wrong"
    is "$status $(grep -c -- --summary "$err")" "2 1" "--summary ${wrong#"$dir"/}"
done
is "$(cksum "$input")" "$before" "nothing was written over"
[[ ! -e $dir/five.jsonl ]]
ok $? "and no run began"
nothing "$(find "$dir" -maxdepth 1 -name '.summary.json.*')" "no temporary file is left"
finish
