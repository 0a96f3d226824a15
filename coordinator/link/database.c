#include "link/database.h"

#include "ration/clock.h"
#include "ration/database_fault.h"

#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define CONNECTING (5 * CLOCK_SECOND) // libpq's own connect_timeout does not hold for this way of connecting
#define RETRY_FIRST (100 * CLOCK_MS)
#define RETRY_MOST (2 * CLOCK_SECOND)

static void ignore_notice(void *context, const PGresult *result) {
    (void)context;
    (void)result;
}

// One line of libpq's words.
static void keep_problem(struct database *database, const char *words) {
    char state[DATABASE_FAULT_STATE];
    database_fault_words(words, database->problem, sizeof(database->problem), state);
    database->advice = NULL;
}

// Likewise, of a connection that could not be made: it may be in vain to try that again.
static void keep_refusal(struct database *database) {
    char state[DATABASE_FAULT_STATE];
    database_fault_words(PQerrorMessage(database->connection), database->problem, sizeof(database->problem),
                         state);
    struct database_fault fault = database_fault_connecting(state, database->problem);
    database->advice = fault.wrong ? fault.hint : NULL;
}

void database_close(struct database *database) {
    PQclear(database->result);
    database->result = NULL;
    PQfinish(database->connection);
    database->connection = NULL;
    database->state = DATABASE_CLOSED;
}

// Half to all of it, so that many machines do not come back at once.
static uint64_t jitter(uint64_t wait) {
    uint32_t random = 0;
    if (getrandom(&random, sizeof(random), GRND_NONBLOCK) != (ssize_t)sizeof(random)) {
        return wait;
    }
    return wait / 2 + (wait / 2) * random / UINT32_MAX;
}

static void failed(struct database *database, uint64_t now) {
    uint64_t wait = RETRY_FIRST << (database->failures < 6 ? database->failures : 6);
    database->failures++;
    database->retry_at = now + jitter(wait < RETRY_MOST ? wait : RETRY_MOST);
    database_close(database);
}

static void begin_connecting(struct database *database, const char *conninfo, uint64_t now) {
    static const char *const keywords[] = {"dbname", "fallback_application_name", "connect_timeout", NULL};
    const char *const values[] = {conninfo, "ration", "5", NULL};
    database->connection = PQconnectStartParams(keywords, values, 1);
    if (database->connection == NULL) {
        keep_problem(database, "out of memory");
        failed(database, now);
        return;
    }
    if (PQstatus(database->connection) == CONNECTION_BAD) {
        keep_refusal(database);
        failed(database, now);
        return;
    }
    (void)PQsetErrorVerbosity(database->connection, PQERRORS_VERBOSE); // a refusal has its SQLSTATE then
    (void)PQsetNoticeReceiver(database->connection, ignore_notice, NULL);
    database->state = DATABASE_CONNECTING;
    database->wants = POLLOUT;
    database->deadline = now + (database->patience < CONNECTING ? database->patience : CONNECTING);
}

static void go_on_connecting(struct database *database, uint64_t now) {
    switch (PQconnectPoll(database->connection)) {
    case PGRES_POLLING_READING:
        database->wants = POLLIN;
        return;
    case PGRES_POLLING_WRITING:
        database->wants = POLLOUT;
        return;
    case PGRES_POLLING_OK:
        if (PQsetnonblocking(database->connection, 1) != 0) {
            break;
        }
        (void)PQsetErrorVerbosity(database->connection, PQERRORS_DEFAULT);
        database->problem[0] = '\0';
        database->advice = NULL;
        database->state = DATABASE_READY;
        return;
    case PGRES_POLLING_FAILED:
    case PGRES_POLLING_ACTIVE:
    default:
        break;
    }
    keep_refusal(database);
    failed(database, now);
}

void database_ask(struct database *database, const char *sql, uint32_t count, const char *const *value,
                  const int *length, uint32_t binary, uint64_t patience, uint64_t now) {
    database->sql = sql;
    database->count = count < DATABASE_VALUES ? count : DATABASE_VALUES;
    for (uint32_t i = 0; i < database->count; i++) {
        database->value[i] = value[i];
        database->length[i] = length[i];
        database->format[i] = i == binary;
    }
    database->patience = patience;
    database->deadline = now + patience;
    if (database->state == DATABASE_READY && PQstatus(database->connection) != CONNECTION_OK) {
        database_close(database);
    }
}

static void answer_lost(const struct database *database, uint64_t number, struct text *out) {
    const char *why = database->problem[0] != '\0' ? database->problem : "no answer in time";
    const char *advice = database->advice != NULL ? database->advice : "";
    const struct link_field field[] = {{why, (uint32_t)strlen(why)}, {advice, (uint32_t)strlen(advice)}};
    link_frame_add(out, &(struct link_frame){.kind = LINK_LOST, .count = 2, .number = number}, field);
}

static void answer_refused(const PGresult *result, uint64_t number, struct text *out) {
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT);
    state = state != NULL ? state : "";
    words = words != NULL ? words : PQresultErrorMessage(result);
    hint = hint != NULL ? hint : "";
    const struct link_field field[] = {
        {state, (uint32_t)strlen(state)}, {words, (uint32_t)strlen(words)}, {hint, (uint32_t)strlen(hint)}};
    link_frame_add(out, &(struct link_frame){.kind = LINK_REFUSED, .count = 3, .number = number}, field);
}

static void answer_rows(const PGresult *result, uint64_t number, struct text *out) {
    uint32_t rows = (uint32_t)PQntuples(result), columns = (uint32_t)PQnfields(result), n = 0;
    struct link_field *field = calloc((size_t)rows * columns + 1, sizeof(*field));
    if (field == NULL) {
        out->failed = true;
        return;
    }
    for (uint32_t row = 0; row < rows; row++) {
        for (uint32_t column = 0; column < columns; column++) {
            bool null = PQgetisnull(result, (int)row, (int)column) != 0;
            field[n++] = (struct link_field){null ? NULL : PQgetvalue(result, (int)row, (int)column),
                                             (uint32_t)PQgetlength(result, (int)row, (int)column)};
        }
    }
    link_frame_add(out,
                   &(struct link_frame){.kind = LINK_ROWS, .columns = columns, .count = n, .number = number},
                   field);
    free(field);
}

// Errors of a server that ends or is full say nothing of what was asked: it is asked again.
static bool is_lost(const PGresult *result) {
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    return state == NULL || strncmp(state, "08", 2) == 0 || strncmp(state, "53", 2) == 0 ||
           strncmp(state, "57", 2) == 0 || strncmp(state, "40", 2) == 0 || strcmp(state, "55P03") == 0 ||
           strncmp(state, "25", 2) == 0 || strncmp(state, "58", 2) == 0;
}

// All of it has come. An answer shows that the database works; with a connection alone it may be a standby,
// which refuses all that is asked.
static void take_result(struct database *database, uint64_t number, struct text *out, uint64_t now) {
    PGresult *result = database->result;
    ExecStatusType status = PQresultStatus(result);
    bool good = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
    if (!good && (result == NULL || is_lost(result))) {
        keep_problem(database,
                     result != NULL ? PQresultErrorMessage(result) : PQerrorMessage(database->connection));
        failed(database, now);
        answer_lost(database, number, out);
        return;
    }
    if (good) {
        answer_rows(result, number, out);
    } else {
        answer_refused(result, number, out);
    }
    PQclear(result);
    database->result = NULL;
    database->failures = 0;
    database->state = DATABASE_READY;
    if (PQstatus(database->connection) != CONNECTION_OK) {
        database_close(database);
    }
}

// Of a statement that was sent. PQgetResult() waits unless PQisBusy() has said just before that it need not.
// A commit that fails comes behind the rows: the last result is the one that counts.
static bool go_on(struct database *database, uint64_t number, struct text *out, uint64_t now) {
    PGconn *connection = database->connection;
    if (PQconsumeInput(connection) == 0 || PQflush(connection) < 0) {
        keep_problem(database, PQerrorMessage(connection));
        failed(database, now);
        answer_lost(database, number, out);
        return true;
    }
    while (PQisBusy(connection) == 0) {
        PGresult *next = PQgetResult(connection);
        if (next == NULL) {
            take_result(database, number, out, now);
            return true;
        }
        PQclear(database->result);
        database->result = next;
    }
    return false;
}

// false: it cannot be sent.
static bool send(struct database *database, uint64_t now) {
    if (PQsendQueryParams(database->connection, database->sql, (int)database->count, NULL, database->value,
                          database->length, database->format, 0) != 1) {
        keep_problem(database, PQerrorMessage(database->connection));
        failed(database, now);
        return false;
    }
    database->state = DATABASE_BUSY;
    return true;
}

bool database_step(struct database *database, const char *conninfo, uint64_t number, struct text *out,
                   uint64_t now) {
    if (database->state == DATABASE_CLOSED) {
        if (now < database->retry_at) {
            return false;
        }
        begin_connecting(database, conninfo, now);
    } else if (now >= database->deadline) {
        database->advice = NULL;
        failed(database, now); // what was asked may still happen
    } else if (database->state == DATABASE_CONNECTING) {
        go_on_connecting(database, now);
    }
    if (database->state == DATABASE_CLOSED || (database->state == DATABASE_READY && !send(database, now))) {
        answer_lost(database, number, out);
        return true;
    }
    return database->state == DATABASE_BUSY && go_on(database, number, out, now);
}

int database_waits(const struct database *database, short *events, uint64_t *until) {
    *until = database->state == DATABASE_CLOSED ? database->retry_at : database->deadline;
    *events = 0;
    if (database->state == DATABASE_CLOSED || database->connection == NULL) {
        return -1;
    }
    *events = database->state == DATABASE_CONNECTING ? (short)database->wants
              : PQflush(database->connection) > 0    ? POLLIN | POLLOUT
                                                     : POLLIN;
    return PQsocket(database->connection);
}
