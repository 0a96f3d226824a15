#!/usr/bin/env bash
# Whatever is wrong with options, configuration, input or an earlier output: exit 2, a message that says where and what to do,
# nothing sent, no file made or touched, no arena left. And what is merely unusual is accepted.
set -u
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
work=$(mktemp -d "${TMPDIR:-/tmp}/ration-bad-input.XXXXXX") || exit 1
chmod 755 "$work"
pids=()

clean() {
  local pid
  for pid in ${pids[@]+"${pids[@]}"}; do
    kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
  done
  rm -rf "$work"
}
trap clean EXIT

count=0
failures=()

# Ends one test: passed when nothing was put into failures.
verdict() {
  count=$((count + 1))
  if [ ${#failures[@]} -eq 0 ]; then
    echo "ok $count - $1"
  else
    echo "not ok $count - $1"
    printf '#   %s\n' "${failures[@]}"
    sed 's/^/#   stderr: /' "$work/stderr"
  fi
  failures=()
}

skip() {
  count=$((count + 1))
  echo "ok $count - $1 # SKIP $2"
}

wait_for() {
  local tries=0
  until eval "$1"; do
    tries=$((tries + 1))
    [ $tries -lt 1200 ] || return 1
    sleep 0.05
  done
}

# start_simapi NAME [options]: its port is then in $work/NAME.port, its audit in $work/NAME.audit.
start_simapi() {
  local name=$1
  shift
  "$BUILD/simapi" --port 0 --port-file "$work/$name.port" --audit "$work/$name.audit" "$@" \
    >"$work/$name.out" 2>&1 &
  pids+=($!)
  if ! wait_for "[ -s '$work/$name.port' ]"; then
    echo "Bail out! simapi does not start: $(cat "$work/$name.out")"
    exit 1
  fi
}

# Arenas of outputs in this test's folder: their heads name them.
orphans() {
  local arena
  for arena in /dev/shm/ration-*; do
    [[ $arena != *-stale ]] || continue # kept: what a run that was stopped at once had in flight
    if [ -f "$arena" ] && [ -r "$arena" ] && head -c 8192 "$arena" 2>/dev/null | grep -qaF -- "$work/out"; then
      echo "$arena"
    fi
  done
}

as=() # the command that runs ration as somebody else

# ration [arguments]: as given, nothing added. Status in $status.
ration() {
  timeout -k 5 120 ${as[@]+"${as[@]}"} "$BUILD/ration" "$@" >"$work/stdout" 2>"$work/stderr" </dev/null
  status=$?
}

base=()
set_base() {
  base=(run --base-url "http://127.0.0.1:$(cat "$work/$1.port")/v1" --prompt-id pmpt_1 --progress none)
}

# What must hold after a refusal. The message holds each of the arguments.
check_refused() {
  local text
  [ "$status" -eq 2 ] || failures+=("exit status $status instead of 2")
  for text in "$@"; do
    grep -qF -- "$text" "$work/stderr" || failures+=("the message lacks: $text")
  done
  ! grep -qE 'Sanitizer|runtime error' "$work/stderr" || failures+=("the sanitizer complains")
  [ "$(wc -l <"$work/simapi.audit")" -le 1 ] || failures+=("something was sent")
  [ -n "${other_is_alive:-}" ] || [ -z "$(orphans)" ] || failures+=("an arena was left in /dev/shm: $(orphans)")
}

check_no_files() {
  local file
  for file in "$work"/out*; do
    if [ -e "$file" ]; then
      failures+=("$file was made")
      rm -rf "$file"
    fi
  done
}

# refuse NAME INPUT-TEXT MESSAGE...: the text, in printf's notation, is refused as input.
refuse() {
  local name=$1
  printf '%b' "$2" >"$work/in.csv"
  shift 2
  ration "${base[@]}" --input "$work/in.csv" --output "$work/out.jsonl"
  check_refused "$@"
  check_no_files
  verdict "$name"
}

# refuse_run NAME MESSAGE -- OPTIONS: those options (with a good input) are refused.
refuse_run() {
  local name=$1 message=$2
  shift 3
  ration "${base[@]}" --input "$work/good.csv" --output "$work/out.jsonl" "$@"
  check_refused "$message"
  check_no_files
  verdict "$name"
}

# refuse_resume NAME OUTPUT-TEXT MESSAGE...: an earlier output is refused, and not touched.
refuse_resume() {
  local name=$1
  printf '%b' "$2" >"$work/out.jsonl"
  cp "$work/out.jsonl" "$work/before"
  shift 2
  ration "${base[@]}" --input "$work/good.csv" --output "$work/out.jsonl" --resume
  check_refused "$@"
  cmp -s "$work/before" "$work/out.jsonl" || failures+=("the output was touched")
  rm -f "$work/out.jsonl"
  check_no_files
  verdict "$name"
}

# accept NAME LINES FILE-NAME INPUT-TEXT: runs to its end with that many answers.
accept() {
  local name=$1 lines=$2 input=$work/$3
  printf '%b' "$4" >"$input"
  ration "${base[@]}" --max-workers 1 --input "$input" --output "$work/out.jsonl"
  [ "$status" -eq 0 ] || failures+=("exit status $status instead of 0")
  [ "$(wc -l <"$work/out.jsonl")" -eq "$lines" ] || failures+=("not $lines answers")
  rm -f "$work"/out*
  verdict "$name"
}

H='artist_id,name,data\n'
export OPENAI_API_KEY=sk-test-of-bad-input
unset OPENAI_BASE_URL
start_simapi simapi
set_base simapi
printf '%b' "${H}1,Anni Albers,weaver\n2,Bach,composer\n" >"$work/good.csv"
good='{"artist_id":"1","artist_name":"Anni Albers","response_text":"x","input_hash":"h"}\n'
in=$work/in.csv
out=$work/out.jsonl

# ---- the input ----
refuse 'missing column' 'artist_id,name\n1,A\n' "$in:1: column \"data\" is missing"
refuse 'column twice' 'artist_id,name,data,data\n1,A,x,y\n' "$in:1: column \"data\" stands twice"
refuse 'too few fields' "${H}1,A,x\n2,B\n" "$in:3: 2 fields where the header has 3 columns"
refuse 'too many fields' "${H}1,A,x,y\n" "$in:2: 4 fields where the header has 3 columns"
refuse 'unclosed quote' "${H}1,A,x\n2,B,\"y\n3,C,z\n" "$in:3: a quote opened on this line is not closed"
refuse 'stray quote in a bare field' "${H}1,A \"B\",x\n" "$in:2:5: a quote inside a field"
refuse 'text behind a closing quote' "${H}1,\"A\"B,x\n" "$in:2:6: text after a closing quote"
refuse 'NUL byte' "${H}1,A,x\0000y\n" "$in:2:6: NUL byte"
refuse 'invalid UTF-8' "${H}1,A,x\n2,Jos\xe9,y\n" "$in:3:6: byte 0xe9 is not valid UTF-8"
refuse 'empty id' "${H},A,x\n" "$in:2: artist_id is empty"
refuse 'empty name' "${H}1,,x\n" "$in:2: name is empty"
refuse 'duplicate id, both lines told' "${H}7,A,\"x\ny\"\n8,B,y\n7,C,z\n" \
  "$in:5: artist_id \"7\" is already on line 2"
refuse 'unknown priority' 'artist_id,name,data,priority\n1,A,x,soon\n' "$in:2: priority \"soon\" is not known"
refuse 'blank line in the middle' "${H}1,A,x\n\n2,B,y\n" "$in:3: blank line"
refuse 'carriage return outside quotes' "${H}1,A\rB,x\n" "$in:2: a carriage return outside quotes"
refuse 'several problems at once' "${H},A,x\n2,B\n3,C,x\n3,D,y\n" "$in:2: " "$in:3: " "$in:5: "
refuse 'empty file' '' "$in: is empty"
refuse 'header alone' "$H" "$in: has no artists"
{
  printf '%b' "${H}1,A,\""
  head -c 4200000 /dev/zero | tr '\0' x
  printf '"\n'
} >"$work/huge.csv"
ration "${base[@]}" --input "$work/huge.csv" --output "$out"
check_refused "$work/huge.csv:2: the record is larger than"
check_no_files
verdict 'oversized record'

printf '{"artist_id":"1","name":"A","data":"x"}\n{"artist_id":"2","name":"B"}\n' >"$work/bad.jsonl"
ration "${base[@]}" --input "$work/bad.jsonl" --output "$out"
check_refused "$work/bad.jsonl:2: key \"data\" is missing"
check_no_files
verdict 'JSONL: missing key'
printf '{"artist_id":"1","name":"A","data":"x"}\n{"artist_id":1,"name":"B","data":"x"\n' >"$work/bad.jsonl"
ration "${base[@]}" --input "$work/bad.jsonl" --output "$out"
check_refused "$work/bad.jsonl:2:"
check_no_files
verdict 'JSONL: cut line'

# ---- what is no CSV and no JSONL: named, with the command that mends it ----
printf '\3757zXZ\000\000\004' >"$work/packed"
perl -e 'print "\xff\xfe"; print "$_\0" for split //, join "", <>' "$work/good.csv" >"$work/wide"
printf 'sep=,\n' | cat - "$work/good.csv" >"$work/sep"
tr '\n' '\r' <"$work/good.csv" >"$work/returns"
printf '[\n{"artist_id":"1","name":"A","data":"x"},\n{"artist_id":"2","name":"B","data":"y"}\n]\n' >"$work/array"
printf '{\n  "artist_id": "1",\n  "name": "A",\n  "data": "x"\n}\n' >"$work/spread"
printf 'PK\003\004\024\000\006\000[Content_Types].xml' >"$work/workbook"
printf '<!DOCTYPE html><html><title>Sign in</title></html>\n' >"$work/page"
while read -r kind command; do
  for name in "$work/$kind" "$work/$kind.jsonl"; do
    [ "$name" = "$work/$kind" ] || cp "$work/$kind" "$name"
    # Separators are a matter of CSV.
    case $kind:$name in sep:*.jsonl | returns:*.jsonl) continue ;; esac
    ration "${base[@]}" --input "$name" --output "$out"
    check_refused "$name: " "${command//FILE/$name}"
    check_no_files
    verdict "$kind as ${name##*/} is told"
  done
done <<'END'
packed xzcat < FILE
wide iconv -f UTF-16 -t UTF-8 FILE
sep tail -n +2 FILE
returns tr '\r' '\n' < FILE
array jq -c '.[]' FILE
spread jq -c . FILE
workbook libreoffice --headless --convert-to csv --outdir
page is a web page
END
refuse 'a column that is nearly named right' 'Artist ID,name,data\n1,A,x\n' "$in:1: column \"artist_id\" is missing" \
  '"Artist ID" is not quite it'

refuse_run 'directory as input' 'directory' -- --input "$work"
refuse_run 'input that is not there' "$work/nowhere.csv" -- --input "$work/nowhere.csv"
if [ "$(id -u)" -ne 0 ]; then
  cp "$work/good.csv" "$work/unreadable.csv"
  chmod 0 "$work/unreadable.csv"
  refuse_run 'unreadable file' 'Permission denied' -- --input "$work/unreadable.csv"
# The folders above may be closed to others; setpriv still reaches what it starts itself.
elif setpriv --reuid=65534 --regid=65534 --clear-groups -- test -x "$(readlink -f "$BUILD/ration-worker")" 2>/dev/null; then
  cp "$work/good.csv" "$work/unreadable.csv"
  chmod 600 "$work/unreadable.csv"
  as=(setpriv --reuid=65534 --regid=65534 --clear-groups --)
  refuse_run 'unreadable file' 'Permission denied' -- --input "$work/unreadable.csv"
  as=()
else
  skip 'unreadable file' 'root reads everything, and nobody cannot run the program'
fi

# ---- without /proc ----
if unshare -m sh -c 'mount -t tmpfs none /proc' 2>/dev/null; then
  as=(unshare -m sh -c 'mount -t tmpfs none /proc && exec "$@"' sh)
  ration "${base[@]}" --input "$work/good.csv" --output "$out"
  as=()
  [ "$status" -ne 0 ] || failures+=("it ran")
  grep -qF 'cannot tell where ration stands: /proc/self/exe: No such file or directory; mount /proc' "$work/stderr" ||
    failures+=("the message is another one")
  check_no_files
  verdict 'without /proc the message names it'
else
  skip 'without /proc the message names it' 'nothing can be mounted here'
fi

# ---- the output ----
refuse_run 'output in a folder that is not there' '--output' -- --output "$work/nowhere/out.jsonl"
refuse_run 'output is a folder' "$work" -- --output "$work"
printf '%b' "$good" >"$out"
cp "$out" "$work/before"
ration "${base[@]}" --input "$work/good.csv" --output "$out"
check_refused "$out" '--resume'
cmp -s "$work/before" "$out" || failures+=("the output was touched")
rm -f "$out"
check_no_files
verdict 'output exists, no --resume'
refuse_resume 'resume: ids that are not in the input' "$good${good/\"1\"/\"99\"}" \
  "$out:2: artist_id \"99\" is not in the input"
refuse_resume 'resume: an artist twice' "$good$good" "$out:2: artist_id \"1\" is already on line 1"
refuse_resume 'resume: a line that is not ours' "${good}hello\n${good/\"1\"/\"2\"}" "$out:2: is not an answer line"
refuse_resume 'resume: a tail that is not ours' 'these are my notes' "$out:1: is not an answer line"
refuse_resume 'resume: torn tail is left alone when ids are unknown' "${good/\"1\"/\"99\"}{\"artist_id\":\"2\",\"ar" \
  "$out:1: artist_id \"99\" is not in the input"

# ---- options and configuration ----
refuse_run 'number out of range' '--max-workers' -- --max-workers 100000
refuse_run 'negative number' '--in-flight' -- --in-flight -1
refuse_run 'not a number' '--limit' -- --limit ten
refuse_run 'number too large for any type' '--requests-per-minute' -- --requests-per-minute 99999999999999999999999
refuse_run 'log file that is the input' '--log-file' -- --log-file "$work/good.csv"
refuse_run 'unknown option' 'colour' -- --colour red
refuse_run 'unknown word' '--on-truncated' -- --on-truncated perhaps
refuse_run 'unknown provider' '--provider' -- --provider nobody
refuse_run 'malformed URL' '--base-url' -- --base-url 'http//api'
refuse_run 'URL with another scheme' '--base-url' -- --base-url 'ftp://127.0.0.1/v1'
for url in 'http://user:HUSH@127.0.0.1/v1' 'user:HUSH@127.0.0.1' 'https://127.0.0.1/v1?key=HUSH' 'ftp://HUSH@a/HUSH@b'; do
  ration run --base-url "$url" --prompt-id p --input "$work/good.csv" --output "$out" --log-file "$work/hush.log"
  check_refused '--base-url: malformed URL' '***'
  ! grep -qs HUSH "$work/stderr" "$work/stdout" "$work/hush.log" || failures+=("the password is told")
  check_no_files
  OPENAI_BASE_URL=$url ration run --prompt-id p --input "$work/good.csv" --output "$out"
  check_refused 'OPENAI_BASE_URL: malformed URL' '***'
  ! grep -q HUSH "$work/stderr" "$work/stdout" || failures+=("the password is told")
  check_no_files
  verdict "a refused URL tells no password: ${url//HUSH/***}"
done
refuse_run 'two prompts' '--prompt-file' -- --prompt-file "$work/good.csv"
ration run --base-url "${base[2]}" --prompt-file "$work/nowhere.txt" --input "$work/good.csv" --output "$out"
check_refused "$work/nowhere.txt"
check_no_files
verdict 'prompt file that is not there'
OPENAI_API_KEY='' ration "${base[@]}" --input "$work/good.csv" --output "$out"
check_refused 'OPENAI_API_KEY'
check_no_files
verdict 'missing key'
RATION_MAX_WORKERS=none ration "${base[@]}" --input "$work/good.csv" --output "$out"
check_refused 'RATION_MAX_WORKERS'
check_no_files
verdict 'wrong number from the environment'
ration run --base-url "${base[2]}" --prompt-id pmpt_1 --output "$out"
check_refused '--input'
check_no_files
verdict 'no input named'

# ---- another run on the same output ----
start_simapi slow --latency-ms 60000
set_base slow
"$BUILD/ration" "${base[@]}" --max-workers 1 --input "$work/good.csv" --output "$out" \
  >"$work/other.out" 2>&1 &
other=$!
set_base simapi
pids+=("$other")
wait_for "[ -e '$out' ]"
arena=$(printf '/dev/shm/ration-%x-%x' "$(stat -c %d "$out")" "$(stat -c %i "$out")")
wait_for "[ -e '$arena' ]"
ration "${base[@]}" --input "$work/good.csv" --output "$out" --resume
[ "$(orphans)" = "$arena" ] || failures+=("not the arena of the run that is alive: $(orphans)")
other_is_alive=1
check_refused "$out: another run"
other_is_alive=
[ -e "$out" ] || failures+=("the output of the other run was removed")
# The first asks for an orderly end, the next for an end at once.
wait_for "! kill -TERM $other 2>/dev/null"
wait $other 2>/dev/null
unset 'pids[-1]'
[ ! -e "$arena" ] || failures+=("the other run left $arena")
verdict 'another run on the same output is alive'
rm -f "$work"/out*

# ---- what is accepted ----
accept 'LF' 2 a.csv "${H}1,A,x\n2,B,y\n"
accept 'CRLF' 2 a.csv 'artist_id,name,data\r\n1,A,x\r\n2,B,y\r\n'
accept 'BOM' 2 a.csv "\xef\xbb\xbf${H}1,A,x\n2,B,y\n"
accept 'missing last newline' 2 a.csv "${H}1,A,x\n2,B,y"
accept 'blank lines at the end' 2 a.csv "${H}1,A,x\n2,B,y\n\n\r\n\n"
accept 'empty data' 1 a.csv "${H}1,A,\n"
# looks NAME WARNING IDS: accepted as two artists, with a warning
looks() {
  printf '%b' "${H}x1,A,x\n$3,B,y\n" >"$work/a.csv"
  ration "${base[@]}" --max-workers 1 --input "$work/a.csv" --output "$out"
  [ "$status" -eq 0 ] && [ "$(wc -l <"$out")" -eq 2 ] || failures+=("status $status, not two answers")
  grep -qF -- "$2" "$work/stderr" || failures+=("the warning lacks: $2")
  rm -f "$work"/out*
  verdict "$1"
}
looks 'an id with a space behind it' "$work/a.csv:3: artist_id \"x1 \" looks like the one on line 2, but has a space more" 'x1 '
looks 'an id with a no-break space' 'looks like the one on line 2, but has U+00A0, a no-break space more' 'x1\xc2\xa0'
looks 'an id with a zero-width space' 'looks like the one on line 2, but has U+200B, a zero-width space more' 'x\xe2\x80\x8b1'
# mends KIND: the command that is told makes an input of it, and leaves the input itself as it is, whatever its name
mends() {
  mkdir "$work/paste"
  cp "$work/$1" "$work/paste/artists.csv"
  : >"$work/paste/artists.converted.csv"
  ration "${base[@]}" --input "$work/paste/artists.csv" --output "$out"
  (cd "$work/paste" && bash -c "$(sed -n 's/.*: \(\(iconv\|tail\|tr\|jq\) .*\)/\1/p' "$work/stderr")") || failures+=("the command fails")
  cmp -s "$work/$1" "$work/paste/artists.csv" || failures+=("the input is not what it was")
  [ ! -s "$work/paste/artists.converted.csv" ] || failures+=("a file that was there is not what it was")
  ration "${base[@]}" --max-workers 1 --input "$(ls "$work"/paste/artists.converted.2.*)" --output "$out"
  [ "$status" -eq 0 ] && [ "$(wc -l <"$out")" -eq 2 ] || failures+=("status $status, $(wc -l <"$out") answers")
  rm -rf "$work"/out* "$work/paste"
  verdict "the command that is told mends $1"
}
for kind in wide sep returns array; do
  command -v "$(case $kind in wide) echo iconv ;; array) echo jq ;; *) echo tr ;; esac)" \
    >/dev/null || { skip "the command that is told mends $kind" 'it is not installed'; continue; }
  mends $kind
done
accept 'other order, more columns, priority' 2 a.csv 'genre,data,priority,name,artist_id\nr,x,HIGH,A,1\n,y,,B,2\n'
accept 'JSONL' 2 a.jsonl '{"artist_id":1,"name":"A","data":"x"}\r\n{"data":"y","artist_id":"2","name":"B"}\n\n'
printf '%b' "${H}1,A,x\n2,B,y\n3,C,z\n" >"$work/a.csv"
ration "${base[@]}" --max-workers 1 --limit 2 --input "$work/a.csv" --output "$out"
[ "$status" -eq 0 ] && [ "$(wc -l <"$out")" -eq 2 ] || failures+=("status $status, $(wc -l <"$out") lines")
ration "${base[@]}" --max-workers 1 --limit 1 --input "$work/a.csv" --output "$out" --resume
[ "$status" -eq 0 ] && [ "$(wc -l <"$out")" -eq 2 ] || failures+=("an answer beyond the limit is not accepted")
ration "${base[@]}" --max-workers 1 --input "$work/a.csv" --output "$out" --resume
[ "$status" -eq 0 ] && [ "$(wc -l <"$out")" -eq 3 ] || failures+=("the rest was not answered")
rm -f "$work"/out*
verdict 'a limit, and a resume behind it'

echo "1..$count"
