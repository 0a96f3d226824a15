#!/usr/bin/env bash
# A run as a service: what the service manager is told, how it is stopped, and the files that are installed with it.
source "$(dirname "$0")/../support/scenario.sh"
cd "$root" || exit 1

# manager NAME: listens as a service manager would; what it hears goes to $heard, a message a line
manager() {
    managers=$((${managers:-0} + 1))
    heard=$dir/heard.$managers
    perl -e '
        use Socket; use IO::Handle;
        my ($name, $file) = @ARGV;
        open my $out, ">", $file or die "$file: $!";
        $out->autoflush(1);
        socket my $socket, AF_UNIX, SOCK_DGRAM, 0 or die "socket: $!";
        bind $socket, pack_sockaddr_un($name =~ s/^@/\0/r) or die "bind: $!";
        print $out "listening\n";
        my $message;
        print $out "$message\n" while defined recv $socket, $message, 4096, 0;
    ' "$1" "$heard" &
    manager_pid=$!
    wait_for 10 grep -qs listening "$heard" || { echo "Bail out! no manager"; exit 1; }
    export NOTIFY_SOCKET=$1
}
manager_stop() {
    kill "$manager_pid"
    wait "$manager_pid" 2>/dev/null
    unset NOTIFY_SOCKET
}
times() { grep -cx "$1" "$heard"; }
lives() { [[ $(times WATCHDOG=1) -ge 3 ]]; }
# group_told: the whole group of processes is told to end, as a service manager does
group_told() { workers_of "$ration_pid" | xargs kill -TERM "$ration_pid"; }

simapi --latency-ms 100

manager "$dir/notify"
export WATCHDOG_USEC=400000
input_of 5000
ration_start --input "$input" --output "$dir/o.jsonl" --in-flight 2 --max-workers 2 --progress none --log-file "$dir/log"
unset WATCHDOG_USEC
wait_for 20 grep -qs 'READY=1' "$heard"
ok $? "it tells when it works"
worker=$(workers_of "$ration_pid" | head -n 1)
if may_look "$worker"; then
    tr '\0' '\n' <"/proc/$worker/environ" >"$dir/environ"
    grep -qE '^(NOTIFY_SOCKET|WATCHDOG_)' "$dir/environ"
    is $? 1 "no worker can tell"
fi
wait_for 20 grep -qs 'STATUS=[1-9][0-9]*/5000 done, 0 failed' "$heard"
ok $? "it tells how it is"
wait_for 20 lives
ok $? "it shows signs of life"
is "$(times STOPPING=1)" 0 "it has not told that it ends"
group_told
ration_wait
is $status 3 "told to end, all processes at once: exit 3"
is "$(times READY=1)" 1 "it told once that it works"
is "$(times STOPPING=1)" 1 "it told once that it ends"
[[ $(grep -n STOPPING "$heard" | cut -d : -f 1) -gt $(grep -n READY "$heard" | cut -d : -f 1) ]]
ok $? "in this order"
manager_stop
has "$summary" " 0 restarted" "no worker counts as dead"

simapi_hurries
manager "@ration-test-$$"
ration --input "$input" --output "$dir/o.jsonl" --resume --progress none
is $status 0 "it goes on, for a manager with an abstract name"
tests/support/check-output "$input" "$dir/o.jsonl" >"$dir/checked" 2>&1
ok $? "each artist has one line"
is "$(times READY=1) $(times STOPPING=1)" "1 1" "told"
ration --input "$input" --output "$dir/o.jsonl" --resume --progress none
is "$status $(times READY=1)" "0 2" "a run that finds nothing to do tells that it worked, too"
manager_stop

manager "$dir/deaf"
kill -9 "$manager_pid"
wait "$manager_pid" 2>/dev/null
ration --input "$sample" --output "$dir/deaf.jsonl" --limit 20 --progress none
is $status 0 "a manager that has gone harms nothing"
is "$(grep -c 'cannot tell the service manager' "$err")" 1 "and is told of once"
unset NOTIFY_SOCKET
simapi_stop

# What is installed.
stage=$dir/stage
make --no-print-directory -s -o programs BUILD="$build" install DESTDIR="$stage" PREFIX=/usr >"$dir/told" 2>&1
is $? 0 "make install"
is "$("$stage/usr/bin/ration" --version)" "$("$build/ration" --version)" "the installed ration works"
for file in libexec/ration/ration-worker share/man/man1/ration.1 share/bash-completion/completions/ration \
    share/zsh/site-functions/_ration share/fish/vendor_completions.d/ration.fish; do
    test -s "$stage/usr/$file"
    ok $? "$file"
done
if command -v groff >/dev/null; then
    groff -man -Tutf8 -ww -z docs/ration.1 >"$dir/told" 2>&1
    is "$(cat "$dir/told")" "" "the manual page is well-formed"
fi
if command -v systemd-analyze >/dev/null; then
    for unit in docs/ration.service contrib/fleet/ration-fleet@.service; do
        copy=$dir/$(basename "${unit/@/@bios}")
        sed "s|/usr/local/bin/ration |$stage/usr/bin/ration |" "$unit" >"$copy"
        systemd-analyze verify "$copy" 2>&1 | grep -v "Command 'man ration(1)'" >"$dir/told"
        is "$(cat "$dir/told")" "" "systemd finds nothing wrong with $unit"
        # --offline is of systemd 250 and later.
        if systemd-analyze security --help | grep -q -e --offline; then
            systemd-analyze security --no-pager --offline=true --threshold=19 "$copy" >"$dir/told" 2>&1
            is $? 0 "it may do as little as docs/INSTALL.md says: $(tail -n 1 "$dir/told")"
        fi
    done
fi
make --no-print-directory -s BUILD="$build" uninstall DESTDIR="$stage" PREFIX=/usr >"$dir/told" 2>&1
is "$(find "$stage" -type f | wc -l)" 0 "make uninstall leaves no file"

# The completion, as bash calls it.
# completed WORD…: what could stand for the last word
completed() {
    bash -c 'source scripts/completion/ration.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ration; echo "${COMPREPLY[*]}"' \
        bash "$build/ration" "$@" 2>&1
}
"$build/ration" run --help | sed -n 's/^  \(--[a-z-]*\).*/\1/p' >"$dir/options"
completed run -- | tr ' ' '\n' | grep -vx -- --help >"$dir/completed"
cmp "$dir/options" "$dir/completed"
ok $? "every option of --help is completed"
commands=$("$build/ration" --help | sed -nE 's/^(usage:|      ) ration ([a-z-]*) .*/\2/p' | tr '\n' ' ')
is "$(completed '')" "$commands--help --version" "commands, as the usage has them"
is "$(completed st)" "status stop" "the beginning of a command"
is "$(completed run --progress '')" "auto bar plain none" "words"
is "$(completed run --progress = p)" "plain" "words after ="
is "$(completed run --provider o)" "openai openai-chat ollama openrouter" "providers"
is "$(completed run --tier gpt-4o-tier)" "gpt-4o-tier-1 gpt-4o-tier-2 gpt-4o-tier-3 gpt-4o-tier-4 gpt-4o-tier-5" "tiers"
is "$(completed run --input docs/ration.s)" "docs/ration.service" "files"
is "$(completed plan --js)" "--json" "plan"
is "$(completed status --m)" "--metrics" "status"
is "$(completed export --format '')" "csv jsonl sqlite openai-batch" "the words of export"
is "$(completed show --sa)" "--sample" "show"
is "$(completed restart-worker '')" "all --run --help" "restart-worker"
is "$(completed workers '')" "1 2 4 8 16 --run --help" "workers"
is "$(completed help sta)" "status" "what help is for"
finish
