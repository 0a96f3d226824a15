// Finds the window of a limit that is refilled all the time. Pure.
#ifndef RATION_LIMIT_WINDOW_H
#define RATION_LIMIT_WINDOW_H

#include "ration/clock.h"

#include <stdint.h>

struct limit_sample {
    uint64_t limit, remaining; // remaining <= limit
    uint64_t rounding;         // of `remaining`: 1 (rounded down), more (to the nearest multiple)
    uint64_t reset, step;      // nanoseconds until all has come back, and how finely that was told
};

// What was consumed comes back in reset = window * consumed / limit; so window = reset * limit / consumed.
struct limit_window {
    uint64_t window; // CLOCK_SECOND, _MINUTE, _HOUR, _DAY, when one of them and no other fits; else 0
    uint64_t least;  // no window below this could have been; nanoseconds
    uint64_t most;   // nor above this; UINT64_MAX: no bound
};

// With nothing consumed there is no window to be found: {0, 0, UINT64_MAX}.
struct limit_window limit_window_infer(const struct limit_sample *sample);

#endif
