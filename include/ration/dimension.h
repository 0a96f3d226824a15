// One thing that a session may spend: requests, tokens, … over a window, as far as the configuration and the
// answers tell. Pure.
//
// It keeps two accounts. The pace is a token bucket with a small capacity: what we send is spread over the
// window, so that we alone never break the limit, whatever its form. The mirror is what the provider's own
// account must look like: set from "remaining", moved by what we take and by the time. Where the provider has
// less than the mirror says, somebody else is spending with this key.
#ifndef RATION_DIMENSION_H
#define RATION_DIMENSION_H

#include "ration/clock.h"

#include <stdbool.h>
#include <stdint.h>

enum dimension_unit {
    DIMENSION_NONE, // not in use
    DIMENSION_REQUESTS,
    DIMENSION_TOKENS,
    DIMENSION_INPUT_TOKENS,
    DIMENSION_OUTPUT_TOKENS,
    DIMENSION_PROJECT_TOKENS,
    DIMENSION_UNITS
};

enum dimension_mirror {
    DIMENSION_BLIND,  // nothing was told
    DIMENSION_REFILL, // refills all the time, like a token bucket
    DIMENSION_FIXED,  // so much is left until a moment, when all of it comes back
};

// Longer windows are not spread: a day's quota may be spent in an hour.
#define DIMENSION_PACED_MOST CLOCK_HOUR

// All words of 64 bits, so that it can be kept in guarded words. Times are monotonic nanoseconds. Amounts
// that may be below 0 are int64_t.
struct dimension {
    uint64_t unit;     // enum dimension_unit
    uint64_t window;   // nanoseconds, > 0
    uint64_t told;     // limit by the configuration; 0: none
    uint64_t heard;    // limit by the answers; 0: none
    uint64_t heard_at; // when the request left whose answer said so
    uint64_t burst;    // units that may leave at once after a rest; 0: a tenth of a second's worth
    uint64_t paced;    // when the pace's bucket is full again
    uint64_t mirror;   // enum dimension_mirror
    uint64_t high;     // REFILL: the most that the provider's bucket ever held, as far as was seen
    uint64_t full;     // REFILL: when it holds `high` again
    int64_t left;      // FIXED
    uint64_t begins;   // FIXED: nothing may leave before
    uint64_t ends;     // FIXED
    uint64_t taken;    // units taken so far, less what came back; wraps
    int64_t shifted;   // sum of all jumps of the mirror that were no taking, coming back or refilling
    int64_t gap_least; // of this interval: how much the mirror was above the answers, at least
    int64_t gap_most;  // and at most
    uint64_t gap_since;
    uint64_t size;  // sixteen times the mean of a taking
    uint64_t lag;   // how old answers are, a mean
    int64_t others; // units that others took in this interval
    uint64_t others_since;
    uint64_t others_taken;    // what `taken` was then
    uint64_t refills;         // who speaks of windows, but refills: how many intervals in a row showed it
    int64_t others_before[3]; // units a window that they took in the intervals before this one
    uint64_t others_pace;     // units a window that they are expected to take
    uint64_t others_total;    // all that they took
    uint64_t jumped;          // when all came back at once, as far as that was seen; 0: never
    uint64_t window_rival;    // another window that answers speak for,
    uint64_t rivals;          // so often in a row
    uint64_t metered;         // 1: of a fleet, which grants what may be taken; see dimension_meter()
    uint64_t granted;         // metered: what `taken` may come to; wraps
    int64_t known;            // metered: as much may lie here as the fleet knows of; see dimension_known()
};

// What an answer said of it. UINT64_MAX where it said nothing.
struct dimension_news {
    enum dimension_unit unit;
    uint64_t window;    // 0: not known
    bool window_sure;   // told, not inferred or assumed
    uint64_t limit;     // > 0
    uint64_t remaining; // at the moment of admission
    uint64_t reset;     // nanoseconds from then
    uint64_t rounding;  // of remaining; 0 and 1: it is exact
    bool fixed;         // reset is the end of a fixed window
};

// The limit that holds; 0: none is known.
uint64_t dimension_limit(const struct dimension *dimension);

// Whether what is sent is spread over the window.
bool dimension_paced(const struct dimension *dimension);

// When `units` may leave, not before `now`. `share` of the limit, in millionths, may be used where the window
// is not paced.
uint64_t dimension_earliest(const struct dimension *dimension, uint64_t units, uint64_t share, uint64_t now);

// `units` leave at `at`.
void dimension_take(struct dimension *dimension, uint64_t units, uint64_t at);
// More of them than was taken at `at`: a debt, of a day at most.
void dimension_charge(struct dimension *dimension, uint64_t units, uint64_t at);
// `units` of what was taken come back. metered: they stay here as far as the fleet knows of as much, and go
// back to it beyond.
void dimension_refund(struct dimension *dimension, uint64_t units);

// `units` that were taken have never left: they come back, but the pace keeps their departure.
void dimension_give_back(struct dimension *dimension, uint64_t units);

// What the mirror said when a request had just been taken that leaves at `at`: for the answer to it. Never 0.
uint64_t dimension_mark(const struct dimension *dimension, uint64_t at);

// An answer to a request that left at `departed`, with its mark. `refused`: it was not admitted. Its
// settlement comes before.
void dimension_hear(struct dimension *dimension, const struct dimension_news *news, uint64_t mark,
                    uint64_t departed, uint64_t now, bool refused);

// An answer whose window was not told, only inferred, speaks for this one. True: so many in a row did, that
// it must be believed.
bool dimension_rival(struct dimension *dimension, uint64_t window);

// It has another window: all that was known of it is void. Marks stay good.
void dimension_restart(struct dimension *dimension, uint64_t window, uint64_t now);

// From now on no more may be taken than is granted, and nothing is yet. Who else takes some of it is a
// sibling or a stranger, which cannot be told apart here: nobody is suspected.
void dimension_meter(struct dimension *dimension);
// metered: the fleet is told now what was granted and not taken. So much, and what it grants from now on, is
// what it believes to lie here at most, whatever is taken and comes back meanwhile. True: that has changed.
bool dimension_known(struct dimension *dimension);
// metered: `units` more may be taken.
void dimension_grant(struct dimension *dimension, uint64_t units);
// metered: what was granted and not taken; below 0: more was charged than was granted.
int64_t dimension_stock(const struct dimension *dimension);

// What answers told of it is void; what the configuration has stays. Marks stay good.
void dimension_forget(struct dimension *dimension, uint64_t now);

// Units that may leave at once by the pace, 0..limit.
uint64_t dimension_level(const struct dimension *dimension, uint64_t now);

// What is left of it as the provider sees it, 0..limit; the limit where nothing is known.
uint64_t dimension_remaining(const struct dimension *dimension, uint64_t now);

// "requests a minute", "tokens a day"
void dimension_name(enum dimension_unit unit, uint64_t window, char out[48]);
// "requests", "tokens", "input tokens", …
const char *dimension_unit_name(enum dimension_unit unit);

#endif
