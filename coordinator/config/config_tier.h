// --tier, --tiers and --max-cost: limits and prices of a run.
#ifndef RATION_CONFIG_TIER_H
#define RATION_CONFIG_TIER_H

#include "config/config.h"

// The tiers that are built in, and those of --tiers; malloc'ed, NULL after telling what is wrong.
struct tier_table *config_tier_table(const struct options *options);

// The tier that `option`, told without its "--", names. 0, or -1 after telling that there is none.
int config_tier_find(const char *option, const char *name, const struct tier_table *table, struct tier *out);

// As far as its name tells, that tier is one of another provider.
bool config_tier_foreign(const char *tier, const char *provider);

// Fills config->limits, ->tier and ->max_cost; limits that are given win over the tier's. 0, or -1 after
// telling what is wrong.
int config_tier_take(const struct options *options, const struct tier_table *table, struct config *config);

// Says what was taken from a tier.
void config_tier_tell(const struct options *options, const struct config *config);

#endif
