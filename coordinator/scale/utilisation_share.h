// Shares of a limit. Pure.
#ifndef RATION_UTILISATION_SHARE_H
#define RATION_UTILISATION_SHARE_H

#include <stdbool.h>
#include <stdint.h>

#define UTILISATION_SHARE_LEAST (2ULL * 1000000000ULL) // a shorter time counts as this: it may hold a burst

// Whether a limit with this window is spread over it, see DIMENSION_PACED_MOST.
bool utilisation_share_spread(uint64_t window);
// In millionths: `taken` units in `elapsed` nanoseconds, of what `limit` units a window allow in that time.
// `limit` and `window` are not 0.
uint64_t utilisation_share_pace(uint64_t limit, uint64_t window, uint64_t taken, uint64_t elapsed);
// In millionths: what is gone when `remaining` units of `limit` are left.
uint64_t utilisation_share_gone(uint64_t limit, uint64_t remaining);

#endif
