// --batch and what belongs to it.
#ifndef RATION_CONFIG_BATCH_H
#define RATION_CONFIG_BATCH_H

#include "config/options.h"
#include "ration/provider.h"
#include "ration/settings.h"

#include <stdbool.h>
#include <stdint.h>

// Fills settings->batch…, but for the journal; the sessions stand in it already. Without --batch nothing. 0,
// or -1 after telling what does not go by a batch API, or not yet.
int config_batch_take(const struct options *options, const struct provider *provider,
                      struct settings *settings);

// Once the input is known: its requests go to one endpoint. 0, or -1 after telling.
int config_batch_check(const struct settings *settings, const struct provider *provider);

// Whether batches of that provider can be asked.
bool config_batch_speaks(const struct provider *provider);

// Within which a batch of that provider is answered, or cancelled, nanoseconds; 0: in words of the provider's
// own, which nobody else knows.
uint64_t config_batch_window(const struct options *options, const struct provider *provider);

// Likewise: warns of a bound of costs that parts may pass.
void config_batch_tell(const struct settings *settings, bool bounded);

#endif
