// What follows from the counters of a run that no counter says by itself. Pure.
#ifndef RATION_STATISTICS_H
#define RATION_STATISTICS_H

#include "ration/snapshot.h"

// Share of the attempts that were answered, in percent; below 0: there was none. Rate limits are no failures.
double statistics_success(const uint64_t outcome[OUTCOME_OF_ATTEMPT]);

// The bound of the bucket of the latency histogram below which `share` of all answers are, in milliseconds;
// 0: none yet.
uint64_t statistics_quantile(const struct snapshot_sums *sums, double share);

#endif
