// What a run costs, from the reported tokens and the prices of its tier, and whether it must stop. Money is whole nano-dollars.
// Pure but for the watch's own memory.
#ifndef RATION_COST_H
#define RATION_COST_H

#include "ration/tier.h"
#include "ration/snapshot.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COST_DOLLAR 1000000000ULL // nano-dollars
#define COST_MOST_DOLLARS 1000000000ULL
#define COST_TEXT_SIZE 32

// Of so many tokens: rounded up, UINT64_MAX when it is more than that holds.
uint64_t cost_of(const struct tier_price *price, uint64_t input_tokens, uint64_t output_tokens);

// "12.50": dollars above 0, at most COST_MOST_DOLLARS, at most nine decimals. 0, or -1.
int cost_parse(const char *text, uint64_t *nano_dollars);

// "$12.50"; below a dollar "$0.0123". Rounded to the nearest.
void cost_print(uint64_t nano_dollars, char out[COST_TEXT_SIZE]);

struct cost_watch {
    struct tier_price price; // all 0: not known
    uint64_t most;           // nano-dollars of this run; 0: no limit
};

// What a run has cost so far.
struct cost_spent {
    bool priced;        // the prices are known
    uint64_t spent;     // nano-dollars; 0 where they are not
    uint64_t in_flight; // that the requests in flight will add, as estimated
};
struct cost_spent cost_look(const struct cost_watch *watch, const struct snapshot *now);

#endif
