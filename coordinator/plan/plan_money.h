// What a planned run is priced by: several sessions' prices, what their caches keep, and what an earlier run
// paid. Pure.
#ifndef RATION_PLAN_MONEY_H
#define RATION_PLAN_MONEY_H

#include "config/config.h"
#include "plan/forecast.h"
#include "plan/plan_estimate.h"

// Fills in price, kept and paid of facts whose sessions, tokens and requests in flight are there. `rates`: of
// each session.
void plan_money_fill(const struct config *config, const struct price_rates rates[],
                     const struct plan_estimate *estimate, struct forecast_facts *facts);

#endif
