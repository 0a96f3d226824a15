// What follows from the counters of a run that no counter says by itself. Pure.
#ifndef RATION_STATISTICS_H
#define RATION_STATISTICS_H

#include "ration/snapshot.h"

// Share of the attempts that were answered, in percent; below 0: there was none. Rate limits are no failures.
double statistics_success(const uint64_t outcome[OUTCOME_OF_ATTEMPT]);

// Below how many milliseconds `share` of all answers are, about: the histogram's buckets double, and within
// one the answers are taken to lie evenly. Of what is longer than the last bound that bound is told. 0: none
// yet.
double statistics_quantile(const struct snapshot_sums *sums, double share);

#endif
