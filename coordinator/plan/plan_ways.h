// The run as it is planned, asked in each way that its provider has: one by one, by a flex tier, in batches.
// Pure.
#ifndef RATION_PLAN_WAYS_H
#define RATION_PLAN_WAYS_H

#include "config/config.h"
#include "config/options.h"
#include "plan/forecast.h"
#include "plan/plan_estimate.h"

#include <stdbool.h>
#include <stdint.h>

struct plan_way {
    bool there;    // the provider has it; a batch of unknown price only where it is asked for
    bool priced;   // what it costs is known
    bool usual;    // of a batch: no list has its price; it is taken to be half, as it is at most providers
    uint64_t cost; // nano-dollars
    uint64_t
        takes; // nanoseconds; one by one: about; by flex: at least; in batches: at most; CLOCK_NEVER: not
               // known
};
struct plan_ways {
    struct plan_way way[PRICE_WAYS];
};

// `facts`: of the run as it is planned, whichever way that asks.
void plan_ways_make(const struct options *options, const struct config *config,
                    const struct plan_estimate *estimate, const struct forecast_facts *facts,
                    struct plan_ways *ways);
bool plan_ways_several(const struct plan_ways *ways);

// Within which the answers of a batch come, nanoseconds; CLOCK_NEVER: not known.
uint64_t plan_ways_window(const struct options *options, const struct provider *provider);

#endif
