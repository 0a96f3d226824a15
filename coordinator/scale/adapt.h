// Adapts the number of workers and what each may have in flight while the run works, as scale_policy.h decides. Each step is
// told with its reason.
#ifndef RATION_ADAPT_H
#define RATION_ADAPT_H

#include "crew/crew.h"
#include "watch/minute_ring.h"
#include "scale/scale_policy.h"
#include "view/totals.h"

#include <stdbool.h>
#include <stdint.h>

struct adapt {
    uint32_t least, most; // workers; least 0: their number is left alone
    uint64_t looked;
    struct minute_ring all, done, faults, answers, latency_ms;
    uint64_t workers_stepped;
    uint64_t in_flight_stepped;
    uint64_t settled; // when those that left before that step have come back
    bool shrunk;
    double throughput; // see struct scale_policy_in_flight
};

// Before the loop. With crew->least the number of workers moves from that to what is wanted now. What each may have in flight is
// fixed when the arena says nothing of it.
void adapt_begin(struct adapt *adapt, const struct crew *crew, uint64_t now);

// In each tick of the loop. The number of workers is left alone once a person has set it (crew->by_hand). false: the
// run cannot go on, and that is told.
bool adapt_tick(struct adapt *adapt, struct crew *crew, const struct totals *totals, uint64_t now);

#endif
