# For scenario tests of a fleet, which source it after scenario.sh: a real PostgreSQL server of their own, in a folder of the test,
# on a Unix socket there and on a free loopback port. A test that does not end it fails: its processes are left over.
# shellcheck shell=bash
# shellcheck disable=SC2154  # scenario.sh sets $dir and $root

# A server refuses to run as root: then it runs as nobody, in a folder of nobody's.
postgres_user=()
if [[ $(id -u) -eq 0 ]]; then
    postgres_user=(setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups)
fi

# The newest server that is installed; Debian keeps the programs out of PATH.
postgres_bin() {
    local initdb
    for initdb in $(printf '%s\n' /usr/lib/postgresql/*/bin/initdb /usr/pgsql-*/bin/initdb | sort -Vr) "$(command -v initdb)"; do
        if [[ -x $initdb ]]; then
            dirname "$initdb"
            return
        fi
    done
    return 1
}

# need_database: leaves the test out where there is no server, and starts one otherwise
need_database() {
    postgres=$(postgres_bin) || skip_all "PostgreSQL's server is not installed"
    # Debian's psql in /usr/bin is a script around that of the server's folder, and takes five times as long.
    PATH=$postgres:$PATH
    database_new "$dir/db" || {
        cat "$dir"/db.*log >&2
        exit 1
    }
    database_start "$@"
}

# database_new FOLDER: whoever comes by the socket is trusted, as the folder is the test's; by the port a password is asked for: "geheim"
database_new() {
    chmod 711 "$dir"
    mkdir -p "$1"
    [[ ${#postgres_user[@]} -eq 0 ]] || chown nobody: "$1"
    printf 'geheim\n' >"$dir/.password"
    chmod 644 "$dir/.password"
    "${postgres_user[@]}" "$postgres/initdb" -D "$1/data" -U ration -E UTF8 --locale=C --no-sync --auth-local=trust \
        --auth-host=scram-sha-256 --pwfile="$dir/.password" >"$1.initdb.log" 2>&1
}

free_port() {
    perl -MSocket -e 'socket my $s, PF_INET, SOCK_STREAM, 0; bind $s, sockaddr_in(0, INADDR_LOOPBACK) or die;
        print +(sockaddr_in(getsockname $s))[0]'
}

# database_start OPTION…: of postgres. Sets $database, a URL without a password by the socket, $database_port and $postgres_pid.
# Without syncing, which no death of a process can tell; `-c fsync=on` puts it back.
database_start() {
    local try
    for try in 1 2 3 4 5; do
        [[ -n ${database_port:-} && $try -eq 1 ]] || database_port=$(free_port)
        "${postgres_user[@]}" "$postgres/postgres" -D "$dir/db/data" -p "$database_port" -c unix_socket_directories="$dir/db" \
            -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=150 -c shared_buffers=32MB "$@" >>"$dir/db.log" 2>&1 &
        postgres_pid=$!
        database="postgresql:///postgres?host=$dir/db&port=$database_port&user=ration"
        if comes 60 database_up_or_gone && database_up; then
            return 0
        fi
        wait "$postgres_pid" # the port was taken meanwhile
    done
    echo "# the database does not start:"
    tail -n 5 "$dir/db.log" | sed 's/^/#   /'
    exit 1
}
database_up() { "$postgres/pg_isready" -q -h "$dir/db" -p "$database_port" -U ration; }
database_up_or_gone() { database_up || ! kill -0 "$postgres_pid"; }

# database_stop SIGNAL: INT ends its sessions, QUIT and KILL are crashes
database_stop() {
    kill -"${1:-INT}" "$postgres_pid"
    wait "$postgres_pid"
    # Of one that was killed its children end by themselves, within a moment, and its segment of shared memory stays.
    wait_for 20 database_alone
    local segment
    segment=$(sed -n 7p "$dir/db/data/postmaster.pid" 2>/dev/null | awk '{ print $2 }')
    if [[ -n $segment && ${1:-INT} == KILL ]]; then
        ipcrm -m "$segment"
    fi
}
# Nobody works in its folder.
database_alone() {
    local cwd
    for cwd in /proc/[0-9]*/cwd; do
        [[ $(readlink "$cwd") != "$dir/db/data"* ]] || return 1
    done
}

# standby_start: a second server that follows the first, which waits for it with each commit; it is asked by its socket in $dir/standby,
# at the same port. Sets $standby_pid.
standby_start() {
    mkdir "$dir/standby"
    [[ ${#postgres_user[@]} -eq 0 ]] || chown nobody: "$dir/standby"
    "${postgres_user[@]}" "$postgres/pg_basebackup" -D "$dir/standby/data" -R -N -c fast -h "$dir/db" -p "$database_port" -U ration \
        >"$dir/standby.log" 2>&1 || return 1
    "${postgres_user[@]}" "$postgres/postgres" -D "$dir/standby/data" -p "$database_port" -c unix_socket_directories="$dir/standby" \
        -c listen_addresses= -c fsync=off -c max_connections=150 -c shared_buffers=32MB >>"$dir/standby.log" 2>&1 &
    standby_pid=$!
    sql "ALTER SYSTEM SET synchronous_standby_names = '*'" >"$dir/.standby"
    sql "SELECT pg_reload_conf()" >"$dir/.standby"
    wait_for 30 standby_follows
}
standby_follows() { [[ $(sql "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") == 1 ]]; }
# standby_promote: it is the database from now on
standby_promote() {
    sed -i '/synchronous_standby_names/d' "$dir/standby/data/postgresql.auto.conf"
    database="postgresql:///postgres?host=$dir/standby&port=$database_port&user=ration"
    sql "ALTER SYSTEM RESET synchronous_standby_names" >"$dir/.standby"
    is "$(sql 'SELECT pg_promote()')" t "the standby is promoted"
}

# sql TEXT [PSQL-OPTION…]: what it answers, columns parted by |; an error is told as its SQLSTATE
sql() {
    local text=$1
    shift
    printf '\\set VERBOSITY sqlstate\n%s\n' "$text" | psql -XqAt "$@" "$database" 2>&1 | sed 's/^ERROR:  //'
}

# fleet_schema [PERL]: as `ration fleet init` makes it; with a fault that perl puts into its text
fleet_schema() {
    local file
    {
        echo 'SET client_min_messages = warning; DROP SCHEMA IF EXISTS ration CASCADE; CREATE SCHEMA ration;'
        for file in schema_1 schema_2 schema_3 own quota work members people share roles; do
            cat "$root/coordinator/fleet/$file.sql"
        done
    } >"$dir/schema.sql"
    if [[ -n ${1:-} ]]; then
        cp "$dir/schema.sql" "$dir/schema.right"
        perl -0pi -e "$1" "$dir/schema.sql"
        if cmp -s "$dir/schema.sql" "$dir/schema.right"; then
            echo "# this changes nothing: $1"
            return 1
        fi
    fi
    psql -Xq -1 -v ON_ERROR_STOP=1 "$database" <"$dir/schema.sql" >"$dir/schema.log" 2>&1
}

# fleet_sim [PERL]: likewise, on a clock of the test, with members that tick and spend: see fleet_sim.sql
fleet_sim() {
    # shellcheck disable=SC2016  # the dollars are SQL's
    fleet_schema "${1:-} s/clock_timestamp\(\)/ration.test_clock()/g; s/CREATE SCHEMA ration;/CREATE SCHEMA ration;
        CREATE FUNCTION ration.test_clock() RETURNS timestamptz LANGUAGE sql VOLATILE AS
        \'SELECT to_timestamp(coalesce(nullif(current_setting(\\'\\'test.now\\'\\', true), \\'\\'\\'\\'), \\'\\'1800000000\\'\\')::float8)\';/" || return 1
    { echo 'SET client_min_messages = warning; DROP SCHEMA IF EXISTS test CASCADE;' && cat "$root/tests/support/fleet_sim.sql"; } |
        psql -Xq -1 -v ON_ERROR_STOP=1 "$database" >>"$dir/schema.log" 2>&1
}

# bits FROM TO: 256 bits, of which these are set
bits() { perl -e 'print join "", map { $_ >= $ARGV[0] && $_ <= $ARGV[1] ? 1 : 0 } 0 .. 255' "$1" "$2"; }
