#include "plan/cost.h"

#include "ration/arithmetic.h"
#include "ration/money.h"

static uint64_t narrow(wide value) {
    return value < UINT64_MAX ? (uint64_t)value : UINT64_MAX;
}

// Of the requests that are booked: their input as the answered ones had it, the rest of the estimate output.
// Before the first answer nothing is known of the shares: all of it at the higher price.
static uint64_t cost_of_booked(const struct tier_price *price, const struct snapshot_sums *sums) {
    uint64_t answers = sums->outcome[OUTCOME_DONE];
    uint64_t input = 0;
    if (answers == 0) {
        uint64_t higher = price->input > price->output ? price->input : price->output;
        return money_of(&(struct tier_price){.output = higher}, 0, sums->booked_tokens);
    }
    input = narrow((wide)sums->tokens.input * sums->booked_requests / answers);
    input = input < sums->booked_tokens ? input : sums->booked_tokens;
    return money_of(price, input, sums->booked_tokens - input);
}

struct cost_spent cost_look(const struct cost_watch *watch, const struct snapshot *now) {
    const struct snapshot_sums *sums = &now->sums;
    return (struct cost_spent){
        .priced = tier_priced(&watch->price),
        // As the ledger has it, which --max-cost is kept by: answers that were of no use count as well.
        .spent = now->cost.spent,
        .in_flight = cost_of_booked(&watch->price, sums),
    };
}
