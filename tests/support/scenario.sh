# For scenario tests, which source it first. TAP on standard output; everything else goes to $dir, which is removed at the end
# if all went well. A test fails if it leaves a process or an arena behind.
# shellcheck shell=bash
set -u
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$root/${BUILD:-build}
[[ ${BUILD:-build} == /* ]] && build=$BUILD
dir=$(mktemp -d "${TMPDIR:-/tmp}/ration-test.XXXXXX")
sample=$root/tests/data/artists_sample.csv
big=$root/../shared/data/artists_42888.csv
export OPENAI_API_KEY=sk-test-d41d8cd98f00b204
unset OPENAI_BASE_URL
export RATION_RUNTIME_DIR=$dir/run # runs of other tests are none of ours
cases=0
bad=0
simapi_pids=()

# ok CONDITION-STATUS NAME: `some command; ok $? "name"`
ok() {
    cases=$((cases + 1))
    if [[ $1 -eq 0 ]]; then
        echo "ok $cases - $2"
    else
        bad=$((bad + 1))
        echo "not ok $cases - $2"
    fi
}

# is GOT WANTED NAME
is() {
    [[ "$1" == "$2" ]]
    ok $? "$3"
    [[ "$1" == "$2" ]] || printf '#   got:    %s\n#   wanted: %s\n' "$1" "$2"
}

# holds NAME ARITHMETIC: holds "fast enough" "$ms < 500"
holds() {
    perl -e "exit(($2) ? 0 : 1)"
    ok $? "$1"
    perl -e "exit(($2) ? 0 : 1)" || echo "#   not so: $2"
}

# has FILE TEXT NAME: the file holds the text
has() {
    grep -qF -- "$2" "$1"
    local status=$?
    ok $status "$3"
    [[ $status -eq 0 ]] || { echo "#   \"$2\" is not in $1, which ends:"; tail -n 5 "$1" | sed 's/^/#   /'; }
}

# wait_for SECONDS COMMAND…: until the command succeeds
wait_for() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [[ $SECONDS -lt $end ]] || return 1
        sleep 0.02
    done
}

# simapi OPTION…: starts the simulator; sets $url, $audit and $simapi_pid
simapi() {
    local n=${#simapi_pids[@]}
    audit=$dir/audit.$n.tsv
    "$build/simapi" --port-file "$dir/port.$n" --audit "$audit" --exit-with-parent "$@" >"$dir/simapi.$n.log" 2>&1 &
    simapi_pid=$!
    simapi_pids+=("$simapi_pid")
    wait_for 10 test -s "$dir/port.$n" || { echo "Bail out! the simulator does not start"; exit 1; }
    url=http://127.0.0.1:$(cat "$dir/port.$n")/v1
}

# simapi_stop: ends the last simulator; its audit is then whole
simapi_stop() {
    kill "$simapi_pid" 2>/dev/null
    wait "$simapi_pid" 2>/dev/null
}

# scripted OPTION…: starts an API that follows a script (see scripted-api); sets $url, $audit and $simapi_pid
scripted() {
    local n=${#simapi_pids[@]}
    audit=$dir/audit.$n.tsv
    "$root/tests/support/scripted-api" "$dir/port.$n" "$audit" "$@" 2>"$dir/scripted.$n.log" &
    simapi_pid=$!
    simapi_pids+=("$simapi_pid")
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
        END { print $n }' "$audit"
}

# ration OPTION…: runs a batch against the simulator; sets $status; standard output in $dir/out, the rest in $dir/err
ration() {
    "$build/ration" run --base-url "$url" --prompt-id pmpt_test "$@" >"$dir/out" 2>"$dir/err"
    status=$?
}

# ration_start OPTION…: likewise in the background; sets $ration_pid; `ration_wait` sets $status
ration_start() {
    "$build/ration" run --base-url "$url" --prompt-id pmpt_test "$@" >"$dir/out" 2>"$dir/err" &
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
        END { print $n }' "$audit"
}

# arena_of FILE: where the arena of the run with this output is, or was
arena_of() {
    local parts
    read -r -a parts < <(stat -c '%D %i' "$1" 2>/dev/null || echo 0 0)
    printf '/dev/shm/ration-%s-%x' "${parts[@]}"
}

lines() { if [[ -e $1 ]]; then wc -l <"$1" | tr -d ' '; else echo 0; fi; }
workers_of() { pgrep -P "$1" -x ration-worker; }
now_ms() { date +%s%3N; }

need_big() {
    [[ -e $big ]] && return 0
    echo "1..0 # SKIP ../shared/data/artists_42888.csv is not there"
    rm -rf "$dir"
    trap - EXIT
    exit 0
}

# Prints the plan, after looking for what was left over.
finish() {
    local pid state left=0 file
    for pid in "${simapi_pids[@]}"; do
        kill "$pid" 2>/dev/null
        wait "$pid" 2>/dev/null
    done
    # A zombie is no process any more: an orphan whose new parent has not collected it yet.
    while read -r pid state; do
        if [[ -n $pid && $state != Z* && $pid -ne $$ && -e /proc/$pid ]] && ! grep -qs '^PPid:[[:space:]]'"$BASHPID"'$' "/proc/$pid/status"; then
            echo "#   left: process $pid $(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null)"
            kill -9 "$pid" 2>/dev/null
            left=1
        fi
    done <<<"$(ps -o pid=,stat= -s $$ 2>/dev/null)"
    for file in "$dir"/*; do
        file=$(arena_of "$file")
        if [[ -e $file ]]; then
            echo "#   left: $file"
            rm -f "$file"
            left=1
        fi
    done
    is $left 0 "nothing is left behind"
    echo "1..$cases"
    trap - EXIT
    if [[ $bad -eq 0 ]]; then
        rm -rf "$dir"
    else
        echo "# the files are in $dir"
    fi
    exit $((bad > 0))
}

abandoned() {
    local pid
    for pid in $(ps -o pid= -s $$ 2>/dev/null); do
        [[ $pid -eq $$ ]] || kill -9 "$pid" 2>/dev/null
    done
    rm -rf "$dir"
}
trap abandoned EXIT
