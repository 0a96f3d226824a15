#include "ration/price.h"

#include "ration/arithmetic.h"
#include "ration/invariant.h"

#define MILLI 1000U // a price of one micro-dollar a million tokens is a thousandth of a nano-dollar a token

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
    return price;
}

static uint64_t higher(uint64_t a, uint64_t b) {
    return a > b ? a : b;
}

static void raise_to(struct tier_price *most, const struct price_rates *rates) {
    most->input = higher(most->input, higher(rates->input, rates->cached));
    most->input = higher(most->input, higher(rates->written, rates->written_hour));
    most->output = higher(most->output, higher(rates->output, rates->reasoning));
}

struct tier_price price_most(const struct price *price) {
    struct tier_price most = {0};
    for (int way = 0; way < PRICE_WAYS; way++) {
        if (way != PRICE_PRIORITY) {
            raise_to(&most, &price->rates[way]);
            if (price->above > 0) {
                raise_to(&most, &price->rates_above[way]);
            }
        }
    }
    return most;
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
