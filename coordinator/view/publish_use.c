#include "view/publish_use.h"

#include "ration/clock.h"
#include "ration/ledger.h"
#include "view/run_wait.h"

#include <stdio.h>
#include <string.h>

// The waits that are the limits': an API that is overloaded or fails throttles nobody.
static bool limits(uint64_t wait) {
    return wait == RUN_WAIT_RATE || wait == RUN_WAIT_QUOTA || wait == RUN_WAIT_KEYS;
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
        gossip->use_state = use.state;
    }
}

void publish_use_take(struct snapshot_gossip *gossip, uint32_t sessions,
                      const struct utilisation *utilisation) {
    gossip->use = SNAPSHOT_UNKNOWN;
    gossip->use_state = SNAPSHOT_HEALTHY;
    gossip->use_text[0] = '\0';
    for (uint32_t session = 0; session < sessions; session++) {
        for (uint32_t i = 0; i < LEDGER_DIMENSIONS; i++) {
            take_dimension(gossip, utilisation, session, i);
        }
    }
    gossip->use_until = 0;
    if (limits(gossip->wait.kind)) {
        gossip->use_until = gossip->wait.until;
        gossip->use_state = SNAPSHOT_THROTTLED;
        (void)snprintf(gossip->use_text, sizeof(gossip->use_text), "%s",
                       gossip->use_until == CLOCK_NEVER ? "no session can be used any more"
                                                        : "all sessions wait");
    }
}
