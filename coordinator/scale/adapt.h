// Adapts the number of workers and what each may have in flight while the run works, as scale_policy.h
// decides. Each step is told with its reason.
#ifndef RATION_ADAPT_H
#define RATION_ADAPT_H

#include "crew/crew_look.h"
#include "ration/snapshot.h"
#include "scale/minute_ring.h"
#include "scale/scale.h"
#include "scale/scale_policy.h"
#include "scale/utilisation.h"

#include <stdbool.h>
#include <stdint.h>

struct adapt {
    uint32_t least, most; // workers; least 0: their number is left alone
    uint32_t most_in_flight;
    uint64_t looked;
    struct minute_ring all, done, faults, answers, latency_ms;
    uint64_t workers_stepped;
    uint64_t in_flight_stepped;
    uint64_t settled; // when those that left before that step have come back
    bool shrunk;
    double throughput; // see struct scale_policy_in_flight
};

struct adapt_bounds {
    uint32_t least;     // workers; 0: their number is left alone
    uint32_t most;      // workers, and so many there are at first
    uint32_t in_flight; // of each, at most
};

// Before the loop. What each may have in flight is fixed when the look says nothing of it.
void adapt_begin(struct adapt *adapt, const struct adapt_bounds *bounds, uint64_t now);

#define ADAPT_REASON_SIZE 160

// What the loop is to do; 0: that number stays.
struct adapt_wish {
    uint32_t in_flight; // arena_set_in_flight(), and the workers are rung; it has been told
    uint32_t workers;   // scale_to(), and then adapt_scaled()
    uint32_t before;    // workers
    char why[ADAPT_REASON_SIZE];
};

// In each tick of the loop. The number of workers is left alone once a person has set it (crew->by_hand).
void adapt_tick(struct adapt *adapt, const struct snapshot *look, const struct crew_look *crew,
                const struct utilisation *utilisation, struct adapt_wish *wish);

// What became of wish->workers, errno as scale_to() left it: tells it. false: the run cannot go on, and that
// is told.
bool adapt_scaled(struct adapt *adapt, const struct adapt_wish *wish, enum scale_result result);

#endif
