#include "ration/turn.h"

#include "ration/clock.h"
#include "ration/ledger.h"

// The ledger says half of the horizon before the departure. What is left of it is for a process that wakes
// late.
#define JITTER (LEDGER_HORIZON / 8 * 3)
#define MEMORY \
    (10 *      \
     CLOCK_SECOND) // who has just begun, or could not ask for long, must not make up for all that was before

void turn_booked(struct turn *turn) {
    turn->own++;
}

// Each asking books all that came free since the last one, so that workers which wake one after the other, at
// a fixed distance, would share unevenly for seconds: chance mixes their order.
uint64_t turn_ask_again(struct turn *turn, uint64_t told, uint64_t all, uint32_t workers, uint64_t now,
                        uint32_t random) {
    if (now - turn->since >= MEMORY || all < turn->all) {
        *turn = (struct turn){.since = now, .all = all};
    }
    uint64_t at = told + JITTER * random / UINT32_MAX;
    if (turn->own * workers >= all - turn->all) {
        return at;
    }
    uint64_t earlier = at - (at < LEDGER_HORIZON / 2 ? at : LEDGER_HORIZON / 2);
    return earlier > now ? earlier : now + CLOCK_MS;
}
