// The tokens of one answer, by kind, as the API reported them or as they were estimated.
#ifndef RATION_TOKENS_H
#define RATION_TOKENS_H

#include <stdint.h>

// A part never exceeds its whole: cached + written + written_hour <= input, reasoning <= output.
struct tokens {
    uint64_t input;        // all of it, whether a cache was used or not
    uint64_t cached;       // of input: read from a cache
    uint64_t written;      // of input: written to a cache, for as short a time as the provider has
    uint64_t written_hour; // of input: written to a cache for an hour (Anthropic alone)
    uint64_t output;       // all of it
    uint64_t reasoning;    // of output: thought, and not said
};

#endif
