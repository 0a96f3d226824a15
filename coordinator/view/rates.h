// How fast a run is, from its counters at several moments. Pure but for the ring's own memory.
#ifndef RATION_RATES_H
#define RATION_RATES_H

#include "ration/snapshot.h"

#include <stdint.h>

#define RATES_POINTS 64U
#define RATES_INTERVAL 250000000ULL // nanoseconds between two points: the ring reaches back 16 seconds

// The counters at one moment.
struct rates_point {
    uint64_t at; // monotonic
    uint64_t artists, requests, tokens;
    uint64_t answers, latency_ms;
};
struct rates_point rates_point(const struct snapshot *snapshot, const struct snapshot_sums *sums);

// Between two of them; below 0: not known. A counter that fell (a slot that was emptied) did not move.
struct rates_pace {
    double artists, requests, tokens; // a second
    double latency_ms;                // mean of the answers
};
struct rates_pace rates_between(const struct rates_point *from, const struct rates_point *to);

// Begin it zeroed.
struct rates {
    struct rates_point point[RATES_POINTS];
    unsigned points; // ever kept
};
// Keeps the point if it is time.
void rates_add(struct rates *rates, const struct rates_point *point);
// From the oldest kept one to `point`.
struct rates_pace rates_now(const struct rates *rates, const struct rates_point *point);

#endif
