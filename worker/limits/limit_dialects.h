// Which rate-limit header of which provider says what: a table. Pure, but that it remembers the names it was
// asked for last.
#ifndef RATION_LIMIT_DIALECTS_H
#define RATION_LIMIT_DIALECTS_H

#include "limits/limit_report.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Which provider the answers come from, where that is known. Headers are known by their names; the dialect
// settles only what the names leave open.
enum limit_dialect {
    LIMIT_DIALECT_ANY, // not known
    LIMIT_DIALECT_OPENAI,
    LIMIT_DIALECT_AZURE, // a remaining or reset of 0 means unknown
    LIMIT_DIALECT_GROQ,  // requests are per day, tokens per minute
    LIMIT_DIALECT_MISTRAL,
    LIMIT_DIALECT_ANTHROPIC,
    LIMIT_DIALECTS
};

// "openai", "azure", "groq", …; LIMIT_DIALECT_ANY for every other name.
enum limit_dialect limit_dialects_named(const char *name);
bool limit_dialects_zero_is_unknown(enum limit_dialect dialect);
// Times to full are told in Go durations.
bool limit_dialects_units_mean_full(enum limit_dialect dialect);

enum limit_part { LIMIT_PART_LIMIT, LIMIT_PART_REMAINING, LIMIT_PART_RESET, LIMIT_PARTS };

// Three headers whose names differ in one word.
struct limit_row {
    const char *pattern;        // in lower case; "*" stands for limit, remaining or reset
    enum limit_dialect dialect; // LIMIT_DIALECT_ANY: whoever sends it
    enum limit_unit unit;
    uint64_t window; // nanoseconds; 0: not told by the name
    bool assumed;    // a window that nothing tells or proves is a minute, or a day
    // What a reset means; LIMIT_RESET_UNKNOWN: with units ("6m0s") the time to full, else the end of the
    // window.
    enum limit_reset means;
    uint64_t rounding; // `remaining` is exact to this
};

#define LIMIT_ROW_NONE (-1)
// The older IETF triple, RateLimit-Limit and so on; the dictionary form of RateLimit says the same.
#define LIMIT_ROW_TRIPLE 0

// The row that knows the header, and which of its three it is. `name` is in lower case. LIMIT_ROW_NONE: no
// row.
int limit_dialects_match(enum limit_dialect dialect, const char *name, size_t length, enum limit_part *part);
const struct limit_row *limit_dialects_row(int row);

#define LIMIT_DIALECTS_NAME 64
// The header's name; of LIMIT_ROW_NONE "RateLimit-Policy" or "RateLimit".
const char *limit_dialects_name(int row, int part, char out[LIMIT_DIALECTS_NAME]);

// Whether the header says how many tokens its request was charged.
bool limit_dialects_is_cost(const char *name, size_t length);

#endif
