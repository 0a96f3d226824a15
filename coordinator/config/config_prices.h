// What the answers of a run cost: --price, --prices, and which of several prices holds.
#ifndef RATION_CONFIG_PRICES_H
#define RATION_CONFIG_PRICES_H

#include "config/config.h"
#include "config/options.h"

#include <stdbool.h>
#include <stdint.h>

// Reads the price lists and decides for each session, whose provider, model and tier are known: --price, then
// the session's own price or that of a tier of --tiers, then that of the model that answers, then that of the
// model that was asked, then that of a built-in tier. Fills config->prices, ->price and the prices of the
// limits. 0, or -1 after telling what is wrong, such as --max-cost where no price is known.
int config_prices_take(const struct options *options, struct config *config);

// Likewise of rows that name their models themselves, once these are known (settings.row_models): the dearest
// of them stands for what is asked. 0, or -1 after telling.
int config_prices_rows(const struct options *options, struct config *config);

// Whether each session has a price, as --max-cost was set after all. 0, or -1 after telling.
int config_prices_bound(const struct options *options, struct config *config);

// Says, at `wall` (nanoseconds since 1970): that a tier is priced otherwise than the model, and that a price
// is old.
void config_prices_tell(const struct options *options, const struct config *config, uint64_t wall);

// Whether a list has a price of its own for that way of asking, and that one is charged.
bool config_prices_known(const struct config *config, uint32_t session, enum price_way way);

// Whether a request that names this tier may be answered, and charged, as one of priority. Pure.
bool config_prices_dear_tier(const char *tier, size_t length);

#endif
