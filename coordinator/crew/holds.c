#include "crew/holds.h"

#include "ration/clock.h"
#include "ration/ledger.h"

#define SOON (10 * CLOCK_SECOND)

static bool holds(const struct ledger_state *state, uint64_t now) {
    if (state->disabled) {
        return false;
    }
    if (state->not_before > now || state->breaker.state != BREAKER_CLOSED) {
        return true;
    }
    for (uint32_t i = 0; i < LEDGER_DIMENSIONS; i++) {
        const struct ledger_dimension *dimension = &state->dimension[i];
        if (dimension->unit != DIMENSION_NONE && dimension->heard && dimension->free_at > now + SOON) {
            return true;
        }
    }
    return false;
}

uint32_t holds_count(const struct crew *crew, uint64_t now) {
    uint32_t count = 0;
    for (uint32_t session = 0; session < arena_sessions(crew->arena); session++) {
        struct ledger_state state;
        ledger_look(crew->arena, session, now, &state);
        count += holds(&state, now);
    }
    return count;
}

bool holds_end(struct crew *crew, uint64_t now) {
    if (!ledger_reset_holds(crew->arena, now)) {
        return false;
    }
    crew_ring_all(crew); // who waits for the end of a hold waits for nothing now
    return true;
}
