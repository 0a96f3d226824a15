#!/usr/bin/env bash
# Refused artists stand aside until it shows whose fault it was: more of them than their workers have places for. Judged by what the server saw.
source "$(dirname "$0")/../support/scenario.sh"

# ---- an outage that outlasts the places of the only worker, 18 with one request in flight ----
touch "$dir/closed"
scripted --rule "done=5 file=$dir/closed" --status 400
ration_start --input "$sample" --limit 60 --output "$dir/long.jsonl" --in-flight 1 --max-workers 1 --circuit-breaker-timeout 0.2
refused() { [[ $(asked '$status == 400') -ge $1 ]]; }
wait_for 60 refused 24
ok $? "one of those that were refused is the probe, where no place is left for others"
rm "$dir/closed"
ration_wait
simapi_stop
is "$status,$(lines "$dir/long.jsonl"),$(lines "$dir/long.errors.jsonl")" 0,60,0 "once it is mended, all are answered"

# ---- nothing ever works, and the only worker has fewer places than it takes ----
scripted --rule 'row=.*' --status 400
ration --input "$sample" --output "$dir/never.jsonl" --in-flight 1 --max-workers 1
simapi_stop
is "$status,$(lines "$dir/never.errors.jsonl")" 4,0 "nothing but refusals from the start: exit 4, no artist is failed"

# ---- a bad file, answered fast: those that wait for their second try fill the workers ----
scripted --rule 'share=0.3' --status 400
ration --input "$sample" --output "$dir/bad.jsonl" --in-flight 4
simapi_stop
of_bad() { perl -F'\t' -lane '$r{$F[2]} = 1 if $F[5] == 400; END { print scalar keys %r }' "$audit"; }
bad_rows=$(of_bad)
is "$status,$(lines "$dir/bad.jsonl"),$(lines "$dir/bad.errors.jsonl")" "1,$((362 - bad_rows)),$bad_rows" "three of ten are refused for themselves: the run ends, and they fail"
is "$(grep -c unproven "$dir/bad.errors.jsonl")" 0 "also the last of them: they are as the others"
scripted --rule 'row=.*' --status 400
ration --input "$sample" --output "$dir/bad.jsonl" --in-flight 4 --resume
simapi_stop
is "$status,$(asked 1)" 1,0 "--resume asks nobody again"

# ---- bad ones are all that an earlier run has left: nobody can tell, and a later run does not wait for them ----
scripted --rule 'row=a02[34]' --status 400
ration --input "$sample" --limit 22 --output "$dir/last.jsonl" --in-flight 4
for more in first again; do
    ration --input "$sample" --limit 24 --output "$dir/last.jsonl" --in-flight 4 --resume
    is "$status,$(lines "$dir/last.jsonl"),$(grep -c unproven "$dir/last.errors.jsonl")" 1,22,2 "the last two are failed as unproven: exit 1, $more"
done
simapi_stop
is "$(asked '$status == 200')" 22 "and nobody else is asked again"

# ---- the account ends while all the rest is in flight ----
touch "$dir/ended"
scripted --latency 20 --rule "done=60 file=$dir/ended" --status 400
ration_start --input "$sample" --limit 120 --output "$dir/ends.jsonl" --in-flight 64
wait_for 60 grep -q 'is held: nothing but refusals comes' "$err"
ok $? "an account that ends with all the rest in flight: its session is held"
rm "$dir/ended"
ration_wait
simapi_stop
is "$status,$(lines "$dir/ends.jsonl"),$(lines "$dir/ends.errors.jsonl")" 0,120,0 "once it is mended, all are answered"
finish
