#include "prices/price_draft.h"

#include "ration/arithmetic.h"
#include "ration/tier.h"

#include <math.h>
#include <string.h>

#define MICRO_MILLION 1e12

bool price_draft_money(double dollars, double tokens, uint64_t *out) {
    double micro = round(dollars * (MICRO_MILLION / tokens));
    if (!(dollars >= 0) || !(micro <= (double)TIER_PRICE_MOST)) {
        return false;
    }
    *out = (uint64_t)micro;
    return true;
}

void price_draft_set(struct price_draft *draft, uint64_t above, enum price_way way, enum price_kind kind,
                     uint64_t value) {
    struct price_part *part = above > 0 ? &draft->longer[way] : &draft->usual[way];
    if (above > 0) {
        draft->above = draft->above == 0 ? above : arithmetic_least(draft->above, above);
        value = part->known[kind] ? arithmetic_most(part->value[kind], value) : value;
    }
    part->known[kind] = true;
    part->value[kind] = value;
}

// value · part / whole, rounded up.
static uint64_t scaled(uint64_t value, uint64_t part, uint64_t whole) {
    if (whole == 0) {
        return value;
    }
    wide result = ((wide)value * part + whole - 1) / whole;
    return result < TIER_PRICE_MOST ? (uint64_t)result : TIER_PRICE_MOST;
}

static bool is_priced(const struct price_part *part) {
    return part->known[PRICE_INPUT] && part->known[PRICE_OUTPUT];
}

static struct price_rates rates_of(const struct price_part *part) {
    const uint64_t *value = part->value;
    return (struct price_rates){
        .input = value[PRICE_INPUT],
        .cached = value[PRICE_CACHED],
        .written = value[PRICE_WRITTEN],
        .written_hour = value[PRICE_WRITTEN_HOUR],
        .output = value[PRICE_OUTPUT],
        .reasoning = value[PRICE_REASONING],
    };
}

static void fill(struct price_part *part, enum price_kind kind, uint64_t value) {
    if (!part->known[kind]) {
        part->value[kind] = value;
    }
}

// With nothing to go by but itself.
static void fill_alone(struct price_part *part) {
    uint64_t input = part->value[PRICE_INPUT];
    fill(part, PRICE_CACHED, input);
    fill(part, PRICE_WRITTEN, input);
    uint64_t written = part->value[PRICE_WRITTEN];
    fill(part, PRICE_WRITTEN_HOUR, written > input ? arithmetic_most(2 * input, written) : written);
    fill(part, PRICE_REASONING, part->value[PRICE_OUTPUT]);
}

// As another one has them; cached input has no price of its own that would follow.
static void fill_like(struct price_part *part, const struct price_part *like) {
    uint64_t input = part->value[PRICE_INPUT], usual = like->value[PRICE_INPUT];
    fill(part, PRICE_CACHED, input);
    fill(part, PRICE_WRITTEN, scaled(like->value[PRICE_WRITTEN], input, usual));
    fill(part, PRICE_WRITTEN_HOUR, scaled(like->value[PRICE_WRITTEN_HOUR], input, usual));
    fill(part, PRICE_REASONING,
         scaled(like->value[PRICE_REASONING], part->value[PRICE_OUTPUT], like->value[PRICE_OUTPUT]));
}

// The way of a longer request that the list does not have: never less than its default.
static void fill_longer(struct price_part *part, const struct price_part *longer,
                        const struct price_part *usual, const struct price_part *way) {
    for (int kind = 0; kind < PRICE_KINDS; kind++) {
        uint64_t like = scaled(longer->value[kind], way->value[kind], usual->value[kind]);
        part->value[kind] = arithmetic_most(longer->value[kind], like);
    }
}

static void finish_longer(struct price_draft *all, struct price *price) {
    struct price_part *first = &all->longer[PRICE_DEFAULT];
    const struct price_part *usual = &all->usual[PRICE_DEFAULT];
    fill(first, PRICE_INPUT, usual->value[PRICE_INPUT]);
    fill(first, PRICE_OUTPUT, usual->value[PRICE_OUTPUT]);
    fill_like(first, usual);
    price->above = all->above;
    price->rates_above[PRICE_DEFAULT] = rates_of(first);
    for (int way = PRICE_DEFAULT + 1; way < PRICE_WAYS; way++) {
        if (is_priced(&all->longer[way])) {
            fill_like(&all->longer[way], first);
        } else {
            fill_longer(&all->longer[way], first, usual, &all->usual[way]);
        }
        price->rates_above[way] = rates_of(&all->longer[way]);
    }
}

bool price_draft_finish(const struct price_draft *draft, struct price *price, bool known[PRICE_WAYS]) {
    struct price_draft all = *draft;
    *price = (struct price){0};
    if (!is_priced(&all.usual[PRICE_DEFAULT])) {
        return false;
    }
    fill_alone(&all.usual[PRICE_DEFAULT]);
    for (int way = 0; way < PRICE_WAYS; way++) {
        known[way] = is_priced(&all.usual[way]);
        if (!known[way]) {
            all.usual[way] = all.usual[PRICE_DEFAULT];
        } else if (way != PRICE_DEFAULT) {
            fill_like(&all.usual[way], &all.usual[PRICE_DEFAULT]);
        }
        price->rates[way] = rates_of(&all.usual[way]);
    }
    if (all.above > 0) {
        finish_longer(&all, price);
    }
    if (!known[PRICE_BATCH]) {
        price->rates[PRICE_BATCH] = price_half(&price->rates[PRICE_DEFAULT]);
        price->rates_above[PRICE_BATCH] = price_half(&price->rates_above[PRICE_DEFAULT]);
    }
    return true;
}
