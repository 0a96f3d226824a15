#include "scale/utilisation.h"

#include "ration/clock.h"
#include "scale/minute_ring.h"

#include <stdlib.h>

#define INTERVAL (250 * CLOCK_MS)
#define MOST 1e15 // of a share
#define REQUESTS_ENOUGH 5U

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
    use->share = utilisation_spread(now->window) ? utilisation_pace(now->limit, now->window, taken, elapsed)
                                                 : utilisation_gone(now->limit, now->remaining);
    use->state = utilisation_state_of(use->share);
    return true;
}

bool utilisation_most(const struct utilisation *utilisation, uint32_t session, bool paced,
                      struct utilisation_use *use) {
    bool found = false;
    for (uint32_t i = 0; i < LEDGER_DIMENSIONS; i++) {
        struct utilisation_use one;
        if (utilisation_of(utilisation, session, i, &one) && (!paced || utilisation_spread(one.window)) &&
            (!found || one.share > use->share)) {
            *use = one;
            found = true;
        }
    }
    return found;
}

enum snapshot_use utilisation_state_of(uint64_t share) {
    if (share >= UTILISATION_THROTTLES) {
        return SNAPSHOT_THROTTLED;
    }
    return share >= UTILISATION_APPROACHES ? SNAPSHOT_APPROACHING : SNAPSHOT_HEALTHY;
}

static uint64_t millionths(double share) {
    return (uint64_t)(share < MOST / UTILISATION_WHOLE ? share * UTILISATION_WHOLE + 0.5 : MOST);
}

bool utilisation_spread(uint64_t window) {
    return window <= DIMENSION_PACED_MOST;
}

uint64_t utilisation_pace(uint64_t limit, uint64_t window, uint64_t taken, uint64_t elapsed) {
    elapsed = elapsed > UTILISATION_SHORTEST ? elapsed : UTILISATION_SHORTEST;
    return millionths((double)taken / ((double)limit * ((double)elapsed / (double)window)));
}

uint64_t utilisation_gone(uint64_t limit, uint64_t remaining) {
    return millionths(remaining < limit ? (double)(limit - remaining) / (double)limit : 0);
}

// Units that a request takes; 0: not known.
static double units_each(const struct ledger_state *state, const struct ledger_dimension *dimension) {
    uint64_t requests = state->spent_requests + state->booked_requests;
    int64_t taken = (int64_t)dimension->taken;
    if (dimension->unit == DIMENSION_REQUESTS) {
        return 1;
    }
    return requests >= REQUESTS_ENOUGH && taken > 0 ? (double)taken / (double)requests : 0;
}

double utilisation_allows(const struct ledger_state *state) {
    double least = 0;
    for (uint32_t i = 0; i < LEDGER_DIMENSIONS; i++) {
        const struct ledger_dimension *dimension = &state->dimension[i];
        if (dimension->unit == DIMENSION_NONE || dimension->limit == 0 || dimension->window == 0 ||
            !utilisation_spread(dimension->window)) {
            continue;
        }
        double each = units_each(state, dimension);
        double window = (double)dimension->window / (double)CLOCK_SECOND;
        double rate = each > 0 ? (double)dimension->limit / window / each : 0;
        if (rate > 0 && (least <= 0 || rate < least)) {
            least = rate;
        }
    }
    return least;
}
