// Tells when somebody else spends with a key of ours: the answers say that less is left than we took.
// `fleet`: this run is one machine of several, which may be who.
#ifndef RATION_OTHERS_H
#define RATION_OTHERS_H

#include "ration/snapshot.h"

#include <stdbool.h>
#include <stdint.h>

// All zero at first.
struct others {
    uint8_t seen[BOUNDS_SESSIONS][LEDGER_DIMENSIONS];
    uint64_t next; // monotonic
};

void others_tick(struct others *others, const struct snapshot *now, bool fleet);

#endif
