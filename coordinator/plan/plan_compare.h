// What the same input would take with other models and tiers, and served in other ways, side by side. Pure
// but for memory.
#ifndef RATION_PLAN_COMPARE_H
#define RATION_PLAN_COMPARE_H

#include "plan/forecast.h"
#include "ration/price_book.h"
#include "ration/tier.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLAN_COMPARE_NAME_SIZE (PRICE_NAME_SIZE + 8U)
#define PLAN_COMPARE_BATCH \
    (24 * 3600ULL * 1000000000ULL) // within so many nanoseconds providers answer batches

struct plan_compare_row {
    char name[PLAN_COMPARE_NAME_SIZE]; // of the model; or "tier NAME"
    const struct price_entry *entry;   // where its price stands; NULL: a tier, or no list has it
    bool priced[PRICE_WAYS];
    uint64_t cost[PRICE_WAYS]; // nano-dollars
    uint64_t takes;            // nanoseconds, asked one by one; CLOCK_NEVER: not known
};
struct plan_compare {
    struct plan_compare_row *row;
    size_t count;
};

// From the facts of the run as it is planned, asked at `provider`. `models`: parted by commas, in that order;
// "": all of the provider that a list has, and the tiers, the cheapest first. 0, or -1 when out of memory.
int plan_compare_make(const char *models, const char *provider, const struct price_book *book,
                      const struct tier_table *tiers, const struct forecast_facts *facts,
                      struct plan_compare *compare);
void plan_compare_free(struct plan_compare *compare);

#endif
