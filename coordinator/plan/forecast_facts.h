// What a forecast is made from, out of the look at a run at work.
#ifndef RATION_FORECAST_FACTS_H
#define RATION_FORECAST_FACTS_H

#include "plan/forecast.h"
#include "ration/snapshot.h"

struct forecast_source {
    const struct snapshot *look;
    struct tier_price price; // all 0: not known; holds before the first answer
    bool free;               // nothing costs anything
    uint64_t before;         // verdicts of earlier runs
    double lately;           // nano-dollars of an artist once a cache was filled; 0: it is the mean of all
    uint64_t in_flight;      // requests at once of one worker, at most; 0: not known
    uint64_t left_out;       // artists without a verdict that this run does not ask for
    double observed; // artists a second over the last half minute or so; 0 while it waits, or is not known
    uint64_t quota_resets; // monotonic: when the period of the daily quota ends; 0: not known
    uint64_t quota_pause;  // nanoseconds: the longest pause for the daily quota
};

// The look's names are not copied. Tokens are those of the answers so far; before the first one token limits
// do not count.
void forecast_facts_take(const struct forecast_source *source, struct forecast_facts *facts);

#endif
