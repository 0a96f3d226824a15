// What requests cost by their tokens, where a provider keeps the beginning that they share. Pure; part of the
// forecast.
#ifndef RATION_FORECAST_COST_H
#define RATION_FORECAST_COST_H

#include "plan/forecast.h"

// Nano-dollars of so many answered artists, with what their failed attempts cost, as far as the facts tell
// that; UINT64_MAX when it is more than that holds.
uint64_t forecast_cost_of(const struct forecast_facts *facts, double requests);

#endif
