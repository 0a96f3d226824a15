// One connection to the database, asked one statement at a time and never waited for: whoever has it calls
// database_step() when its descriptor is ready or its time has come. The only file that uses libpq.
//
// After a failure it waits for a while, longer each time, before it connects again. What is asked in between
// waits with it, so that whoever asks again at once asks no more often than there is somebody to ask.
//
// A statement is never cancelled: that may undo a commit for which a synchronous standby is waited. When its
// deadline passes the connection is dropped, and nothing is known of it.
#ifndef RATION_DATABASE_H
#define RATION_DATABASE_H

#include "ration/link_frame.h"
#include "ration/text.h"

#include <stdbool.h>
#include <stdint.h>

#define DATABASE_VALUES 16
#define DATABASE_WORDS 256

enum database_state {
    DATABASE_CLOSED,     // may be asked: it connects first
    DATABASE_CONNECTING, // for the statement that waits
    DATABASE_READY,      // may be asked
    DATABASE_BUSY
};

struct pg_conn;
struct pg_result;
struct database {
    enum database_state state;
    struct pg_conn *connection;
    int wants;                    // poll(2) events of a connection that is being made
    struct pg_result *result;     // of the statement, so far
    uint64_t patience;            // of the statement; nanoseconds
    uint64_t deadline;            // of what is under way; monotonic. CLOSED: begins with connecting
    uint64_t retry_at;            // no new connection before
    uint32_t failures;            // in a row: no connection, or a statement that was lost
    char problem[DATABASE_WORDS]; // why the last connection could not be made, or ended
    const char *advice;           // then: what to do first, as it is in vain to try again; NULL: it is not
    // the statement
    const char *sql;
    uint32_t count;
    const char *value[DATABASE_VALUES];
    int length[DATABASE_VALUES], format[DATABASE_VALUES];
};

// CLOSED or READY. All of it must stay until it has ended. `binary`: the value that is bytes, or
// DATABASE_VALUES. `patience`: nanoseconds from now on, or from when it may connect again.
void database_ask(struct database *database, const char *sql, uint32_t count, const char *const *value,
                  const int *length, uint32_t binary, uint64_t patience, uint64_t now);

// Goes on with it. true: it has ended, and its answer was added to `out` as a frame of that number.
bool database_step(struct database *database, const char *conninfo, uint64_t number, struct text *out,
                   uint64_t now);

// For poll(2): the descriptor, or -1, and what to wait for; *until: not longer than until then.
int database_waits(const struct database *database, short *events, uint64_t *until);

void database_close(struct database *database);

#endif
