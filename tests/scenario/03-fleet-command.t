#!/usr/bin/env bash
# `ration fleet`: the database prepared and brought up, a run of two machines seen, paused, exported in the order of its input, and
# taken away; passwords and roles; the dashboard of a machine, where there is a browser. The database killed, restarted, and replaced by a standby, under two machines.
source "$(dirname "$0")/../support/scenario.sh"
source "$root/tests/support/fleet.sh"
source "$root/tests/support/machines.sh"
source "$root/tests/support/browser.sh"
need_database
[[ -x $build/ration-fleet ]] || skip_all "built without libpq"
fleet() { # COMMAND DATABASE …: sets $status, $out and $err
    fresh
    out=$summary
    "$build/ration" fleet "$@" >"$out" 2>"$err"
    status=$?
}

# ---- words ----
fleet --help
is "$status" 0 "help"
has "$out" PGPASSFILE "tells where passwords belong"
fleet help
is "$status" 0 "also as a word"
has "$out" PGPASSFILE "the same"
# WANTED-TEXT WORD…
refused() {
    local text=$1
    shift
    fleet "$@"
    is "$status" 2 "refused: $*"
    has "$err" "$text" "and told why"
}
refused "which command? init, status"
refused "unknown command" ""
refused "did you mean status?" statsu "$database"
refused "which database?" status
refused "which database?" status --json
refused "--json is for" pause "$database" --json
refused "--force is for" stop "$database" --force
refused "--table is for" status "$database" --table x
refused "how many?" workers "$database"
refused "from 1 to 64" workers "$database" 65
refused "--fleet-name needs a value" status "$database" --fleet-name
refused "PGPASSFILE" status postgresql://ration:geheim@127.0.0.1/postgres
refused "PGPASSFILE" status "host=127.0.0.1 password=geheim"
refused "neither a URL" status "hots=geheim"
refused 'invalid connection option "hots"' status "hots=geheim"
refused 'invalid URI query parameter: "slmode"' status "postgres:///x?slmode=1"
refused 'invalid sslmode value: "maybe"' status "postgres:///x?sslmode=maybe"
refused "it is no number" status "postgres://ration:gehe/im@127.0.0.1/x"
is "$(cat "$dir"/err.* | grep -c gehe)" 0 "and no password is repeated"
# What one machine counts, or decides of its own files, is no fleet's: refused before anything is read or asked.
machine_refused() { # NAME OPTION…: the name is that of the refusal
    local name=$1
    shift
    ration --input "$dir/none.csv" --output "$dir/none.jsonl" --requests-per-minute 6000 --fleet "$database" --fleet-name none "$@"
    is "$status" 2 "refused: ration run --fleet $*"
    has "$err" "$name is counted by one machine, and cannot go with --fleet; leave it out" "and told what to do"
}
url=http://127.0.0.1:1
printf 'artist_id,name,data\na1,N1,some\n' >"$dir/none.csv"
machine_refused --retry-errors --resume --retry-errors refused
machine_refused --retry-errors --retry-errors all
machine_refused --redo-changed --resume --redo-changed
machine_refused "--in-doubt skip" --in-doubt skip
ration --input "$dir/none.csv" --output "$dir/none.jsonl" --requests-per-minute 6000 --fleet "$database" --fleet-name "$(printf '%064d' 0)"
is "$status" 2 "a name that is too long"
has "$err" "1 to 63 bytes" "and how long it may be"
ok "$([[ ! -e $dir/none.jsonl && ! -e $dir/none.jsonl.member ]]; echo $?)" "no file was made"
fleet status "postgresql://127.0.0.1:1/x"
is "$status" 4 "a database that is not there: exit 4"
has "$err" "Connection refused; look at the server, the network and the URL" "and what to do"

# ---- nobody has prepared it: exit 2 of each command, with what to do ----
for words in status "status --json" "status --fleet-name x" pause resume stop "workers 1" "lost x" drop "export --to $dir/none.csv" "export --table x"; do
    read -r command others <<<"$words"
    # shellcheck disable=SC2086  # words
    refused "ration fleet init" "$command" "$database" $others
done

# ---- who is not let in ----
# What is wrong does not come right by waiting: told at once with libpq's words and what to do, by a command, and by a machine before it
# asks anything; nothing is tried again.
not_let_in() { # PLACE WORDS HINT
    refused "$2" status "$1"
    has "$err" "$3" "and what to do"
    ration --input "$dir/none.csv" --output "$dir/none.jsonl" --requests-per-minute 6000 --fleet "$1" --fleet-name none
    is "$status" 2 "ration run --fleet $1: exit 2"
    has "$err" "$2" "with the same words"
    has "$err" "$3" "and what to do"
    is "$(grep -c "tried again" "$err")" 0 "at once"
}
at=127.0.0.1:$database_port
sql "CREATE ROLE wrong LOGIN PASSWORD 'right'" >"$dir/out.sql"
printf '127.0.0.1:*:*:wrong:falsch\n127.0.0.1:*:*:ration:geheim\n127.0.0.1:*:*:nobody:x\n' >"$dir/passwords"
chmod 600 "$dir/passwords"
export PGPASSFILE=$dir/passwords
not_let_in "postgresql://wrong@$at/postgres" 'password authentication failed for user "wrong"' PGPASSFILE
not_let_in "postgresql://nobody@$at/postgres" 'password authentication failed for user "nobody"' PGPASSFILE
not_let_in "postgresql://ration@$at/nowhere" 'database "nowhere" does not exist' createdb
not_let_in "postgresql://ration@$at/postgres?sslmode=require" "does not support SSL" sslmode
not_let_in "postgresql://ration@$at/postgres?options=-c%20such%3Dx" 'unrecognized configuration parameter "such"' "check the options"
unset PGPASSFILE
not_let_in "postgresql://wrong@$at/postgres" "no password supplied" PGPASSFILE
not_let_in "postgresql:///postgres?host=$dir/db&port=$database_port&user=nobody" 'role "nobody" does not exist' "check the user"
not_let_in "service=none" 'definition of service "none" not found' "check the URL"
is "$(cat "$dir"/err.* | grep -cE 'geheim|falsch')" 0 "and no password is told"
sql "DROP ROLE wrong" >"$dir/out.sql"

# ---- init ----
# The newest version, and one before it, with a run in it.
newest=$(find "$root/coordinator/fleet" -name 'schema_*.sql' | wc -l)
{
    echo 'CREATE SCHEMA ration;'
    cat "$root/coordinator/fleet/schema_1.sql"
    echo "CREATE TABLE ration.migration (version int PRIMARY KEY, ration text NOT NULL, at timestamptz NOT NULL DEFAULT now());
        INSERT INTO ration.migration (version, ration) VALUES (1, '1.0');
        INSERT INTO ration.run (name, artists, input) VALUES ('old', 3, 'x')"
} | psql -Xq -1 "$database" >"$dir/out.sql" 2>&1
fleet init "$database"
is "$status|$(sql "SELECT max(version), (SELECT count(*) FROM ration.run) FROM ration.migration")" "0|$newest|1" \
    "an older version is brought up, and its runs are kept"
has "$err" "brought up from an older one" "which is told"
sql 'DROP SCHEMA ration CASCADE' >"$dir/out.sql"
# One of version 2, as it was kept; then one that had the columns of version 3 already. What older machines call goes on.
for early in "" "ALTER TABLE ration.hold ADD COLUMN teller uuid; ALTER TABLE ration.run ADD COLUMN exported bigint NOT NULL DEFAULT 0;"; do
    {
        echo 'CREATE SCHEMA ration;'
        cat "$root/coordinator/fleet/schema_1.sql" "$root/coordinator/fleet/schema_2.sql"
        echo "CREATE TABLE ration.migration (version int PRIMARY KEY, ration text NOT NULL, at timestamptz NOT NULL DEFAULT now());
            INSERT INTO ration.migration (version, ration) VALUES (1, '1.0'), (2, '1.0'); $early
            INSERT INTO ration.run (name, artists, input) VALUES ('old', 3, 'x')"
    } | psql -Xq -1 -v ON_ERROR_STOP=1 "$database" >"$dir/out.sql" 2>&1
    fleet init "$database"
    is "$status|$(sql "SELECT max(version), (SELECT count(exported) FROM ration.run WHERE name = 'old') FROM ration.migration")" "0|$newest|1" \
        "version 2 is brought up${early:+, with columns that it had early}"
    is "$(sql "SELECT o_artists FROM ration.begin_1(2, 'old', 3, 'x', '{}')")" 3 "and machines of before go on"
    sql 'DROP SCHEMA ration CASCADE' >"$dir/out.sql"
done
pids=()
for i in 1 2 3 4; do
    "$build/ration" fleet init "$database" >"$dir/init.$i" 2>&1 &
    pids+=($!)
done
failed=0
for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
is "$failed|$(sql 'SELECT count(*), max(version) FROM ration.migration')" "0|$newest|$newest" "four at once prepare it once"
fleet init "$database"
is "$status" 0 "again changes nothing"
has "$err" "as it was" "and says so"
has "$err" "fsync is off" "what the server's settings mean is told"
refused "no run was begun yet; ration run --fleet" status "$database"
sql "DROP FUNCTION ration.status_1(text)" >"$dir/out.sql"
refused "function ration.status_1(unknown) does not exist; ration fleet init DATABASE prepares it" status "$database"
fleet init "$database"
sql "INSERT INTO ration.migration (version, ration) VALUES (9, '9.9')" >"$dir/out.sql"
fleet init "$database"
is "$status" 2 "what a later program has made is left alone: exit 2"
has "$err" "use the newest ration" "and what to do"
sql "DELETE FROM ration.migration WHERE version = 9" >"$dir/out.sql"

# ---- passwords and roles ----
sql "CREATE ROLE m1 LOGIN PASSWORD 'machine' IN ROLE ration_machine; CREATE ROLE v1 LOGIN PASSWORD 'viewer' IN ROLE ration_viewer;
    CREATE ROLE m2 LOGIN PASSWORD 'machine' IN ROLE ration_machine; CREATE ROLE o1 LOGIN PASSWORD 'operator' IN ROLE ration_operator;
    CREATE ROLE c1 LOGIN PASSWORD 'collector' IN ROLE ration_collector" >"$dir/out.sql"
printf '127.0.0.1:%s:*:%s\n' "$database_port" m1:machine "$database_port" m2:machine "$database_port" o1:operator "$database_port" v1:viewer "$database_port" c1:collector >"$dir/passwords"
chmod 600 "$dir/passwords"
as() { PGPASSFILE=$dir/passwords psql -XqAt "host=127.0.0.1 port=$database_port user=$1 dbname=postgres" -c "\\set VERBOSITY sqlstate" -c "$2" 2>&1; }
is "$(as m1 "SELECT o_artists FROM ration.begin_1(1, 'mine', 300, 'x', '{}')")" 300 "a machine's role may call what machines call"
as m1 "SELECT * FROM ration.batch" >"$dir/denied"
has "$dir/denied" 42501 "and reads no answer"
as m1 "SELECT ration.drop_1('mine', true)" >"$dir/denied"
has "$dir/denied" 42501 "nor takes a run away"
as v1 "SELECT ration.want_1('mine', 'stop', NULL)" >"$dir/denied"
has "$dir/denied" 42501 "a viewer steers nothing"
is "$(as o1 "SELECT o_no FROM ration.want_1('mine', 'pause', NULL); SELECT o_no FROM ration.want_1('mine', 'run', NULL)" | tr '\n' ' ')" "1 2 " "an operator does"
for call in "SELECT ration.drop_1('mine', true)" "SELECT * FROM ration.batch" "SELECT ration.join_1(1, gen_random_uuid(), 'x', NULL)"; do
    as o1 "$call" >"$dir/denied"
    has "$dir/denied" 42501 "and nothing else: $call"
done

# ---- what a stolen machine can do: m2 is one, and m1 at work ----
first=aaaaaaaa-0000-0000-0000-0000000000a1 second=aaaaaaaa-0000-0000-0000-0000000000a2
as m1 "SELECT ration.join_1(1, '$first', 'first', NULL); SELECT o_bucket FROM ration.bucket_1(1, 'key', 1, 60, 600);
    SELECT o_bucket FROM ration.budget_1(1, 'money', 1000000, NULL); SELECT o_bucket FROM ration.budget_1(1, 'day', 1000, NULL);
    SELECT o_granted FROM ration.tick_1('$first', 1, 0, '{1,2,3}', '{0,0,0}', '{0,0,0}', '{1000,1000000,1000}', '{1,500000,1}');
    SELECT o_granted FROM ration.tick_1('$first', 2, 1, '{1,2,3}', '{1,500000,1}', '{1,400000,1}', '{0,0,0}', '{0,0,0}');
    SELECT o_chunk FROM ration.claim_1('$first', 1)" >"$dir/out.sql"
is "$(sql "SELECT login, (SELECT count(*) FROM ration.chunk WHERE holder = '$first') FROM ration.member WHERE member = '$first'")" "m1|1" "a machine is at work"
before=$(sql "SELECT jsonb_agg(m) FROM ration.member m; SELECT jsonb_agg(b) FROM ration.bucket b;
    SELECT jsonb_agg(c) FROM ration.chunk c WHERE run = 1")
as m2 "SELECT o_run FROM ration.begin_1(1, 'another', 300, 'x', '{}'); SELECT ration.join_1(2, '$second', 'second', NULL)" >"$dir/out.sql"
while read -r wanted call; do
    is "$(as m2 "SELECT count(*) FROM ration.$call" | grep -oE '42501|RA00[0-9]|^[0-9]+$')" "$wanted" "another login's call: $call"
done <<EOF
42501 tick_1('$first', 9, 1, '{1}', '{1}', '{1}', '{0}', '{0}')
42501 claim_1('$first', 1)
42501 held_1('$first')
42501 lend_1(1, '$first')
42501 begun_1('$first', '{0}')
42501 commit_1(1, 1, '$first', 0, 999999, 0, '{}', '{}', '')
42501 fail_1(1, 1, '$first', '{1}', '{x}')
42501 doubt_1('$first', '{}')
42501 crash_1('$first', 1, 9)
42501 crash_2('$first', '$second', '{1}', '{9}')
42501 crash_2('$second', '$first', '{1}', '{9}')
42501 tell_1('$first', '{}')
42501 hold_1('$first', 'key', 'cooldown', 60, '')
42501 limit_1('$first', 1, 1, NULL)
42501 period_1(2, 1, NULL)
42501 period_1(3, 1, NULL)
42501 rest_1(3, 1, 9999999)
1 settle_1('$first')
1 join_1(2, '$second', 'second', '$first')
EOF
is "$(as m2 "SELECT ration.shipped_1(1, '$first')")" -1 "what another one has handed in is nobody else's"
is "$(sql "DELETE FROM ration.member WHERE member = '$second'; SELECT jsonb_agg(m) FROM ration.member m; SELECT jsonb_agg(b) FROM ration.bucket b;
    SELECT jsonb_agg(c) FROM ration.chunk c WHERE run = 1")" "$before" "and nothing of it has come about"
# In the same run it is one of them, and lies for itself alone.
as m2 "SELECT ration.join_1(1, '$second', 'second', NULL)" >"$dir/out.sql"
is "$(as m2 "SELECT ration.limit_1('$second', 2, 1, NULL)" | cut -c 9-13)" RA007 "an amount is no limit"
is "$(as m2 "SELECT ration.period_1(2, 1, NULL)" | cut -c 9-13)" 42501 "money has no next day"
as m2 "SELECT o_granted FROM ration.tick_1('$second', 1, 0, '{2}', '{-99000000}', '{-99000000}', '{0}', '{0}')" >"$dir/out.sql"
is "$(sql "SELECT level FROM ration.bucket WHERE bucket = 2")" 500000 "and what others have spent is not given back: $(cat "$dir/out.sql")"
is "$(sql "UPDATE ration.member SET seen = clock_timestamp() WHERE member = '$first'; SET SESSION AUTHORIZATION m2; SELECT ration.bury_1('$first', 2)")" \
    -1 "nobody is buried who was heard just now"
sql "UPDATE ration.member SET seen = seen - interval '5 s' WHERE member = '$first'" >"$dir/out.sql"
is "$(as m2 "SELECT ration.bury_1('$first', 2)")" 1 "who is silent is"
as m2 "SELECT ration.settle_1('$first')" >"$dir/out.sql"
is "$(sql "SELECT state FROM ration.member WHERE member = '$first'")" dead "and is not settled so soon"
as m1 "SELECT ration.settle_1('$first')" >"$dir/out.sql"
is "$(sql "SELECT state FROM ration.member WHERE member = '$first'")" left "but by itself"
sql "SELECT ration.drop_1('another', true); DELETE FROM ration.session; DELETE FROM ration.member" >"$dir/out.sql"
export PGPASSFILE=$dir/passwords
fleet status "postgresql://v1@127.0.0.1:$database_port/postgres"
is "$status" 0 "and sees, with its password from PGPASSFILE"
has "$out" "mine: open" "the only run is the one that is meant"
unset PGPASSFILE
line() { printf '{"artist_id":"%s","artist_name":"N",%s,"attempts":1}' "$1" "$2"; }
member=aaaaaaaa-0000-0000-0000-000000000001
sql "SELECT ration.join_1(1, '$member', 'm', NULL); SELECT o_chunk FROM ration.claim_1('$member', 1);
    SELECT ration.begun_1('$member', '{0}'); SELECT o_to FROM ration.commit_1(1, 1, '$member', 0, 9, 1, '{0}', '{$(bits 7 7)}',
        convert_to('$(line x7 '"response_text":"seven \u00e9"')' || E'\\n', 'UTF8'));
    SELECT ration.fail_1(1, 1, '$member', '{8}', ARRAY['$(line x8 '"class":"refused","message":"no"')']);
    SELECT ration.hold_1('$member', 'key', 'cooldown', 60, '429'); SELECT ration.bury_1('$member', 0)" >"$dir/out.sql"
fleet status "$database"
has "$out" "300: 1 done, 1 failed" "what came of a run is seen"
has "$out" "at most 254 of machines that are gone" "who may have been asked by one that is gone"
has "$out" "key: cooldown for" "and what holds an account up"
notes "$out"
fleet export "$database" --to "$dir/few.csv" --columns artist_id,class,response_text
is "$(tr -d '\r' <"$dir/few.csv" | sort | tr '\n' ' ')" "artist_id,class,response_text x7,,seven é x8,refused, " "failures are exported, too"
fleet export "$database" --table few
is "$(sql "SELECT string_agg(artist_id || failed::text, ' ' ORDER BY artist_id), max(answer ->> 'response_text') FROM few")" "x7false x8true|seven é" \
    "and stand in a table"
is "$(sql "SELECT schemaname FROM pg_tables WHERE tablename = 'few'")" public "which is nobody's whose login is called as the fleet's schema"
refused "the schema ration is the fleet's own" export "$database" --table ration.few
refused "SCHEMA.NAME" export "$database" --table a.b.c
refused 'schema "reports" does not exist; CREATE SCHEMA' export "$database" --table reports.few
# An answer that came late takes the failure back; one has a NUL, and one is as the script of OpenAI's cookbook writes it.
listed='[{"model":"m"},{"choices":[]},{"ration":{"id":"x9","attempts":1,"input_hash":"0"}}]'
sql "SELECT o_to FROM ration.commit_1(1, 1, '$member', 9, 99, 2, '{0}', '{$(bits 8 9)}',
    convert_to('$(line x8 '"response_json":{"text":"\u0000"}')' || E'\\n' ||
        '$listed' || E'\\n', 'UTF8'))" >"$dir/out.sql"
fleet export "$database" --table few
is "$status" 0 "again"
has "$err" "2 rows to the table public.few" "what is new, and what has changed"
is "$(sql "SELECT string_agg(artist_id || failed::text, ' ' ORDER BY artist_id) FROM few")" "x7false x8false x9false" "a failure that an answer took back is none"
is "$(sql "SELECT position('{\"text\":\"\u0000\"}' IN answer::text) > 0 FROM few WHERE artist_id = 'x8'")" t "what is no text in the database is there as it came"
fleet export "$database" --table few
has "$err" "0 rows to the table public.few" "and nothing twice"

# ---- who else has something of an account; money; what a machine that left had told ----
other=bbbbbbbb-0000-0000-0000-000000000001 third=cccccccc-0000-0000-0000-000000000001
sql "SELECT o_run AS theirs FROM ration.begin_1(1, 'theirs', 300, 'x', '{}') \\gset
SELECT ration.join_1(:theirs, '$other', 'elsewhere', NULL), ration.join_1(1, '$third', 'here', NULL);
SELECT o_bucket AS key FROM ration.bucket_1(1, 'key', 1, 60, 600) \\gset
SELECT o_bucket AS money FROM ration.budget_1(1, 'money', 12345600000, NULL) \\gset
SELECT o_granted FROM ration.tick_1('$other', 1, 0, ARRAY[:key], '{0}', '{0}', '{1000}', '{1}');
SELECT o_granted FROM ration.tick_1('$third', 1, 0, ARRAY[:key, :money], '{0,0}', '{0,0}', '{1000,1000000}', '{1,1}');
SELECT ration.tell_1('$member', '{\"done\": 1, \"failed\": 1}'), ration.settle_1('$member')" >"$dir/out.sql"
notes "$dir/out.sql"
fleet status "$database" --fleet-name mine
has "$out" "of these are held by elsewhere, member bbbbbbbb, of the run theirs" "who else holds something of an account is named"
is "$(grep -oE -- '--max-cost +\$[0-9.,]+' "$out" | tr -s ' ')" "--max-cost \$12.34" "money is told in dollars and cents"
is "$(awk '/has left/ && $2 == "aaaaaaaa" { print $10, $11 }' "$out")" "3 0" "of a machine that left what the fleet has of it, whatever it told last"
notes "$out"
fleet status "$database" --fleet-name mine --json
is "$(perl -MJSON::PP -0ne '$j = decode_json($_); print join " ", ($j->{begun} =~ /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ ? "UTC" : $j->{begun}),
    map { ($_->{kind}, $_->{option} // "none", map { $_->{run} } @{$_->{elsewhere}}) } @{$j->{limits}}' "$out")" \
    "UTC requests none theirs nano_dollars --max-cost" "as JSON: a moment as everywhere, what is counted in words, and whose"
sql "SELECT ration.settle_1('$third'), ration.settle_1('$other')" >"$dir/out.sql"
fleet drop "$database" --fleet-name theirs
is "$status" 0 "a run without lines is taken away at a word"

# ---- a command that others are in the way of ----
# somebody_holds: the row of the run is locked, by who changes it, until \`somebody_goes\`
somebody_holds() {
    mkfifo "$dir/somebody"
    psql -XqAt "$database" <"$dir/somebody" >"$dir/somebody.out" 2>&1 &
    somebody_pid=$!
    exec 7>"$dir/somebody"
    printf 'BEGIN; UPDATE ration.run SET workers = workers RETURNING 1;\n' >&7
    wait_for 20 test -s "$dir/somebody.out"
}
somebody_goes() {
    printf 'COMMIT;\n' >&7
    exec 7>&-
    wait "$somebody_pid"
    rm "$dir/somebody" "$dir/somebody.out"
}
drop_in_background() {
    "$build/ration" fleet drop "$database&options=-c%20default_transaction_isolation%3Dserializable" >"$dir/drop.out" 2>"$dir/drop.err" &
    drop_pid=$!
    wait_for 20 drop_waits
}
drop_waits() { [[ $(sql "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'ration fleet' AND wait_event_type = 'Lock'") -eq 1 ]]; }
somebody_holds
drop_in_background
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ration fleet'" >"$dir/out.sql"
wait "$drop_pid"
is "$?" 4 "the database ends a command that waits: exit 4"
has "$dir/drop.err" "nothing is half done: give the command again" "and what to do"
drop_in_background
somebody_goes
wait "$drop_pid"
is "$?" 0 "a run that nobody works on is taken away; a transaction that was given up for others' sake is tried again"
is "$(grep -c 'could not serialize' "$dir/db.log")|$(grep -c serialize "$dir/drop.err")" "1|0" "without a word"
cp "$build/ration" "$dir/ration"
"$dir/ration" fleet status "$database" >"$dir/out.sql" 2>"$dir/alone.err"
is "$?" 4 "a ration without ration-fleet: exit 4"
has "$dir/alone.err" "libpq-dev" "and what to install"

sql "CREATE ROLE plain LOGIN PASSWORD 'plain'" >"$dir/out.sql"
sql "CREATE DATABASE theirs OWNER plain" >"$dir/out.sql"
refused "permission denied for database postgres; which role may do it: see Roles" init "$database&user=plain"
fleet init "$database&dbname=theirs&user=plain"
is "$status" 0 "who owns a database prepares it, without further rights"
is "$(psql -XqAt "$database&dbname=theirs&user=plain" -c "SELECT o_artists FROM ration.begin_1(1, 'theirs', 300, 'x', '{}')")" 300 "and works with it"

# ---- two machines ----
input_of 1500
simapi --latency-ms 100 --requests-per-minute 60000
for name in one two; do
    machine "$name" --input "$input" --requests-per-minute 6000 --listen 127.0.0.1:0
done
wait_for 30 machine_has one 20
fleet status "$database"
is "$status" 0 "a run at work is seen"
has "$out" "batch: open" "its name"
is "$(grep -c ' at work ' "$out")" 2 "both machines"
is "$(grep -oE "$dir/(one|two).jsonl" "$out" | sort | tr '\n' ' ')" "$dir/one.jsonl $dir/two.jsonl " "of one host, which are told apart by their outputs"
has "$out" "requests a minute" "its limit"
fleet status "$database" --json
is "$(perl -MJSON::PP -0ne '$j = decode_json($_); print scalar @{$j->{members}}, " ", $j->{artists}' "$out")" "2 1500" "also as JSON"
fleet pause "$database"
is "$status" 0 "a pause is heard"
has "$err" "2 of 2 machines have heard it" "by both"
has "$err" "the run stays paused, for machines that are started with --resume, too, until: ration fleet resume DATABASE" "and until when it holds is told"
machine_says one "batch is paused, until: ration fleet resume DATABASE --fleet-name batch"
ok $? "by a machine, too"
printf '#!/bin/bash\nstty rows 40 cols 160\nexec %q top --run %q\n' "$build/ration" "$dir/one.jsonl" >"$dir/top.sh"
mkfifo "$dir/keys"
TERM=xterm script -q -e -c "bash $dir/top.sh" /dev/null >"$dir/top" 2>&1 <"$dir/keys" &
top_pid=$!
exec 8>"$dir/keys"
on_top() { sed 's/\x1b\[[0-9;?]*[A-Za-z]//g' "$dir/top" | grep -qaF "fleet batch | this machine at work | 2 at work"; }
wait_for 20 on_top
ok $? "ration top shows the machines"
printf q >&8
wait "$top_pid"
exec 8>&-
# The page of a machine that stands; what it says is the fleet's.
browser_is_there && there=1 || there=0
dashboard_of() { sed -n 's|.* dashboard at \(http://[^ ]*[0-9]\)/.*|\1|p' "$dir/$1.err"; }
# rows EXPRESSION: of the table's rows, each as a list of the texts of its cells
rows() { page "[...document.querySelectorAll('#machines tr')].map((row) => [...row.children].map((cell) => cell.textContent)).$1"; }
if [[ $there -eq 1 ]]; then
    browser_begin
    page_at "$(dashboard_of one)/"
    wait_for 20 shows fleet-live "2 at work"
    ok $? "the dashboard shows the machines"
    is "$(text fleet-head)|$(text fleet-phase)" "Fleet batch|this machine at work" "which fleet, and what this machine is in it"
    shows fleet-database "the database answers in"
    ok $? "that the database answers: $(text fleet-database)"
    is "$(rows 'map((row) => row[1]).sort().join()')" "at work,this one" "a row for each, and which is this one"
    has_done() { [[ $(rows 'every((row) => /^[0-9.]+ %$/.test(row[2]) && Number(row[6]) > 0)') == true ]]; }
    wait_for 20 has_done
    ok $? "with its share, and what it has done"
    both() { [[ $(rows 'map((row) => Number(row[6])).reduce((a, b) => a + b, 0)') == "$(page 'status.fleet.done')" ]]; }
    wait_for 30 both
    ok $? "of all machines as many are done as of each together: $(page 'status.fleet.done')"
    is "$(page 'status.artists.done + status.fleet.others + status.artists.left')" 1500 "what others have is not left"
    for width in 1280 768 390; do
        screen "$width" 900 "$([[ $width -lt 500 ]] && echo true || echo false)"
        is "$(page '((table, cells) => [table.scrollWidth <= table.clientWidth, document.documentElement.scrollWidth <= innerWidth,
            cells.filter((cell) => cell.offsetWidth > 0).length >= 6].join())(document.querySelector("#fleet .scroll"), [...document.querySelectorAll("#machines tr:first-child td")])')" \
            true,true,true "$width wide: nothing sticks out, and the table is readable"
        [[ -z ${SHOTS:-} ]] || screenshot "$SHOTS/fleet-$width.png"
    done
    is "$(console)" "" "the page complains of nothing"
fi
fleet workers "$database" 1
is "$status" 0 "workers on each machine"
has "$err" "2 of 2" "heard by both"
one_worker() { [[ $(workers_of "${machine_pid[one]}" | wc -l) -eq 1 ]]; }
wait_for 20 one_worker
fleet drop "$database"
is "$status" 2 "a run at work is not taken away"
has "$err" "--force" "and told how"
fleet status "$database" --fleet-name other
is "$status" 2 "another name: exit 2"
has "$err" "there are batch" "and which there are"
fleet resume "$database" --fleet-name batch
is "$status" 0 "it goes on"
machine_wait one two
is "${machine_status[one]}${machine_status[two]}" 00 "both end"
fleet status "$database"
is "$(awk '/has left/ { n += $10 } END { print n }' "$out")" 1500 "what is shown of machines that left is all that they did"

# ---- export ----
ids() { perl -MJSON::PP -ne 'print decode_json($_)->{artist_id}, "\n"' "$1"; }
fleet export "$database" --to "$dir/all.jsonl" --input "$input"
is "$status" 0 "all lines of all machines"
perl -ne 'print "$1\n" if $. > 1 && /^([^,]+),/' "$input" >"$dir/wanted"
cmp -s <(ids "$dir/all.jsonl") "$dir/wanted"
ok $? "each artist once, in the order of the input"
cat "$dir/one.jsonl" "$dir/two.jsonl" | sort >"$dir/machines"
fleet_lines | sort >"$dir/database"
cmp -s "$dir/machines" "$dir/database"
ok $? "the lines are byte for byte those of the machines"
fleet export "$database" --to "$dir/all.csv" --input "$input"
is "$status|$(perl -MText::ParseWords -ne '$n++ if /^"?[^,]+,/; END { print $n > 1500 }' "$dir/all.csv")" "0|1" "as CSV"
fleet export "$database" --fleet-name batch --to "$dir/all.sqlite"
is "$status" 0 "as SQLite, without the input"
PGPASSFILE=$dir/passwords fleet export "postgresql://c1@127.0.0.1:$database_port/postgres" --to "$dir/collected.jsonl" --input "$input"
is "$status" 0 "whoever may collect exports"
cmp -s "$dir/all.jsonl" "$dir/collected.jsonl"
ok $? "the same"
PGPASSFILE=$dir/passwords fleet export "postgresql://v1@127.0.0.1:$database_port/postgres" --to "$dir/seen.jsonl"
is "$status" 2 "whoever may only see does not"
has "$err" "Roles in docs/FLEET.md" "and where it says who may"
fleet export "$database" --table public.bios
is "$status" 0 "into a table"
has "$err" "1500 rows to the table public.bios" "each row"
fleet export "$database" --table public.bios
has "$err" "0 rows to" "again: what is new"
is "$(sql "SELECT count(*), count(DISTINCT artist_id), bool_or(failed) FROM public.bios")" "1500|1500|f" "each artist has one"
refused "the table public.few has the rows of another run: run mine, begun 20" export "$database" --table few
sql "COMMENT ON TABLE few IS NULL" >"$dir/out.sql"
fleet export "$database" --table few
is "$status|$(sql "SELECT count(*) FROM few; DROP TABLE few")" "0|1503" "unless its owner wants rows of several runs in it"
fleet export "$database" --table "public.bios; DROP SCHEMA ration CASCADE"
is "$status|$(sql "SELECT count(*) FROM ration.run")" "2|1" "a name is a name, and nothing else"
fleet export "$database" --to "$dir/x.foo"
is "$status" 2 "words of ration export are looked at as there"
fleet stop "$database"
is "$status" 0 "a stop of a run at which nobody works"
has "$err" "no machine is at work" "says so"
fleet drop "$database"
is "$status" 0 "the run is taken away"
has "$err" "1500 lines" "with its lines"

# ---- a stop stands, whoever comes ----
fleet=halted
input_of 300
options=(--input "$input" --requests-per-minute 1200)
machine five "${options[@]}"
wait_for 30 machine_has five 20
simapi_holds # else a starved machine would be through before it hears it
fleet stop "$database"
is "$status" 0 "a run is stopped"
simapi_goes_on
has "$err" "the run stays stopped, for machines that are started with --resume, too, until: ration fleet resume DATABASE" "and until when is told"
machine_wait five
is "${machine_status[five]}" 3 "its machine ends with exit 3"
cat "$dir/five.out" "$dir/five.err" >"$dir/five.both"
has "$dir/five.both" "stopped with its fleet; after ration fleet resume go on with --resume" "its last words say how it goes on"
machine five "${options[@]}"
machine_wait five
is "${machine_status[five]}" 3 "and so does one that is started again"
is "$(grep -c "halted is stopped (ration fleet stop).*until somebody says: ration fleet resume DATABASE --fleet-name halted" "$dir/five.err")" 2 "each time it says who ends that"
fleet status "$database"
has "$out" "halted: open, stopped until ration fleet resume" "the run is seen as stopped"
fleet resume "$database"
is "$status" 0 "it goes on"
for other in "--limit 7" "--fleet-keep local"; do
    # shellcheck disable=SC2086  # words
    ration "${options[@]}" --output "$dir/none.jsonl" --fleet "$database" --fleet-name halted $other
    is "$status" 2 "a machine with $other is refused"
    has "$err" "$([[ $other == --limit* ]] && echo "its limit is none, and here it is 7" || echo "its fleet-keep is database, and here it is local")" "with both values"
done
# Somebody takes the schema away under a machine, and brings it back.
before=$(lines "$dir/five.jsonl")
machine five "${options[@]}"
wait_for 30 machine_has five $((before + 20))
simapi_holds
sql "ALTER SCHEMA ration RENAME TO elsewhere" >"$dir/out.sql"
wait_for 30 machine_says five "the database refuses: schema"
simapi_goes_on
machine_wait five
is "${machine_status[five]}" 4 "a machine whose schema goes cannot go on"
has "$dir/five.err" "the database refuses: schema \"ration\" does not exist (3F000); ration fleet init DATABASE prepares it" "and says what to do"
sql "ALTER SCHEMA elsewhere RENAME TO ration" >"$dir/out.sql"
# Likewise what counts deaths: who was in flight at one waits for its answer.
before=$(lines "$dir/five.jsonl")
machine five "${options[@]}"
wait_for 30 machine_has five $((before + 20))
simapi_holds
in_flight() { [[ $(sql "SELECT sum((status->>'in_flight')::int) FROM ration.member_now") -ge 1 ]]; }
wait_for 30 in_flight
sql "DROP FUNCTION ration.crash_2(uuid, uuid, bigint[], int[])" >"$dir/out.sql"
for pid in $(workers_of "${machine_pid[five]}"); do kill -SEGV "$pid"; done
simapi_goes_on
wait_for 30 machine_says five "the database refuses: function ration.crash_2"
ok $? "a machine whose deaths nobody counts says so"
has "$dir/five.err" "(42883); ration fleet init DATABASE prepares it" "and what to do"
machine_wait five
is "${machine_status[five]}" 4 "it cannot go on"
fleet init "$database"
machine five "${options[@]}"
machine_wait five
is "${machine_status[five]}" 0 "with a machine the run ends"
refused "300 of its 300 lines would be gone that no export has had; ration fleet export has them; or say --yes" drop "$database"
fleet drop "$database" --yes
is "$status" 0 "with --yes it is taken away"
has "$err" "300 lines" "with its lines"

# ---- the database dies in the middle of a run, and comes back; it dies for good, and a standby takes its place ----
# The machines wait and go on. Nothing is lost, nobody is asked twice, and the server refuses nothing.
fleet=dies
simapi_stop
artists=3000
rpm=12000
input_of $artists
simapi --requests-per-minute $rpm --latency-ms 50
for name in three four; do
    machine "$name" --input "$input" --requests-per-minute "$rpm" --fleet-term 120 --listen 127.0.0.1:0
done
wait_for 30 machine_has three 300
wait_for 30 machine_has four 300

# ---- killed, and back ----
database_stop KILL
for name in three four; do
    wait_for 30 machine_says $name "the database cannot be reached"
done
# Once what it was granted is through.
queue_tells() {
    curl -s -m 20 "$(dashboard_of three)/api/ai/queue-status" >"$dir/queue"
    [[ $(perl -MJSON::PP -0ne 'my $w = decode_json($_)->{estimated_wait}; print "$w->{waits}{reason} ", $w->{seconds} // "none"' "$dir/queue") == "fleet_database none" ]]
}
wait_for 60 queue_tells
ok $? "what a machine waits for is told over HTTP"
if [[ $there -eq 1 ]]; then
    page_at "$(dashboard_of three)/"
    wait_for 20 shows verdict "The fleet's database does not answer"
    ok $? "the dashboard tells that the database is away"
    shows fleet-database "the database has not answered for"
    ok $? "for how long: $(text fleet-database)"
    wait_for 20 shows fleet-silent "1 silent"
    ok $? "and that nothing is heard of the other machine"
    browser_end # what follows is to begin while there is work left
    ok $? "the browser is gone"
fi
is "$("$build/ration" fleet status "$database" >"$dir/out.sql" 2>&1; echo $?)" 4 "whoever asks for the run is told: exit 4"
database_start
for name in three four; do
    wait_for 60 machine_says $name "the database answers again"
done
before=$(sql "SELECT sum(lines) FROM ration.batch")
holds "what was committed is there" "$before > 0"

# ---- killed for good: a standby, whose clock is an hour off ----
cp "$build/wall_clock.so" "$dir/wall_clock.so"
echo 3600 >"$dir/wall"
LD_PRELOAD=$dir/wall_clock.so WALL_FILE=$dir/wall standby_start
ok $? "a standby follows"
more() { [[ $(sql "SELECT sum(lines) FROM ration.batch") -ge $((before + 300)) ]]; }
wait_for 60 more
database_stop KILL
standby_promote
for name in three four; do
    ln -sfn "$dir/standby" "$dir/way.$name"
done
is "$(sql "SELECT clock_timestamp() > to_timestamp($(date +%s)) + interval '50 min'")" t "its clock is an hour off"
machine_wait three four
is "${machine_status[three]},${machine_status[four]}" 0,0 "both end when the batch is done"
simapi_stop
is "$(audited '$status == 429')" 0 "the server refused nothing"
is "$(asked_twice)" 0 "nobody was asked twice"
"$build/ration" fleet export "$database" --to "$dir/after.jsonl" --input "$input" >"$dir/out.sql" 2>"$dir/export.err"
is "$?" 0 "the lines are exported"
is "$(lines "$dir/after.jsonl")" "$artists" "each artist's"
fleet_lines >"$dir/union"
"$root/tests/support/check-output" "$input" "$dir/union" >"$dir/check"
has "$dir/check" "0 twice, 0 unknown, 0 renamed, 0 broken" "$(cat "$dir/check")"
is "$(sql "SELECT sum(bit_count(done)), bool_or(open) FROM ration.chunk")|$(sql "SELECT sum(lines) FROM ration.batch")" "$artists|f|$artists" "bits are lines, of each artist one"
kill -INT "$standby_pid"
wait "$standby_pid"
finish
