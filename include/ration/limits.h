// The limits that an account may be given, one row each: what is counted, and over which window. Options,
// tiers, sessions files, plans and the ledger all take their rows from here. A further limit is one line of
// the table in limits.c. Pure.
#ifndef RATION_LIMITS_H
#define RATION_LIMITS_H

#include "ration/dimension.h"

#include <stdint.h>

enum limits_row {
    LIMITS_REQUESTS_MINUTE,
    LIMITS_TOKENS_MINUTE,
    LIMITS_INPUT_TOKENS_MINUTE,
    LIMITS_OUTPUT_TOKENS_MINUTE,
    LIMITS_REQUESTS_DAY,
    LIMITS_TOKENS_DAY,
    LIMITS_ROWS
};

struct limits_kind {
    const char *name; // as a tier and a session call it in JSON: "requests_per_minute"
    enum dimension_unit unit;
    uint64_t window; // nanoseconds
    uint64_t most;   // the largest number that makes sense
};

// 0 in a row: no limit is told.
struct limits {
    uint64_t of[LIMITS_ROWS];
};

const struct limits_kind *limits_kind(enum limits_row row);

// The row of that JSON name; LIMITS_ROWS: there is none.
enum limits_row limits_find(const char *name);

// What `given` tells wins.
void limits_prefer(struct limits *limits, const struct limits *given);

// "500", or "any number of" where none is told.
#define LIMITS_TEXT_SIZE 24
void limits_text(uint64_t limit, char out[LIMITS_TEXT_SIZE]);

#endif
