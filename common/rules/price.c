#include "ration/price.h"

#include "ration/arithmetic.h"
#include "ration/invariant.h"

#define MILLI 1000U // a price of one micro-dollar a million tokens is a thousandth of a nano-dollar a token

static uint64_t half(uint64_t value) {
    return value / 2 + value % 2;
}

struct price_rates price_half(const struct price_rates *rates) {
    return (struct price_rates){
        .input = half(rates->input),
        .cached = half(rates->cached),
        .written = half(rates->written),
        .written_hour = half(rates->written_hour),
        .output = half(rates->output),
        .reasoning = half(rates->reasoning),
    };
}

struct price price_plain(uint64_t input, uint64_t output) {
    struct price price = {0};
    for (int way = 0; way < PRICE_WAYS; way++) {
        price.rates[way] = (struct price_rates){
            .input = input,
            .cached = input,
            .written = input,
            .written_hour = input,
            .output = output,
            .reasoning = output,
        };
    }
    price.rates[PRICE_BATCH] = price_half(&price.rates[PRICE_DEFAULT]);
    return price;
}

static void raise_to(struct tier_price *most, const struct price_rates *rates) {
    most->input = arithmetic_most(most->input, arithmetic_most(rates->input, rates->cached));
    most->input = arithmetic_most(most->input, arithmetic_most(rates->written, rates->written_hour));
    most->output = arithmetic_most(most->output, arithmetic_most(rates->output, rates->reasoning));
}

struct tier_price price_most(const struct price *price, enum price_way way, bool above) {
    struct tier_price most = {0};
    for (int i = 0; i < PRICE_WAYS; i++) {
        bool asked_for = i == PRICE_PRIORITY || i == PRICE_BATCH;
        if (i == (int)way || (!asked_for && way != PRICE_BATCH)) {
            raise_to(&most, above && price->above > 0 ? &price->rates_above[i] : &price->rates[i]);
        }
    }
    return most;
}

static struct price_rates dearer(const struct price_rates *a, const struct price_rates *b) {
    return (struct price_rates){
        .input = arithmetic_most(a->input, b->input),
        .cached = arithmetic_most(a->cached, b->cached),
        .written = arithmetic_most(a->written, b->written),
        .written_hour = arithmetic_most(a->written_hour, b->written_hour),
        .output = arithmetic_most(a->output, b->output),
        .reasoning = arithmetic_most(a->reasoning, b->reasoning),
    };
}

static const struct price_rates *longest(const struct price *price, int way) {
    return price->above > 0 ? &price->rates_above[way] : &price->rates[way];
}

void price_raise(struct price *price, const struct price *other) {
    struct price both = {.above = price->above == 0 || other->above == 0
                                      ? arithmetic_most(price->above, other->above)
                                      : arithmetic_least(price->above, other->above)};
    for (int way = 0; way < PRICE_WAYS; way++) {
        both.rates[way] = dearer(&price->rates[way], &other->rates[way]);
        if (both.above > 0) {
            both.rates_above[way] = dearer(longest(price, way), longest(other, way));
        }
    }
    *price = both;
}

uint64_t price_cost(const struct price *price, enum price_way way, const struct tokens *tokens) {
    bool above = price->above > 0 && tokens->input > price->above;
    const struct price_rates *rates = above ? &price->rates_above[way] : &price->rates[way];
    uint64_t special = tokens->cached + tokens->written + tokens->written_hour;
    INVARIANT(special <= tokens->input && tokens->reasoning <= tokens->output,
              "a part of the tokens is more than all of them");
    wide milli = (wide)rates->input * (tokens->input - special) + (wide)rates->cached * tokens->cached +
                 (wide)rates->written * tokens->written + (wide)rates->written_hour * tokens->written_hour +
                 (wide)rates->output * (tokens->output - tokens->reasoning) +
                 (wide)rates->reasoning * tokens->reasoning;
    wide nano = (milli + MILLI - 1) / MILLI;
    return nano < UINT64_MAX ? (uint64_t)nano : UINT64_MAX;
}
