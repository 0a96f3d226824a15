#!/usr/bin/env bash
# Somebody deletes, moves, replaces, edits or cuts the output while a run writes it: the run stops and says so, nothing of his or of
# ours is cut, and no answer that was paid for is lost.
source "$(dirname "$0")/../support/scenario.sh"
fault=$dir/fault
cd "$dir" || exit 1 # where lines go when there is no room beside the output

# begin NAME OPTION…: a run of 200 artists into a folder of its own, under way; sets $out and $err
begin() {
    local name=$1
    shift
    mkdir "$dir/$name"
    out=$dir/$name/out.jsonl
    err=$dir/$name.err
    : >"$err"
    simapi --latency-ms 80
    env FAULT_FILE="$fault" LD_PRELOAD="${preload:-}" "$build/ration" run --base-url "$url" --prompt-id p --input "$sample" --limit 200 \
        --output "$out" --max-workers 2 --in-flight 2 "$@" >"$dir/$name.out" 2>"$err" &
    ration_pid=$!
    wait_for 20 lines_from "$out" 20 || note "it does not begin"
}
lines_from() { [[ $(lines "$1") -ge $2 ]]; }
ends() { # NAME EXIT
    ration_wait
    simapi_stop
    is "$status" "${2:-4}" "$1: exit ${2:-4}"
    ! grep -q "finished" "$err" "$dir/${out%/*}.out" 2>/dev/null
    ok $? "$1: it does not say that it is finished"
}
# saved FOLDER: the one rescue file there
saved() {
    local found=("$1"/out.jsonl.rescued-*)
    echo "${found[0]}"
}
# answered: how many whole answers the server gave
answered() { audited '$status == 200 && ($fault eq "" || $fault eq "-")'; }
whole() { perl -MJSON::PP -ne 'chomp; decode_json($_)' "$@" 2>/dev/null; }
ids() { perl -CO -MJSON::PP -ne 'print decode_json($_)->{artist_id}, "\n"' "$@" | sort; }
# resumed NAME: --resume makes the output whole, and no artist whose answer was saved is asked again
resumed() {
    local had
    had=$(lines "$out")
    simapi
    ration --input "$sample" --limit 200 --output "$out" --resume
    simapi_stop
    is "$status,$(lines "$out"),$(ids "$out" | uniq | wc -l),$(audited 1)" "0,200,200,$((200 - had))" "$1: --resume goes on with it, asking only the others"
}

# ---- deleted ----
begin deleted
rm "$out"
ends deleted
has "$err" "$out: was deleted while the run wrote it" "deleted: told"
rescued=$(saved "$dir/deleted")
has "$err" "are saved in $rescued" "deleted: it says where its lines are"
whole "$rescued"
is "$?,$(lines "$rescued")" "0,$(answered)" "deleted: every answer that was paid for is there"
mv "$rescued" "$out"
resumed deleted

# ---- with its folder ----
begin folder
(cd "$dir" && rm -rf folder)
ends folder
rescued=$(perl -ne 'print $1 if /are saved in (\S+);/' "$err")
is "$(lines "$rescued")" "$(answered)" "its folder deleted: its lines are saved elsewhere, and it says where ($rescued)"
rm -f "$rescued"

# ---- replaced, as sed -i does ----
begin replaced
sed -i 1d "$out"
ends replaced
has "$err" "$out: another file was put in its place" "replaced: told"
rescued=$(saved "$dir/replaced")
is "$(lines "$rescued")" "$(answered)" "replaced: every answer is saved"
mv "$rescued" "$out"
resumed replaced

# ---- moved ----
begin moved
mv "$out" "$dir/moved/elsewhere.jsonl"
ends moved
has "$err" "$out: was moved to $dir/moved/elsewhere.jsonl" "moved: it says where it is now"
whole "$dir/moved/elsewhere.jsonl"
is "$?,$(lines "$dir/moved/elsewhere.jsonl")" "0,$(answered)" "moved: all answers went there"
mv "$dir/moved/elsewhere.jsonl" "$out"
resumed moved

# ---- cut ----
for size in 0 700; do
    begin "cut$size"
    truncate -s $size "$out"
    ends "cut to $size"
    has "$err" "$out: somebody else has changed it" "cut to $size: told"
    grep -qE "[0-9]+ artists have been recorded in it, and it has [0-9]+ lines" "$err"
    ok $? "cut to $size: it says how much is gone"
    is "$(stat -c %s "$out")" $size "cut to $size: nothing was added to it"
    rescued=$(saved "$dir/cut$size")
    recorded=$(perl -ne 'print $1 if /(\d+) artists have been recorded in it/' "$err")
    in_time=0
    [[ -e $rescued ]] && in_time=$(lines "$rescued")
    is "$((recorded + in_time))" "$(answered)" "cut to $size: $in_time answers that came later are saved"
done

# ---- a line more ----
begin longer
echo "a line of mine" >>"$out"
ends longer
has "$err" "$out: somebody else has changed it" "a line more: told"
is "$(grep -c "^a line of mine$" "$out")" 1 "a line more: it is as it was written"
grep -v "^a line of mine$" "$out" >"$dir/longer/rest"
whole "$dir/longer/rest"
ok $? "a line more: no other line was torn"
rescued=$(saved "$dir/longer")
[[ -e $rescued ]] && cat "$rescued" >>"$dir/longer/rest"
is "$(lines "$dir/longer/rest")" "$(answered)" "a line more: every answer is there or saved"
mv "$dir/longer/rest" "$out"
resumed "a line more"

# ---- a line more, then a full disk: nothing is cut back over it ----
preload=$build/fault_fd.so
[[ -n ${SANITIZED:-} ]] && preload="$(gcc -print-file-name=libasan.so) $preload"
begin full
before=$(lines "$out")
echo "write 28 40" >"$fault"
wait_for 10 grep -q "the output cannot be written" "$err"
echo "a line of mine" >>"$out"
cp "$out" "$dir/full/then"
rm "$fault"
ends "a line more on a full disk"
preload=
cmp -s "$out" "$dir/full/then"
ok $? "a line more on a full disk: the file is as it was"
rescued=$(saved "$dir/full")
# It may have been written between the pieces of a line, which then stay as they are.
answers=$(perl -MJSON::PP -ne '$n += eval { decode_json($_); 1 } // 0; END { print $n // 0 }' "$out")
is "$((answers + $(lines "$rescued")))" "$(answered)" "a line more on a full disk: every answer is there or saved"

# ---- the errors file ----
mkdir "$dir/errors"
out=$dir/errors/out.jsonl err=$dir/errors.err
simapi --latency-ms 80
"$build/ration" run --base-url "$url" --prompt-id p --input "$sample" --limit 200 --output "$out" --max-workers 2 --in-flight 2 >"$dir/errors.out" 2>"$err" &
ration_pid=$!
wait_for 20 lines_from "$out" 20
rm "$dir/errors/out.errors.jsonl"
ends "errors file deleted"
has "$err" "$dir/errors/out.errors.jsonl: was deleted" "errors file deleted: told"
whole "$out"
is "$?,$(lines "$out")" "0,$(answered)" "errors file deleted: answers went on into the output"

# ---- nobody is left but orphans ----
begin orphans
workers=$(workers_of "$ration_pid")
# shellcheck disable=SC2086
kill -STOP $workers
kill -9 "$ration_pid"
wait "$ration_pid" 2>/dev/null
rm "$out"
# shellcheck disable=SC2086
kill -CONT $workers
# shellcheck disable=SC2086
wait_for 40 eval '! kill -0 '"$(echo $workers | sed 's/ / 2>\/dev\/null \&\& ! kill -0 /g')"' 2>/dev/null'
simapi_stop
rescued=$(perl -ne 'if (/are saved in (\S+);/) { print $1; last }' "$err")
whole "$rescued"
is "$?,$(lines "$rescued")" "0,$(answered)" "orphans: every answer is saved, and they say where"

# ---- the errors file has been rewritten by --resume: another run is still kept from it ----
scripted --rule 'row=.*' --body '{"id":"r","object":"response","status":"completed","output":[{"type":"message","role":"assistant","status":"completed","content":[{"type":"refusal","refusal":"No."}]}],"usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}' # refused by the model: each at once
ration --input "$sample" --limit 20 --output "$dir/a.jsonl" --errors "$dir/both.jsonl"
is "$status,$(lines "$dir/both.jsonl")" 1,20 "a run with twenty errors"
simapi_stop
simapi --hold-after 1
ration_start --input "$sample" --limit 20 --output "$dir/a.jsonl" --errors "$dir/both.jsonl" --resume --retry-errors all
wait_for 20 lines_from "$dir/a.jsonl" 1
is "$(lines "$dir/both.jsonl")" 0 "--resume has rewritten its errors file"
"$build/ration" run --base-url "$url" --prompt-id p --input "$sample" --output "$dir/b.jsonl" --errors "$dir/both.jsonl" --resume >"$dir/b.out" 2>&1
is $? 2 "another run with the same errors file: exit 2"
has "$dir/b.out" "both.jsonl: another run is writing it" "and it says why"
simapi_hurries
ration_wait
simapi_stop
is "$status,$(lines "$dir/a.jsonl")" 0,20 "the first one ends well"

# ---- nobody disturbs a run whose output is looked at, linked, or reached by another way ----
begin linked
ln "$out" "$dir/linked/second"
ln "$out" "$dir/linked/third"
ln -s third "$dir/linked/name"
mv -T "$dir/linked/name" "$out" # there is no moment without the name
ration_wait
simapi_stop
is "$status,$(lines "$out")" "0,200" "a name that leads to the file is good enough"
finish
