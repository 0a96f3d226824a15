// A few of the artists, spread over the whole input: of each priority its share, and at least one. Pure.
#ifndef RATION_SAMPLE_H
#define RATION_SAMPLE_H

#include "ration/priority.h"

#include <stdbool.h>
#include <stdint.h>

struct sample {
    uint32_t of[PRIORITIES];     // artists of each
    uint32_t wanted[PRIORITIES]; // of them
    uint32_t seen[PRIORITIES];   // so far
};

// At most `wanted` of all.
void sample_begin(struct sample *sample, const uint32_t of[PRIORITIES], uint32_t wanted);

// Of each artist in the order of the input: whether it is one.
bool sample_takes(struct sample *sample, enum priority priority);

#endif
