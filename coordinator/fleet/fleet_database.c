#include "fleet/fleet_database.h"

#include "fleet/fleet_tell.h"
#include "member/member_password.h"
#include "ration/clock.h"
#include "ration/database_fault.h"
#include "system/exit_code.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AGAIN_MOST 8
#define AGAIN_FIRST_US 50000U // doubled by each time: six seconds in all
#define SOON (5 * CLOCK_SECOND)

struct fleet_database {
    PGconn *connection;
    bool failed;    // what was asked last
    int exit;       // that fits it
    int tried;      // the transaction that failed
    bool may_again; // it was given up for others' sake alone
};

struct fleet_answer {
    PGresult *result;
};

static void tell_password(void) {
    fleet_tell(
        "a password in the DATABASE would stand in the list of processes; leave it out, and keep it in "
        "the file that PGPASSFILE names (mode 0600, host:port:database:user:password), in ~/.pgpass, or in "
        "a service");
}

int fleet_database_check(const char *where) {
    char *problem = NULL;
    if (member_password_in(where)) {
        tell_password(); // before libpq repeats what it cannot read
        return -1;
    }
    PQconninfoOption *options = PQconninfoParse(where, &problem);
    int status = options != NULL ? 0 : -1;
    if (options == NULL) {
        fleet_tell("the DATABASE is neither a URL, postgresql://HOST/DATABASE, nor words like "
                   "service=ration: %.*s; see ration fleet --help",
                   problem != NULL ? (int)strcspn(problem, "\n") : 0, problem != NULL ? problem : "");
    }
    for (const PQconninfoOption *one = options; one != NULL && one->keyword != NULL; one++) {
        if (one->val != NULL && strstr(one->keyword, "password") != NULL && status == 0) {
            tell_password();
            status = -1;
        }
    }
    PQfreemem(problem);
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

static struct database_fault why(const PGconn *connection, char *line, size_t size) {
    char state[DATABASE_FAULT_STATE];
    database_fault_words(PQerrorMessage(connection), line, size, state);
    return database_fault_connecting(state, line);
}

// A server that refuses has its SQLSTATE told by this way alone, when it is asked again; it answers soon.
static struct database_fault ask_why(PGconn *connection, uint64_t since, char *line, size_t size) {
    struct database_fault fault = why(connection, line, size);
    if (fault.wrong || clock_now() - since >= SOON) {
        return fault;
    }
    (void)PQsetErrorVerbosity(connection, PQERRORS_VERBOSE);
    PQreset(connection);
    (void)PQsetErrorVerbosity(connection, PQERRORS_DEFAULT);
    return PQstatus(connection) != CONNECTION_OK ? why(connection, line, size) : fault;
}

// 0 where it comes in after all; otherwise the exit code, after telling.
static int refused(PGconn *connection, uint64_t since) {
    char line[1024];
    struct database_fault fault = ask_why(connection, since, line, sizeof(line));
    if (PQstatus(connection) == CONNECTION_OK) {
        return EXIT_CODE_ALL_DONE;
    }
    fleet_tell("%s; %s", line,
               fault.wrong ? fault.hint
                           : "look at the server, the network and the URL, and give the command again");
    return fault.wrong ? EXIT_CODE_WRONG : EXIT_CODE_CANNOT;
}

int fleet_database_open(const char *where, struct fleet_database **out) {
    // What stands in `where` counts more than what stands before it here.
    static const char *const keywords[] = {"connect_timeout", "target_session_attrs", "client_encoding",
                                           "dbname",          "application_name",     NULL};
    const char *const values[] = {"10", "read-write", "UTF8", where, "ration fleet", NULL};
    struct fleet_database *database = calloc(1, sizeof(*database));
    *out = NULL;
    if (database == NULL) {
        fleet_tell("out of memory");
        return EXIT_CODE_CANNOT;
    }
    uint64_t since = clock_now();
    database->connection = PQconnectdbParams(keywords, values, 1);
    if (PQstatus(database->connection) != CONNECTION_OK) {
        int status = refused(database->connection, since);
        if (status != EXIT_CODE_ALL_DONE) {
            fleet_database_close(database);
            return status;
        }
    }
    (void)PQsetNoticeReceiver(database->connection, take_notice, NULL);
    *out = database;
    return EXIT_CODE_ALL_DONE;
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

// Tells it, unless it may be tried again.
static void take_problem(struct fleet_database *database, const PGresult *result) {
    const char *words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT);
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    struct database_fault fault = {.wrong = false};
    if (state != NULL) {
        fault = database_fault_asking(state, words != NULL ? words : "", hint);
    }
    state = state != NULL ? state : "";
    database->exit = fault.wrong ? EXIT_CODE_WRONG : EXIT_CODE_CANNOT;
    // A deadlock, and a transaction that cannot be put before or behind another one.
    database->may_again =
        (strcmp(state, "40P01") == 0 || strcmp(state, "40001") == 0) && database->tried < AGAIN_MOST;
    if (database->may_again) {
        return;
    }
    if (words == NULL) {
        fleet_tell("%s; nothing is half done: give the command again once it is back",
                   PQerrorMessage(database->connection));
        return;
    }
    fleet_tell("%s%s%s", words, fault.hint != NULL ? "; " : "", fault.hint != NULL ? fault.hint : "");
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

int fleet_database_exit(const struct fleet_database *database, int otherwise) {
    return database->failed ? database->exit : otherwise;
}

// A transaction of its own is tried again here; one of several statements by who began it.
static bool alone_again(struct fleet_database *database, bool good) {
    database->failed = !good;
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
