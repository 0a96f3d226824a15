#include "scale/utilisation.h"

#include "ration/clock.h"
#include "scale/minute_ring.h"
#include "scale/utilisation_share.h"

#include <stdlib.h>

#define INTERVAL (250 * CLOCK_MS)

struct watched {
    struct minute_ring ring;
    struct ledger_dimension now;
};

struct utilisation {
    uint64_t looked;
    struct watched watched[BOUNDS_SESSIONS][LEDGER_DIMENSIONS];
};

struct utilisation *utilisation_new(void) {
    return calloc(1, sizeof(struct utilisation));
}

void utilisation_free(struct utilisation *utilisation) {
    free(utilisation);
}

// So much that what was taken under one of them tells nothing of the other.
static bool far_apart(uint64_t a, uint64_t b) {
    uint64_t less = a < b ? a : b, more = a < b ? b : a;
    return less / 3 < more / 4;
}

static void look(struct watched *watched, const struct ledger_dimension *dimension, uint64_t now) {
    // Another limit has taken the place of this one: what it counted is no use of that.
    if (dimension->unit != watched->now.unit || dimension->window != watched->now.window ||
        far_apart(dimension->limit, watched->now.limit)) {
        watched->ring = (struct minute_ring){0};
    }
    watched->now = *dimension;
    if (dimension->unit != DIMENSION_NONE) {
        minute_ring_note(&watched->ring, dimension->taken, now);
    }
}

void utilisation_tick(struct utilisation *utilisation, const struct snapshot *seen) {
    uint64_t now = seen->at;
    if (utilisation->looked != 0 && now - utilisation->looked < INTERVAL) {
        return;
    }
    utilisation->looked = now;
    for (uint32_t session = 0; session < seen->sessions; session++) {
        for (uint32_t i = 0; i < LEDGER_DIMENSIONS; i++) {
            look(&utilisation->watched[session][i], &seen->session[session].dimension[i], now);
        }
    }
}

bool utilisation_of(const struct utilisation *utilisation, uint32_t session, uint32_t dimension,
                    struct utilisation_use *use) {
    if (session >= BOUNDS_SESSIONS || dimension >= LEDGER_DIMENSIONS) {
        return false;
    }
    const struct watched *watched = &utilisation->watched[session][dimension];
    const struct ledger_dimension *now = &watched->now;
    uint64_t elapsed;
    if (now->unit == DIMENSION_NONE || now->limit == 0 || now->window == 0) {
        return false;
    }
    uint64_t taken = minute_ring_growth(&watched->ring, CLOCK_MINUTE, &elapsed);
    *use = (struct utilisation_use){.unit = now->unit, .window = now->window, .limit = now->limit};
    use->share = utilisation_share_spread(now->window)
                     ? utilisation_share_pace(now->limit, now->window, taken, elapsed)
                     : utilisation_share_gone(now->limit, now->remaining);
    use->state = utilisation_state_of(use->share);
    return true;
}

bool utilisation_most(const struct utilisation *utilisation, uint32_t session, bool paced,
                      struct utilisation_use *use) {
    bool found = false;
    for (uint32_t i = 0; i < LEDGER_DIMENSIONS; i++) {
        struct utilisation_use one;
        if (utilisation_of(utilisation, session, i, &one) &&
            (!paced || utilisation_share_spread(one.window)) && (!found || one.share > use->share)) {
            *use = one;
            found = true;
        }
    }
    return found;
}

enum utilisation_state utilisation_state_of(uint64_t share) {
    if (share >= UTILISATION_THROTTLES) {
        return UTILISATION_THROTTLED;
    }
    return share >= UTILISATION_APPROACHES ? UTILISATION_APPROACHING : UTILISATION_HEALTHY;
}

const char *utilisation_state_name(enum utilisation_state state) {
    static const char *const names[] = {
        [UTILISATION_HEALTHY] = "healthy",
        [UTILISATION_APPROACHING] = "approaching",
        [UTILISATION_THROTTLED] = "throttled",
    };
    return names[state];
}
