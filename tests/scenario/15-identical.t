#!/usr/bin/env bash
# --identical once: artists whose requests are the same are asked once, and each gets exactly one line, whatever is killed.
# Judged by what the server was asked.
source "$(dirname "$0")/../support/scenario.sh"

# groups FILE GROUPS EACH ALONE: EACH artists of each group, round by round, and others that are like nobody
groups() {
    perl -e '
        my ($groups, $each, $alone) = @ARGV;
        print "artist_id,name,data\n";
        for my $round (1 .. $each) { printf "g%04d-%04d,Group %d,\"the same, all\"\n", $_, $round, $_ for 1 .. $groups }
        printf "s%04d,Single %d,\"like nobody\"\n", $_, $_ for 1 .. $alone' "$2" "$3" "$4" >"$1"
}

# rows_asked: how many different artists the server was asked for; asked_most: how often one of them at most
rows_asked() { perl -F'\t' -lane 'next if $. == 1; $n{$F[2]}++; END { print scalar keys %n }' "$audit"; }
asked_most() { perl -F'\t' -lane 'next if $. == 1; $n{$F[2]}++; END { print +(sort { $b <=> $a } values %n, 0)[0] }' "$audit"; }

# served INPUT OUTPUT [ERRORS]: each artist has one line; each that was not asked says whom it is the same as, costs nothing, and says
# what that one's line says
served() {
    "$root/tests/support/check-output" "$@" >"$dir/check" || { cat "$dir/check"; return 1; }
    # shellcheck disable=SC2016  # the variables are perl's
    perl -MJSON::PP -e '
        my (%line, $bad);
        for my $name (@ARGV) {
            open my $in, "<", $name or next;
            while (<$in>) { my $l = decode_json($_); $l->{file} = $name; $line{$l->{artist_id}} = $l }
        }
        for my $l (values %line) {
            my $of = $line{$l->{same_as} // next};
            $of && !defined $of->{same_as} && $of->{file} eq $l->{file} or $bad = "$l->{artist_id} follows nobody";
            for (qw(response_text response_id model finish_reason request_id input_hash class status code message)) {
                ($l->{$_} // "") eq ($of->{$_} // "") or $bad = "$l->{artist_id} has another $_";
            }
            $l->{attempts} == 0 && !grep { $_ } values %{$l->{usage} // {}} or $bad = "$l->{artist_id} has cost something";
        }
        print "$bad\n" if $bad;
        exit defined $bad' "${@:2}"
}
followers() { cat "$@" 2>/dev/null | grep -c '"same_as":'; }

# ---- a run without trouble ----
in=$dir/in.csv
groups "$in" 40 5 20
scripted
ration --input "$in" --output "$dir/each.jsonl"
is "$status,$(lines "$dir/each.jsonl"),$(asked 1),$(followers "$dir/each.jsonl")" 0,220,220,0 "by default each is asked"
simapi_stop
scripted
ration --input "$in" --output "$dir/once.jsonl" --identical once --summary "$dir/once.json"
is "$status,$(lines "$dir/once.jsonl"),$(asked 1)" 0,220,60 "once: 60 requests for 220 artists"
is "$(asked '$row !~ /^g\d+-0001$|^s/')" 0 "the first of each group is asked"
served "$in" "$dir/once.jsonl" >"$dir/why"
ok $? "each of the others has that one's answer, and cost nothing: $(cat "$dir/why")"
is "$(followers "$dir/once.jsonl")" 160 "160 say whose it is"
has "$summary" "identical     160 artists" "the summary says how many requests are saved"
is "$(perl -MJSON::PP -0ne 'print decode_json($_)->{artists}{identical}' "$dir/once.json")" 160 "the summary as JSON, too"
has "$summary" "tokens        600 input, 300 output" "and counts the tokens of 60"
simapi_stop
"$build/ration" plan --input "$in" --prompt-id p --tier gpt-4o-tier-1 >"$dir/plan"
has "$dir/plan" "identical     160 ask what an earlier one asks; --identical once saves these requests" "the plan tells of them"
has "$dir/plan" "--identical once (160 saved)" "and what once would change"
is "$("$build/ration" plan --input "$in" --prompt-id p --identical once --json | perl -MJSON::PP -0ne '$p = decode_json($_); print "$p->{identical} ", $p->{output_tokens} / $p->{output_tokens_per_artist}')" \
    "160 60" "with it the plan is for 60 requests"

# ---- checked answers ----
printf '{"type":"object","properties":{"n":{"type":"number"}},"required":["n"],"additionalProperties":false}' >"$dir/schema.json"
scripted --rule 'row=.*' --body '{"id":"r_{n}","object":"response","status":"completed","model":"m","output":[{"type":"message","role":"assistant",
    "content":[{"type":"output_text","text":"{\"n\": 12345678901234567.250}"}]}],"usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}'
ration --input "$in" --output "$dir/json.jsonl" --identical once --schema "$dir/schema.json"
is "$status,$(asked 1),$(grep -c '"response_json":{"n": 12345678901234567.250}' "$dir/json.jsonl")" 0,60,220 "JSON is the same for all of a group, byte for byte"
simapi_stop

# ---- lines of the batch formats ----
perl -e '
    for my $i (1 .. 30) {
        printf qq({"custom_id":"c%d","method":"POST","url":"/v1/responses","body":{"model":"m","input":"Question %d"}}\n), $i, $i % 10;
    }' >"$dir/batch.jsonl"
scripted
ration_batch() {
    fresh
    "$build/ration" run --base-url "$url" --input "$dir/batch.jsonl" --identical once "$@" >"$summary" 2>"$err"
    status=$?
}
for format in openai-batch cookbook; do
    before=$(asked 1)
    ration_batch --output "$dir/$format.jsonl" --output-format $format
    is "$status,$(lines "$dir/$format.jsonl"),$(($(asked 1) - before)),$(followers "$dir/$format.jsonl")" 0,30,10,20 "$format: 10 requests for 30 lines"
    # shellcheck disable=SC2016  # the variables are perl's
    perl -MJSON::PP -ne '
        BEGIN { $json = JSON::PP->new->canonical }
        $l = $json->decode($_);
        ($own, $body) = ref $l eq "ARRAY" ? ($l->[2]{ration}, $l->[1]) : ($l, $l->{response});
        $id = $own->{id} // ""; $id = $own->{custom_id} if defined $own->{custom_id};
        $body{$id} = $json->encode($body); $of{$id} = $own->{same_as} if defined $own->{same_as};
        END { print scalar(grep { length $body{$_} < 50 || $body{$_} ne $body{$of{$_}} } keys %of), " of ", scalar keys %of }' \
        "$dir/$format.jsonl" >"$dir/differ"
    is "$(cat "$dir/differ")" "0 of 20" "$format: each has the whole response of the one that was asked"
done
simapi_stop

# ---- one group, larger than many appends ----
groups "$dir/one.csv" 1 5000 0
scripted
ration --input "$dir/one.csv" --output "$dir/one.jsonl" --identical once
is "$status,$(lines "$dir/one.jsonl"),$(asked 1)" 0,5000,1 "one request for 5000 artists"
served "$dir/one.csv" "$dir/one.jsonl" >"$dir/why"
ok $? "each has its line: $(cat "$dir/why")"
simapi_stop

# ---- what fails, fails for all of its group, and is asked again once ----
scripted --rule 'row=g0003-.*' --status 400
ration --input "$in" --output "$dir/fail.jsonl" --identical once
simapi_stop
is "$status,$(lines "$dir/fail.jsonl"),$(lines "$dir/fail.errors.jsonl")" 1,215,5 "a group that is refused"
is "$(grep -c '"class":"refused"' "$dir/fail.errors.jsonl"),$(followers "$dir/fail.errors.jsonl")" 5,4 "fails as a whole"
served "$in" "$dir/fail.jsonl" "$dir/fail.errors.jsonl" >"$dir/why"
ok $? "and each line says so: $(cat "$dir/why")"
is "$(asked '$row =~ /^g0003/ && $row ne "g0003-0001"')" 0 "none of the others was asked"
scripted
ration --input "$in" --output "$dir/fail.jsonl" --identical once --resume --retry-errors all
is "$status,$(lines "$dir/fail.jsonl"),$(lines "$dir/fail.errors.jsonl"),$(asked 1)" 0,220,0,1 "--retry-errors all: one request for all of them"
served "$in" "$dir/fail.jsonl" >"$dir/why"
ok $? "which then have its answer: $(cat "$dir/why")"
simapi_stop

# ---- leaders that are done, and a coordinator that dies before it has told their followers ----
in_flight() { tr '\0' ' ' <"/proc/$ration_pid/cmdline" 2>/dev/null | grep -q " $1 in flight"; }
simapi --hold-after 1
ration_start --input "$in" --output "$dir/late.jsonl" --identical once --in-flight 60
wait_for 10 in_flight 59
kill -STOP "$ration_pid"
simapi_hurries
all_led() { [[ $(grep -cv '"same_as":' "$dir/late.jsonl") -eq 60 ]]; }
wait_for 20 all_led
kill -9 "$ration_pid"
ration_wait
simapi_stop
is "$(audited 1)" 60 "60 requests"
holds "60 answers, and all but the first one's followers have none ($(followers "$dir/late.jsonl"))" "$(followers "$dir/late.jsonl") <= 4"
simapi
ration --input "$in" --output "$dir/late.jsonl" --identical once --resume
simapi_stop
is "$status,$(lines "$dir/late.jsonl"),$(audited 1)" 0,220,0 "--resume asks nobody"
served "$in" "$dir/late.jsonl" >"$dir/why"
ok $? "and gives each of them the answer of before: $(cat "$dir/why")"

# ---- a disk that takes nothing of what the followers are to get ----
if [[ -z ${SANITIZED:-} ]]; then
    simapi
    simapi_holds
    fresh
    FAULT_COORDINATOR=$dir/full.jsonl FAULT_FILE=$dir/fault LD_PRELOAD=$build/fault_fd.so "$build/ration" run --base-url "$url" --prompt-id p --input "$dir/one.csv" \
        --output "$dir/full.jsonl" --identical once >"$summary" 2>"$err" &
    ration_pid=$!
    wait_for 10 in_flight 1
    kill -STOP "$ration_pid"
    simapi_goes_on
    led() { [[ $(lines "$dir/full.jsonl") -eq 1 ]]; }
    wait_for 10 led
    echo "write 28" >"$dir/fault"
    kill -CONT "$ration_pid"
    wait_for 10 grep -q "lines of identical artists cannot be written: No space left on device" "$err"
    ok $? "a full disk is told"
    is "$(lines "$dir/full.jsonl")" 1 "and nothing of a line is there"
    rm "$dir/fault"
    ration_wait
    simapi_stop
    is "$status,$(lines "$dir/full.jsonl"),$(audited 1),$(grep -c "cannot be written" "$err")" 0,5000,1,1 "told once; when there is room, all get their lines"
    served "$dir/one.csv" "$dir/full.jsonl" >"$dir/why"
    ok $? "each its own: $(cat "$dir/why")"
fi

# ---- a leader's line that somebody has spoilt ----
simapi
simapi_holds
ration_start --input "$dir/one.csv" --output "$dir/spoilt.jsonl" --identical once
wait_for 10 in_flight 1
kill -STOP "$ration_pid"
simapi_goes_on
written() { [[ $(lines "$dir/spoilt.jsonl") -eq 1 ]]; }
wait_for 10 written
printf x | dd of="$dir/spoilt.jsonl" conv=notrunc status=none
kill -CONT "$ration_pid"
ration_wait
simapi_stop
is "$status,$(lines "$dir/spoilt.jsonl")" 4,1 "a run whose followers can have no line has not finished"
has "$err" "cannot be read" "and says why"

# ---- workers die all the time ----
groups "$dir/many.csv" 300 10 100
scripted --latency 100
ration_start --input "$dir/many.csv" --output "$dir/storm.jsonl" --identical once --max-workers 4 --in-flight 2
kills=0
while kill -0 "$ration_pid" 2>/dev/null; do
    victim=$(workers_of "$ration_pid" | shuf -n 1)
    [[ -z $victim ]] || { kill -9 "$victim" && kills=$((kills + 1)); }
    sleep 0.05
done
ration_wait
is "$status,$(lines "$dir/storm.jsonl"),$(rows_asked)" 0,3100,400 "$kills workers killed: 400 different artists were asked, and all are there"
served "$dir/many.csv" "$dir/storm.jsonl" >"$dir/why"
ok $? "each once: $(cat "$dir/why")"
simapi_stop

# ---- all of it dies again and again ----
scripted --latency 20
deaths=0
ration_start --input "$dir/many.csv" --output "$dir/dead.jsonl" --identical once --in-flight 4
while [[ $deaths -lt 6 ]]; do
    more=$(($(lines "$dir/dead.jsonl") + 300))
    has_more() { [[ $(lines "$dir/dead.jsonl") -ge $more ]] || ! kill -0 "$ration_pid" 2>/dev/null; }
    wait_for 30 has_more
    workers=$(workers_of "$ration_pid")
    [[ $((deaths % 2)) -eq 0 ]] || kill -STOP "$ration_pid"
    # shellcheck disable=SC2086 # a list of pids
    [[ $((deaths % 2)) -eq 0 ]] || kill -9 $workers
    kill -9 "$ration_pid" 2>/dev/null
    ration_wait
    deaths=$((deaths + 1))
    ration_start --input "$dir/many.csv" --output "$dir/dead.jsonl" --identical once --in-flight 4 --resume
done
ration_wait
is "$status,$(lines "$dir/dead.jsonl"),$(rows_asked)" 0,3100,400 "$deaths coordinators killed: 400 different artists were asked, and all are there"
served "$dir/many.csv" "$dir/dead.jsonl" >"$dir/why"
ok $? "each once: $(cat "$dir/why")"
simapi_stop

# ---- a leader in doubt that is left out leaves its followers out ----
groups "$dir/two.csv" 2 3 0
scripted --rule 'row=g0001-.*' --stall
ration_start --input "$dir/two.csv" --output "$dir/doubt.jsonl" --identical once --requests-per-minute 6000 # so that one is not waited for
second_done() { [[ $(lines "$dir/doubt.jsonl") -eq 3 ]]; }
wait_for 10 second_done
workers=$(workers_of "$ration_pid")
kill -STOP "$ration_pid"
# shellcheck disable=SC2086 # a list of pids
kill -9 $workers "$ration_pid"
ration_wait
simapi_stop
scripted
ration --input "$dir/two.csv" --output "$dir/doubt.jsonl" --identical once --resume --in-doubt skip
is "$status,$(lines "$dir/doubt.jsonl"),$(asked 1)" 3,3,0 "--in-doubt skip: nobody of that group is asked, exit 3"
ration --input "$dir/two.csv" --output "$dir/doubt.jsonl" --identical once --resume
is "$status,$(lines "$dir/doubt.jsonl"),$(asked 1)" 0,6,1 "then one request for all three"
served "$dir/two.csv" "$dir/doubt.jsonl" >"$dir/why"
ok $? "each has its line: $(cat "$dir/why")"
simapi_stop

# ---- stopped, and gone on with ----
scripted --latency 50
ration_start --input "$dir/many.csv" --output "$dir/stop.jsonl" --identical once --in-flight 4
some_done() { [[ $(lines "$dir/stop.jsonl") -ge 500 ]]; }
wait_for 20 some_done
kill -INT "$ration_pid"
ration_wait
is "$status" 3 "a run that is stopped"
note "$(lines "$dir/stop.jsonl") lines"
perl -MJSON::PP -ne '$l = decode_json($_); $n{$l->{same_as} // $l->{artist_id}}++; END { print scalar grep { $n{$_} != 10 && /^g/ } keys %n }' "$dir/stop.jsonl" >"$dir/part"
is "$(cat "$dir/part")" 0 "has served the followers of all that were answered"
ration --input "$dir/many.csv" --output "$dir/stop.jsonl" --identical once --resume
is "$status,$(lines "$dir/stop.jsonl"),$(rows_asked),$(asked_most)" 0,3100,400,1 "goes on, and asks nobody twice"
simapi_stop

# ---- what an earlier run has asked counts; what has changed since does not ----
scripted
ration --input "$in" --output "$dir/limit.jsonl" --limit 50
ration --input "$in" --output "$dir/limit.jsonl" --resume --identical once
is "$status,$(lines "$dir/limit.jsonl"),$(asked 1)" 0,220,70 "50 were asked before: 20 more requests, of those that are alone"
served "$in" "$dir/limit.jsonl" >"$dir/why"
ok $? "the others have the answers of before: $(cat "$dir/why")"
simapi_stop
sed -i 's/^g0007-\(000[15]\),Group 7,/g0007-\1,Group Seven,/' "$in"
scripted
ration --input "$in" --output "$dir/limit.jsonl" --resume --redo-changed --identical once
is "$status,$(lines "$dir/limit.jsonl"),$(asked 1),$(asked '$row eq "g0007-0001"')" 0,220,1,1 "--redo-changed: two have changed alike: one request"
has "$dir/limit.jsonl" '"artist_id":"g0007-0005","artist_name":"Group Seven"' "and a line for the other"
simapi_stop

# ---- the most urgent of a group says how urgent it is ----
perl -e '
    print "artist_id,name,data,priority\n";
    print "n$_,Normal $_,x,normal\n" for 1 .. 20;
    print "l1,Same,x,low\nh1,Same,x,high\n"' >"$dir/urgent.csv"
scripted
ration --input "$dir/urgent.csv" --output "$dir/urgent.jsonl" --identical once --max-workers 1 --in-flight 1
is "$status,$(lines "$dir/urgent.jsonl"),$(asked '$number == 1 && $row eq "l1"')" 0,22,1 "the one that is asked for an urgent one is asked first"
simapi_stop

# ---- what cannot be ----
ration --input "$in" --output "$dir/no.jsonl" --identical twice
is "$status" 2 "another word is refused"
has "$err" "identical" "by the option's name"
finish
