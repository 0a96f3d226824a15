#include "view/publish_use.h"

#include "ration/clock.h"
#include "ration/ledger.h"

#include <stdio.h>
#include <string.h>

// When the first session may send; 0: one may now; CLOCK_NEVER: all are disabled.
static uint64_t all_wait_until(const struct arena *arena, uint64_t now) {
    uint64_t until = CLOCK_NEVER;
    for (uint32_t session = 0; session < arena_sessions(arena); session++) {
        struct ledger_state state;
        ledger_look(arena, session, now, &state);
        uint64_t at = state.disabled ? CLOCK_NEVER : state.not_before > now ? state.not_before : 0;
        if (!state.disabled && state.breaker.state == BREAKER_OPEN && state.breaker.until > now &&
            state.breaker.until > at) {
            at = state.breaker.until;
        }
        until = at < until ? at : until;
    }
    return until;
}

static void take_dimension(struct snapshot_gossip *gossip, const struct utilisation *utilisation,
                           uint32_t session, uint32_t dimension) {
    struct utilisation_use use;
    uint64_t *share = &gossip->dimension_use[session][dimension];
    *share = SNAPSHOT_UNKNOWN;
    if (utilisation == NULL || !utilisation_of(utilisation, session, dimension, &use)) {
        return;
    }
    *share = use.share;
    if (gossip->use == SNAPSHOT_UNKNOWN || use.share > gossip->use) {
        gossip->use = use.share;
        gossip->use_state = (uint64_t)use.state;
    }
}

void publish_use_take(struct snapshot_gossip *gossip, const struct arena *arena,
                      const struct utilisation *utilisation, uint64_t now) {
    gossip->use = SNAPSHOT_UNKNOWN;
    gossip->use_state = SNAPSHOT_HEALTHY;
    gossip->use_text[0] = '\0';
    for (uint32_t session = 0; session < arena_sessions(arena); session++) {
        for (uint32_t i = 0; i < LEDGER_DIMENSIONS; i++) {
            take_dimension(gossip, utilisation, session, i);
        }
    }
    gossip->use_until = all_wait_until(arena, now);
    if (gossip->use_until != 0) {
        gossip->use_state = SNAPSHOT_THROTTLED;
        (void)snprintf(gossip->use_text, sizeof(gossip->use_text), "%s",
                       gossip->use_until == CLOCK_NEVER ? "no session can be used any more"
                                                        : "all sessions wait");
    }
}
