// What a model's tokens cost, by kind of token, way of asking, and length of the request. Pure.
#ifndef RATION_PRICE_H
#define RATION_PRICE_H

#include "ration/tier.h"
#include "ration/tokens.h"

#include <stdbool.h>
#include <stdint.h>

// How a request was served: the four have prices of their own.
enum price_way { PRICE_DEFAULT, PRICE_BATCH, PRICE_FLEX, PRICE_PRIORITY, PRICE_WAYS };

// Micro-dollars for a million tokens: "$0.25 a million" is 250000. At most TIER_PRICE_MOST each.
struct price_rates {
    uint64_t input, cached, written, written_hour, output, reasoning;
};

struct price {
    struct price_rates rates[PRICE_WAYS];
    // Of requests whose input, cached and written included, is more than `above` tokens; all of their tokens
    // are charged so. 0: there are none.
    uint64_t above;
    struct price_rates rates_above[PRICE_WAYS];
};

// Half of each, rounded up: what a batch costs at whoever has batches, where nothing else is told.
struct price_rates price_half(const struct price_rates *rates);

// A price of which input and output alone are known: cached and written input cost as much as any other,
// reasoning as much as output, a batch half of it all, and each other way as much as the default.
struct price price_plain(uint64_t input, uint64_t output);

// The most that a token of input and one of output may cost, of whatever kind, in that way or in any other
// but priority and batch, which have to be asked for: what a request is reserved by, whose answer nobody
// knows. What is asked in a batch is answered there. `above`: of a request that is longer than price->above.
struct tier_price price_most(const struct price *price, enum price_way way, bool above);

// Makes the price one that no kind costs less by than by the other, at any length.
void price_raise(struct price *price, const struct price *other);

// In nano-dollars, rounded up once for the whole answer; UINT64_MAX when it is more than that holds.
uint64_t price_cost(const struct price *price, enum price_way way, const struct tokens *tokens);

#endif
