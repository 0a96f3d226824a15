// What a run costs, from the reported tokens and the prices of its tier. Pure but for the watch's own memory.
#ifndef RATION_COST_H
#define RATION_COST_H

#include "ration/snapshot.h"
#include "ration/tier.h"

#include <stdint.h>

struct cost_watch {
    struct tier_price price; // all 0: not known
    uint64_t most;           // nano-dollars of this run; 0: no limit
};

// What a run has cost so far.
struct cost_spent {
    bool priced;        // the prices are known
    uint64_t spent;     // nano-dollars; 0 where they are not
    uint64_t in_flight; // that the requests in flight will add, as estimated
};
struct cost_spent cost_look(const struct cost_watch *watch, const struct snapshot *now);

#endif
