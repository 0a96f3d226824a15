#!/usr/bin/env bash
# What reaches terminal, log, workers and server at the edges: characters that steer a terminal, variables that are secrets, limits of
# the shell, NUL in requests.
source "$(dirname "$0")/../support/scenario.sh"
odd=$dir/odd.csv
# C1 (CSI, NEL), a line separator, bidirectional overrides and isolates, a mark.
perl -CO -e 'print "artist_id,name,data\n"; printf "%03d,Odd %sname %d,data\n", $_, join("", map { chr } 0x9b, 0x85, 0x2028, 0x202e, 0x2066, 0x200f, 0xfeff), $_ for 1 .. 200' >"$odd"
steering() { perl -CI -ne '$n++ while /[\x{80}-\x{9f}\x{61c}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2066}-\x{206f}\x{feff}\x7f]|[\0-\x08\x0b-\x1f]/g; END { print $n + 0 }' "$@"; }
simapi --latency-ms 50

# ---- a run with such names, and secrets around it ----
mkdir "$dir/bin"
cp "$build/ration" "$dir/bin"
printf '#!/bin/bash\nenv >>%q\nexec %q "$@"\n' "$dir/environ" "$build/ration-worker" >"$dir/bin/ration-worker"
chmod +x "$dir/bin/ration-worker"
GITHUB_TOKEN=Zq85-secret AWS_SECRET_ACCESS_KEY=Zq85-secret DATABASE_URL=postgres://u:Zq85-secret@h/d SSLKEYLOGFILE=$dir/keylog \
    "$dir/bin/ration" run --base-url "$url" --prompt-id p --input "$odd" --output "$dir/out.jsonl" --verbose --log-file "$dir/log" \
    --max-workers 2 --in-flight 1 --listen 127.0.0.1:0 >"$dir/out" 2>"$dir/err" &
ration_pid=$!
wait_for 20 test -s "$dir/out.jsonl"
web=$(sed -n 's|.* dashboard at \(http://[^ ]*[0-9]\)/.*|\1|p' "$dir/err")
for path in queue/status queue/requests metrics; do
    curl -s -m 5 "$web/$path" >>"$dir/http"
done
"$build/ration" status >"$dir/status" 2>&1
"$build/ration" status --json >>"$dir/status" 2>&1
nul() { perl -MIO::Socket::INET -e 'my ($peer, $request) = ($ARGV[0] =~ s|http://||r, eval qq("$ARGV[1]")); my $s = IO::Socket::INET->new(PeerAddr => $peer, Timeout => 5) or die; print $s $request; my $line = <$s>; print $line =~ m|HTTP/1.1 (\d+)| ? $1 : "none"' "$web" "$1"; }
is "$(nul 'GET /queue/status HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n')" "$(curl -s -m 5 -o /dev/null -w '%{http_code}' -H 'Host: 127.0.0.1' "$web/queue/status")" "a request by hand is answered as curl's"
is "$(curl -s -m 5 -o /dev/null -w '%{http_code}' "$web/queue/status%00.html")" 404 "a path with an escaped NUL is not its first part"
is "$(curl -s -m 5 -o /dev/null -w '%{http_code}' "$web/queue/status")" 200 "which is there"
token=$(cat "$(find "$dir/run" -name http-token | head -n 1)")
host=${web#http://}
holds "there is a token" "${#token} > 10"
post() { nul "POST /pause HTTP/1.1\\r\\nHost: $host\\r\\nAuthorization: Bearer $1\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n"; }
is "$(post "$token\\0xyz")" 400 "a token with a NUL behind it is refused"
is "$(nul "GET /queue/status\\0.html HTTP/1.1\\r\\nHost: $host\\r\\nConnection: close\\r\\n\\r\\n")" 400 "so is a path with one"
is "$(post "$token")" 200 "the token alone is taken"
curl -s -m 5 -o /dev/null -X POST -H "Authorization: Bearer $token" "$web/resume"
ration_wait
is "$status,$(lines "$dir/out.jsonl")" 0,200 "all are done"
is "$(steering "$dir/err")" 0 "nothing that steers a terminal is on standard error"
is "$(steering "$dir/log")" 0 "nor in the log file"
is "$(steering "$dir/http" "$dir/status")" 0 "nor in what the server and status say"
has "$dir/log" '\u009b\u0085\u2028\u202e\u2066\u200f\ufeff' "the log file has the names, escaped"
is "$(grep -c '^PATH=' "$dir/environ"),$(grep -cE 'Zq85|SSLKEYLOGFILE|RATION_RUNTIME_DIR' "$dir/environ")" 2,0 "the workers' environment has PATH, and no secrets"
is "$([[ -e $dir/keylog ]] && echo there)" "" "no TLS secrets are written"

# ---- limits of the shell ----
limited() {
    local limit=$1
    shift
    (
        # shellcheck disable=SC2086 # a letter and a number
        ulimit $limit
        exec "$build/ration" run --base-url "$url" --prompt-id p --input "$sample" --limit 20 "$@"
    ) >"$dir/limited.out" 2>"$dir/limited.err"
    status=$?
}
if [[ -z ${SANITIZED:-} ]]; then
    limited "-s 128" --output "$dir/stack.jsonl"
    is $status 2 "a stack of 128 KiB is refused"
    has "$dir/limited.err" "the stack is limited to 128 KiB, which is too small; say ulimit -s 512 or more" "and it is told what to do"
    limited "-S -s 128" --output "$dir/soft.jsonl"
    is "$status,$(lines "$dir/soft.jsonl")" 0,20 "where it may be raised, it is"
fi
limited "-f 8" --output "$dir/size.jsonl"
is $status 4 "files of at most 8 KiB are too small"
has "$dir/limited.err" "raise ulimit -f" "and it is told what to do"
limited "-n 40" --output "$dir/descriptors.jsonl"
is $status 2 "40 descriptors are too few"
has "$dir/limited.err" "raise ulimit -n" "and it is told what to do"
(exec "$build/ration" run --base-url "$url" --prompt-id p --input "$sample" --limit 20 --output "$dir/closed.jsonl" <&- >&- 2>&-)
is "$?,$(lines "$dir/closed.jsonl"),$(grep -cv '^{"artist_id":' "$dir/closed.jsonl")" 0,20,0 "closed standard descriptors: nothing else gets into the output"
simapi_stop
finish
