#include "link/database.h"

#include "ration/clock.h"

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
    size_t length = strcspn(words, "\n");
    (void)snprintf(database->problem, sizeof(database->problem), "%.*s",
                   length < DATABASE_WORDS ? (int)length : DATABASE_WORDS - 1, words);
}

void database_close(struct database *database) {
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

static void failed_to_connect(struct database *database, uint64_t now) {
    uint64_t wait = RETRY_FIRST << (database->failures < 6 ? database->failures : 6);
    database->failures++;
    database->retry_at = now + jitter(wait < RETRY_MOST ? wait : RETRY_MOST);
    database_close(database);
}

static void begin_connecting(struct database *database, const char *conninfo, uint64_t now) {
    static const char *const keywords[] = {"dbname", "fallback_application_name", "connect_timeout", NULL};
    const char *const values[] = {conninfo, "ration", "5", NULL};
    database->connection = PQconnectStartParams(keywords, values, 1);
    if (database->connection == NULL || PQstatus(database->connection) == CONNECTION_BAD) {
        keep_problem(database,
                     database->connection != NULL ? PQerrorMessage(database->connection) : "out of memory");
        failed_to_connect(database, now);
        return;
    }
    (void)PQsetNoticeReceiver(database->connection, ignore_notice, NULL);
    database->state = DATABASE_CONNECTING;
    database->wants = POLLOUT;
    uint64_t most = now + CONNECTING;
    database->deadline = most < database->deadline ? most : database->deadline;
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
        database->failures = 0;
        database->problem[0] = '\0';
        database->state = DATABASE_READY;
        return;
    case PGRES_POLLING_FAILED:
    case PGRES_POLLING_ACTIVE:
    default:
        break;
    }
    keep_problem(database, PQerrorMessage(database->connection));
    failed_to_connect(database, now);
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
    database->sent = false;
    database->deadline = now + patience;
    if (database->state == DATABASE_READY && PQstatus(database->connection) != CONNECTION_OK) {
        database_close(database);
    }
}

static void answer_lost(const struct database *database, uint64_t number, struct text *out) {
    const char *why = database->problem[0] != '\0' ? database->problem : "no answer in time";
    const struct link_field field = {why, (uint32_t)strlen(why)};
    link_frame_add(out, &(struct link_frame){.kind = LINK_LOST, .count = 1, .number = number}, &field);
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

static bool take_result(struct database *database, uint64_t number, struct text *out) {
    PGresult *result = PQgetResult(database->connection), *next;
    while ((next = PQgetResult(database->connection)) != NULL) { // one statement has one result, then none
        PQclear(result);
        result = next;
    }
    ExecStatusType status = PQresultStatus(result);
    bool lost = false;
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
        answer_rows(result, number, out);
    } else if (result != NULL && !is_lost(result)) {
        answer_refused(result, number, out);
    } else {
        lost = true;
        keep_problem(database, PQerrorMessage(database->connection));
        answer_lost(database, number, out);
    }
    PQclear(result);
    database->state = DATABASE_READY;
    if (lost || PQstatus(database->connection) != CONNECTION_OK) {
        database_close(database);
    }
    return true;
}

// Of a statement that was sent.
static bool go_on(struct database *database, uint64_t number, struct text *out) {
    PGconn *connection = database->connection;
    if (PQconsumeInput(connection) == 0 || PQflush(connection) < 0) {
        keep_problem(database, PQerrorMessage(connection));
        database_close(database);
        answer_lost(database, number, out);
        return true;
    }
    return PQisBusy(connection) == 0 && take_result(database, number, out);
}

static void send(struct database *database) {
    database->sent = PQsendQueryParams(database->connection, database->sql, (int)database->count, NULL,
                                       database->value, database->length, database->format, 0) == 1;
    if (!database->sent) {
        keep_problem(database, PQerrorMessage(database->connection));
        database_close(database);
        return;
    }
    database->state = DATABASE_BUSY;
}

bool database_step(struct database *database, const char *conninfo, uint64_t number, struct text *out,
                   uint64_t now) {
    if (now >= database->deadline) {
        if (database->state == DATABASE_CONNECTING) {
            failed_to_connect(database, now);
        } else {
            database_close(database); // what was asked may still happen
        }
        answer_lost(database, number, out);
        return true;
    }
    if (database->state == DATABASE_CLOSED && now >= database->retry_at) {
        begin_connecting(database, conninfo, now);
    } else if (database->state == DATABASE_CONNECTING) {
        go_on_connecting(database, now);
    }
    if (database->state == DATABASE_CLOSED && database->retry_at > now) {
        answer_lost(database, number, out); // who asks is told at once, and asks again
        return true;
    }
    if (database->state == DATABASE_READY) {
        send(database);
    }
    return database->state == DATABASE_BUSY && go_on(database, number, out);
}

int database_waits(const struct database *database, short *events, uint64_t *until) {
    *until = database->deadline;
    *events = 0;
    if (database->state == DATABASE_CLOSED || database->connection == NULL) {
        return -1;
    }
    *events = database->state == DATABASE_CONNECTING ? (short)database->wants
              : PQflush(database->connection) > 0    ? POLLIN | POLLOUT
                                                     : POLLIN;
    return PQsocket(database->connection);
}
