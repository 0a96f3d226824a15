#!/usr/bin/env bash
# --listen: what the HTTP server of a run tells, who may change the run with it, and that its clients never hold the run up.
source "$(dirname "$0")/../support/scenario.sh"
export RATION_RUNTIME_DIR=$dir/run

# ask PATH CURL-OPTION…: the answer's status in $code, its body in $dir/body, its head in $dir/head
ask() {
    local path=$1
    shift
    code=$(curl -s -m 10 -o "$dir/body" -D "$dir/head" -w '%{http_code}' "$@" "$web$path")
}
# member EXPRESSION: of the JSON in $dir/body, as perl sees it in $j
member() { perl -MJSON::PP -0777 -ne '$j = decode_json($_); print '"$1" "$dir/body"; }
listening() { web=$(sed -n 's|.* dashboard at \(http://[^ ]*[0-9]\)/.*|\1|p' "$err" 2>/dev/null); [[ -n $web ]]; }
none_in_flight() { [[ $("$build/ration" ps 2>/dev/null) == *", 0 in flight,"* ]]; }
lines_from() { [[ $(lines "$1") -ge $2 ]]; }
told() { grep -qF -- "$1" "$err"; }
whole() { "$root/tests/support/check-output" "$many" "$1" >"$dir/check"; ok $? "$2: $(cat "$dir/check")"; }

# ---- what is refused before anything is sent ----
simapi --latency-ms 100
for wrong in 127.0.0.1 8080 example.org:80 127.0.0.1:99999 0.0.0.0:0 '[::]:0'; do
    ration --input "$sample" --output "$dir/no.jsonl" --listen "$wrong"
    is "$status" 2 "--listen $wrong: exit 2"
done
has "$err" "--http-token-file is needed" "and says what is needed where others may reach it"
printf 'short\n' >"$dir/token"
chmod 600 "$dir/token"
ration --input "$sample" --output "$dir/no.jsonl" --listen 0.0.0.0:0 --http-token-file "$dir/token"
is "$status" 2 "a short token: exit 2"
printf 'a-token-of-a-good-length\n' >"$dir/token"
chmod 644 "$dir/token"
ration --input "$sample" --output "$dir/no.jsonl" --listen 127.0.0.1:0 --http-token-file "$dir/token"
is "$status" 2 "a token file that others may read: exit 2"
port=${url##*:}
ration --input "$sample" --output "$dir/no.jsonl" --listen "127.0.0.1:${port%%/*}"
is "$status" 2 "a port that is taken: exit 2"
has "$err" "give another --listen" "and says so"
[[ ! -e $dir/no.jsonl ]]
ok $? "no output was made"
simapi_stop
is "$(audited 1)" 0 "nothing was sent"

# ---- reading ----
# The run outlasts all that is done to it, on any machine: it ends when it is told to hurry.
many=$dir/many.csv
perl -e 'print "artist_id,name,data\n"; printf "%05d,Artist %d,\"some, data\"\n", $_, $_ for 1 .. 20000' >"$many"
simapi --latency-ms 150
ration_start --input "$many" --output "$dir/out.jsonl" --in-flight 3 --listen 127.0.0.1:0 --http-host Ration.example.com
wait_for 10 listening
ok $? "the log tells the address"
artists=$(sed -n 's/.*: \([0-9]*\) artists, .*/\1/p' "$err")
wait_for 10 lines_from "$dir/out.jsonl" 20
before=$(lines "$dir/out.jsonl")
sleep 0.3 # the state is published each quarter of a second
ask /queue/status
after=$(lines "$dir/out.jsonl")
is "$code" 200 "/queue/status"
done=$(member '$j->{artists}{done}')
holds "tells how many are done: $done, from $before to $after" "$before <= $done && $done <= $after"
is "$(member '$j->{artists}{total}')" "$artists" "of how many"
is "$(member 'join " ", sort map { $_->{pid} } @{$j->{workers}}')" "$(workers_of "$ration_pid" | sort | tr '\n' ' ' | sed 's/ $//')" "and the true pids"
ask /queue/requests
is "$code" 200 "/queue/requests"
is "$(member '$j->{counts}{pending} + $j->{counts}{executing} + $j->{counts}{completed} + $j->{counts}{failed}')" "$artists" "every artist stands in one place"
is "$(member 'join " ", sort keys %{{map { $_->{state} => 1 } @{$j->{executing}}, @{$j->{ended}}}}')" "completed executing" "requests that are under way, and that ended"
holds "and not many" "$(member '@{$j->{executing}} <= 12 && @{$j->{ended}} <= 100 ? 1 : 0')"
ask /api/ai/queue-status
is "$code $(member '$j->{processor}{state}, " ", $j->{rate_limit}{status}, " ", $j->{processor}{workers_alive}')" "200 running healthy 4" "/api/ai/queue-status"
ask /healthz
is "$code $(member '$j->{healthy}')" "200 1" "/healthz"
ask /metrics
is "$code" 200 "/metrics"
has "$dir/body" "# TYPE ration_" "has metrics"
ask /
is "$code" 200 "the page"
has "$dir/head" "frame-ancestors 'none'" "may not be framed"
has "$dir/head" "script-src 'sha256-" "runs no other script"
is "$(grep -cE '(src|href)="?https?:' "$dir/body")" 0 "and needs nothing from elsewhere"
ask /nothing
is "$code" 404 "404"
ask /metrics -X PUT
is "$code $(tr -d '\r' <"$dir/head" | grep -i '^allow:')" "405 Allow: GET, HEAD" "405"
ask / -I
is "$code" 200 "HEAD"

# ---- who may change the run ----
folder=("$RATION_RUNTIME_DIR"/*)
is "$(stat -c %a "${folder[0]}/http-token")" 600 "the token is the user's alone"
token="Authorization: Bearer $(cat "${folder[0]}/http-token")"
ask /pause -X POST
is "$code" 401 "no token: 401"
ask /pause -X POST -H "Authorization: Bearer $(printf 'x%.0s' {1..64})"
is "$code" 401 "a wrong one: 401"
ask /pause -X POST -H "$token" -H "Origin: http://evil.example"
is "$code" 403 "the page of another site: 403"
ask /pause -X POST -H "$token" -H "Sec-Fetch-Site: cross-site"
is "$code" 403 "told by the browser: 403"
ask /pause -X POST -H "$token" -H "Host: evil.example"
is "$code" 421 "a name that somebody points here: 421"
ask /queue/status -H "Host: evil.example:${web##*:}"
is "$code" 421 "for reading, too"
named="Host: ration.example.com:8443"
ask /queue/status -H "$named"
is "$code" 401 "by the name of the proxy reading needs the token"
ask /queue/status -H "$named" -H "$token" -H "Origin: https://ration.example.com:8443"
is "$code" 200 "and is allowed with it, from the proxy's page"
ask / -H "$named"
is "$code" 200 "as the page is"
ask /pause -X POST -H "$named" -H "$token" -H "Origin: https://evil.example"
is "$code" 403 "the page of another site may not change anything by that name"
ask /stop -X POST -H "$token" -d '{"at_once":true}'
is "$code" 409 "a run that does not stop is not stopped at once"
ask /stop -X POST -H "$token" -d '{"now":true}'
is "$code" 400 "nor by a wrong body"
ask /workers -X POST -H "$token" -d '{"workers":65}'
is "$code" 400 "a wrong number: 400"
ask /workers -X POST -H "$token" --data-binary "@$sample"
is "$code" 413 "a long body: 413"
ask /pause
is "$code" 405 "GET changes nothing: 405"
told " is paused" || told "pause: nothing departs"
is $? 1 "nothing of it was done"

# ---- changing ----
ask /pause -X POST -H "$token" -H "Origin: $web"
is "$code $(member '$j->{ok}')" "200 1" "pause"
wait_for 5 none_in_flight
ok $? "what was in flight ends"
before=$(lines "$dir/out.jsonl")
ask /healthz
is "$code" 200 "a paused run is healthy"
wait_for 5 eval 'ask /queue/status; [[ $(member "\$j->{run}{state}") == paused ]]'
ok $? "the state says paused"
is "$(lines "$dir/out.jsonl")" "$before" "and nothing happens"
ask /resume -X POST -H "$token"
is "$code" 200 "resume"
wait_for 5 lines_from "$dir/out.jsonl" $((before + 12))
ok $? "it goes on"
ask /workers -X POST -H "$token" -d '{"workers":6}'
is "$code" 200 "workers"
wait_for 5 eval '[[ $(workers_of "$ration_pid" | wc -l) -eq 6 ]]'
ok $? "there are six"
told "http] POST /workers" || told "POST /workers from 127.0.0.1:"
ok $? "who did it is logged"

# ---- events ----
curl -sN -m 600 "$web/events" >"$dir/events" &
listener=$!
wait_for 5 eval '[[ $(grep -c "^event: status" "$dir/events") -ge 2 ]]'
ok $? "a state each second"
# Clients that connect and say nothing, say half, read nothing; far more than may be connected.
perl -MIO::Socket::INET -e '
    my ($port, @all) = @ARGV;
    for my $i (1 .. 400) {
        my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $port, Timeout => 1) or last;
        print $s $i % 3 == 0 ? "" : $i % 3 == 1 ? "GET /eve" : "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n";
        $s->flush; push @all, $s;
    }
    print "ready\n"; close STDOUT; sleep 600' "${web##*:}" >"$dir/crowd" &
crowd=$!
wait_for 20 test -s "$dir/crowd"
ok $? "hundreds of clients that do nothing"
before=$(lines "$dir/out.jsonl")
wait_for 5 lines_from "$dir/out.jsonl" $((before + 30))
ok $? "the run goes on"
kill "$crowd"
wait "$crowd" 2>/dev/null
wait_for 30 eval 'ask /healthz; [[ $code == 200 ]]'
ok $? "the server does, too"
# One that listens, and asks on a new connection in the moment in which it hears the end.
perl -MIO::Socket::INET -e '
    my ($port) = @ARGV;
    my ($text, $told) = ("", 0);
    while ($text !~ /event: end/) { # the places of those that are gone become free by and by
        my $stream = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $port) or die "nobody listens: $!\n";
        print $stream "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n";
        $stream->flush;
        $text = "";
        while ($text !~ /event: end/ && sysread $stream, $text, 65536, length $text) {
            syswrite STDOUT, "listens\n" if $text =~ /event: status/ && !$told++;
            $text = substr $text, -20 if length $text > 65536;
        }
        select undef, undef, undef, 0.1 if $text !~ /event: end/;
    }
    my $late = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $port) or die "nobody is there: $!\n";
    print $late "GET /queue/requests HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    $late->flush;
    print scalar <$late>' "${web##*:}" >"$dir/late" 2>&1 &
late=$!
wait_for 20 grep -q listens "$dir/late"
simapi_hurries
ration_wait
is "$status" 0 "exit 0"
whole "$dir/out.jsonl" "whole"
wait "$listener"
is "$?" 0 "the listener is told the end"
wait "$late"
has "$dir/late" "HTTP/1.1 200 OK" "who asks when it hears the end is answered"
tail -n 3 "$dir/events" >"$dir/end"
has "$dir/end" "event: end" "as an event"
has "$dir/end" '"state":"ended"' "with the last state"
has "$dir/end" "\"done\":$artists," "and all done"
[[ ! -e ${folder[0]} ]]
ok $? "the token is gone with the run"
is "$(grep -c "${token##* }" "$err" "$summary" | tr '\n' ' ')" "$err:0 $summary:0 " "and stands in no log"
simapi_stop

# ---- for other machines ----
chmod 600 "$dir/token"
token="Authorization: Bearer $(cat "$dir/token")"
simapi --latency-ms 150
ration_start --input "$sample" --output "$dir/lan.jsonl" --in-flight 3 --listen 0.0.0.0:0 --http-token-file "$dir/token"
wait_for 10 listening
ok $? "--listen 0.0.0.0 with a token"
web=http://127.0.0.1:${web##*:}
ask /queue/status
is "$code" 401 "reading needs the token"
ask /events
is "$code" 401 "listening, too"
ask /metrics -H "$token"
is "$code" 200 "which opens it"
ask /healthz
is "$code" 200 "health needs none"
ask /
is "$code" 200 "nor does the page, which holds nothing"
kill -INT "$ration_pid"
ration_wait
is "$status" 3 "stopped"
is "$(grep -c "${token##* }" "$err")" 0 "the token stands in no log"
simapi_stop
finish
