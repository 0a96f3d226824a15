/* The clock of the batches: it may go faster than others, and be set forward. Pure. */
#ifndef SIMAPI_BATCH_CLOCK_H
#define SIMAPI_BATCH_CLOCK_H

#include <stdint.h>

struct batch_clock {
    uint64_t zero_ns;      /* monotonic, when it was started */
    uint64_t zero_real_ns; /* what it showed then, since 1970 */
    uint64_t speed;        /* its seconds in a second, 1 and up */
    uint64_t ahead_ns;     /* how far it was set forward since */
};

/* What it shows at a monotonic time, in nanoseconds since 1970. */
uint64_t sim_batch_clock_shows(const struct batch_clock *c, uint64_t monotonic_ns);
/* The monotonic time from which it shows at_ns or more. UINT64_MAX stays that. */
uint64_t sim_batch_clock_when(const struct batch_clock *c, uint64_t at_ns);

#endif
