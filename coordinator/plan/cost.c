#include "plan/cost.h"

#include "ration/arithmetic.h"
#include "ration/money.h"

#include <stdio.h>
#include <string.h>

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
        .priced = tier_priced(&watch->price) || watch->free || now->cost.run.spent > 0,
        // As the ledger has it, which --max-cost is kept by: answers that were of no use count as well.
        .spent = now->cost.run.spent,
        .doubt = now->cost.run.doubt,
        .all = now->cost.before.spent + now->cost.run.spent,
        .all_doubt = now->cost.before.doubt + now->cost.run.doubt,
        .booked = now->cost.booked,
        // Of a batch no request is booked, and what its parts may cost at most is.
        .in_flight = sums->booked_requests > 0 ? cost_of_booked(&watch->price, sums) : now->cost.booked,
    };
}

// Nano-dollars that filling the cache cost more than reading it would have.
double cost_filled(const struct tokens *tokens, uint64_t answers, const struct price_rates *rates) {
    double read = (double)rates->cached, each = 0;
    if (tokens->cached == 0) {
        return 0;
    }
    if (tokens->written + tokens->written_hour == 0 && answers > 1) {
        each = (double)tokens->cached / (double)(answers - 1);
    }
    return ((double)tokens->written * ((double)rates->written - read) +
            (double)tokens->written_hour * ((double)rates->written_hour - read) +
            each * ((double)rates->input - read)) /
           1000; // micro-dollars for a million tokens, as nano-dollars for one
}

uint64_t cost_of_whole(uint64_t spent, const struct tokens *tokens, uint64_t answers,
                       const struct price_rates *rates, double times) {
    double once = cost_filled(tokens, answers, rates);
    once = once > 0 && once < (double)spent ? once : 0;
    double whole = ((double)spent - once) * times + once;
    return whole >= 1.8e19 ? UINT64_MAX : (uint64_t)(whole + 0.5);
}

static void add_doubt(uint64_t doubt, const char *before, char *out) {
    char amount[MONEY_TEXT_SIZE];
    size_t length = strlen(out);
    if (doubt > 0) {
        money_print(doubt, amount);
        (void)snprintf(out + length, COST_TEXT_SIZE - length, "%s at most %s in doubt", before, amount);
    }
}

void cost_describe(const struct cost_spent *cost, char out[COST_TEXT_SIZE]) {
    char spent[MONEY_TEXT_SIZE], all[MONEY_TEXT_SIZE];
    money_print(cost->spent, spent);
    money_print(cost->all, all);
    (void)snprintf(out, COST_TEXT_SIZE, "%s", spent);
    add_doubt(cost->doubt, " and", out);
    if (cost->all > cost->spent || cost->all_doubt > cost->doubt) {
        size_t length = strlen(out);
        (void)snprintf(out + length, COST_TEXT_SIZE - length, "; %s by all runs of this output", all);
        add_doubt(cost->all_doubt, " and", out);
    }
}

static uint64_t sum_of(const struct ledger_paid *paid) {
    return arithmetic_sum(paid->spent, paid->doubt);
}

struct ledger_paid cost_paid(const struct cost_past *past) {
    struct ledger_paid paid = {0};
    bool same = strcmp(past->arena_run, past->record_run) == 0;
    if (past->record && !(past->arena && same)) {
        paid = past->told;
        if (!past->arena) {
            paid.spent = paid.spent > past->lines ? paid.spent : past->lines;
            paid.doubt += past->booked;
        }
    }
    // Of two runs that each left one of the two, the later one has counted the earlier one's.
    if (past->arena && sum_of(&past->left) > sum_of(&paid)) {
        paid = past->left;
    }
    // Lines that were written and not committed were in doubt.
    if (paid.spent < past->lines) {
        uint64_t known = past->lines - paid.spent;
        paid.spent = past->lines;
        paid.doubt -= known < paid.doubt ? known : paid.doubt;
    }
    return paid;
}
