#include "ration/breaker.h"

#include "ration/arithmetic.h"
#include "ration/clock.h"

#include <stddef.h>

#define FIRST CLOCK_SECOND // the distance of the first probe
#define FREE (4 * FIRST)   // so far the distances double
#define SHARE 8U           // of the outage

uint64_t breaker_earliest(const struct breaker *breaker, uint64_t now) {
    switch (breaker->state) {
    case BREAKER_OPEN:
        return breaker->until > now ? breaker->until : now;
    case BREAKER_HALF_OPEN:
        return CLOCK_NEVER;
    default:
        return now;
    }
}

// Departures are booked ahead, so `until` may still be to come; breaker_earliest() saw to it that it will be
// over.
bool breaker_leaves(struct breaker *breaker) {
    if (breaker->state != BREAKER_OPEN) {
        return false;
    }
    breaker->state = BREAKER_HALF_OPEN;
    return true;
}

// Of one that left before the breaker opened, too: it is the latest news, and says that the session works.
void breaker_succeeded(struct breaker *breaker) {
    breaker->state = BREAKER_CLOSED;
    breaker->failures = 0;
    breaker->until = 0;
    breaker->probes = 0;
}

static void count_failure(struct breaker *breaker) {
    breaker->failures += breaker->failures < UINT64_MAX ? 1 : 0;
}

// Until the next probe.
static uint64_t distance(const struct breaker *breaker, const struct breaker_config *config, uint64_t now) {
    uint64_t outage = now > breaker->since ? now - breaker->since : 0;
    uint64_t most = outage / SHARE > FREE ? outage / SHARE : FREE;
    uint64_t wait = FIRST;
    for (uint64_t i = 0; i < breaker->probes && wait < most; i++) {
        wait *= 2;
    }
    wait = wait < most ? wait : most;
    return wait < config->timeout ? wait : config->timeout;
}

void breaker_open(struct breaker *breaker, enum breaker_cause cause, const struct breaker_config *config,
                  uint64_t now) {
    if (breaker->state == BREAKER_CLOSED) {
        breaker->opened++;
        breaker->since = now;
        breaker->probes = 0;
        breaker->state = BREAKER_OPEN;
        breaker->until = arithmetic_sum(now, distance(breaker, config, now));
    }
    breaker->cause = cause;
}

// `opened` counts outages: a probe that fails prolongs the one there is.
void breaker_failed(struct breaker *breaker, const struct breaker_config *config, bool probe,
                    uint64_t in_flight, uint64_t now) {
    uint64_t enough = in_flight / 4 > config->threshold ? in_flight / 4 : config->threshold;
    if (breaker->state == BREAKER_CLOSED && config->threshold > 0) {
        count_failure(breaker);
        if (breaker->failures >= enough) {
            breaker_open(breaker, BREAKER_FAULTS, config, now);
        }
    } else if (breaker->state == BREAKER_HALF_OPEN && probe) {
        count_failure(breaker);
        breaker->probes++;
        breaker->state = BREAKER_OPEN;
        breaker->until = arithmetic_sum(now, distance(breaker, config, now));
    }
}

void breaker_hold(struct breaker *breaker, uint64_t until, uint64_t now) {
    if (breaker->state == BREAKER_CLOSED) {
        breaker->opened++;
        breaker->since = now;
        breaker->probes = 0;
        breaker->state = BREAKER_OPEN;
        breaker->until = until;
        breaker->cause = BREAKER_FAULTS;
    } else if (breaker->state == BREAKER_OPEN && breaker->until < until) {
        breaker->until = until;
    }
}

void breaker_free(struct breaker *breaker, uint64_t now) {
    if (breaker->state == BREAKER_OPEN) {
        breaker->until = now;
    }
}

void breaker_probe_lost(struct breaker *breaker, uint64_t now) {
    if (breaker->state == BREAKER_HALF_OPEN) {
        breaker->state = BREAKER_OPEN;
        breaker->until = now;
    }
}

const char *breaker_state_name(enum breaker_state state) {
    static const char *const names[] = {"closed", "open", "half_open"};
    return (size_t)state < sizeof(names) / sizeof(names[0]) ? names[state] : "unknown";
}
