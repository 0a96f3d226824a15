#include "fleet/fleet_database.h"

#include "fleet/fleet_tell.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

struct fleet_database {
    PGconn *connection;
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
    struct fleet_database *database = malloc(sizeof(*database));
    if (database == NULL) {
        fleet_tell("out of memory");
        return NULL;
    }
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

static void tell_problem(const struct fleet_database *database, const PGresult *result) {
    const char *words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT);
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (words == NULL) {
        fleet_tell("%s", PQerrorMessage(database->connection));
        return;
    }
    // No such schema, function or table: nobody has prepared it.
    if (state != NULL &&
        (strcmp(state, "3F000") == 0 || (strcmp(state, "42883") == 0 && strstr(words, "ration.") != NULL))) {
        hint = "ration fleet init DATABASE prepares it";
    }
    fleet_tell("%s%s%s", words, hint != NULL ? "; " : "", hint != NULL ? hint : "");
}

struct fleet_answer *fleet_database_ask(struct fleet_database *database, const char *sql, size_t count,
                                        const char *const *value) {
    PGresult *result = PQexecParams(database->connection, sql, (int)count, NULL, value, NULL, NULL, 0);
    struct fleet_answer *answer = NULL;
    if (!is_good(result)) {
        tell_problem(database, result);
    } else if ((answer = malloc(sizeof(*answer))) == NULL) {
        fleet_tell("out of memory");
    } else {
        answer->result = result;
        return answer;
    }
    PQclear(result);
    return NULL;
}

int fleet_database_do(struct fleet_database *database, const char *sql) {
    PGresult *result = PQexec(database->connection, sql);
    int status = is_good(result) ? 0 : -1;
    if (status != 0) {
        tell_problem(database, result);
    }
    PQclear(result);
    return status;
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
