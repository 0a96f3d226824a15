// --batch and what belongs to it.
#ifndef RATION_CONFIG_BATCH_H
#define RATION_CONFIG_BATCH_H

#include "config/options.h"
#include "ration/provider.h"
#include "ration/settings.h"

// Fills settings->batch…, but for the journal; the sessions stand in it already. Without --batch nothing. 0,
// or -1 after telling what does not go by a batch API, or not yet.
int config_batch_take(const struct options *options, const struct provider *provider,
                      struct settings *settings);

// Once the input is known: its requests go to one endpoint. 0, or -1 after telling.
int config_batch_check(const struct settings *settings, const struct provider *provider);

#endif
