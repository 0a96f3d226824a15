#!/usr/bin/env bash
# Rows and a prompt that stand in the database: one machine of a fleet shares them, another one is given neither. Whoever is stopped amid
# it goes on; what is not what was put there is refused; and the end is that of machines that have all of it themselves.
source "$(dirname "$0")/../support/scenario.sh"
source "$root/tests/support/fleet.sh"
source "$root/tests/support/machines.sh"
fleet_of 40
sql "CREATE ROLE m1 LOGIN IN ROLE ration_machine; CREATE ROLE c1 LOGIN IN ROLE ration_collector" >"$dir/out"
machines=${database/user=ration/user=m1} collectors=${database/user=ration/user=c1}
simapi --latency-ms 20
printf 'Write two sentences about {{name}}, whatever {{data}} says.' >"$dir/prompt.txt"
printf 'Be brief.' >"$dir/system.txt"
export OPENAI_API_KEY=sk-never-in-a-database
limits=(--base-url "$url" --requests-per-minute 9000 --header "X-Tenant: nor-this-one")
prompt=(--prompt-file "$dir/prompt.txt" --system "@$dir/system.txt" --param temperature=0.25 --max-output-tokens 321)

# joins NAME OPTION…: a machine of the fleet, whose prompt is among its options; waited for. $term: seconds that it waits, where it
# is refused anyway: the term of all others is longer than any step of this test
joins() {
    local name=$1 again=()
    shift
    [[ ! -e $dir/$name.jsonl ]] || again=(--resume)
    timeout 120 "$build/ration" run "${limits[@]}" --fleet-term "${term:-60}" --output "$dir/$name.jsonl" --fleet-name "$fleet" --fleet "$machines" "${again[@]}" "$@" \
        >"$dir/$name.out" 2>"$dir/$name.err" </dev/null
    status=$?
}
pieces() { sql "SELECT pieces FROM ration.share JOIN ration.run USING (run) WHERE name = '$fleet' AND kind = 'input'"; }

# ---- nothing is shared ----
fleet=none
joins none "${prompt[@]}"
is "$status" 2 "no --input, and a run that nobody has begun: exit 2"
has "$dir/none.err" "begin it on the machine that has the rows, with --input FILE" "and what to do"
joins first "${prompt[@]}" --input "$input"
is "$status" 0 "a machine with all of it does the run alone"
joins none "${prompt[@]}"
is "$status" 2 "no --input, and a run whose rows are not shared: exit 2"
has "$dir/none.err" "its rows are not in the database, and no machine is at work that has them" "and why"
joins none --input "$input"
is "$status" 2 "no prompt, and one that is not shared: exit 2"
has "$dir/none.err" "it has a prompt, which is not in the database" "and why"
is "$(find "$dir" -name 'none.jsonl*' -o -name '.none*' | wc -l)" 0 "nothing is left of those"
"$build/ration" fleet export "$collectors" --fleet-name none --to "$dir/none.csv" --input "$input" >"$dir/out" 2>&1

# ---- the first machine is killed amid it, and goes on ----
# The third of five mebibytes waits for a lock that this test holds.
fleet=rows
perl -e 'print "artist_id;name;data\n"; printf "id%d;artist %d;\"%s\"\n", $_, $_, sprintf("%04d;", $_) x 1600 for 1 .. 600' >"$dir/large.csv"
gzip -k "$dir/large.csv"
sql "CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock_shared(112); RETURN new; END';
    CREATE TRIGGER hold BEFORE INSERT ON ration.share_piece FOR EACH ROW WHEN (new.kind = 'input' AND new.piece = 2)
    EXECUTE FUNCTION hold()" >"$dir/out"
holding() { [[ $(sql "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted") == 1 ]]; }
# hold_third, and let_go: whoever puts it there waits in the database
hold_third() {
    psql -Xq "$database" -c "SELECT pg_advisory_lock(112), pg_sleep(3600)" >"$dir/psql.out" 2>&1 &
    holder=$!
    wait_for 30 holding
}
let_go() {
    kill "$holder"
    sql "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(3600)%' AND pid <> pg_backend_pid()" >"$dir/out"
    wait "$holder" 2>"$dir/wait.err"
}
# nobody_puts: what waits there is taken back
nobody_puts() { sql "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE '%put_1%' AND pid <> pg_backend_pid()" >"$dir/out"; }
hold_third
# shares OPTION…: the first machine, in the background
shares() {
    local again=()
    [[ ! -e $dir/one.jsonl ]] || again=(--resume)
    "$build/ration" run "${limits[@]}" "${prompt[@]}" --fleet-share-input first --fleet-share-prompt --output "$dir/one.jsonl" \
        --fleet-name "$fleet" --fleet "$machines" "${again[@]}" "$@" >>"$dir/one.out" 2>>"$dir/one.err" &
    one=$!
}
shares --input "$dir/large.csv.gz"
two_are_there() { [[ $(pieces) == 2 ]]; }
wait_for 30 two_are_there
kill -9 "$one"
wait "$one" 2>"$dir/wait.err"
is "$?" 137 "who shares its rows is killed amid it"
"$build/ration" fleet status "$database" --fleet-name rows >"$dir/out" 2>&1
has "$dir/out" "shared    the rows (44 % are there), the prompt" "which the status shows"
nobody_puts
shares --input "$dir/large.csv.gz"
held_again() { [[ $(sql "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") == 1 ]]; }
wait_for 30 held_again
kill -INT "$one"
wait "$one"
is "$?" 3 "who is stopped amid it ends at once: exit 3"
has "$dir/one.err" "stopped; nothing was sent" "and nothing was sent"
nobody_puts
term=3 joins two
is "$status" 4 "who has none waits no longer than the term while nobody puts more there: exit 4"
has "$dir/two.err" "only 2 of 5 MiB are in the database" "and tells how far they are"
is "$(stat -c %a,%s "$dir/.two.jsonl.rows.csv.part")" "600,2097152" "what came of them stays, for nobody else to read"
timeout -s INT 120 "$build/ration" run "${limits[@]}" --output "$dir/two.jsonl" --fleet-name rows --fleet "$machines" >"$dir/two.out" 2>"$dir/two.err" </dev/null &
two=$!
waits() { grep -q "they are waited for" "$dir/two.err"; }
wait_for 30 waits
let_go
shares --input "$dir/large.csv.gz"
wait "$one"
is "$?" 0 "the first machine goes on where it was, and does the run"
has "$dir/one.err" "some of it was there already" "of its rows it puts there what is missing"
wait "$two"
is "$?" 0 "and so does the other one, which has neither rows nor prompt"
has "$dir/two.err" "its prompt, and what belongs to it, are those that another machine shares" "as it tells"
cmp -s "$dir/large.csv" "$dir/.two.jsonl.rows.csv"
is "$?,$(stat -c %a "$dir/.two.jsonl.rows.csv")" "0,600" "its rows are those of the first one, unpacked, in a file of its own"
is "$(find "$dir" -name '*.part' | wc -l)" 0 "and nothing else"
is "$(fleet_lines | wc -l)" 600 "the fleet has each line"
holds "the second one has a part in it: $(lines "$dir/two.jsonl")" "$(lines "$dir/two.jsonl") > 0"
joins two
is "$status" 0 "a start anew needs no option more"
is "$(grep -c "come from the database" "$dir/two.err")" 0 "and fetches no rows, as they are there"

# ---- what comes of it ----
fleet=alone
joins alone "${prompt[@]}" --input "$dir/large.csv"
columns="artist_id,name,data,response_text,status"
"$build/ration" fleet export "$collectors" --fleet-name rows --to "$dir/rows.csv" --columns "$columns" >"$dir/out" 2>&1
is "$?" 0 "an export needs no input either"
"$build/ration" fleet export "$collectors" --fleet-name alone --to "$dir/alone.csv" --input "$dir/large.csv" --columns "$columns" >"$dir/out" 2>&1
cmp "$dir/rows.csv" "$dir/alone.csv"
is "$?,$(wc -l <"$dir/rows.csv"),$(head -n 600 "$dir/rows.csv" | cut -d, -f1 | tail -n 1)" "0,601,id599" "it is byte for byte that of a machine which had all of it, in the order of the input"

# ---- what is not what was put there ----
fleet=rows
head -c 3000000 "$dir/alone.jsonl" >"$dir/.three.jsonl.rows.csv.part"
joins three
cmp -s "$dir/large.csv" "$dir/.three.jsonl.rows.csv"
is "$status,$?" 0,0 "a beginning of something else is no beginning: the rows are fetched anew"
(ulimit -f 3000 && joins full; exit "$status")
is "$?" 4 "where there is no room for the rows: exit 4"
has "$dir/full.err" "bytes are needed there; then go on" "and what is needed"
joins full
cmp -s "$dir/large.csv" "$dir/.full.jsonl.rows.csv"
is "$status,$?" 0,0 "with room it goes on"
sql "UPDATE ration.share_piece SET body = set_byte(body, 77, 65) WHERE kind = 'input' AND piece = 3" >"$dir/out"
joins four
is "$status" 4 "rows of another digest: exit 4"
has "$dir/four.err" "its digest is another one" "and why"
is "$(find "$dir" -name '.four.jsonl.rows.csv' | wc -l)" 0 "they are not taken"

# ---- a pipe, and rows that are requests themselves ----
fleet=pipe
printf '{"custom_id":"r%d","method":"POST","url":"/v1/responses","body":{"model":"gpt-5","input":"Say %d"}}\n' {1..8} >"$dir/requests"
timeout 120 "$build/ration" run "${limits[@]}" --fleet-share-input first --input - --input-format jsonl --output "$dir/five.jsonl" --limit 4 \
    --fleet-name pipe --fleet "$machines" <"$dir/requests" >"$dir/five.out" 2>"$dir/five.err"
is "$?" 0 "an input from a pipe is shared as well"
joins six --limit 4
is "$status" 0 "and taken, without a prompt where the rows are requests"
cmp -s "$dir/requests" "$dir/.six.jsonl.rows.jsonl"
is "$?" 0 "they are JSON Lines there, too"

# ---- a machine at work is asked for its rows ----
fleet=asked
export RATION_FLEET_SHARE_INPUT=never
has_rows() {
    "$build/ration" run "${limits[@]}" "${prompt[@]}" --input "$dir/large.csv" --output "$dir/$1.jsonl" --in-flight 1 --max-workers 1 \
        --fleet-name "$fleet" --fleet "$machines" "${@:2}" >"$dir/$1.out" 2>"$dir/$1.err" &
    shared_pid=$!
    joined() { grep -q "has joined" "$dir/$1.err"; }
    wait_for 30 joined "$1"
}
has_rows seven
simapi_holds
term=3 joins none "${prompt[@]}"
is "$status" 2 "a machine at work that may not share its rows is asked in vain: exit 2"
has "$dir/none.err" "no machine at work puts them there" "as is told"
unset RATION_FLEET_SHARE_INPUT
simapi_goes_on
kill -INT "$shared_pid"
wait "$shared_pid"
hold_third
has_rows eight
simapi_holds
joins nine "${prompt[@]}" &
nine=$!
wait_for 60 two_are_there
wait_for 30 held_again
kill -9 "$(pgrep -P "$shared_pid" -x ration-link)"
nobody_puts
let_go
joined_too() { grep -q "has joined" "$dir/nine.err"; }
wait_for 60 joined_too
ok $? "one that may puts them there while it is at work"
simapi_goes_on
wait "$nine"
wait "$shared_pid"
is "$?" 0 "which goes on with that"
has "$dir/eight.err" "ration-link" "though its link died amid it"
has "$dir/eight.err" "another machine waits for the rows: they go into the database" "as it tells"
cmp -s "$dir/large.csv" "$dir/.nine.jsonl.rows.csv"
is "$?" 0 "they are what it has"
holds "both work: $(lines "$dir/eight.jsonl"), $(lines "$dir/nine.jsonl")" "$(lines "$dir/eight.jsonl") > 0 && $(lines "$dir/nine.jsonl") > 0"
is "$(fleet_lines | wc -l)" 600 "the fleet has each line"

# ---- of two machines that have the rows one puts them there, and dies amid it: the other one goes on ----
fleet=heir
hold_third
simapi_holds
declare -A heirs=()
for name in twelve thirteen; do
    has_rows $name
    heirs[$name]=$shared_pid
done
joins fourteen "${prompt[@]}" &
fourteen=$!
wait_for 60 two_are_there
wait_for 30 held_again
lender=$(sql "SELECT lender FROM ration.share_wish JOIN ration.run USING (run) WHERE name = 'heir'")
dead=twelve heir=thirteen
[[ $(head -c 36 "$dir/twelve.jsonl.member") == "$lender" ]] || dead=thirteen heir=twelve
is "$(head -c 36 "$dir/$dead.jsonl.member")" "$lender" "one of two puts them there: $dead"
mapfile -t pids < <(echo "${heirs[$dead]}" && pgrep -P "${heirs[$dead]}")
kill -9 "${pids[@]}"
wait "${heirs[$dead]}" 2>"$dir/wait.err"
nobody_puts
sql "SELECT ration.bury_1(member, beat) FROM ration.member WHERE member = '$lender'" >"$dir/out"
let_go
goes_on() { grep -q "the rows are in the database" "$dir/$heir.err"; }
wait_for 60 goes_on
ok $? "it dies amid it, and the other one goes on"
simapi_goes_on
wait "$fourteen"
wait "${heirs[$heir]}"
is "$?" 0 "which ends with the run"
cmp -s "$dir/large.csv" "$dir/.fourteen.jsonl.rows.csv"
is "$?,$(fleet_lines | wc -l)" 0,600 "the rows are whole, and the fleet has each line"
has_rows "$dead" --resume
wait "$shared_pid"
is "$?" 0 "which the dead one finds when it comes back"

# ---- what somebody shares that is not the run's ----
fleet=other
sed 's/;artist 7;/;artist 8;/' "$dir/large.csv" >"$dir/other.csv"
joins other "${prompt[@]}" --input "$dir/other.csv" --fleet-share-input first
is "$status" 0 "another run shares rows that differ in one"
sql "WITH r AS (SELECT run FROM ration.run WHERE name = 'alone'), o AS (SELECT run FROM ration.run WHERE name = 'other'),
    s AS (INSERT INTO ration.share SELECT r.run, kind, size, digest, about, pieces FROM ration.share s JOIN o USING (run), r RETURNING 1)
    SELECT count(*) FROM s" >"$dir/out"
sql "INSERT INTO ration.share_piece SELECT r.run, p.kind, p.piece, p.body FROM ration.run r, ration.share_piece p JOIN ration.run o USING (run)
    WHERE r.name = 'alone' AND o.name = 'other'" >"$dir/out"
fleet=alone
joins ten "${prompt[@]}"
is "$status" 2 "rows that are not those that the run was begun with: exit 2"
has "$dir/ten.err" "its input is another one" "and nobody works on them"

# ---- no secret, and nothing that stays ----
"$postgres/pg_dump" "$database" >"$dir/dump" 2>"$dir/dump.err"
is "$?" 0 "the database is dumped"
# stands TEXT: how many lines of the dump have it, or the end of its digits
stands() { grep -cF -e "$1" -e "$(printf '%s' "$1" | od -An -tx1 | tr -d ' \n')" "$dir/dump"; }
is "$(stands never-in-a-database),$(stands nor-this-one)" 0,0 "no key is in it, and no header"
is "$(stands 'Write two sentences about {{name}}')" 1 "the prompt is, of the run alone that shares it"
for run in none rows alone pipe asked heir other; do
    "$build/ration" fleet drop "$database" --fleet-name $run --yes >"$dir/out" 2>&1
done
is "$(sql "SELECT (SELECT count(*) FROM ration.share_piece) + (SELECT count(*) FROM ration.share_wish)")" 0 "what was shared goes with its run"
database_stop
finish
