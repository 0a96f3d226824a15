// A plan and what would change it: forecasts of the run as configured, with other answers, tiers or workers.
// Pure.
#ifndef RATION_PLAN_CASES_H
#define RATION_PLAN_CASES_H

#include "config/config.h"
#include "config/options.h"
#include "plan/forecast.h"
#include "plan/plan_estimate.h"
#include "ration/tier.h"

#include <stdint.h>

#define PLAN_CASES_MOST 8U
#define PLAN_CASES_TIERS 3U // other tiers that are shown, at most

struct plan_case {
    char what[96]; // "twice the output tokens (800)"; empty for the run as configured
    struct forecast_facts facts;
    struct forecast forecast;
};

struct plan_cases {
    uint32_t count;
    struct plan_case one[PLAN_CASES_MOST]; // the first one is the run as configured
};

// The facts point to the sessions' names in `config`. `now` is monotonic, `wall` since 1970.
void plan_cases_make(const struct options *options, const struct config *config,
                     const struct tier_table *tiers, const struct plan_estimate *estimate, uint64_t now,
                     uint64_t wall, struct plan_cases *cases);

// Gives the facts the limits of that tier, and no others.
void plan_cases_tier(struct forecast_facts *facts, const struct tier *tier);
// The forecast of facts; no rate is promised where no limit of a minute is known.
void plan_cases_forecast(const struct forecast_facts *facts, struct forecast *forecast);

#endif
