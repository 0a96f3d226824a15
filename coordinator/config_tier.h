// --tier, --tiers and --max-cost: limits and prices of a run.
#ifndef RATION_CONFIG_TIER_H
#define RATION_CONFIG_TIER_H

#include "config.h"

// Fills config->limits, ->tier and ->max_cost; limits that are given win over the tier's. 0, or -1 after telling what is wrong.
int config_tier_take(const struct options *options, struct config *config);

// Says what was taken from a tier.
void config_tier_tell(const struct options *options, const struct config *config);

#endif
