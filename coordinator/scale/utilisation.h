// How much of each limit is used: of limits a minute, the pace over the last minute; of a day's quota, what
// is gone of it. For people and policies, not for admission, which is the ledger's.
#ifndef RATION_UTILISATION_H
#define RATION_UTILISATION_H

#include "ration/clock.h"
#include "ration/dimension.h"
#include "ration/snapshot.h"

#include <stdbool.h>
#include <stdint.h>

#define UTILISATION_WHOLE 1000000U // shares are millionths of what the limit allows
#define UTILISATION_APPROACHES 700000U
#define UTILISATION_THROTTLES 900000U

struct utilisation_use {
    enum dimension_unit unit;
    uint64_t window; // nanoseconds
    uint64_t limit;  // units a window, > 0
    uint64_t share;  // may be above UTILISATION_WHOLE for a moment, after a rest
    enum snapshot_use state;
};

struct utilisation;

// NULL when out of memory. Coordinator.
struct utilisation *utilisation_new(void);
void utilisation_free(struct utilisation *utilisation);

// Notes what was taken of each limit, at most each 250 ms.
void utilisation_tick(struct utilisation *utilisation, const struct snapshot *seen);

// As of the last look. `dimension` is its index in ledger_state.dimension. false: it is not in use, or no
// limit is known. In the first minute the share is that of the time so far.
bool utilisation_of(const struct utilisation *utilisation, uint32_t session, uint32_t dimension,
                    struct utilisation_use *use);

// The one of a session with the largest share; with `paced`, only of limits that are spread over their window
// (an hour at most).
bool utilisation_most(const struct utilisation *utilisation, uint32_t session, bool paced,
                      struct utilisation_use *use);

// ---- pure ----

enum snapshot_use utilisation_state_of(uint64_t share);

#define UTILISATION_SHORTEST (2 * CLOCK_SECOND) // a shorter time counts as this: it may hold a burst

// Whether a limit with this window is spread over it, see DIMENSION_PACED_MOST.
bool utilisation_spread(uint64_t window);
// In millionths: `taken` units in `elapsed` nanoseconds, of what `limit` units a window allow in that time.
// `limit` and `window` are not 0.
uint64_t utilisation_pace(uint64_t limit, uint64_t window, uint64_t taken, uint64_t elapsed);
// In millionths: what is gone when `remaining` units of `limit` are left.
uint64_t utilisation_gone(uint64_t limit, uint64_t remaining);

// How many requests a second the limits of a session allow: of those that are spread over their window, by
// the tokens that its requests took so far. 0: no such limit is known, or too little was sent to tell what a
// request takes.
double utilisation_allows(const struct ledger_state *state);

#endif
