#include "fleet/fleet_database.h"

#include "fleet/fleet_tell.h"
#include "system/exit_code.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AGAIN_MOST 8
#define AGAIN_FIRST_US 50000U // doubled by each time: six seconds in all

struct fleet_database {
    PGconn *connection;
    int exit;       // that fits what failed last
    int tried;      // the transaction that failed
    bool may_again; // it was given up for others' sake alone
};

struct fleet_answer {
    PGresult *result;
};

int fleet_database_check(const char *where) {
    char *problem = NULL;
    PQconninfoOption *options = PQconninfoParse(where, &problem);
    if (options == NULL) {
        // libpq repeats what it cannot read, which may be a password.
        fleet_tell("the DATABASE is neither a URL, postgresql://HOST/DATABASE, nor words like "
                   "service=ration; see ration fleet --help");
        PQfreemem(problem);
        return -1;
    }
    int status = 0;
    for (const PQconninfoOption *one = options; one->keyword != NULL; one++) {
        if (one->val != NULL && strstr(one->keyword, "password") != NULL) {
            fleet_tell("a %s in the DATABASE would stand in the list of processes; leave it out, and keep it "
                       "in the file that PGPASSFILE names (mode 0600, host:port:database:user:password), in "
                       "~/.pgpass, or in a service",
                       one->keyword);
            status = -1;
        }
    }
    PQconninfoFree(options);
    return status;
}

// What the server says beside its answers.
static void take_notice(void *context, const PGresult *result) {
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char *hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT);
    (void)context;
    if (severity != NULL && strcmp(severity, "WARNING") == 0) {
        fleet_tell("%s%s%s", PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY), hint != NULL ? "; " : "",
                   hint != NULL ? hint : "");
    }
}

struct fleet_database *fleet_database_open(const char *where) {
    // What stands in `where` counts more than what stands before it here.
    static const char *const keywords[] = {"connect_timeout", "target_session_attrs", "client_encoding",
                                           "dbname",          "application_name",     NULL};
    const char *const values[] = {"10", "read-write", "UTF8", where, "ration fleet", NULL};
    struct fleet_database *database = calloc(1, sizeof(*database));
    if (database == NULL) {
        fleet_tell("out of memory");
        return NULL;
    }
    database->exit = EXIT_CODE_CANNOT;
    database->connection = PQconnectdbParams(keywords, values, 1);
    if (PQstatus(database->connection) != CONNECTION_OK) {
        fleet_tell("%s", PQerrorMessage(database->connection));
        fleet_database_close(database);
        return NULL;
    }
    (void)PQsetNoticeReceiver(database->connection, take_notice, NULL);
    return database;
}

void fleet_database_close(struct fleet_database *database) {
    if (database != NULL) {
        PQfinish(database->connection);
        free(database);
    }
}

static bool is_good(const PGresult *result) {
    ExecStatusType status = PQresultStatus(result);
    return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

#define ONCE_MORE "; nothing is half done: give the command again once it is back"

// What to do about it, where the server does not say so itself.
static const char *hint_of(const char *state, const char *words) {
    static const struct {
        const char *state, *hint; // a class of states, or one
    } each[] = {
        {"3F000", "ration fleet init DATABASE prepares it"},
        {"57P0", "the database is shut down, or starts" ONCE_MORE},
        {"40", "others were at the same rows again and again; give the command again"},
        {"55P03", "somebody holds these rows for long (pg_stat_activity names it); give the command again"},
        {"57014", "statement_timeout, or somebody ended it; give the command again"},
        {"53300", "max_connections are in use; give the command again, or use pgbouncer"},
        {"53100", "the database's disk is full; give the command again once it has room"},
        {"25006", "this is a standby; name all hosts in the URL, or the one that takes writes"},
        {"42501", "which role may do it: see Roles in docs/FLEET.md"},
    };
    if (strcmp(state, "42883") == 0 && strstr(words, "ration.") != NULL) {
        return each[0].hint; // no such function
    }
    for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
        if (strncmp(state, each[i].state, strlen(each[i].state)) == 0) {
            return each[i].hint;
        }
    }
    return NULL;
}

// Tells it, unless it may be tried again.
static void take_problem(struct fleet_database *database, const PGresult *result) {
    const char *words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT);
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    state = state != NULL ? state : "";
    // What the functions refuse, and a name that is none, are the words' fault.
    database->exit =
        strncmp(state, "RA", 2) == 0 || strcmp(state, "42602") == 0 || strncmp(state, "22", 2) == 0
            ? EXIT_CODE_WRONG
            : EXIT_CODE_CANNOT;
    // A deadlock, and a transaction that cannot be put before or behind another one.
    database->may_again =
        (strcmp(state, "40P01") == 0 || strcmp(state, "40001") == 0) && database->tried < AGAIN_MOST;
    if (database->may_again) {
        return;
    }
    if (words == NULL) {
        fleet_tell("%s" ONCE_MORE, PQerrorMessage(database->connection));
        return;
    }
    hint = hint != NULL ? hint : hint_of(state, words);
    fleet_tell("%s%s%s", words, hint != NULL ? "; " : "", hint != NULL ? hint : "");
}

bool fleet_database_again(struct fleet_database *database) {
    if (!database->may_again) {
        return false;
    }
    database->may_again = false;
    if (PQtransactionStatus(database->connection) != PQTRANS_IDLE) {
        PQclear(PQexec(database->connection, "ROLLBACK"));
    }
    (void)usleep(AGAIN_FIRST_US << database->tried);
    database->tried++;
    return true;
}

int fleet_database_exit(const struct fleet_database *database) {
    return database->exit;
}

// A transaction of its own is tried again here; one of several statements by who began it.
static bool alone_again(struct fleet_database *database, bool good) {
    if (good && PQtransactionStatus(database->connection) == PQTRANS_IDLE) {
        database->tried = 0;
    }
    return !good && PQtransactionStatus(database->connection) == PQTRANS_IDLE &&
           fleet_database_again(database);
}

struct fleet_answer *fleet_database_ask(struct fleet_database *database, const char *sql, size_t count,
                                        const char *const *value) {
    PGresult *result = NULL;
    bool good;
    do {
        PQclear(result);
        result = PQexecParams(database->connection, sql, (int)count, NULL, value, NULL, NULL, 0);
        good = is_good(result);
        if (!good) {
            take_problem(database, result);
        }
    } while (alone_again(database, good));
    struct fleet_answer *answer = good ? malloc(sizeof(*answer)) : NULL;
    if (answer != NULL) {
        answer->result = result;
        return answer;
    }
    if (good) {
        fleet_tell("out of memory");
    }
    PQclear(result);
    return NULL;
}

int fleet_database_do(struct fleet_database *database, const char *sql) {
    bool good;
    do {
        PGresult *result = PQexec(database->connection, sql);
        good = is_good(result);
        if (!good) {
            take_problem(database, result);
        }
        PQclear(result);
    } while (alone_again(database, good));
    return good ? 0 : -1;
}

void fleet_answer_free(struct fleet_answer *answer) {
    if (answer != NULL) {
        PQclear(answer->result);
        free(answer);
    }
}

size_t fleet_answer_rows(const struct fleet_answer *answer) {
    return (size_t)PQntuples(answer->result);
}

bool fleet_answer_null(const struct fleet_answer *answer, size_t row, size_t column) {
    return PQgetisnull(answer->result, (int)row, (int)column) != 0;
}

const char *fleet_answer_text(const struct fleet_answer *answer, size_t row, size_t column) {
    return PQgetvalue(answer->result, (int)row, (int)column);
}

unsigned char *fleet_answer_bytes(const struct fleet_answer *answer, size_t row, size_t column,
                                  size_t *length) {
    return PQunescapeBytea((const unsigned char *)fleet_answer_text(answer, row, column), length);
}

void fleet_answer_bytes_free(unsigned char *bytes) {
    PQfreemem(bytes);
}

unsigned long long fleet_answer_changed(const struct fleet_answer *answer) {
    return strtoull(PQcmdTuples(answer->result), NULL, 10);
}
