// A price as a list has it, with gaps, and the whole price that follows from it. Pure.
#ifndef RATION_PRICE_DRAFT_H
#define RATION_PRICE_DRAFT_H

#include "ration/price.h"

#include <stdbool.h>
#include <stdint.h>

enum price_kind {
    PRICE_INPUT,
    PRICE_CACHED,
    PRICE_WRITTEN,
    PRICE_WRITTEN_HOUR,
    PRICE_OUTPUT,
    PRICE_REASONING,
    PRICE_KINDS
};

// Micro-dollars for a million tokens, which is a millionth of a millionth of a dollar for one.
struct price_part {
    bool known[PRICE_KINDS];
    uint64_t value[PRICE_KINDS];
};
struct price_draft {
    struct price_part usual[PRICE_WAYS];
    struct price_part longer[PRICE_WAYS]; // of requests of more than `above` tokens
    uint64_t above;                       // 0: there are none
};

// One price of it. Where a list has several lengths, the shortest counts, with the highest price of each
// kind: so no answer is charged too little.
void price_draft_set(struct price_draft *draft, uint64_t above, enum price_way way, enum price_kind kind,
                     uint64_t value);

// Dollars, as a number of JSON has them, for `tokens` tokens, as micro-dollars for a million, to the nearest.
// False: below 0, or more than TIER_PRICE_MOST.
bool price_draft_money(double dollars, double tokens, uint64_t *out);

// The whole price. What is missing follows by rule:
// - Cached and written input cost as much as other input. An hour's writing, where writing costs more than
//   other input, costs twice that input, as its only provider has it. Reasoning costs as much as output.
// - A way without input and output of its own costs as the default does, a batch half of that, and known[]
//   says that it is not known. Where it has these, its written kinds and its reasoning stand to them as they
//   do by default.
// - Longer requests likewise, from those of the usual length. A way of theirs costs as the default of theirs,
//   or more, if the way costs more.
// False: it has no price of input and output.
bool price_draft_finish(const struct price_draft *draft, struct price *price, bool known[PRICE_WAYS]);

#endif
