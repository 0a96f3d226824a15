// The pace of a limit that nobody tells: rates and gaps, and the two ways to go on after a refusal. Pure.
// Private to common/.
#ifndef RATION_SILENT_RATE_H
#define RATION_SILENT_RATE_H

#include "ration/clock.h"
#include "ration/silent.h"

#define SILENT_RATE_FAST 1.4 // so many times e a second a pace grows where nothing is known
// The first departures of all are e times as many after each such time.
#define SILENT_RATE_RAMP (20 * CLOCK_MS)
#define SILENT_RATE_STEP (250 * CLOCK_MS) // between two departures that are remembered
#define SILENT_RATE_MARGIN (SILENT_WHOLE / 80)

// A second; 0 for no gap.
double silent_rate_of(uint64_t gap);
uint64_t silent_rate_gap(double rate);

static inline double silent_rate_share(uint64_t words) {
    return (double)words / (double)SILENT_WHOLE;
}
static inline uint64_t silent_rate_words(double share) {
    return share > 0 ? (uint64_t)(share * (double)SILENT_WHOLE) : 0;
}
static inline double silent_rate_seconds(uint64_t from, uint64_t to) {
    return to > from ? (double)(to - from) / (double)CLOCK_SECOND : 0;
}
// Numbers may come again, where departures were cancelled.
static inline uint64_t silent_rate_count(uint64_t from, uint64_t to) {
    return to > from ? to - from : 0;
}

// Of the last quarter of a second or more before the refusal, or of the whole round where it came back so
// late that such a moment is forgotten.
double silent_rate_lately(const struct silent *silent, const struct silent_refusal *refusal);

// The pace at that departure: it has grown on while the refusal was on its way.
double silent_rate_then(const struct silent *silent, const struct silent_refusal *refusal);

// From a rate that is known to be sure to one that was refused, in a few seconds; `to` 0: as fast as can be.
void silent_rate_search(struct silent *silent, double from, double to);
// The limit is known, but for a share of `doubt`.
void silent_rate_settle(struct silent *silent, double limit, double doubt,
                        const struct silent_refusal *refusal);
// Nothing is tried for so many departures, and for some time where a refusal costs much.
void silent_rate_quiet(struct silent *silent, const struct silent_refusal *refusal, uint64_t requests);

#endif
