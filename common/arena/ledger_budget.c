#include "ration/ledger_budget.h"

#include "arena/journal.h"
#include "arena/ledger_words.h"
#include "ration/crash_point.h"

static uint64_t taken_of(const struct layout_ledger *ledger, enum ledger_budget budget) {
    return budget == LEDGER_BUDGET_DAY ? guarded_get(&ledger->quota_used)
                                       : guarded_get(&ledger->cost_spent) + guarded_get(&ledger->cost_doubt);
}

static uint64_t booked_of(const struct layout_ledger *ledger, enum ledger_budget budget) {
    return budget == LEDGER_BUDGET_DAY ? 0 : guarded_get(&ledger->cost_booked);
}

void ledger_budget_begin(struct arena *arena, enum ledger_budget budget, uint64_t left, uint64_t period) {
    struct layout_ledger *ledger = layout_ledger(arena);
    ledger->metered[budget] = 1;
    journal_initialise(&ledger->granted[budget], taken_of(ledger, budget));
    ledger_budget_tell(arena, budget, left, period);
}

// More may be taken than was booked: an answer cost more than could be told. That is granted afterwards.
static uint64_t granted_now(const struct layout_ledger *ledger, enum ledger_budget budget, uint64_t keep) {
    uint64_t gone = taken_of(ledger, budget) + booked_of(ledger, budget);
    uint64_t granted = guarded_get(&ledger->granted[budget]);
    if (granted < gone) {
        return gone;
    }
    return granted - gone > keep ? gone + keep : granted;
}

static void set(struct arena *arena, enum ledger_budget budget, uint64_t granted, uint64_t low) {
    struct layout_ledger *ledger = layout_ledger(arena);
    ledger_words_set(arena, &ledger->granted[budget], granted);
    if (budget == LEDGER_BUDGET_DAY) {
        ledger_words_set(arena, &ledger->low_granted, low < granted ? low : granted);
    }
    CRASH_POINT(budget_set);
    journal_commit(arena, GUARD_LEDGER);
}

bool ledger_budget_look(struct arena *arena, enum ledger_budget budget, uint64_t keep,
                        struct ledger_budget_look *look) {
    struct layout_ledger *ledger = layout_ledger(arena);
    if (!guard_try(arena, GUARD_LEDGER, GUARD_COORDINATOR)) {
        return false;
    }
    uint64_t granted = granted_now(ledger, budget, keep);
    if (granted != guarded_get(&ledger->granted[budget])) {
        set(arena, budget, granted, guarded_get(&ledger->low_granted));
    }
    *look = (struct ledger_budget_look){
        .granted = granted, .taken = taken_of(ledger, budget), .booked = booked_of(ledger, budget)};
    look->short_of = atomic_exchange(&ledger->budget_short[budget], 0);
    look->low = budget == LEDGER_BUDGET_DAY && atomic_exchange(&ledger->low_short, 0) != 0;
    guard_unlock(arena, GUARD_LEDGER, GUARD_COORDINATOR);
    return true;
}

bool ledger_budget_grant(struct arena *arena, enum ledger_budget budget, uint64_t units, uint64_t low) {
    struct layout_ledger *ledger = layout_ledger(arena);
    if (!guard_try(arena, GUARD_LEDGER, GUARD_COORDINATOR)) {
        return false;
    }
    uint64_t before = guarded_get(&ledger->granted[budget]);
    // What is granted first may leave first: what comes before these units may be of low priority as well.
    set(arena, budget, before + units, low > 0 ? before + low : guarded_get(&ledger->low_granted));
    guard_unlock(arena, GUARD_LEDGER, GUARD_COORDINATOR);
    return true;
}

void ledger_budget_tell(struct arena *arena, enum ledger_budget budget, uint64_t left, uint64_t period) {
    struct layout_ledger *ledger = layout_ledger(arena);
    atomic_store(&ledger->budget_left[budget], left);
    if (budget == LEDGER_BUDGET_DAY) {
        atomic_store(&ledger->budget_period, period);
    }
}
