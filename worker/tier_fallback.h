// An artist whose cheaper tier has no room, and that is asked by the usual one in the end.
#ifndef RATION_TIER_FALLBACK_H
#define RATION_TIER_FALLBACK_H

#include "worker.h"

#include <stdbool.h>
#include <stdint.h>

// Its last request asked for such a tier.
bool tier_fallback_flex(const struct worker *worker, struct artist *artist);

// From now on its requests ask for the usual tier of each session's provider. False: out of memory.
bool tier_fallback_make(struct worker *worker, struct artist *artist, uint64_t now);

#endif
