// What a fleet grants of amounts that all its machines share: money, and the daily quota. Of each this
// machine spends what it was granted and no more. Money is in nano-dollars, the quota in requests.
#ifndef RATION_LEDGER_BUDGET_H
#define RATION_LEDGER_BUDGET_H

#include "ration/arena.h"

#include <stdbool.h>
#include <stdint.h>

enum ledger_budget {
    LEDGER_BUDGET_MONEY,     // of the fleet's whole run, --max-cost
    LEDGER_BUDGET_RUN_MONEY, // since its first machine began, --max-cost-run
    LEDGER_BUDGET_DAY,       // --daily-limit
    LEDGER_BUDGETS
};

// Sums of this arena, but for the last two.
struct ledger_budget_look {
    uint64_t granted;  // never less than what follows
    uint64_t taken;    // spent, or in doubt; of the quota: left, or booked
    uint64_t booked;   // of money: by requests that are under way
    uint64_t short_of; // the most that one request asked for in vain since the last look; 0: none did,
    bool low;          // or only one of low priority, for which there was some
};

// Coordinator, before the first spawn: nothing of it leaves from now on but what is granted. `left` of it in
// the fleet, and `period`: of the quota, its number.
void ledger_budget_begin(struct arena *arena, enum ledger_budget budget, uint64_t left, uint64_t period);
// Coordinator: what holds when nobody is amid a transaction. What is neither taken nor booked, beyond `keep`,
// is given back before. false: the guard was busy, try again.
bool ledger_budget_look(struct arena *arena, enum ledger_budget budget, uint64_t keep,
                        struct ledger_budget_look *look);
// Coordinator: `units` more may leave; of the quota, `low` of them also by requests of low priority. Workers
// that wait for them must then be rung. false: likewise.
bool ledger_budget_grant(struct arena *arena, enum ledger_budget budget, uint64_t units, uint64_t low);
// Coordinator: what the fleet has left, held by machines or not, and the quota's period: for the end, and for
// people.
void ledger_budget_tell(struct arena *arena, enum ledger_budget budget, uint64_t left, uint64_t period);

#endif
