#include "arena/ledger_cost.h"

#include "arena/journal.h"
#include "ration/arithmetic.h"
#include "ration/invariant.h"
#include "ration/money.h"

// At most half of what a word holds, so that a sum of two stays one.
static uint64_t charge_of(const struct arena *arena, uint32_t index, uint64_t input, uint64_t output) {
    const struct layout_ledger *ledger = layout_ledger(arena);
    const struct layout_session *session = layout_session(arena, index);
    const struct tier_price price = {
        .input = session->own_price != 0 ? session->price_input : ledger->price_input,
        .output = session->own_price != 0 ? session->price_output : ledger->price_output};
    uint64_t cost = money_of(&price, input, output);
    return cost < UINT64_MAX / 2 ? cost : UINT64_MAX / 2;
}

// An answer may be as long as was asked for; where nothing was asked for, twice the usual is taken for long.
uint64_t ledger_cost_reserve(const struct arena *arena, uint32_t session,
                             const struct ledger_estimate *estimate) {
    const struct layout_ledger *ledger = layout_ledger(arena);
    if (ledger->cost_most == 0) {
        return 0;
    }
    uint64_t usual = guarded_get(&ledger->output_mean) / 16;
    uint64_t longest = ledger->longest_answer > 0 ? ledger->longest_answer : 2 * usual;
    return charge_of(arena, session, estimate->input + estimate->input / 8, longest);
}

// Nobody knows what an answer costs before the first, where no longest one is asked for: it leaves alone.
static bool waits_for_first(const struct layout_ledger *ledger) {
    return ledger->cost_most > 0 && ledger->longest_answer == 0 && guarded_get(&ledger->cost_spent) == 0 &&
           guarded_get(&ledger->cost_booked) > 0;
}

bool ledger_cost_allows(struct layout_ledger *ledger, uint64_t reserve) {
    if (waits_for_first(ledger)) {
        return false;
    }
    wide all = (wide)guarded_get(&ledger->cost_spent) + guarded_get(&ledger->cost_booked) + reserve;
    if (ledger->cost_most == 0 || all <= ledger->cost_most) {
        return true;
    }
    atomic_store(&ledger->cost_refused, reserve);
    return false;
}

void ledger_cost_book(struct arena *arena, uint32_t slot, uint64_t reserve) {
    struct layout_ledger *ledger = layout_ledger(arena);
    if (reserve > 0) {
        ledger_words_add(arena, &ledger->cost_booked, reserve);
        ledger_words_add(arena, &ledger->slot_cost[slot], reserve);
    }
}

void ledger_cost_settle(struct arena *arena, uint32_t slot, const struct ledger_booking *booking,
                        uint64_t input, uint64_t output) {
    struct layout_ledger *ledger = layout_ledger(arena);
    uint64_t reserve = booking->cost;
    if (reserve > 0) {
        INVARIANT(reserve <= guarded_get(&ledger->slot_cost[slot]) &&
                      guarded_get(&ledger->slot_cost[slot]) <= guarded_get(&ledger->cost_booked),
                  "slot %u ends a booking whose cost is not booked", slot);
        journal_subtract(arena, GUARD_LEDGER, &ledger->cost_booked, reserve);
        journal_subtract(arena, GUARD_LEDGER, &ledger->slot_cost[slot], reserve);
    }
    uint64_t cost = charge_of(arena, booking->session, input, output);
    if (cost > 0) {
        ledger_words_add(arena, &ledger->cost_spent, cost);
    }
}

void ledger_cost_reclaim(struct arena *arena, uint32_t slot) {
    struct layout_ledger *ledger = layout_ledger(arena);
    uint64_t booked = guarded_get(&ledger->slot_cost[slot]);
    INVARIANT(booked <= guarded_get(&ledger->cost_booked), "slot %u has booked more cost than all", slot);
    if (booked > 0) {
        journal_subtract(arena, GUARD_LEDGER, &ledger->cost_booked, booked);
        ledger_words_add(arena, &ledger->cost_spent, booked);
        ledger_words_set(arena, &ledger->slot_cost[slot], 0);
    }
}

void ledger_cost_look(const struct arena *arena, struct ledger_cost *cost) {
    struct layout_ledger *ledger = layout_ledger(arena);
    *cost = (struct ledger_cost){
        .most = ledger->cost_most,
        .spent = guarded_get(&ledger->cost_spent),
        .booked = guarded_get(&ledger->cost_booked),
        .refused = atomic_load(&ledger->cost_refused),
    };
}

uint64_t ledger_count_untold(struct arena *arena) {
    return atomic_fetch_add(&layout_ledger(arena)->usage_untold, 1);
}

uint64_t ledger_untold(const struct arena *arena) {
    return atomic_load(&layout_ledger(arena)->usage_untold);
}
