#!/usr/bin/env bash
# Every transaction of a fleet, on a real server: repeated it does the same, at the same time from many it does what it would one
# after another, and who was buried, is late or speaks of another generation changes nothing.
. "$(dirname "$0")/../support/scenario.sh"
. "$root/tests/support/fleet.sh"
need_database
fleet_schema
ok $? "the schema is made"

a=aaaaaaaa-0000-0000-0000-000000000001
b=bbbbbbbb-0000-0000-0000-000000000002
c=cccccccc-0000-0000-0000-000000000003
none=$(bits 999 999)
# each NAME STATEMENT…: as many psql at once, each with its statements; what they answer stands in $dir/NAME.N
each() {
    local name=$1 n=0 text pids=()
    shift
    for text; do
        sql "$text" >"$dir/$name.$n" &
        pids+=($!)
        n=$((n + 1))
    done
    wait "${pids[@]}"
}
times() { perl -e 'print join ",", ($ARGV[1]) x $ARGV[0]' "$@"; }
repeated() { perl -e 'print "$ARGV[1]\n" x $ARGV[0]' "$1" "$2"; }

# Beginning.
mapfile -t same < <(repeated 8 "SELECT o_run, o_artists, o_input, o_state FROM ration.begin_1(1, 'bios', 76700, 'abc', '{\"a\": \"1\"}')")
# Whoever was second may have drawn the first number, which is then nobody's; what follows speaks of run 1.
for _ in 1 2 3 4 5 6; do
    each begin "${same[@]}"
    [[ $(cat "$dir/begin.0") == [2-8]\|* ]] || break
    fleet_schema
done
is "$(cat "$dir"/begin.? | sort -u)" "1|76700|abc|ready" "eight begin a run at once: all have the same one"
is "$(sql "SELECT count(*), sum(n), max(chunk), min(n) FROM ration.chunk")" "300|76700|299|156" "which has each artist once"
is "$(sql "SELECT o_input, o_settings FROM ration.begin_1(1, 'bios', 5, 'other', '{}')")" 'abc|{"a": "1"}' \
    "another input is told what the run's is"
is "$(sql "SELECT ration.begin_1(0, 'bios', 0, '', '{}')"; sql "SELECT ration.begin_1(99, 'bios', 0, '', '{}')")" $'RA005\nRA005' \
    "a program that is too old or too new is refused"
has <(psql -Xq "$database" -c "SELECT ration.begin_1(0, 'bios', 0, '', '{}')" 2>&1) "upgrade ration on this machine" "and told what to do"
is "$(sql "SELECT ration.begin_1(1, 'bio', 0, '', '{}')")" RA006 "a run that nobody began cannot be joined"
is "$(sql "SELECT ration.join_1(1, '$a', 'a', NULL); SELECT ration.join_1(1, '$a', 'a', NULL); SELECT ration.join_1(1, '$b', 'b', NULL);
    SELECT count(*) FROM ration.member")" $'live\nlive\nlive\n2' "joining twice is joining once"

# Ticks. An account of 6,000 a minute: some 98 a second.
bucket=$(sql "SELECT ration.bucket_1(1, 'key', 1, 60, 6000)")
tick() { sql "SELECT o_granted[1] FROM ration.tick_1('$1', $2, $3, '{$bucket}', '{$4}', '{$5}', '{$6}', '{1}')"; }
is "$(tick $a 1 0 0 0 100000)" 0 "nothing is there at first"
sleep 0.4
first=$(tick $a 2 0.25 0 0 100000)
holds "a quarter of a second's worth at most, for that passed on the member's clock" "$first > 0 && $first <= 25"
again=$(tick $a 3 0.26 0 0 100000)
holds "the answer was lost, and is asked again: the same, and what came since" "$again >= $first && $again <= $first + 5"
sums() { sql "SELECT sum(h.granted) = min(b.granted) AND sum(h.taken) = min(b.taken) FROM ration.holding h JOIN ration.bucket b USING (bucket)"; }
is "$(sums)" t "sums are sums"
is "$(tick $a 3 9 0 0 100000)$(tick $a 2 9 0 0 100000)" RA003RA003 "a late tick is refused"
is "$(tick $c 1 9 0 0 1)" RA001 "a stranger is refused"
is "$(sql "SELECT ration.tick_1('$a', 4, 9, '{$bucket,$bucket}', '{0,0}', '{0,0}', '{0,0}', '{1,1}')")" RA007 "buckets that do not ascend are refused: two could wait for each other"
is "$(tick $a 4 0.01 5 5 0)" 5 "who wants nothing keeps what it took"
level=$(sql "SELECT floor(level) FROM ration.bucket")
holds "and the rest is there for others" "$level >= $again - 5"
other=$(tick $b 1 0 0 0 100000)
holds "who have it at once" "$other > 0"
is "$(tick $a 5 0.01 40 40 0)|$(sums)" "40|t" "a server that lost history believes the member"
holds "and takes what it did not know of from the level" "$(sql "SELECT level FROM ration.bucket") < $level - $other - 30"

# Claims.
mapfile -t same < <(repeated 8 "SELECT o_chunk FROM ration.claim_1('$a', 5); SELECT o_chunk FROM ration.claim_1('$b', 5)")
each claim "${same[@]}"
is "$(cat "$dir"/claim.? | sort -n | tr '\n' ' ')" "$(seq -s ' ' 0 79) " "sixteen claims at once: each chunk has one holder, and the lowest are first"
is "$(sql "SELECT count(*) FROM ration.held_1('$a')")|$(sql "SELECT count(*) FROM ration.held_1('$b')")" "40|40" "and whoever lost the answer can ask"
held=$(sql "SELECT o_chunk, o_fence FROM ration.held_1('$a') LIMIT 1")
is "$(sql "SELECT ration.begun_1('$a', '{${held%|*}}'); SELECT ration.begun_1('$b', '{${held%|*}}')")" $'1\n0' "the holder alone begins"

# Commits.
chunk=${held%|*}
commit() { # MEMBER FROM TO FIRST LAST [GENERATION]
    sql "SELECT o_to, (SELECT sum(bit_count(l)) FROM unnest(o_lost) AS l) FROM
        ration.commit_1(1, ${6:-1}, '$1', $2, $3, $5 - $4 + 1, '{$chunk}', '{$(bits "$4" "$5")}', 'lines of $1 at $2')"
}
is "$(commit $a 0 100 0 9)" "100|0" "lines become the fleet's"
is "$(commit $a 0 100 0 9)|$(commit $a 0 150 0 14)" "100||100|" "again, and again with more: so far it is the fleet's"
is "$(commit $b 0 90 5 19)" "-1|5" "what others have is told, and nothing is changed"
is "$(commit $b 0 90 10 19)" "90|0" "the rest is taken, also from who does not hold the chunk: it was paid for"
is "$(commit $b 90 95 20 20 2)" RA004 "of another generation nothing is taken"
is "$(sql "SELECT ration.commit_1(1, 1, '$a', 100, 110, 1, '{3,2}', '{$none,$none}', '')")" RA007 "chunks that do not ascend are refused"
mapfile -t same < <(repeated 8 "SELECT o_to FROM ration.commit_1(1, 1, '$a', 100, 200, 30, '{$chunk}', '{$(bits 20 49)}', 'x')")
each commit "${same[@]}"
is "$(sort -u "$dir"/commit.?)|$(sql "SELECT count(*) FROM ration.batch WHERE spool_from = 100")" "200|1" "the same eight times at once is once, and none is told that others have it"
rival=()
for i in 1 2 3 4 5 6 7 8; do
    rival+=("SELECT o_to FROM ration.commit_1(1, 1, '$([[ $((i % 2)) -eq 0 ]] && echo $a || echo $b)', ${i}000, ${i}100, 20, '{$chunk}', '{$(bits 50 69)}', 'x')")
done
each rival "${rival[@]}"
is "$(cat "$dir"/rival.? | grep -vc '^-1$')" 1 "of eight who have the same artists one is taken"
union() { sql "SELECT (SELECT sum(bit_count(done)) FROM ration.chunk) = (SELECT sum(lines) FROM ration.batch)"; }
is "$(union)" t "bits are lines"
is "$(sql "SELECT ration.shipped_1(1, '$a') > 0, ration.shipped_1(1, '$c')")" "t|-1" "how far a member's file is the fleet's can be asked, and whether the run knows it"

# Failures.
fail() { sql "SELECT o_lost FROM ration.fail_1(1, 1, '$1', '{$2}', '{$3}')"; }
artist=$((chunk * 256))
is "$(fail $a "$((artist + 101)),$((artist + 100)),$artist" 'x,y,z')" "{$artist}" "failures are the holder's; one that is done stays done"
is "$(fail $a "$((artist + 101)),$((artist + 100))" 'x,y')" "{}" "twice is once"
is "$(fail $b "$((artist + 102))" x)" "{$((artist + 102))}" "others' are not taken"
failed() { sql "SELECT sum(bit_count(failed)), (SELECT count(*) FROM ration.failure) FROM ration.chunk"; }
is "$(failed)" "2|2" "each has a line"
is "$(commit $b 95 99 101 103)|$(failed)|$(union)" "99|0|1|1|t" "an answer that comes after all takes the failure back, with its line"
is "$(fail $a "$((artist + 101))" y)|$(commit $b 95 99 101 103)|$(failed)" "{$((artist + 101))}|99||1|1" "and the failure does not come again"
both=()
for i in 0 1 2 3; do # four hand in the same failures, as the holder does that hears nothing; four others an answer of each, one after another
    both+=("SELECT o_lost FROM ration.fail_1(1, 1, '$a', '{$(seq -s, $((artist + 210)) $((artist + 225)))}', '{$(times 16 f)}')")
    both+=("$(for k in 0 1 2 3; do echo "SELECT o_to FROM ration.commit_1(1, 1, '$b', 5${i}00$k, 5${i}01$k, 1, '{$chunk}', '{$(bits $((210 + 4 * i + k)) $((210 + 4 * i + k)))}', 'x');"; done)")
done
each both "${both[@]}"
is "$(failed)|$(union)|$(sql "SELECT bit_count(failed & done), bit_count(done & '$(bits 210 225)') FROM ration.chunk WHERE chunk = $chunk")" "1|1|t|0|16" \
    "failures and answers of the same artists at once: the answers are what is there, each with one line"

# Death.
is "$(sql "SELECT ration.bury_1('$a', 4)")" -1 "whoever ticked meanwhile is not buried"
is "$(sql "SELECT ration.bury_1('$a', 5); SELECT ration.bury_1('$a', 5)")" $'40\n-1' "who did not is, once: its chunks are free"
is "$(tick $a 6 0.1 40 40 1)|$(sql "SELECT ration.claim_1('$a', 1)")" "RA002|RA002" "it learns it with its tick, and gets nothing any more"
is "$(fail $a $((artist + 120)) x)" "{$((artist + 120))}" "it has no verdicts without an answer any more"
is "$(commit $a 300 310 104 110)|$(union)" "310|0|t" "what it had paid for is taken"
is "$(sql "SELECT sum(bit_count(bits)), bool_or(exact) FROM ration.doubt")" "166|f" "in doubt is what it had begun, at most"
heir=$(sql "SELECT bit_count(o_doubt) FROM ration.claim_1('$b', 1) WHERE o_chunk = $chunk")
is "$heir" 159 "the heir is told which of them have no verdict"
is "$(sql "SELECT ration.doubt_1('$a', '{$((artist + 200)),$((artist + 201))}'); SELECT ration.doubt_1('$a', '{$((artist + 200)),$((artist + 201))}');
    SELECT sum(bit_count(bits)), bool_and(exact) FROM ration.doubt" | tail -n 1)" "2|t" "its own machine tells exactly"
# What a machine may have asked: what it said that it would, and no more of the chunk.
one=dddddddd-0000-0000-0000-000000000011 same_one=dddddddd-0000-0000-0000-000000000012
begun() { sql "SELECT o_chunk, bit_count(o_through) FROM ration.begun_2('$1', '$2', '{$3}')"; }
in_doubt() { sql "SELECT coalesce(sum(bit_count(bits)), 0), bool_or(exact) FROM ration.doubt WHERE member = '$1'"; }
sql "SELECT ration.join_1(1, '$one', 'one', NULL)" >"$dir/out"
own=$(sql "SELECT o_chunk FROM ration.claim_1('$one', 1)")
is "$(begun $one "{$own}" "$(bits 0 19)")|$(begun $one "{$own}" "$(bits 10 29)")|$(begun $b "{$own}" "$(bits 30 39)")" "$own|0|$own|0|" \
    "the holder begins some, and is told that the chunk is its own; another is not"
commit_own() { sql "SELECT o_to FROM ration.commit_1(1, 1, '$1', $2, $2 + 1, 1, '{$own}', '{$(bits "$3" "$4")}', 'x')" >"$dir/out"; }
commit_own $b 99000 0 4
is "$(begun $one "{$own}" "$(bits 30 31)")" "$own|5" "it is told whom others have answered meanwhile"
sql "SELECT ration.doubt_2('$one', NULL), ration.doubt_2('$one', NULL)" >"$dir/out"
is "$(in_doubt $one)|$(sql "SELECT state FROM ration.member WHERE member = '$one'")" "27|f|dead" \
    "its machine comes back and does not know: all that it may have asked is in doubt, and no more"
is "$(sql "SELECT ration.join_1(1, '$same_one', 'one', '$one'); SELECT bit_count(o_doubt) FROM ration.claim_1('$same_one', 1)")|$(in_doubt $one)" $'live\n27|27|f' \
    "which stays, and is told to itself as it is leased them again"
is "$(sql "SELECT o_lost FROM ration.fail_1(1, 1, '$one', '{$((own * 256 + 40))}', '{x}')")|$(begun $one "{$own}" "$(bits 40 40)")" "{$((own * 256 + 40))}|" \
    "who it was neither fails nor begins anybody there any more: the holder is the fence"
is "$(sql "SELECT ration.doubt_2('$one', '{$((own * 256 + 7))}')")$(in_doubt $one)" "1|t" "one whose arena stands says exactly"
sql "SELECT ration.bury_1('$same_one', 0)" >"$dir/out"
is "$(in_doubt $same_one)" "0|" "of a machine that died before it began any nobody is in doubt"
stock() { sql "SELECT granted - taken FROM ration.bucket WHERE bucket = $bucket"; }
before=$(stock)
is "$(sql "SELECT ration.settle_1('$a'); SELECT ration.settle_1('$a'); SELECT state FROM ration.member WHERE member = '$a'" | tr -d '\n')" left "it is settled once"
holds "what it held counts as spent" "$(stock) <= $before"
is "$(sql "SELECT bool_and(granted = taken) FROM ration.holding WHERE member = '$a'")" t "all of it"
for i in 1 2 3; do # a chunk that members die of
    sql "SELECT ration.join_1(1, 'dddddddd-0000-0000-0000-00000000000$i', 'd', NULL), ration.claim_1('dddddddd-0000-0000-0000-00000000000$i', 1);
        SELECT ration.begun_1('dddddddd-0000-0000-0000-00000000000$i', ARRAY(SELECT o_chunk FROM ration.held_1('dddddddd-0000-0000-0000-00000000000$i'))), ration.bury_1('dddddddd-0000-0000-0000-00000000000$i', 0)" >"$dir/out"
done
sql "SELECT ration.claim_1('$b', 1000)" >"$dir/out"
is "$(sql "SELECT count(*) FROM ration.claim_1('$b', 8)")" 1 "a chunk that three died of is claimed last"
is "$(sql "SELECT count(*) FROM ration.claim_1('$b', 8)")" 0 "and alone"
is "$(sql "SELECT ration.crash_1('$a', 7, 2), ration.crash_1('$b', 7, 1), ration.crash_1('$a', 7, 2)")" "2|3|3" "an artist that workers die of is counted over machines"
dies() { sql "SELECT string_agg(o_artist || ':' || o_crashes, ' ') FROM ration.crash_2('$1', '$2', '$3', '$4')"; } # MEMBER COUNTS-AS ARTISTS CRASHES
is "$(dies $a $a '{7,9}' '{2,1}')|$(dies $b $b '{9,30}' '{1,1}')|$(dies $b $b '{9,30}' '{1,1}')" "7:3 9:1|9:2 30:1|9:2 30:1" "many at once, with what was told one by one"
is "$(dies $same_one $one '{9}' '{1}')|$(dies $one $one '{9}' '{1}')|$(dies $same_one $one '{9}' '{2}')" "9:3|9:3|9:4" \
    "a machine that comes back by another name goes on counting where it was: one death is one"
is "$(dies aaaaaaaa-0000-0000-0000-0000000000ff $a '{9}' '{1}')" RA001 "a stranger counts nothing"
mapfile -t same < <(perl -e "print \"SELECT o_crashes FROM ration.crash_2('$a', 'dddddddd-0000-0000-0000-00000000002\$_', '{60}', '{1}')\\n\" for 1 .. 8")
each crash "${same[@]}"
is "$(sort -n "$dir"/crash.? | tr '\n' ' ')" "1 2 3 4 5 6 7 8 " "of eight machines that tell at once each hears of those before it"

# Lines that stay on their machines.
sql "SELECT o_run FROM ration.begin_1(2, 'large', 1024, 'x', '{\"fleet-keep\": \"local\"}')" >"$dir/out"
large=$(cat "$dir/out")
m=eeeeeeee-0000-0000-0000-00000000000
sql "SELECT ration.join_2($large, '${m}1', 'm', NULL, '/m.jsonl'), ration.join_2($large, '${m}2', 'n', NULL, '/n.jsonl'),
    ration.claim_1('${m}1', 2), ration.claim_1('${m}2', 1)" >"$dir/out"
keeps() { # MEMBER FROM TO FIRST LAST [CHUNK]: as commit()
    sql "SELECT o_to, (SELECT sum(bit_count(l)) FROM unnest(o_lost) AS l) FROM ration.commit_2($large, 1, '$m$1', $2, $3, $5 - $4 + 1,
        '{${6:-0}}', '{$(bits "$4" "$5")}', NULL, NULL, '\\x01')"
}
# Of each member's lines as many as of its bits, and these together are what is done.
same() {
    sql "SELECT (SELECT sum(bit_count(done)) FROM ration.chunk WHERE run = $large) = (SELECT coalesce(sum(lines), 0) FROM ration.batch WHERE run = $large),
        (SELECT count(*) = 0 FROM ration.batch WHERE run = $large AND lines <> (SELECT sum(bit_count(u)) FROM unnest(bits) AS u))"
}
is "$(keeps 1 0 100 0 9)|$(keeps 1 0 150 0 14)|$(keeps 2 0 90 5 19)" "100|0|100||-1|5" "lines that stay on their machines become the fleet's by the same rules"
is "$(keeps 2 0 90 10 19)|$(keeps 1 100 200 0 255 1)|$(same)" "90|0|200|0|t|t" "and each batch tells whose its lines are"
is "$(sql "SELECT ration.commit_1($large, 1, '${m}1', 200, 210, 1, '{2}', '{$(bits 0 0)}', 'line')")" RA007 "a line for the database is refused there"
is "$(sql "SELECT ration.commit_2(1, 1, '$b', 200, 210, 1, '{$chunk}', '{$(bits 200 200)}', NULL, NULL, '\\x01')")" RA007 "as are lines that stay away elsewhere"
is "$(sql "SELECT o_host, o_output, o_lines, o_bytes FROM ration.lines_1($large)")" $'m|/m.jsonl|266|200\nn|/n.jsonl|10|90' "it is known where they are"
lost() { sql "SELECT o_lines FROM ration.lost_1('${3:-large}', '$1', $2, false)"; }
is "$(lost m false)|$(lost m true)|$(lost o true)|$(lost eeeeeee true)|$(lost b true bios)" "266|RA008|RA006|RA006|RA007" \
    "a machine is lost by its host or its member, not while it is at work, and only where lines are with it"
is "$(same)" "t|t" "nothing was changed"
sql "SELECT ration.bury_1('${m}1', 0)" >"$dir/out"
is "$(lost eeeeeeee-0000-0000-0000-000000000001 true)|$(same)" "266|t|t" "it is given back in one transaction"
is "$(sql "SELECT sum(bit_count(done)), count(*) FILTER (WHERE open), max(generation) FROM ration.chunk WHERE run = $large")" "10|4|1" "its artists are open, and nobody else's"
is "$(keeps 1 0 100 0 9)|$(same)" "100|0|t|t" "a file that turns up is taken, where nobody was first"
is "$(keeps 2 90 95 100 109 1)|$(keeps 1 100 200 0 255 1)|$(keeps 1 100 190 0 99 1)|$(same)" "95|0|-1|10|190|0|t|t" "and what others have meanwhile is left out"
# At once: it hands in, others hand in the same, and it is said to be lost, again and again.
rival=()
for i in 1 2 3 4 5 6; do
    rival+=("$(for n in 1 2 3 4 5 6 7 8; do printf '%s\n' "SELECT o_to FROM ration.commit_2($large, 1, '$m$((i % 2 + 1))', ${i}${n}000, ${i}${n}100, 8, '{2,3}',
        '{$(bits "$((n * 8))" "$((n * 8 + 3))"),$(bits "$((n * 8))" "$((n * 8 + 3))")}', NULL, NULL, '\\x01');"; done)")
done
rival+=("$(for n in 1 2 3 4; do echo "SELECT o_lines FROM ration.lost_1('large', 'm', true, true);"; done)")
rival+=("$(for n in 1 2 3 4; do echo "SELECT o_lines FROM ration.lost_1('large', 'n', true, true);"; done)")
each rival "${rival[@]}"
is "$(grep -hx '[0-9A-Z]*[A-Z][0-9A-Z]*' "$dir"/rival.? | sort -u)|$(same)" "|t|t" "lost while it hands in: bits are lines"
sql "SELECT count(*) FROM ration.lost_1('large', 'm', true, false)" >"$dir/out"
is "$(sql "SELECT count(*) FROM ration.lines_1($large) WHERE o_host = 'm'")|$(same)" "0|t|t" "and in the end nothing of it is left"
sql "SELECT ration.drop_1('large', true)" >"$dir/out"

# Holds, wishes, learned limits.
sql "SELECT ration.hold_1('$b', 'key', 'cooldown', 30, '429'); SELECT ration.hold_1('$b', 'key', 'cooldown', 5, '429')" >"$dir/out"
is "$(sql "SELECT o_session, o_kind, round(o_left_s / 10), o_why FROM ration.holds_1()")" "key|cooldown|3|429" "the longer of two holds counts"
is "$(sql "SELECT o_news FROM ration.tick_1('$b', 2, 0, '{}', '{}', '{}', '{}', '{}')")" 1 "and the next tick of the others tells that there is one"
is "$(sql "SELECT ration.hold_1('$b', 'key', 'cooldown', 0, ''); SELECT count(*) FROM ration.holds_1()" | tail -n 1)" 0 "it can be ended"
is "$(sql "SELECT o_no FROM ration.want_1('bios', 'pause', 6); SELECT o_wanted, o_workers FROM ration.tick_1('$b', 3, 0, '{}', '{}', '{}', '{}', '{}');
    SELECT o_host FROM ration.waiting_1(1, 1); SELECT o_wanted FROM ration.tick_1('$b', 4, 0, '{}', '{}', '{}', '{}', '{}'); SELECT o_host FROM ration.waiting_1(1, 1)")" \
    $'1\npause|6\nb\npause' "a wish comes with the tick, and is followed when the next one comes"
rate=$(sql "SELECT rate FROM ration.bucket")
sql "SELECT ration.limit_1('$b', $bucket, 600, NULL)" >"$dir/out"
holds "a lower limit that one hears is everybody's" "$(sql "SELECT rate FROM ration.bucket") < $rate / 9"
sql "SELECT ration.limit_1('$b', $bucket, 90000, true)" >"$dir/out"
is "$(sql "SELECT rate FROM ration.bucket")" 100 "a higher one is not above what was configured; a bucket that refills gives all of it"

# The lock order. Limits that are heard, machines that begin, and holds, all at once.
mapfile -t same < <(for i in 1 2 3 4; do
    perl -e 'print map { "SELECT ration.limit_1(\x27$ARGV[0]\x27, $ARGV[1], " . (500 + $_ + $ARGV[2]) . ", NULL); " } 1 .. 60' "$b" "$bucket" "$i"
    echo
    perl -e 'print map { "SELECT ration.bucket_1(1, \x27key\x27, 1, 60, 6000); SELECT ration.hold_1(\x27$ARGV[0]\x27, \x27key $_\x27, \x27cooldown\x27, " . ($_ % 2) . ", \x27\x27); " } 1 .. 60' "$b"
    echo
done)
each lock "${same[@]}"
is "$(grep -hx '[0-9A-Z]\{5\}' "$dir"/lock.? | sort | uniq -c)" "" "nobody waits for one who waits for it"

# Sharing: pieces in their order, from whoever has them. The first one is a mebibyte, the second 5 bytes.
put() { sql "SELECT ration.put_1(1, 'input', '$1', $2, convert_to(repeat('$4', $3), 'UTF8'))"; }
wished() { sql "SELECT ration.wished_1(1)"; }
is "$(sql "SELECT o_run, o_size FROM ration.share_1('bios', 'input'); SELECT count(o_run) FROM ration.share_1('bio', 'input')")" $'1|\n0' \
    "nothing is shared, and of a run that is not there nothing either"
is "$(wished)$(sql "SELECT ration.lend_1(1, '$a'), ration.wish_1(1) > 0, ration.wished_1(1)")" "ff|t|f" "nobody has wished for it when one looks"
is "$(wished)$(sql "SELECT ration.lend_1(1, '$b')")$(sql "SELECT ration.lend_1(1, '$a')")$(sql "SELECT ration.lend_1(1, '$b')")" "ttft" \
    "who wishes for it is heard, and one machine has the turn"
sql "UPDATE ration.share_wish SET lent = lent - interval '11 seconds'" >"$dir/out"
is "$(sql "SELECT ration.lend_1(1, '$a')")" t "another one, when nothing came of it for ten seconds"
is "$(sql "SELECT state FROM ration.member WHERE member = '$a'")$(sql "SELECT ration.lend_1(1, '$b')")" leftt "one that has ended is followed at once"
offer() { sql "SELECT ration.offer_1(1, 'input', 1048581, '$1', 'csv')"; }
is "$(offer x)$(offer x)" 00 "offering twice is offering once"
is "$(put x 1 5 b)$(put x 0 5 b)$(put x 0 1048576 b)$(put x 0 1048576 c)" 0RA00711 "pieces come in their order, and whole; again: what is there"
is "$(offer y)$(put x 1 5 b)" 0-1 "what nobody finished gives way to something else, and who put it is told"
mapfile -t same < <(perl -e 'print map { "SELECT ration.put_1(1, \x27input\x27, \x27y\x27, 0, convert_to(repeat(\x27$_\x27, 1048576), \x27UTF8\x27)); SELECT ration.put_1(1, \x27input\x27, \x27y\x27, 1, convert_to(repeat(\x27$_\x27, 5), \x27UTF8\x27))\n" } 1 .. 4')
each put "${same[@]}"
is "$(tail -qn 1 "$dir"/put.? | sort | uniq -c | tr -s ' ')" " 4 2" "four put it at once, and all of it is there"
is "$(sql "SELECT count(*), sum(octet_length(body)) FROM ration.share_piece")" "2|1048581" "once"
is "$(offer y)$(offer x)$(wished)" "2-1f" "what is finished stays, and is wished for no more"
is "$(sql "SELECT octet_length(ration.piece_1(1, 'input', 1)), ration.piece_1(1, 'input', 2)")" "5|" "a piece that is not there is null"

# Dropping.
is "$(sql "SELECT ration.drop_1('bios', false)")" RA008 "a run that is at work is not dropped"
is "$(sql "SELECT ration.drop_1('bios', true) > 0; SELECT count(*) FROM ration.chunk; SELECT count(*) FROM ration.member; SELECT count(*) FROM ration.bucket;
    SELECT (SELECT count(*) FROM ration.share_piece) + (SELECT count(*) FROM ration.share_wish)")" $'t\n0\n0\n1\n0' \
    "by force it is: with its lines, without its accounts"
is "$(commit $b 700 710 104 110)" RA004 "whoever comes late to it is refused"
database_stop INT
is "$(grep -c -i deadlock "$dir/db.log")" 0 "no two have waited for each other"
finish
