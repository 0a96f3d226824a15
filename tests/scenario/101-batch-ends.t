#!/usr/bin/env bash
# Every end that a part can come to: that it really came, and what became of its rows.
# shellcheck disable=SC2030,SC2031  # each run has its own, in a subshell, and leaves them in a file
source "$(dirname "$0")/../support/scenario.sh"
source "$root/tests/support/batches.sh"
perl -e 'print "artist_id,name,data\n"; print "a$_,Name $_,data of $_\n" for 1 .. 40' >"$dir/in.csv"
parts=(--batch --batch-rows 20 --batch-poll 1 --input "$dir/in.csv")

# came FAULT: how many lines of the audit say so
came() { audit_each '$n++ if $a{fault} eq "'"$1"'"; END { print $n + 0 }'; }
# begins NAME OPTION… [-- OPTION…]: a run to its end against a simulator with these options, and with those behind --; beside others
begins() {
    local name=$1 of_api=()
    shift
    while [[ $# -gt 0 && $1 != -- ]]; do
        of_api+=("$1")
        shift
    done
    while [[ $(jobs -rp | wc -l) -ge 6 ]]; do wait -n; done
    (
        mkdir "$dir/$name"
        dir=$dir/$name
        simapi --batch-folder "$dir" --batch-validate 0.1 "${of_api[@]}"
        output=$dir/out.jsonl
        ration "${parts[@]}" "${@:2}" --output "$output"
        simapi_stop
        declare -p status output err audit | sed 's/^declare/declare -g/' >"$dir/ended"
    ) &
}
# ended NAME: how that one did: $status, $output, $err, $audit
ended() {
    unset status
    # shellcheck source=/dev/null
    source "$dir/$1/ended"
    cat "$output" "${output%.jsonl}.errors.jsonl" 2>/dev/null | sed -n 's/^{"artist_id":"\([^"]*\)".*/\1/p' >"$dir/ids"
    is "$(sort -u "$dir/ids" | wc -l) $(wc -l <"$dir/ids")" "40 40" "$1: each row has one line"
}

printf 'sk-test-1d41d8cd98f00b204 0 0 0\nsk-test-2d41d8cd98f00b204 0 0 0\n' >"$dir/keys.txt"
printf '{"sessions": [{"name": "one", "key": "sk-test-1d41d8cd98f00b204"}, {"name": "two", "key": "sk-test-2d41d8cd98f00b204"}]}' >"$dir/sessions.json"
chmod 600 "$dir/sessions.json"
begins completed
begins line --batch-fault-line 1 --batch-fault-times 1
begins enqueued --batch-fault-enqueued 1 --batch-fault-times 1
begins expired --batch-fault-expired 1 --batch-fault-times 1
begins cancelled --batch-fault-cancelled 1 --batch-fault-times 1
begins no-rest --batch-fault-expired 1 --batch-fault-times 1 --batch-no-rest
begins partial-missing --batch-fault-cancelled 1 --batch-fault-row-missing 1 --batch-fault-times 2
begins counts --batch-fault-counts 1 --batch-fault-row-timeout 1 --batch-fault-times 5
begins missing --batch-fault-row-missing 1 --batch-fault-times 3
begins missing-fail --batch-fault-row-missing 1 --batch-fault-times 3 -- --in-doubt fail
begins twice --batch-fault-row-twice 1 --batch-fault-times 3
begins unknown --batch-fault-row-unknown 1 --batch-fault-times 3
begins hidden --batch-hidden 2
begins lagging --batch-fault-calls create --batch-fault-lost 1 --batch-fault-times 1 --batch-lag 3 -- --batch-search 60
begins cut --batch-fault-calls content --batch-fault-cut 1 --batch-fault-times 2
begins short --batch-fault-calls content --batch-fault-short 1 --batch-fault-times 2
begins keys --keys-file "$dir/keys.txt" -- --sessions "$dir/sessions.json"
for form in null empty-string empty-file; do
    begins "$form" --batch-no-lines "$form"
    begins "all-$form" --batch-no-lines "$form" --batch-fault-row-zero 1 --batch-fault-times 20 -- --batch-rows 20
done
wait

ended completed
is "$status $(lines "$output") $(batch_ran) $(grep -c "is completed" "$err")" "0 40 40 0 2" "both parts are completed, in any order of rows"

ended line
is "$status $(lines "$output") $(batch_ran) $(grep -c "refuses it in validation" "$err")" "1 39 39 0 1" "one line fails a part in validation: that row is not asked again, the others are"
is "$(grep -c '"class":"refused"' "${output%.jsonl}.errors.jsonl")" 1 "it is refused"

ended enqueued
is "$status $(lines "$output") $(batch_ran) $(grep -c "has to wait: Enqueued token limit" "$err")" "0 40 40 0 1" "a limit of enqueued tokens costs time alone"

ended expired
is "$status $(lines "$output") $(batch_ran) $(grep -c "is expired" "$err")" "0 40 40 0 1" "what an expired part answered is kept, the rest goes again"

ended cancelled
is "$status $(lines "$output") $(batch_ran) $(grep -c "is cancelled" "$err")" "0 40 40 0 1" "so is that of one that somebody cancelled"

ended no-rest
is "$status $(lines "$output") $(batch_ran) $(grep -c "is expired" "$err")" "0 40 40 0 1" "also where rows that were not run have no lines"

ended partial-missing
is "$status $(lines "$output") $(batch_ran) $(came row-missing)" "0 40 40 2 2" "one that names what it did not run is short of the rest: asked again"
is "$(sed -n 's/.*: \([0-9]*\) rows have no result that can be read, and are in doubt: .*/\1/p' "$err" | awk '{ n += $1 } END { print n }')" 2 "and told in doubt"

for form in null empty-string empty-file; do
    ended "$form"
    is "$status $(lines "$output") $(batch_ran) $(batch_calls content)" "0 40 40 0 $([[ $form == empty-file ]] && echo 4 || echo 2)" "a file of errors that is $form has none"
    ended "all-$form"
    is "$status $(lines "$output") $(came row-zero)" "0 40 20" "a file of answers that is $form has none; status_code 0 is no answer, and its row goes again"
done

ended counts
is "$status $(lines "$output") $(came row-timeout)" "0 40 5" "counts that lie are not believed"

ended missing
is "$status $(lines "$output") $(came row-missing) $(batch_ran)" "0 40 3 40 3" "rows without a result are asked again"
is "$(sed -n 's/.*: \([0-9]*\) rows have no result that can be read, and are in doubt: they are asked again: number .*/\1/p' "$err" | awk '{ n += $1 } END { print n }')" 3 "and told in doubt"
ended missing-fail
is "$status $(lines "$output") $(batch_ran) $(grep -c '"class":"in_doubt"' "${output%.jsonl}.errors.jsonl")" "1 37 40 0 3" "--in-doubt fail: they are not"

ended twice
is "$status $(lines "$output") $(came row-twice) $(batch_ran)" "0 40 3 40 0" "a result that comes twice counts once"

ended unknown
is "$status $(lines "$output") $(came row-unknown) $(batch_ran)" "0 40 3 40 0" "results of rows that nobody sent are left out"
is "$(sed -n 's/.*: \([0-9]*\) results are of no row of it, and are left out/\1/p' "$err" | awk '{ n += $1 } END { print n }')" 3 "and told"

ended hidden
is "$status $(lines "$output") $(batch_ran)" "0 40 40 0" "what is not found in its first minutes is waited for"
has "$err" "a look at its batch did not succeed: status 404" "which is told"

ended lagging
is "$status $(lines "$output") $(came lost) $(batch_ran) $(batch_calls create)" "0 40 1 40 0 2" "a creation whose answer was lost is found in a list that lags, and is not made again"

ended cut
is "$status $(lines "$output") $(came cut) $(batch_ran)" "0 40 2 40 0" "a file that ends before its length is fetched again"
ended short
is "$status $(lines "$output") $(came short) $(batch_ran)" "0 40 2 40 0" "so is one that ends in mid-line, as if that were its end"
has "$err" "the download, which is cut off, did not succeed" "which is told"

# Only the key that made a part sees it.
ended keys
is "$status $(lines "$output") $(batch_ran)" "0 40 40 0" "parts of two keys are answered"
is "$(audit_each '$k{$a{object}}{$a{key}} = 1 if $a{way} eq "call" && $a{call} =~ /create|poll/ && $a{object} ne "-" && $a{object} ne ""; END { print join " ", map { scalar keys %$_ } values %k }')" "1 1" \
    "each is asked for with its own"
finish
