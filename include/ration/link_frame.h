// What the coordinator and ration-link say to each other, over a socket pair: frames of fields. The link
// holds no state of the fleet: it is given a call and its values, asks the database, and gives back rows. So
// its death, or a lost connection, loses answers and nothing else, and whoever asked asks again.
#ifndef RATION_LINK_FRAME_H
#define RATION_LINK_FRAME_H

#include "ration/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Bytes of a frame: a line of 16 MiB of answer and 4 MiB of input, whose bytes are escaped twice.
#define LINK_FRAME_MOST ((size_t)256 << 20)
#define LINK_FRAME_FIELDS 65536U
#define LINK_PLACE_MOST 4096U // bytes of the database's place, with a NUL
#define LINK_NAME_MOST 64U    // likewise of a run's name there

// What is asked. Each is one statement in a transaction of its own; link_statement.c has them, with their
// values in order.
enum link_call {
    LINK_CONNECT, // conninfo; first of all. It has no answer
    LINK_BEGIN,
    LINK_BUCKET,
    LINK_BUDGET,
    LINK_JOIN,
    LINK_TICK,
    LINK_CLAIM,
    LINK_HELD,
    LINK_BEGUN,
    LINK_COMMIT,
    LINK_FAIL,
    LINK_SHIPPED,
    LINK_JUDGE,
    LINK_BURY,
    LINK_SETTLE,
    LINK_SETTLE_DEAD,
    LINK_OPEN,
    LINK_TELL,
    LINK_FLEET,
    LINK_LIMIT,
    LINK_DOUBT,
    LINK_CRASH,
    LINK_PERIOD,
    LINK_REST,
    LINK_HOLD,
    LINK_HOLDS,
    LINK_SHARE,
    LINK_OFFER,
    LINK_PUT,
    LINK_PIECE,
    LINK_WISH,
    LINK_LEND,
    LINK_BREAKER,
    LINK_PROBE,
    LINK_CALLS
};

// How it went.
enum link_answer {
    LINK_ROWS = LINK_CALLS, // fields of rows of `columns` each
    LINK_REFUSED,           // the database says no: SQLSTATE, message
    // nothing is known of it, it may have happened: why; what must be mended first, or ""
    LINK_LOST,
    LINK_ANSWERS
};

struct link_field {
    const char *bytes; // NULL: null. Not NUL-terminated
    uint32_t length;
};

struct link_frame {
    uint32_t kind;    // enum link_call, or enum link_answer
    uint32_t columns; // of LINK_ROWS, else 0
    uint32_t count;   // of fields
    uint64_t number;  // of the call; its answer has the same
};

// Adds a frame to `out`; on failure of memory the text is marked as failed.
void link_frame_add(struct text *out, const struct link_frame *frame, const struct link_field *field);

// Reads the frame at the head of `bytes`. The fields, which point into `bytes`, are malloc'ed, the caller's.
// Returns the bytes that it took; 0: it is not there as a whole yet; -1: it is none, or memory is out.
ptrdiff_t link_frame_read(const char *bytes, size_t length, struct link_frame *frame,
                          struct link_field **field);

#endif
