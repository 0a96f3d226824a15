#!/usr/bin/env bash
# The display of ration run: a picture on a terminal of any size, which log lines do not break; plain lines elsewhere.
source "$(dirname "$0")/../support/scenario.sh"
command -v script >/dev/null || { echo "1..0 # SKIP script(1) is not there"; trap - EXIT; rm -rf "$dir"; exit 0; }
artists=362 # of the sample
options=(--prompt-id pmpt_test --input "$sample")

# on_terminal ROWS COLUMNS FILE COMMAND…: runs it on a terminal of that size; what it wrote there in FILE; sets $status
on_terminal() {
    local rows=$1 columns=$2 file=$3
    shift 3
    printf '#!/bin/bash\nstty rows %s cols %s\ntty >%q\necho $$ >%q\nexec ' "$rows" "$columns" "$file.tty" "$file.pid" >"$file.sh"
    printf '%q ' "$@" >>"$file.sh"
    TERM=xterm script -q -e -c "bash $file.sh" /dev/null >"$file" 2>&1 </dev/null
    status=$?
}
# seen ROWS COLUMNS FILE: what a person sees in the end, and what scrolled out of sight, in FILE.seen
seen() { "$root/tests/support/screen" "$1" "$2" <"$3" >"$3.seen" 2>"$3.wrong"; }
count() { grep -cE -- "$1" "$2"; }

# ---- log lines between pictures, at several sizes ----
simapi --latency-ms 40 --fault-500 0.01 --fault-attempts 1
for size in "24 120" "16 80" "10 60" "4 40" "50 250"; do
    read -r rows columns <<<"$size"
    file=$dir/tty.$rows
    on_terminal "$rows" "$columns" "$file" "$build/ration" run --base-url "$url" "${options[@]}" --output "$dir/o.$rows" \
        --in-flight 4 --verbose --log-file "$dir/log.$rows"
    is $status 0 "$rows rows, $columns columns: all done"
    seen "$rows" "$columns" "$file"
    ok $? "nothing broke the terminal: $(head -n 1 "$file.wrong")"
    told=$(grep -c '"level":"\(info\|debug\|warn\)"' "$dir/log.$rows")
    shown=$(grep -acE $'^(\r|\e\\[L|\e\\[[0-9?]*[a-zA-Z])*20[0-9-]+T[0-9:]+Z \\[' <(tr '\r' '\n' <"$file"))
    holds "$shown of $told log lines are whole" "$shown > $told / 2"
    is "$(count '^[0-9-]{10}T[0-9:]{8}Z \[[^]]*\] (run |artist )' "$file.seen")" "$(grep -v '"category":"retry"' "$dir/log.$rows" | grep -cE '"message":"(run |artist )')" \
        "each is seen once"
    is "$(count "$artists/$artists done, 0 failed" "$file.seen")" 1 "and the last picture once"
    has "$file.seen" "artists       $artists of $artists done" "the summary stands below"
done
is "$(count '^quota ' "$dir/tty.24.seen")$(count '^end ' "$dir/tty.24.seen")$(count '^WORKER' "$dir/tty.24.seen")" "100" "at the end no forecast and no workers; the summary's quota"

# ---- what the picture holds while it works ----
on_terminal 30 160 "$dir/tty" "$build/ration" run --base-url "$url" "${options[@]}" --output "$dir/o" --in-flight 4 --max-workers 3 \
    --requests-per-minute 6000 --tier gpt-4o-mini-tier-1
is $status 0 "a run with a limit and a price"
sed 's/\x1b\[[0-9;]*m//g' "$dir/tty" >"$dir/plain"
for words in '\[#+\.+\] +[0-9.]+ %' 'rate +[0-9.]+/s' '[0-9]+ % of requests a minute' 'end +[0-9:]+ left; .*ends' \
    'spent +[0-9.k]+ input and [0-9.k]+ output tokens, \$0\.' 'SESSION' 'default +ready' 'W01 +[0-9]+ +working' 'W03 +[0-9]+ +working'; do
    grep -qaE "$words" "$dir/plain"
    ok $? "the picture has: $words"
done
grep -qa $'\e\\[32m' "$dir/tty"
ok $? "in colours"
NO_COLOR=1 on_terminal 30 160 "$dir/tty" "$build/ration" run --base-url "$url" "${options[@]}" --output "$dir/o2"
! grep -qaE $'\e\\[[0-9;]*m' "$dir/tty"
ok $? "NO_COLOR: without"

# ---- resized while it works ----
input_of 4000 # so that it lasts
(on_terminal 30 120 "$dir/tty" "$build/ration" run --base-url "$url" --prompt-id p --input "$input" --output "$dir/o3" --in-flight 1 --max-workers 4) &
runner=$!
works() { [[ $(lines "$dir/o3") -ge $1 ]]; }
resize() {
    wait_for 20 works "$3"
    stty -F "$(cat "$dir/tty.tty")" rows "$1" cols "$2"
}
resize 12 50 20
resize 3 20 80
resize 60 200 140
simapi_hurries
wait $runner
sizes=$(sed 's/\x1b\[[0-9;]*m//g; s/\r/\n/g; s/\x1b\[[0-9?]*[A-Za-z]/\n/g' "$dir/tty" | awk '{ if (length > most) most = length } END { print most }')
is "$(lines "$dir/o3")" 4000 "resized three times: all done"
holds "and used what it got: $sizes columns" "$sizes > 125"

# ---- Ctrl-C ----
simapi --latency-ms 40
(on_terminal 24 100 "$dir/tty" "$build/ration" run --base-url "$url" --prompt-id p --input "$input" --output "$dir/o4" --in-flight 1 --max-workers 2) &
runner=$!
started() { [[ $(lines "$dir/o4") -ge 20 ]]; }
wait_for 20 started
kill -INT "$(cat "$dir/tty.pid")"
wait $runner
seen 24 100 "$dir/tty"
ok $? "SIGINT: the terminal is as it was: $(head -n 1 "$dir/tty.wrong")"
has "$dir/tty.seen" "stopped before the end; go on with --resume" "and the summary is told"

# ---- Ctrl-Z and fg: the shell's prompt stands below the picture ----
cat >"$dir/shell" <<END
set -m
TERM=xterm sh -c 'echo \$\$ >$dir/stops; exec $build/ration run --base-url $url --prompt-id p --input $input --output $dir/o5 --in-flight 1 --max-workers 2'
echo "PROMPT \$?"
: >$dir/prompted
until [[ -e $dir/go ]]; do sleep 0.05; done
fg >/dev/null
END
(on_terminal 24 100 "$dir/tty" bash "$dir/shell") &
runner=$!
started() { [[ $(lines "$dir/o5") -ge 20 ]]; }
wait_for 20 started
kill -TSTP -- "-$(<"$dir/stops")"
wait_for 20 test -e "$dir/prompted"
ok $? "SIGTSTP: it stops, and the shell has the terminal"
drawn=$(grep -ac 'rate' <(tr '\r' '\n' <"$dir/tty"))
: >"$dir/go"
draws() { (($(grep -ac 'rate' <(tr '\r' '\n' <"$dir/tty")) > drawn)); }
wait_for 20 draws
ok $? "fg: it draws again"
kill -INT "$(<"$dir/stops")"
wait $runner
seen 24 100 "$dir/tty"
ok $? "nothing broke the terminal: $(head -n 1 "$dir/tty.wrong")"
is "$(grep -c '^PROMPT 148$' "$dir/tty.seen")" 1 "the prompt has a line of its own"
is "$(sed '1,/^PROMPT/d' "$dir/tty.seen" | grep -c '^rate ')" 1 "nothing of the picture before is left below it"

# ---- plain, none, dumb ----
ration --input "$sample" --output "$dir/p1" --progress plain
! grep -qE $'\e|\r' "$err"
ok $? "plain lines have no control characters"
has "$err" "$artists/$artists done, 0 failed" "the last one tells all"
ration --input "$sample" --output "$dir/p2" --progress none
! grep -q "/s, " "$err"
ok $? "none: none"
ration --input "$sample" --output "$dir/p3"
! grep -qE $'\e' "$err"
ok $? "auto is plain where there is no terminal"
TERM_WAS=$TERM
printf '#!/bin/bash\nTERM=dumb exec %q run --base-url %q --prompt-id p --input %q --output %q\n' "$build/ration" "$url" "$sample" "$dir/p4" >"$dir/dumb.sh"
TERM=$TERM_WAS script -q -e -c "bash $dir/dumb.sh" /dev/null >"$dir/dumb" 2>&1 </dev/null
! grep -qE $'\e' "$dir/dumb"
ok $? "and on a terminal that cannot be steered"
ration --input "$sample" --output "$dir/p5" --progress bar
is $status 0 "bar where there is no terminal works, too"
# ---- the picture of the front page that moves is made of what a terminal showed ----
# cast: of three writes, a second and a half after each other
cast() {
    local piece=("begins & <ends>"$'\r\n' $'\e[32m[##]\e[0m 1/2 done'$'\r' $'\e[32m[####]\e[0m 2/2 done\r\n\e[2mall\e[0m done\r\n')
    printf 'Script started\n%s%s%s' "${piece[@]}" >"$dir/shown"
    printf '1.5 %d\n' "${#piece[0]}" "${#piece[1]}" "${#piece[2]}" >"$dir/times"
    "$root/scripts/cast" 4 30 2 'ration run <in' "$dir/shown" "$dir/times" >"$dir/cast.svg"
}
cast
ok $? "a cast is made"
# drawn: the texts of each frame, a line each
drawn() {
    perl -0777 -ne 'my %text = /<text id="(l\d+)"[^>]*>(.*?)<\/text>/g;
        for (grep { /<use/ } split /\n/, s/.*<g class="film">//sr) { print join("|", map { $text{$_} } /href="#(l\d+)"/g) . "\n" }' "$dir/cast.svg"
}
drawn >"$dir/drawn"
printf '%s\n' 'begins &amp; &lt;ends&gt;' 'begins &amp; &lt;ends&gt;|<tspan class="c32">[##] </tspan>1/2 done' \
    'begins &amp; &lt;ends&gt;|<tspan class="c32">[####] </tspan>2/2 done|<tspan class="c2">all </tspan>done' >"$dir/wanted"
is "$(cat "$dir/drawn")" "$(cat "$dir/wanted")" "it shows what the terminal showed, in its order and colours"
has "$dir/cast.svg" '<tspan class="prompt">$</tspan> ration run &lt;in</text>' "below what was typed"
has "$dir/cast.svg" 'prefers-color-scheme:dark' "in light and dark"
has "$dir/cast.svg" '@media(prefers-reduced-motion:reduce){.film{animation:none}}' "and stands still where that is asked for"
finish
