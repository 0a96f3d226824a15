// The share of failures among the outcomes of the last minute, or among the last hundred where those took
// longer. Pure.
#ifndef RATION_ERROR_RATE_H
#define RATION_ERROR_RATE_H

#include <stdint.h>

#define ERROR_RATE_SAMPLES 64U
#define ERROR_RATE_WHOLE 1000000U // shares are millionths

// Outcomes up to a moment.
struct error_rate_sample {
    uint64_t at, good, bad;
};

// Begin it zeroed.
struct error_rate {
    struct error_rate_sample sample[ERROR_RATE_SAMPLES];
    uint64_t samples; // ever taken
};

// `good` and `bad` outcomes so far, at `now`. Neither ever falls.
void error_rate_add(struct error_rate *rate, uint64_t good, uint64_t bad, uint64_t now);

// In millionths; *of: out of so many outcomes, 0: none yet.
uint32_t error_rate_share(const struct error_rate *rate, uint64_t good, uint64_t bad, uint64_t now,
                          uint64_t *of);

#endif
