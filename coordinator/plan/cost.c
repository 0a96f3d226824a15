#include "plan/cost.h"

#include "ration/arithmetic.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MILLI 1000U // a price of one micro-dollar a million tokens is a thousandth of a nano-dollar a token
#define DECIMALS 9

static uint64_t narrow(wide value) {
    return value < UINT64_MAX ? (uint64_t)value : UINT64_MAX;
}

uint64_t cost_of(const struct tier_price *price, uint64_t input_tokens, uint64_t output_tokens) {
    // Prices are bounded (TIER_PRICE_MOST), so that the sum fits.
    wide milli = (wide)price->input * input_tokens + (wide)price->output * output_tokens;
    return narrow((milli + MILLI - 1) / MILLI);
}

int cost_parse(const char *text, uint64_t *nano_dollars) {
    size_t digits = strspn(text, "0123456789");
    const char *point = text + digits;
    size_t decimals = *point == '.' ? strspn(point + 1, "0123456789") : 0;
    uint64_t value = 0;
    if (digits == 0 || digits > 10 || decimals > DECIMALS ||
        point[*point == '.' ? 1 + decimals : 0] != '\0' || (*point == '.' && decimals == 0)) {
        return -1;
    }
    for (size_t i = 0; i < digits; i++) {
        value = value * 10 + (uint64_t)(text[i] - '0');
    }
    if (value > COST_MOST_DOLLARS) {
        return -1;
    }
    for (size_t i = 0; i < DECIMALS; i++) {
        value = value * 10 + (i < decimals ? (uint64_t)(point[1 + i] - '0') : 0);
    }
    *nano_dollars = value;
    return value > 0 && value <= COST_MOST_DOLLARS * COST_DOLLAR ? 0 : -1;
}

void cost_print(uint64_t nano_dollars, char out[COST_TEXT_SIZE]) {
    bool small = nano_dollars < COST_DOLLAR;
    uint64_t unit = COST_DOLLAR / (small ? 10000 : 100); // of the last digit
    uint64_t units = nano_dollars / unit + (nano_dollars % unit >= unit / 2);
    (void)snprintf(out, COST_TEXT_SIZE, small ? "$%" PRIu64 ".%04" PRIu64 : "$%" PRIu64 ".%02" PRIu64,
                   units / (small ? 10000 : 100), units % (small ? 10000 : 100));
}

// Of the requests that are booked: their input as the answered ones had it, the rest of the estimate output. Before the
// first answer nothing is known of the shares: all of it at the higher price.
static uint64_t cost_of_booked(const struct tier_price *price, const struct snapshot_sums *sums) {
    uint64_t answers = sums->outcome[SLOT_DONE];
    uint64_t input = 0;
    if (answers == 0) {
        uint64_t higher = price->input > price->output ? price->input : price->output;
        return cost_of(&(struct tier_price){.output = higher}, 0, sums->booked_tokens);
    }
    input = narrow((wide)sums->input_tokens * sums->booked_requests / answers);
    input = input < sums->booked_tokens ? input : sums->booked_tokens;
    return cost_of(price, input, sums->booked_tokens - input);
}

struct cost_spent cost_look(const struct cost_watch *watch, const struct snapshot *now) {
    const struct snapshot_sums *sums = &now->sums;
    uint64_t recorded = cost_of(&watch->price, sums->input_tokens, sums->output_tokens);
    return (struct cost_spent){
        .priced = tier_priced(&watch->price),
        // What was paid for answers that were of no use counts as well; one that was recorded just now is not yet settled.
        .spent = now->cost.spent > recorded ? now->cost.spent : recorded,
        .in_flight = cost_of_booked(&watch->price, sums),
    };
}
