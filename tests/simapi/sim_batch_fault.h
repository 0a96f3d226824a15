/* What goes wrong with files and batches, by lot: of a call, of a whole batch, of a row. Pure. */
#ifndef SIMAPI_BATCH_FAULT_H
#define SIMAPI_BATCH_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* id, name on the command line (behind batch-fault-) and in the audit, what it does */
#define BATCH_FAULTS(X)                                                                             \
    X(CALL_500, "500", "of the calls: an error 500, and nothing was done")                          \
    X(CALL_503, "503", "of the calls: an error 503, and nothing was done")                          \
    X(CALL_429, "429", "of the calls: a 429 with a second to wait, and nothing was done")           \
    X(CALL_DROP, "drop", "of the calls: the connection closed, and nothing was done")               \
    X(LOST, "lost", "of the uploads, creations, cancels and deletes: done, but the answer is lost") \
    X(CUT, "cut", "of the downloads: end early, against their Content-Length, in mid-line")         \
    X(SHORT, "short", "of the downloads: seem whole, and end in mid-line")                          \
    X(LINE, "line", "of the batches (files): fail in validation for one of their lines")            \
    X(ENQUEUED, "enqueued", "of the batches (files): fail for the limit of enqueued tokens")        \
    X(EXPIRED, "expired", "of the batches: expire with a part of their rows")                       \
    X(CANCELLED, "cancelled", "of the batches: somebody cancels them with a part of their rows")    \
    X(STUCK, "stuck", "of the batches: never get beyond a part of their rows")                      \
    X(COUNTS, "counts", "of the batches: say that all rows were answered")                          \
    X(ROW_ZERO, "row-zero", "of the rows: status_code 0 with an empty body (messages: api_error)")  \
    X(ROW_TIMEOUT, "row-timeout", "of the rows: request_timeout (messages: timeout_error)")         \
    X(ROW_429, "row-429", "of the rows: a 429 (messages: rate_limit_error)")                        \
    X(ROW_REFUSED, "row-refused", "of the rows: invalid_request_error, with no response")           \
    X(ROW_MISSING, "row-missing", "of the rows: run and billed, but in no file")                    \
    X(ROW_TWICE, "row-twice", "of the rows: two lines, the same")                                   \
    X(ROW_UNKNOWN, "row-unknown", "of the rows: a line of an id that nobody sent beside their own")

enum batch_fault {
#define BATCH_FAULT_ENUM(id, name, help) BATCH_FAULT_##id,
    BATCH_FAULTS(BATCH_FAULT_ENUM)
#undef BATCH_FAULT_ENUM
        BATCH_FAULT_COUNT
};

/* How many there were of each. */
struct batch_faults {
    uint64_t happened[BATCH_FAULT_COUNT];
};

const char *sim_batch_fault_name(enum batch_fault f);
/*
 * Whether f happens to what has this lot (a key of sim_chance.h), and counts it. share: 0 to 1; most: how
 * often it may happen in all.
 */
bool sim_batch_fault_happens(struct batch_faults *b, enum batch_fault f, uint64_t lot, double share,
                             uint64_t most);

#endif
