// How fast a run can be, what limits it, when it ends and what it costs: from the limits and what an artist
// takes. Pure.
#ifndef RATION_FORECAST_H
#define RATION_FORECAST_H

#include "ration/arena.h"
#include "ration/dimension.h"
#include "ration/price.h"
#include "ration/tier.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FORECAST_LIMITS_MOST 8U // of one session
#define FORECAST_TEXT_SIZE 160U
#define FORECAST_ALL UINT32_MAX // no session in particular

// So many units in each window. One longer than DIMENSION_PACED_MOST is a stock that may be used up at any
// pace and comes back at its end; a shorter one is a pace.
struct forecast_limit {
    enum dimension_unit unit; // DIMENSION_NONE: not in use
    uint64_t window;          // nanoseconds
    uint64_t limit;           // 0: none
    uint64_t left;            // of a stock, in this window
    uint64_t resets;          // of a stock: monotonic; 0: a window from now
    uint64_t rests;           // of a stock: so long after it was used up it is back, at the latest; 0: no
};

// The beginning that all requests share, where a provider keeps it.
struct forecast_kept {
    double tokens;            // of each request's input; 0: nothing is kept
    double missed;            // so many requests, the first ones, do not find it
    bool charged;             // for being written; else it then costs what any input does
    struct price_rates rates; // of what is read and written
};

struct forecast_session {
    const char *name;
    bool disabled;
    uint64_t not_before; // monotonic; 0: free
    struct forecast_limit limit[FORECAST_LIMITS_MOST];
};

struct forecast_facts {
    uint64_t now;                       // monotonic
    uint64_t wall;                      // nanoseconds since 1970 at the same moment
    uint64_t artists_left;              // without a verdict
    double requests;                    // for each artist, >= 1
    double input_tokens, output_tokens; // of each request
    double uncounted_tokens;            // of the input: that no session's limits count
    uint64_t latency;                   // nanoseconds of one request; 0: not known
    uint64_t in_flight;                 // requests at once, at most; 0: as many as it takes
    bool begins;                        // nothing is under way yet: the first answers take a latency
    double observed;                    // artists a second, as measured; 0: not known
    uint64_t paused_until;              // monotonic; 0: not paused; CLOCK_NEVER: until someone resumes
    struct forecast_limit quota;        // requests, of all sessions together; limit 0: none
    struct tier_price price;            // all 0: not known, or `free`
    bool free;                          // nothing costs anything
    uint64_t within;    // nanoseconds: all are asked in batches, which are answered within it; 0: one by one
    double artist_cost; // nano-dollars, all attempts included; 0: by `price` and tokens
    struct forecast_kept kept;
    double paid; // what was paid, over what the tokens of answers come to by `price`; 0: not known
    uint32_t sessions;
    struct forecast_session session[BOUNDS_SESSIONS];
};

enum forecast_bound {
    FORECAST_NOTHING,   // no limit is known
    FORECAST_LIMIT,     // `unit` in `window`, of `session`
    FORECAST_QUOTA,     // the daily quota of the whole run
    FORECAST_IN_FLIGHT, // requests in flight, and the latency
    FORECAST_PAUSE,     // the run is paused until further notice
    FORECAST_SESSIONS,  // no session can be used any more
    FORECAST_WINDOW,    // the time within which the provider answers a batch
};

struct forecast {
    enum forecast_bound bound;
    enum dimension_unit unit; // FORECAST_LIMIT
    uint64_t window;          // FORECAST_LIMIT
    uint32_t session;         // FORECAST_LIMIT: index, or FORECAST_ALL: it binds on each
    double rate;              // artists a second, while it works; 0: not known
    bool unpaced;             // a session has no limit of a minute that is known
    uint64_t takes;           // nanoseconds from now to the end; CLOCK_NEVER: not known
    uint64_t ends;            // nanoseconds since 1970; CLOCK_NEVER: not known
    uint64_t waits;           // of `takes`: for quotas to come back
    uint64_t periods;         // of the longest quota that are needed, this one included; 0: there is none
    uint64_t input_tokens, output_tokens; // still to be used
    bool priced;
    uint64_t cost; // nano-dollars still to be spent
};

// From limits and means alone.
void forecast_make(const struct forecast_facts *facts, struct forecast *forecast);
// Of a run at work: likewise, but no faster than it was observed to be.
void forecast_live(const struct forecast_facts *facts, struct forecast *forecast);

// What binds: "tokens a minute on session b", "requests in flight (latency)", "the daily quota". Empty when
// nothing does.
void forecast_describe_bound(const struct forecast_facts *facts, const struct forecast *forecast,
                             char out[FORECAST_TEXT_SIZE]);
// "limited by tokens a minute on session b; ends 14:10Z"; on another day "ends 2026-11-24 14:10Z". Empty when
// nothing is known, or nothing is left to do.
void forecast_describe(const struct forecast_facts *facts, const struct forecast *forecast,
                       char out[FORECAST_TEXT_SIZE]);

#endif
