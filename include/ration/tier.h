// Tiers: what an account may send in a minute with a model, and what the tokens cost. A table of them is
// built in; users add their own from a JSON file. Money is counted in whole numbers. Pure but for memory.
#ifndef RATION_TIER_H
#define RATION_TIER_H

#include "ration/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TIER_MOST 256U
#define TIER_NAME_SIZE 64U
#define TIER_PRICE_MOST 1000000000000ULL // a million dollars for a million tokens

// Micro-dollars for a million tokens: "$0.25 a million" is 250000.
struct tier_price {
    uint64_t input, output;
};

struct tier {
    char name[TIER_NAME_SIZE];
    struct limits limits;
    struct tier_price price;
    bool unchecked; // as once published: accounts and times differ
    bool own;       // of a file: the user's word
};

struct tier_table {
    size_t count;
    struct tier tier[TIER_MOST];
};

// The built-in tiers alone.
void tier_table_begin(struct tier_table *table);

// Adds the tiers of a file's text; one with the name of an earlier tier replaces it. The text is
//   {"tiers": [{"name": "mine", "requests_per_minute": 500, "tokens_per_minute": 200000,
//               "input_dollars_per_million": 0.15, "output_dollars_per_million": 0.60}, …]}
// with any row of limits.h. Only the name is needed, and no other key may stand. 0, or -1 with what is wrong
// in `problem`.
int tier_table_add(struct tier_table *table, const char *json, size_t length, char *problem, size_t size);

// NULL when there is none of that name.
const struct tier *tier_table_find(const struct tier_table *table, const char *name);

// "anthropic-opus, anthropic-sonnet, …"; malloc'ed, NULL when out of memory.
char *tier_table_names(const struct tier_table *table);

// Dollars for a million tokens as micro-dollars. False: not from 0 to 1000000 with at most six decimals.
bool tier_price_take(double dollars, uint64_t *out);

// Whether it has a price at all.
bool tier_priced(const struct tier_price *price);

#endif
