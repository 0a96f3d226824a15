// How much of each limit is used: of limits a minute, the pace over the last minute; of a day's quota, what
// is gone of it. For people and policies, not for admission, which is the ledger's.
#ifndef RATION_UTILISATION_H
#define RATION_UTILISATION_H

#include "ration/dimension.h"
#include "ration/snapshot.h"

#include <stdbool.h>
#include <stdint.h>

#define UTILISATION_WHOLE 1000000U // shares are millionths of what the limit allows
#define UTILISATION_APPROACHES 700000U
#define UTILISATION_THROTTLES 900000U

enum utilisation_state { UTILISATION_HEALTHY, UTILISATION_APPROACHING, UTILISATION_THROTTLED };

struct utilisation_use {
    enum dimension_unit unit;
    uint64_t window; // nanoseconds
    uint64_t limit;  // units a window, > 0
    uint64_t share;  // may be above UTILISATION_WHOLE for a moment, after a rest
    enum utilisation_state state;
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

enum utilisation_state utilisation_state_of(uint64_t share);
// "healthy", "approaching", "throttled"
const char *utilisation_state_name(enum utilisation_state state);

#endif
