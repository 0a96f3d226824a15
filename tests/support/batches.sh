# For scenario tests of batches. Sourced after scenario.sh; of the simulator that was started last.
# shellcheck shell=bash

# batch_ran: how many different rows were answered, by parts and by single requests, and how many of them more than once. A row is known by what
# it asks: each run has its own names for the rows of its parts.
batch_ran() {
    audit_each '$n{$a{asked}}++ if $a{way} eq "batch" ? $a{status} ne "0" : $a{way} eq "single" && $a{status} == 200;
        END { print scalar(keys %n), " ", scalar grep { $_ > 1 } values %n }'
}
# batch_calls NAME: how often that call of the batch API was made
batch_calls() { audit_each '$n++ if $a{way} eq "call" && $a{call} eq "'"$1"'"; END { print $n + 0 }'; }
# batch_told FILTER: of the status JSON of $output
batch_told() { "$build/ration" status "$output" --json 2>/dev/null | jq -r "$1" 2>/dev/null; }

# batch_api MODE…: starts support/batch-api, an API of batches that does as $dir/mode says; sets $url and $calls, its log
batch_api() {
    local n=${#simapi_pids[@]}
    calls=$dir/calls.$n
    batch_api_mode "$@"
    "$root/tests/support/batch-api" "$dir/port.$n" "$calls" "$dir/mode" 2>"$dir/batch-api.$n.log" &
    simapi_pid=$!
    simapi_pids+=("$simapi_pid")
    wait_for 10 test -s "$dir/port.$n" || { echo "Bail out! the batch API does not start"; exit 1; }
    url=http://127.0.0.1:$(cat "$dir/port.$n")/v1
}
# batch_api_mode MODE…: from now on
batch_api_mode() { printf '%s\n' "$*" >"$dir/mode.new" && mv "$dir/mode.new" "$dir/mode"; }
