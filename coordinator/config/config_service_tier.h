// --service-tier: by which of its tiers the provider is to answer, and what follows from a slow one.
#ifndef RATION_CONFIG_SERVICE_TIER_H
#define RATION_CONFIG_SERVICE_TIER_H

#include "config/options.h"
#include "ration/provider.h"
#include "ration/settings.h"
#include "ration/text.h"

#include <stdbool.h>

// The longest time of one request, --flex-patience and the tier itself, for the workers. 0, or -1 after
// telling: the run's provider has no such tier, or there is no memory.
int config_service_tier_take(const struct options *options, const struct provider *provider,
                             struct settings *settings);

// Changes the form as the option says; without it nothing. `settings` and NULL are as those of
// config_cache_take(). A session whose own provider has no such tier asks for none, which is told. 0, or -1
// after telling.
int config_service_tier_set(const struct options *options, const struct provider *provider, struct text *form,
                            struct settings *settings);

#endif
