# For scenario tests, which source it first. TAP on standard output; everything else goes to $dir, which is removed at the end
# if all went well. A test fails if it leaves a process or an arena behind, or if it waited for something that never came.
# A test waits for what only its own run can make true: `ration` and `ration_start` give each run files of its own, $summary and
# $err, which are there, empty, before it starts.
# shellcheck shell=bash
set -u
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
[[ -n ${TEST_PREPARED:-} ]] || exec "$root/tests/support/run-one" "$0" "$@"
build=$root/${BUILD:-build}
[[ ${BUILD:-build} == /* ]] && build=$BUILD
dir=$(mktemp -d "${TMPDIR:-/tmp}/ration-test.XXXXXX") || exit 1
sample=$root/tests/data/artists_sample.csv
big=$root/../shared/data/artists_42888.csv
export OPENAI_API_KEY=sk-test-d41d8cd98f00b204
export RATION_RUNTIME_DIR=$dir/run # runs of other tests are none of ours
# What chance decides is decided by it: a test that failed says how to have it again.
seed=${SEED:-$((RANDOM * 32768 + RANDOM))}
RANDOM=$((seed % 32768))
cases=0
bad=0
runs_begun=0
simapi_pids=()
# What the shell itself says, of a process that was killed, say, is of interest only if the test fails.
exec 2>"$dir/.noise"

# note TEXT: a figure for whoever reads; run-tests shows it only where the test fails
note() {
    if [[ -n ${TEST_QUIET:-} ]]; then
        printf '# %s\n' "$*" >>"$dir/.notes"
    else
        printf '# %s\n' "$*"
    fi
}

# notes FILE: each line of it
notes() {
    local line
    while IFS= read -r line; do
        note "$line"
    done <"$1"
}

# ok CONDITION-STATUS NAME: `some command; ok $? "name"`
ok() {
    cases=$((cases + 1))
    if [[ $1 -eq 0 ]]; then
        echo "ok $cases - ${2//#/\\#}"
    else
        bad=$((bad + 1))
        echo "not ok $cases - ${2//#/\\#}"
        local i=1
        while [[ ${BASH_SOURCE[i]:-} == */support/*.sh ]]; do i=$((i + 1)); done
        printf '#   %s, line %s\n' "${BASH_SOURCE[i]:-$0}" "${BASH_LINENO[i - 1]:-0}"
    fi
}

# is GOT WANTED NAME. Where both are empty the test must have meant it: WANTED is then written as "" or ''.
is() {
    local meant=0
    if [[ -z $1 && -z $2 ]]; then
        sed -n "$((BASH_LINENO[0] > 1 ? BASH_LINENO[0] - 1 : 1)),$((BASH_LINENO[0] + 3))p" "${BASH_SOURCE[1]}" | grep -qE "(\"\"|'')( |\$)" ||
            meant=1
    fi
    [[ "$1" == "$2" && $meant -eq 0 ]]
    local status=$?
    ok $status "$3"
    if [[ $meant -ne 0 ]]; then
        echo "#   got nothing, and wanted a value that came to nothing, too"
    elif [[ $status -ne 0 ]]; then
        GOT=$1 WANTED=$2 perl -e '
            my @got = split /\n/, $ENV{GOT}, -1;
            my @wanted = split /\n/, $ENV{WANTED}, -1;
            my ($line, $column) = (0, 0);
            $line++ while $line < @got && $line < @wanted && $got[$line] eq $wanted[$line];
            my ($got, $wanted) = ($got[$line] // "(no such line)", $wanted[$line] // "(no such line)");
            $column++ while $column < length $got && $column < length $wanted && substr($got, $column, 1) eq substr($wanted, $column, 1);
            my $at = @got < 2 && @wanted < 2 ? "" : sprintf "line %d, ", $line + 1;
            printf "#   they differ from %scolumn %d on\n", $at, $column + 1 if $at || $column > 20;
            print "#   got:    $got\n#   wanted: $wanted\n"'
    fi
}

# nothing GOT NAME: it is empty
nothing() { is "$1" "" "$2"; }

# holds NAME ARITHMETIC: holds "fast enough" "$ms < 500"
holds() {
    perl -Mstrict -e "exit(($2) ? 0 : 1)"
    local status=$?
    ok $status "$1"
    [[ $status -eq 0 ]] || echo "#   not so: $2"
}

# has FILE TEXT NAME: the file holds the text
has() {
    [[ -n $2 ]] && grep -qF -- "$2" "$1"
    local status=$?
    ok $status "$3"
    if [[ ! -e $1 ]]; then
        echo "#   $1 is not there"
    elif [[ $status -ne 0 ]]; then
        echo "#   \"$2\" is not in $1, which ends:"
        tail -n 5 "$1" | sed 's/^/#   /'
    fi
}

# comes SECONDS COMMAND…: waits until the command succeeds, and so long at most
comes() {
    local end=$((SECONDS + $1)) pause=0.02
    shift
    until "$@"; do
        [[ $SECONDS -lt $end ]] || return 1
        sleep $pause
        [[ $((end - SECONDS)) -gt 58 ]] || pause=0.1
    done
}

# wait_for SECONDS COMMAND…: waits until the command succeeds. It takes no longer on an idle machine; a starved one gets a minute
# at least. A wait in vain is told and fails the test.
wait_for() {
    local most=$1
    shift
    [[ $most -ge 60 ]] || most=60
    [[ ! -e $dir/.vain ]] || most=10
    comes "$most" "$@" && return 0
    local i=1
    while [[ ${BASH_SOURCE[i]:-} == */support/*.sh ]]; do i=$((i + 1)); done
    printf '%s, line %s: waited %s s in vain for: %s\n' "${BASH_SOURCE[i]:-$0}" "${BASH_LINENO[i - 1]:-0}" "$most" "$*" >>"$dir/.vain"
    return 1
}

# simapi OPTION…: starts the simulator; sets $url, $audit and $simapi_pid
simapi() {
    local n=${#simapi_pids[@]}
    audit=$dir/audit.$n.tsv
    "$build/simapi" --port-file "$dir/port.$n" --audit "$audit" --lateness "$dir/late.$n" --exit-with-parent "$@" >"$dir/simapi.$n.log" 2>&1 &
    simapi_pid=$!
    simapi_pids+=("$simapi_pid")
    simapi_log=$dir/simapi.$n.log
    lateness=$dir/late.$n
    wait_for 10 test -s "$dir/port.$n" || { echo "Bail out! the simulator does not start: $(head -n 1 "$dir/simapi.$n.log")"; exit 1; }
    url=http://127.0.0.1:$(cat "$dir/port.$n")/v1
}

# late: by how many milliseconds a timer of the last simulator, or scripted API, came too late at most, up to now: what the machine gave. Bounds that
# a time must not exceed are so much further away; an idle machine is late by some 5 ms.
late() { awk 'NR > 1 && $2 > most { most = $2 } END { printf "%d", most / 1000 + 1 }' "$lateness"; }

# input_of N: an input of N artists; sets $input
input_of() {
    input=$dir/input.$1.csv
    [[ -e $input ]] || perl -e 'print "artist_id,name,data\n"; printf "a%05d,Artist %d,\"plays, and paints\"\n", $_, $_ for 1 .. shift' "$1" >"$input"
}

# simapi_stop: ends the last simulator; its audit is then whole
simapi_stop() {
    kill "$simapi_pid"
    wait "$simapi_pid"
}

# simapi_holds: the last simulator lets no answer leave any more; what is in flight stays so, however long the test takes
simapi_holds() {
    kill -USR2 "$simapi_pid"
    wait_for 10 simapi_says "answers are held"
}
# simapi_goes_on: they leave at their times again
simapi_goes_on() {
    kill -USR2 "$simapi_pid"
    wait_for 10 simapi_says "answers leave at their times"
}
# simapi_hurries: it answers at once from now on, also what waits, whatever its latency: when the steps of a test are done, its run
# need not last any longer
simapi_hurries() {
    kill -USR1 "$simapi_pid"
    wait_for 10 simapi_says "answers leave at once"
}
simapi_says() { [[ $(tail -n 1 "$simapi_log") == "simapi: $1" ]]; }

# scripted OPTION…: starts an API that follows a script (see scripted-api); sets $url, $audit and $simapi_pid
scripted() {
    local n=${#simapi_pids[@]}
    audit=$dir/audit.$n.tsv
    "$root/tests/support/scripted-api" "$dir/port.$n" "$audit" --lateness "$dir/late.$n" "$@" 2>"$dir/scripted.$n.log" &
    simapi_pid=$!
    simapi_pids+=("$simapi_pid")
    lateness=$dir/late.$n
    wait_for 10 test -s "$dir/port.$n" || { echo "Bail out! the scripted API does not start"; exit 1; }
    url=http://127.0.0.1:$(cat "$dir/port.$n")/v1
}

# asked PERL-CONDITION: how many requests of a scripted API's audit it holds for; the fields are $number … as in its header
asked() {
    perl -F'\t' -lane '
        BEGIN { our ($number, $at, $row, $attempt, $key, $status, $rule, $under_way); our $n = 0 }
        next if $. == 1;
        ($number, $at, $row, $attempt, $key, $status, $rule, $under_way) = @F;
        $n++ if ('"$1"');
        END { print $. ? $n : "no audit" }' "$audit"
}

# fresh: files of its own for the run that follows, $summary for its standard output and $err for the rest. $dir/out and $dir/err
# lead to the newest ones.
fresh() {
    runs_begun=$((runs_begun + 1))
    while [[ -e $dir/err.$runs_begun ]]; do runs_begun=$((runs_begun + 1)); done # begun in a subshell
    summary=$dir/out.$runs_begun
    err=$dir/err.$runs_begun
    : >"$summary"
    : >"$err"
    ln -sfn "out.$runs_begun" "$dir/out"
    ln -sfn "err.$runs_begun" "$dir/err"
}

# ration OPTION…: runs a batch against the simulator; sets $status, $summary and $err
ration() {
    fresh
    "$build/ration" run --base-url "$url" --prompt-id pmpt_test "$@" >"$summary" 2>"$err"
    status=$?
}

# ration_start OPTION…: likewise in the background; sets $ration_pid; `ration_wait` sets $status
ration_start() {
    fresh
    "$build/ration" run --base-url "$url" --prompt-id pmpt_test "$@" >"$summary" 2>"$err" &
    ration_pid=$!
}
ration_wait() {
    wait "$ration_pid"
    status=$?
}

# audited PERL-CONDITION, after simapi_stop: how many requests of the audit it holds for; the fields are $arrived … as in its header
audited() {
    perl -F'\t' -lane '
        BEGIN { our ($arrived, $answered, $run, $artist, $attempt, $key, $status, $fault, $charged, $used); our $n = 0 }
        next if $. == 1;
        ($arrived, $answered, $run, $artist, $attempt, $key, $status, $fault, $charged, $used) = @F;
        $n++ if ('"$1"');
        END { print $. ? $n : "no audit" }' "$audit"
}

# audit_each PERL, after simapi_stop: runs it for each line of the audit, whose fields are $a{...} by their names in its header
audit_each() { perl -F'\t' -lane 'if ($. == 1) { @c{@F} = 0 .. $#F; next } my %a = map { $_ => $F[$c{$_}] } keys %c; '"$1" "$audit"; }

# asked_twice, after simapi_stop: how many artists the audit has more than once
asked_twice() { audit_each '$n{$a{artist_id}}++; END { print %n ? scalar grep { $_ > 1 } values %n : "nobody was asked" }'; }

# simapi_advances SECONDS: the clock of its batches is set forward; what is due by then happens. Only with --batch-folder.
simapi_advances() { curl -sf -X POST -o "$dir/.clock" "${url%/v1}/simapi/clock?advance=$1"; }

# arena_of FILE: where the arena of the run with this output is, or was
arena_of() {
    local parts
    read -r -a parts < <(stat -c '%D %i' "$1" 2>/dev/null || echo 0 0)
    printf '/dev/shm/ration-%s-%x' "${parts[@]}"
}

lines() { if [[ -e $1 ]]; then wc -l <"$1" | tr -d ' '; else echo 0; fi; }
workers_of() { pgrep -P "$1" -x ration-worker; }
now_ms() { date +%s%3N; }

# need_big: the batch of 42,888 artists, $big: the real one where it is there, else, and with TEST_BATCH=made, one that is like it
need_big() {
    [[ -e $big && ${TEST_BATCH:-} != made ]] || big=$("$root/tests/support/make-batch" --kept "$build" || "$root/tests/support/make-batch" --kept "$dir") || exit 1
}

# skip_all REASON: nothing of this test can be had here
skip_all() {
    echo "1..0 # SKIP $1"
    rm -rf "$dir"
    trap - EXIT
    exit 0
}

# kept: on a failure, what else is known
kept() {
    [[ ! -s $dir/.notes ]] || cat "$dir/.notes"
    if [[ -s $dir/.noise ]]; then
        echo "# the shell said, at the end:"
        tail -n 8 "$dir/.noise" | sed 's/^/#   /'
    fi
    echo "# SEED=$seed has the same chances again; the files are kept in $dir"
}

# may_look PID: whether what only root may see of a process that is not dumpable, its descriptors and environment, can be seen here
may_look() { [[ $(id -u) -eq 0 ]] || : <"/proc/$1/environ"; } 2>/dev/null

# gone ARENA: it is no longer there. When its output has gone, too, the number of its inode may have come to the output of another
# test, and the name with it.
gone() { [[ ! -e $1 || ! -r $1 || " $(left_arenas | tr '\n' ' ')" != *" $1 "* ]]; }

# Arenas that this test has left: their heads name an output in its folder. What a run keeps because requests are in doubt is none.
left_arenas() {
    local arena
    for arena in /dev/shm/ration-*; do
        [[ $arena != *-stale ]] || continue
        if [[ -f $arena && -r $arena ]] && head -c 8192 "$arena" | grep -qaF -- "$dir/"; then
            echo "$arena"
        fi
    done
}

# Likewise those that are kept for a --resume.
kept_arenas() {
    local arena
    for arena in /dev/shm/ration-*-stale; do
        if [[ -f $arena && -r $arena ]] && head -c 8192 "$arena" | grep -qaF -- "$dir/"; then
            echo "$arena"
        fi
    done
}

# Processes of this test's session, but for this shell; a zombie is none any more: an orphan whose new parent has not collected it.
left_processes() {
    # shellcheck disable=SC2016  # the variables are perl's
    perl -e '
        my $shell = shift;
        for my $file (glob "/proc/[0-9]*/stat") {
            open my $in, "<", $file or next;
            my ($pid, $state, $session) = (<$in> // "") =~ /^(\d+) \(.*\) (\S) \d+ \d+ (\d+)/s or next;
            print "$pid\n" if $session == $shell && $state !~ /[ZX]/ && $pid != $shell && $pid != $$ && $pid != getppid;
        }' "$$"
}

# Prints the plan, after looking for what was left over.
finish() {
    local pid left=() arena
    for pid in $(jobs -rp); do # a pid that is no job of ours any more may be anybody's
        [[ " ${simapi_pids[*]} " == *" $pid "* ]] || continue
        kill "$pid"
        wait "$pid"
    done
    for pid in $(left_processes); do
        left+=("process $pid $(tr '\0' ' ' <"/proc/$pid/cmdline")")
        kill -9 "$pid"
    done
    for arena in $(left_arenas); do
        left+=("$arena")
        rm -f "$arena"
    done
    ok ${#left[@]} "nothing is left behind"
    for arena in $(kept_arenas); do
        rm -f "$arena"
    done
    [[ ${#left[@]} -eq 0 ]] || printf '#   left: %s\n' "${left[@]}"
    if [[ -e $dir/.vain ]]; then
        ok 1 "what was waited for came"
        sed 's/^/#   /' "$dir/.vain"
    fi
    echo "1..$cases"
    trap - EXIT
    if [[ $bad -eq 0 ]]; then
        rm -rf "$dir"
    else
        kept
    fi
    exit $((bad > 0))
}

# A child that a signal meets before it has become its program runs the trap, too: it must leave the others alone.
abandoned() {
    [[ $BASHPID -eq $$ ]] || return 0
    local pid arena
    for pid in $(left_processes); do
        kill -9 "$pid"
    done
    for arena in $(left_arenas) $(kept_arenas); do
        rm -f "$arena"
    done
    echo "# the test ended before its end"
    [[ ! -e $dir/.vain ]] || sed 's/^/# /' "$dir/.vain"
    kept
}
trap abandoned EXIT
