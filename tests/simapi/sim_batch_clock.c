#include "sim_batch_clock.h"

uint64_t sim_batch_clock_shows(const struct batch_clock *c, uint64_t monotonic_ns) {
    return c->zero_real_ns + c->ahead_ns + (monotonic_ns - c->zero_ns) * c->speed;
}

uint64_t sim_batch_clock_when(const struct batch_clock *c, uint64_t at_ns) {
    uint64_t begin_ns = c->zero_real_ns + c->ahead_ns;

    if (at_ns == UINT64_MAX)
        return UINT64_MAX;
    return at_ns <= begin_ns ? c->zero_ns : c->zero_ns + (at_ns - begin_ns + c->speed - 1) / c->speed;
}
