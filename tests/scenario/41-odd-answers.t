#!/usr/bin/env bash
# Answers that are well formed and make no sense: waits of nothing, usage beyond all measure.
source "$(dirname "$0")/../support/scenario.sh"

# serve PERL-CODE: an API whose answer number $n (from 1 on) the code makes: it sets $status, @headers and $output (tokens).
# One request a connection. Sets $url and $simapi_pid; a line with the time in ms for each request goes to $dir/served.
serve() {
    rm -f "$dir/port" "$dir/served"
    SERVED=$dir/served PORT_FILE=$dir/port perl -MIO::Socket::INET -MTime::HiRes=time -e '
        my $listener = IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 128, Proto => "tcp") or die;
        open my $log, ">", $ENV{SERVED} or die;
        $log->autoflush;
        $SIG{ALRM} = sub { exit 0 };
        alarm 600;
        open my $port, ">", "$ENV{PORT_FILE}.new" or die;
        print $port $listener->sockport;
        close $port;
        rename "$ENV{PORT_FILE}.new", $ENV{PORT_FILE};
        my $n = 0;
        while (my $peer = $listener->accept) {
            my $length = 0;
            while (my $line = <$peer>) {
                $length = $1 if $line =~ /^content-length: *(\d+)/i;
                last if $line =~ /^\r?\n$/;
            }
            read $peer, my $body, $length;
            $n++;
            our ($status, @headers, $output) = (200);
            ($output, @headers) = (50);
            '"$1"';
            printf $log "%d %d\n", time * 1000, $status;
            my $text = $status == 200
                ? qq({"id":"r$n","model":"m","status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"Biography"}]}],"usage":{"input_tokens":20,"output_tokens":$output,"total_tokens":70}})
                : q({"error":{"type":"rate_limit_error","code":"rate_limit_exceeded","message":"slow down"}});
            print $peer join("\r\n", "HTTP/1.1 $status X", "Content-Type: application/json", "Connection: close",
                "Content-Length: " . length($text), @headers, "", $text);
            close $peer;
        }' 2>"$dir/serve.log" &
    simapi_pid=$!
    simapi_pids+=("$simapi_pid")
    wait_for 10 test -s "$dir/port" || { echo "Bail out! the server does not start"; exit 1; }
    url=http://127.0.0.1:$(cat "$dir/port")/v1
}

# ---- a 429 that says: come back at once ----
for form in "Retry-After: 0" "Retry-After: Thu, 01 Jan 2015 00:00:00 GMT" "retry-after-ms: 0"; do
    serve '($status, @headers) = (429, "'"$form"'") if $n <= 3'
    ration --input "$sample" --limit 2 --output "$dir/out.${form//[^a-z0-9]/}.jsonl" --max-workers 1 --in-flight 1 --attempts 1
    simapi_stop
    is "$status,$(lines "$dir/out.${form//[^a-z0-9]/}.jsonl")" 0,2 "$form: all there with --attempts 1"
    is "$(wc -l <"$dir/served" | tr -d ' ')" 5 "no more than three refusals are provoked"
    # 500 ms, 1000 ms, 2000 ms at least; the clock of the server is a millisecond coarse.
    read -r a b c < <(perl -lane 'push @t, $F[0]; END { print join " ", map { $t[$_] - $t[$_ - 1] } 1 .. 3 }' "$dir/served")
    holds "the waits double: $a, $b, $c ms" "$a >= 498 && $b >= 998 && $c >= 1998"
done

# ---- usage of 900 thousand million tokens ----
serve '$output = 900_000_000_000 if $n == 5; $output = 9_000_000 if $n == 9'
fresh
timeout 120 "$build/ration" run --base-url "$url" --prompt-id pmpt_test --input "$sample" --limit 40 --output "$dir/usage.jsonl" \
    --max-workers 2 --in-flight 2 --tokens-per-minute 6000000 --requests-per-minute 6000 >"$summary" 2>"$err"
status=$?
simapi_stop
is "$status,$(lines "$dir/usage.jsonl")" 0,40 "absurd usage does not stall the run"
is "$(grep -c '"output_tokens":900000000000' "$dir/usage.jsonl")" 0 "and does not reach the output"

# ---- no descriptor left, for a while ----
# in_flight N: the one worker has so many requests under way, as its title says
in_flight() { [[ $(tr '\0' ' ' <"/proc/$(workers_of "$ration_pid")/cmdline" | sed -n 's/.* \([0-9]*\) in flight.*/\1/p') -ge $1 ]]; } 2>/dev/null
simapi --hold-after 1
ration_start --input "$sample" --output "$dir/few.jsonl" --max-workers 1 --in-flight 300 --attempts 1 --requests-per-minute 6000 --burst 1
wait_for 10 in_flight 40 # before the first answer: each request still needs a new connection
worker=$(workers_of "$ration_pid")
limits=$(awk '/Max open files/ { print $4 ":" $5 }' "/proc/$worker/limits")
prlimit --pid "$worker" --nofile=30:
wait_for 10 grep -q 'ulimit -n' "$err"
ok $? "no descriptor left: said, with the way out"
prlimit --pid "$worker" --nofile="$limits"
simapi_hurries
ration_wait
simapi_stop
is "$status,$(audited 1)" "0,$(lines "$dir/few.jsonl")" "it costs no artist its only attempt, and none is asked twice"
"$root/tests/support/check-output" "$sample" "$dir/few.jsonl" >"$dir/check"
ok $? "$(cat "$dir/check")"
is "$(grep -c 'ulimit -n' "$err")" 1 "one warning"
finish
