#include "arena/ledger_cost.h"

#include "arena/journal.h"
#include "arena/ledger_words.h"
#include "ration/arithmetic.h"
#include "ration/invariant.h"
#include "ration/money.h"

#define REFUSED 400 // statuses from here on

// The price by which a session's requests are reserved, and estimated where nothing is told; all 0: none.
static struct tier_price price_of(const struct arena *arena, const struct layout_session *session) {
    const struct layout_ledger *ledger = layout_ledger(arena);
    return session->own_price != 0 ? (struct tier_price){session->price_input, session->price_output}
                                   : (struct tier_price){ledger->price_input, ledger->price_output};
}

// 0 is none, and above all others.
static void lower(layout_u64 *word, uint64_t value) {
    uint64_t now = atomic_load(word);
    while (value > 0 && (now == 0 || now > value) && !atomic_compare_exchange_weak(word, &now, value)) {}
}

void ledger_dearer(struct arena *arena, uint32_t session, const struct ledger_price *price) {
    struct layout_session *shared = layout_session(arena, session);
    ledger_words_raise(&shared->dear_input, price->usual.input);
    ledger_words_raise(&shared->dear_output, price->usual.output);
    if (price->above > 0) {
        ledger_words_raise(&shared->dear_above_input, price->longer.input);
        ledger_words_raise(&shared->dear_above_output, price->longer.output);
        lower(&shared->dear_above, price->above);
    }
    atomic_fetch_add(&shared->charged, 1);
}

static struct tier_price dearer_of(const struct tier_price *price, layout_u64 *input, layout_u64 *output) {
    return (struct tier_price){arithmetic_most(price->input, atomic_load(input)),
                               arithmetic_most(price->output, atomic_load(output))};
}

// At most half of what a word holds, so that a sum of two stays one.
static uint64_t charge_of(const struct arena *arena, uint32_t index, uint64_t input, uint64_t output) {
    struct layout_session *session = layout_session(arena, index);
    struct tier_price price = price_of(arena, session);
    if (session->price_above > 0 && input > session->price_above) {
        price = (struct tier_price){session->price_above_input, session->price_above_output};
    }
    price = dearer_of(&price, &session->dear_input, &session->dear_output);
    uint64_t above = atomic_load(&session->dear_above);
    if (above > 0 && input > above) {
        price = dearer_of(&price, &session->dear_above_input, &session->dear_above_output);
    }
    uint64_t cost = money_of(&price, input, output);
    return cost < UINT64_MAX / 2 ? cost : UINT64_MAX / 2;
}

// ---- before it leaves ----

// An answer may be as long as was asked for, or as one that came; where nothing was asked for, twice the
// usual is taken for long.
uint64_t ledger_cost_reserve(const struct arena *arena, uint32_t session,
                             const struct ledger_estimate *estimate) {
    const struct layout_ledger *ledger = layout_ledger(arena);
    uint64_t usual = guarded_get(&ledger->output_mean) / 16;
    uint64_t longest = ledger->longest_answer > 0 ? ledger->longest_answer : 2 * usual;
    longest = arithmetic_most(longest, atomic_load(&ledger->longest_seen));
    return charge_of(arena, session, estimate->input + estimate->input / 8, longest);
}

static bool limited(const struct layout_ledger *ledger) {
    return ledger->cost_most > 0 || ledger->cost_run_most > 0;
}

// Nobody knows before a session's first answer which model answers there, and how its tokens are counted: it
// leaves alone. Where no longest answer is asked for, no more leave at once than have shown how long they
// are.
static bool waits_for_answers(const struct layout_ledger *ledger, const struct layout_session *session) {
    uint64_t charged = atomic_load(&session->charged), flying = guarded_get(&session->in_flight);
    return flying > 0 && (charged == 0 || (ledger->longest_answer == 0 && flying >= charged));
}

// Of earlier runs: but for what is booked again.
static uint64_t doubt_before(const struct layout_ledger *ledger) {
    return arithmetic_less(ledger->before_doubt, guarded_get(&ledger->before_taken));
}

// Within a limit, or in a fleet within what was granted of it.
static bool is_within(const struct layout_ledger *ledger, enum ledger_budget budget, uint64_t most,
                      wide sum) {
    return sum <= (ledger->metered[budget] != 0 ? guarded_get(&ledger->granted[budget]) : most);
}

bool ledger_cost_fits(const struct arena *arena, uint64_t reserve) {
    const struct layout_ledger *ledger = layout_ledger(arena);
    wide run = (wide)guarded_get(&ledger->cost_spent) + guarded_get(&ledger->cost_doubt) +
               guarded_get(&ledger->cost_booked) + reserve;
    // A fleet counts what earlier runs of it spent.
    wide all =
        ledger->metered[LEDGER_BUDGET_MONEY] != 0 ? run : run + ledger->before_spent + doubt_before(ledger);
    return (ledger->cost_most == 0 || is_within(ledger, LEDGER_BUDGET_MONEY, ledger->cost_most, all)) &&
           (ledger->cost_run_most == 0 ||
            is_within(ledger, LEDGER_BUDGET_RUN_MONEY, ledger->cost_run_most, run));
}

void ledger_cost_refuse(const struct arena *arena, uint64_t reserve) {
    struct layout_ledger *ledger = layout_ledger(arena);
    atomic_store(&ledger->cost_refused, reserve);
    ledger_words_raise(&ledger->budget_short[LEDGER_BUDGET_MONEY], reserve);
    ledger_words_raise(&ledger->budget_short[LEDGER_BUDGET_RUN_MONEY], reserve);
}

bool ledger_cost_allows(const struct arena *arena, uint32_t session, uint64_t reserve) {
    const struct layout_ledger *ledger = layout_ledger(arena);
    if (!limited(ledger)) {
        return true;
    }
    if (reserve > 0 && waits_for_answers(ledger, layout_session(arena, session))) {
        return false;
    }
    if (ledger_cost_fits(arena, reserve)) {
        return true;
    }
    ledger_cost_refuse(arena, reserve);
    return false;
}

void ledger_cost_book(struct arena *arena, uint32_t slot, uint64_t reserve) {
    struct layout_ledger *ledger = layout_ledger(arena);
    if (reserve > 0) {
        ledger_words_add(arena, &ledger->cost_booked, reserve);
        ledger_words_add(arena, &ledger->slot_cost[slot], reserve);
    }
}

// This run's doubt first: its own workers' deaths.
void ledger_cost_undoubt(struct arena *arena, uint64_t cost) {
    struct layout_ledger *ledger = layout_ledger(arena);
    uint64_t run = arithmetic_least(cost, guarded_get(&ledger->cost_doubt));
    uint64_t before = arithmetic_least(cost - run, doubt_before(ledger));
    if (run > 0) {
        journal_subtract(arena, GUARD_LEDGER, &ledger->cost_doubt, run);
    }
    ledger_words_add(arena, &ledger->before_taken, before);
}

// ---- when it is over ----

void ledger_cost_unbook(struct arena *arena, uint32_t slot, const struct ledger_booking *booking) {
    struct layout_ledger *ledger = layout_ledger(arena);
    uint64_t reserve = booking->cost;
    if (reserve > 0) {
        INVARIANT(reserve <= guarded_get(&ledger->slot_cost[slot]) &&
                      guarded_get(&ledger->slot_cost[slot]) <= guarded_get(&ledger->cost_booked),
                  "slot %u ends a booking whose cost is not booked", slot);
        journal_subtract(arena, GUARD_LEDGER, &ledger->cost_booked, reserve);
        journal_subtract(arena, GUARD_LEDGER, &ledger->slot_cost[slot], reserve);
    }
}

// Who refuses with a status has not answered at length: as estimated. What broke off may have been all of it.
static uint64_t doubt_of(const struct arena *arena, const struct ledger_booking *booking,
                         const struct ledger_usage *usage) {
    uint64_t estimate = charge_of(arena, booking->session, booking->input, booking->output);
    return usage->status >= REFUSED || estimate > booking->cost ? estimate : booking->cost;
}

void ledger_cost_settle(struct arena *arena, uint32_t slot, const struct ledger_booking *booking,
                        const struct ledger_usage *usage) {
    struct layout_ledger *ledger = layout_ledger(arena);
    if (usage->unsent) {
        return;
    }
    if (!usage->cost_known) {
        ledger_words_add(arena, &ledger->cost_doubt, doubt_of(arena, booking, usage));
        return;
    }
    ledger_words_raise(&ledger->longest_seen, usage->tokens.output);
    ledger_words_add(arena, &ledger->cost_spent, usage->cost);
    if (usage->recorded) {
        ledger_words_add(arena, &ledger->settled_cost[slot], usage->cost);
        ledger_words_add(arena, &ledger->settled_reserve[slot], booking->cost);
    }
}

// ---- when its worker is dead ----

void ledger_cost_reclaim(struct arena *arena, uint32_t slot) {
    struct layout_ledger *ledger = layout_ledger(arena);
    const struct layout_header *header = arena->header;
    uint64_t booked = guarded_get(&ledger->slot_cost[slot]);
    // Only its own appends change the two, and it is dead.
    uint64_t lines = guarded_get(&header->line_cost[slot]);
    uint64_t reserved = guarded_get(&header->line_reserve[slot]);
    uint64_t owed = lines - guarded_get(&ledger->settled_cost[slot]);
    uint64_t known = reserved - guarded_get(&ledger->settled_reserve[slot]);
    INVARIANT(booked <= guarded_get(&ledger->cost_booked) && known <= booked,
              "slot %u has booked more cost than all", slot);
    if (booked > 0) {
        journal_subtract(arena, GUARD_LEDGER, &ledger->cost_booked, booked);
    }
    ledger_words_set(arena, &ledger->slot_cost[slot], 0);
    ledger_words_add(arena, &ledger->cost_spent, owed);
    ledger_words_add(arena, &ledger->cost_doubt, booked - known);
    ledger_words_set(arena, &ledger->settled_cost[slot], lines);
    ledger_words_set(arena, &ledger->settled_reserve[slot], reserved);
}

// ---- looks ----

void ledger_cost_look(const struct arena *arena, struct ledger_cost *cost) {
    struct layout_ledger *ledger = layout_ledger(arena);
    *cost = (struct ledger_cost){
        .most = ledger->cost_most,
        .run_most = ledger->cost_run_most,
        .before = {ledger->before_spent, doubt_before(ledger)},
        .run = {guarded_get(&ledger->cost_spent), guarded_get(&ledger->cost_doubt)},
        .booked = guarded_get(&ledger->cost_booked),
        .refused = atomic_load(&ledger->cost_refused),
        .shared = ledger->metered[LEDGER_BUDGET_MONEY] != 0,
        .run_shared = ledger->metered[LEDGER_BUDGET_RUN_MONEY] != 0,
        .left = atomic_load(&ledger->budget_left[LEDGER_BUDGET_MONEY]),
        .run_left = atomic_load(&ledger->budget_left[LEDGER_BUDGET_RUN_MONEY]),
    };
}

void ledger_cost_begin(struct arena *arena, const struct ledger_paid *before) {
    struct layout_ledger *ledger = layout_ledger(arena);
    ledger->before_spent = before->spent;
    ledger->before_doubt = before->doubt;
}

static uint64_t plus(uint64_t a, uint64_t b) {
    return a < UINT64_MAX - b ? a + b : UINT64_MAX;
}

void ledger_cost_left(const struct arena *arena, struct ledger_paid *paid) {
    const struct layout_ledger *ledger = layout_ledger(arena);
    const struct layout_header *header = arena->header;
    paid->spent = plus(ledger->before_spent, journal_committed(arena, GUARD_LEDGER, &ledger->cost_spent));
    uint64_t taken = journal_committed(arena, GUARD_LEDGER, &ledger->before_taken);
    paid->doubt = plus(arithmetic_less(ledger->before_doubt, taken),
                       journal_committed(arena, GUARD_LEDGER, &ledger->cost_doubt));
    for (uint32_t slot = 0; slot < BOUNDS_SLOTS; slot++) {
        uint64_t booked = journal_committed(arena, GUARD_LEDGER, &ledger->slot_cost[slot]);
        uint64_t lines = journal_committed(arena, GUARD_OUTPUT, &header->line_cost[slot]);
        uint64_t reserved = journal_committed(arena, GUARD_OUTPUT, &header->line_reserve[slot]);
        uint64_t settled = journal_committed(arena, GUARD_LEDGER, &ledger->settled_cost[slot]);
        uint64_t known = journal_committed(arena, GUARD_LEDGER, &ledger->settled_reserve[slot]);
        paid->spent = plus(paid->spent, lines > settled ? lines - settled : 0);
        known = reserved > known ? reserved - known : 0;
        paid->doubt = plus(paid->doubt, booked > known ? booked - known : 0);
    }
}

uint64_t ledger_count_untold(struct arena *arena) {
    return atomic_fetch_add(&layout_ledger(arena)->usage_untold, 1);
}

uint64_t ledger_untold(const struct arena *arena) {
    return atomic_load(&layout_ledger(arena)->usage_untold);
}
