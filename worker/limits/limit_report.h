// What the rate-limit headers of one answer say: a list of limits. Each counts something over a window. Pure.
#ifndef RATION_LIMIT_REPORT_H
#define RATION_LIMIT_REPORT_H

#include "ration/clock.h"

#include <stdbool.h>
#include <stdint.h>

#define LIMIT_MONTH \
    (30 * CLOCK_DAY) // a calendar month, for which there is no duration; ends when `reset` says

#define LIMIT_UNKNOWN UINT64_MAX
#define LIMIT_REPORT_MOST 24

enum limit_unit {
    LIMIT_REQUESTS,
    LIMIT_TOKENS,
    LIMIT_INPUT_TOKENS,
    LIMIT_OUTPUT_TOKENS,
    LIMIT_PROJECT_TOKENS, // tokens of the key's project, apart from those of its organisation
    LIMIT_PRIORITY_INPUT_TOKENS,
    LIMIT_PRIORITY_OUTPUT_TOKENS,
    LIMIT_UNITS
};

// How the window is known; the later, the surer.
enum limit_window_source {
    LIMIT_WINDOW_UNKNOWN,
    LIMIT_WINDOW_ASSUMED,  // the provider's habit; nothing in the answer speaks against it
    LIMIT_WINDOW_INFERRED, // from limit, remaining and time to full; one answer may mislead, several agree
    LIMIT_WINDOW_TOLD,     // by the header's name or value, or by the dialect
};

enum limit_reset {
    LIMIT_RESET_UNKNOWN,
    LIMIT_RESET_FULL, // refilled all the time: until then the whole limit has come back
    LIMIT_RESET_ENDS, // until then `remaining` must last; what follows is a new window
};

struct limit_entry {
    enum limit_unit unit;
    uint64_t window; // nanoseconds; 0: unknown
    enum limit_window_source source;
    int row;            // of the table of dialects; -1: a policy of the IETF's fields
    uint64_t limit;     // LIMIT_UNKNOWN, or 1..LIMIT_COUNT_MOST
    uint64_t remaining; // LIMIT_UNKNOWN, or 0..limit
    uint64_t rounding;  // `remaining` is exact to this: 1, or 1000 (rounded to thousands, up or down)
    uint64_t reset;     // LIMIT_UNKNOWN, or nanoseconds after the answer was sent, at most LIMIT_TIME_MOST
    enum limit_reset means;
};

// Values that were ignored.
struct limit_counts {
    uint32_t malformed; // unreadable, negative or absurdly large
    uint32_t unknown;   // -1 or 0 where that means unknown; headers of this family that nothing is known of
    uint32_t contradictory; // more remaining than the limit; several values where one is meant
};

// A value that makes no sense, as far as people should hear of it.
enum limit_odd_kind {
    LIMIT_ODD_NONE,
    LIMIT_ODD_UNREADABLE,
    LIMIT_ODD_ZERO,  // a limit of nothing
    LIMIT_ODD_ABOVE, // more is left than the limit
    LIMIT_ODD_YEARS, // a reset that is more than a year away
    LIMIT_ODDS
};
struct limit_odd {
    enum limit_odd_kind kind;
    int row, part;  // of the table of dialects, enum limit_part
    char value[48]; // as it came, as far as it is printable; "" where only the number is known:
    uint64_t number;
};

struct limit_report {
    struct limit_entry entry[LIMIT_REPORT_MOST]; // no two of one unit and window
    uint32_t count;
    uint64_t cost; // tokens that the request was charged, as far as headers tell; else LIMIT_UNKNOWN
    struct limit_counts ignored;
    struct limit_odd odd; // the first one
};

// Adds a limit; where there is one of its unit and window, the tighter of the two stays.
void limit_report_add(struct limit_report *report, const struct limit_entry *entry);

// How long the server wants us to wait after it refused a request, as far as its resets tell: until the last
// of those limits has come back of which nothing, next to nothing, or nobody knows what is left. Of a limit
// that refills over hours one unit is waited for. False: they tell nothing.
bool limit_report_wait(const struct limit_report *report, uint64_t *wait);

#endif
