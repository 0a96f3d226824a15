// How many workers, and how many requests at once of each: from what came of the last ones, and what the
// limits allow. Pure.
#ifndef RATION_SCALE_POLICY_H
#define RATION_SCALE_POLICY_H

#include "ration/clock.h"

#include <stdbool.h>
#include <stdint.h>

#define SCALE_POLICY_NO_LIMIT UINT64_MAX
#define SCALE_POLICY_OUTCOMES 20U                 // fewer say nothing
#define SCALE_POLICY_SETTLING (10 * CLOCK_SECOND) // nanoseconds from one step of workers to the next
#define SCALE_POLICY_IN_FLIGHT_LEAST 16U          // so that a burst fits

enum scale_policy_reason {
    SCALE_POLICY_STAY,
    SCALE_POLICY_FAULTS,     // more than a fifth failed
    SCALE_POLICY_QUOTA_USED, // nine tenths of the quota are in use: more workers would only wait
    SCALE_POLICY_QUOTA_FREE, // nearly all succeed, and less than half of the quota is in use
    SCALE_POLICY_FULL,       // every place is taken, so that it is the places that bind and not the quota
    SCALE_POLICY_RATE,       // what the limits allow, times the latency, needs so many
    SCALE_POLICY_THROUGHPUT, // all places are taken, and the last doubling brought more answers
};

// What came back in some time, but for rate limits and quotas, which are no fault.
struct scale_policy_outcomes {
    uint64_t all, done;
    uint64_t faults; // of the server, the network, overload
};

// ---- workers ----
struct scale_policy_workers {
    uint64_t now;
    uint64_t stepped;                      // when their number last changed; at first when the run began
    struct scale_policy_outcomes outcomes; // since then, of the last minute at most
    uint64_t use;                          // of the limits a minute, in millionths; or SCALE_POLICY_NO_LIMIT
    uint32_t workers, least, most;
};

// One more, one less, or as many.
uint32_t scale_policy_workers(const struct scale_policy_workers *facts, enum scale_policy_reason *reason);

// ---- requests at once of each worker ----
struct scale_policy_in_flight {
    uint64_t now;
    uint64_t stepped;   // when it last changed; at first when the run began
    bool shrunk;        // by that step
    uint32_t in_flight; // that each may have
    uint32_t most;      // SCALE_POLICY_IN_FLIGHT_LEAST at least, unless in_flight is below
    uint32_t workers;   // at work, > 0
    uint32_t taken;     // requests in flight, of all
    double rate;        // requests a second that the limits allow; 0: no limit is known
    // Of requests that left since it changed
    struct scale_policy_outcomes outcomes;
    double latency;    // mean of their answers, seconds; 0: none came
    double throughput; // answers a second before it was last doubled; 0: it never was
};

uint32_t scale_policy_in_flight(const struct scale_policy_in_flight *facts, enum scale_policy_reason *reason);

// By Little's law: as many answers a second as those places give when all are taken.
// Too much of them fails.
bool scale_policy_failing(const struct scale_policy_outcomes *outcomes);
double scale_policy_throughput(uint32_t taken, double latency);

#endif
