#include "plan/plan_ways.h"

#include "config/config_batch.h"
#include "config/config_prices.h"
#include "plan/plan_cases.h"
#include "plan/plan_money.h"
#include "ration/clock.h"

uint64_t plan_ways_window(const struct options *options, const struct provider *provider) {
    uint64_t window = config_batch_window(options, provider);
    return window > 0 ? window : CLOCK_NEVER;
}

static bool has(const struct config *config, enum price_way way) {
    switch (way) {
    case PRICE_DEFAULT:
        return true;
    case PRICE_BATCH:
        return config_batch_speaks(config->provider);
    case PRICE_FLEX:
        return provider_has_tier(config->provider, "flex");
    case PRICE_PRIORITY:
    case PRICE_WAYS:
    default:
        return false;
    }
}

// Every session's price by that way is told by a list, or by the user.
static bool is_listed(const struct config *config, enum price_way way) {
    for (uint32_t i = 0; way != PRICE_DEFAULT && i < config->sessions.count; i++) {
        if (!config_prices_known(config, i, way)) {
            return false;
        }
    }
    return true;
}

static void fill(const struct options *options, const struct config *config,
                 const struct plan_estimate *estimate, const struct forecast_facts *facts,
                 enum price_way number, struct plan_way *way) {
    struct forecast_facts own = *facts;
    struct forecast forecast;
    struct price_rates rates[BOUNDS_SESSIONS] = {0};
    bool listed = is_listed(config, number);
    for (uint32_t i = 0; i < config->sessions.count; i++) {
        rates[i] = config->prices->session[i].price.rates[number];
    }
    own.within = number == PRICE_BATCH ? plan_ways_window(options, config->provider) : 0;
    plan_money_fill(config, rates, estimate, &own);
    own.paid = facts->paid;
    plan_cases_forecast(&own, &forecast);
    way->priced = forecast.priced && (listed || number == PRICE_BATCH);
    // Who serves models of his own may have batches, but no price of them.
    way->there = number != PRICE_BATCH || way->priced || options->batch;
    way->usual = way->priced && !listed;
    way->cost = way->priced ? forecast.cost : 0;
    way->takes = forecast.takes;
}

void plan_ways_make(const struct options *options, const struct config *config,
                    const struct plan_estimate *estimate, const struct forecast_facts *facts,
                    struct plan_ways *ways) {
    *ways = (struct plan_ways){0};
    for (int way = 0; config->provider != NULL && way < PRICE_WAYS; way++) {
        if (has(config, (enum price_way)way)) {
            fill(options, config, estimate, facts, (enum price_way)way, &ways->way[way]);
        }
    }
}

bool plan_ways_several(const struct plan_ways *ways) {
    return ways->way[PRICE_FLEX].there || ways->way[PRICE_BATCH].there;
}
