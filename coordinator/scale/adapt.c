#include "scale/adapt.h"

#include "scale/allowed_rate.h"
#include "ration/clock.h"
#include "ration/ledger.h"
#include "ration/log.h"
#include "scale/scale.h"
#include "watch/utilisation.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define INTERVAL (250 * CLOCK_MS)
#define RECENT (10 * CLOCK_SECOND)
#define REASON_SIZE 160

void adapt_begin(struct adapt *adapt, const struct crew *crew, uint64_t now) {
    *adapt = (struct adapt){
        .least = crew->least < crew->wanted ? crew->least : crew->wanted,
        .most = crew->wanted,
        .workers_stepped = now,
        .in_flight_stepped = now,
        .settled = now,
    };
}

// ---- what is known ----

static void note(struct adapt *adapt, const struct totals *totals, uint64_t now) {
    const uint64_t *outcome = totals->outcome;
    uint64_t limited = outcome[SLOT_RATE_LIMITED] + outcome[SLOT_QUOTA_EXHAUSTED];
    uint64_t faults = outcome[SLOT_SERVER_FAULT] + outcome[SLOT_NETWORK_FAULT] + outcome[SLOT_OVERLOADED];
    minute_ring_note(&adapt->all, totals->attempts - limited, now);
    minute_ring_note(&adapt->done, outcome[SLOT_DONE], now);
    minute_ring_note(&adapt->faults, faults, now);
    minute_ring_note(&adapt->answers, totals->answers, now);
    minute_ring_note(&adapt->latency_ms, totals->latency_ms, now);
}

static struct scale_policy_outcomes outcomes_of(const struct adapt *adapt, uint64_t span) {
    uint64_t elapsed;
    return (struct scale_policy_outcomes){
        .all = minute_ring_growth(&adapt->all, span, &elapsed),
        .done = minute_ring_growth(&adapt->done, span, &elapsed),
        .faults = minute_ring_growth(&adapt->faults, span, &elapsed),
    };
}

static double latency_of(const struct adapt *adapt, uint64_t span) {
    uint64_t elapsed;
    uint64_t answers = minute_ring_growth(&adapt->answers, span, &elapsed);
    uint64_t sum = minute_ring_growth(&adapt->latency_ms, span, &elapsed);
    return answers > 0 ? ((double)sum / (double)answers + 0.5) / 1000 : 0; // they are whole milliseconds
}

// What the sessions that may send allow together; 0: one of them knows no limit, or none may send. *use: of the one with the
// most room.
static double look_at_sessions(const struct crew *crew, uint64_t now, uint64_t *use) {
    double rate = 0;
    bool unlimited = false;
    *use = SCALE_POLICY_NO_LIMIT;
    for (uint32_t session = 0; session < arena_sessions(crew->arena); session++) {
        struct ledger_state state;
        struct utilisation_use most;
        ledger_look(crew->arena, session, now, &state);
        if (state.disabled || state.not_before > now) {
            continue;
        }
        double allowed = allowed_rate(&state);
        rate += allowed;
        if (allowed <= 0 || !utilisation_most(crew->utilisation, session, true, &most)) {
            unlimited = true;
        } else if (most.share < *use) {
            *use = most.share;
        }
    }
    *use = unlimited ? SCALE_POLICY_NO_LIMIT : *use;
    return unlimited ? 0 : rate;
}

// ---- what is told ----

static double percent(uint64_t part, uint64_t whole) {
    return whole > 0 ? 100.0 * (double)part / (double)whole : 0;
}

static void describe(enum scale_policy_reason reason, const struct scale_policy_outcomes *outcomes,
                     uint64_t use, char out[REASON_SIZE]) {
    if (reason == SCALE_POLICY_FAULTS) {
        (void)snprintf(out, REASON_SIZE, "%.0f %% of the last %" PRIu64 " requests failed",
                       percent(outcomes->faults, outcomes->all), outcomes->all);
    } else if (reason == SCALE_POLICY_QUOTA_USED) {
        (void)snprintf(out, REASON_SIZE, "%.0f %% of the quota is in use", (double)use / 1e4);
    } else if (use == SCALE_POLICY_NO_LIMIT) {
        (void)snprintf(out, REASON_SIZE,
                       "%.0f %% of the last %" PRIu64 " requests succeeded, and no limit is known",
                       percent(outcomes->done, outcomes->all), outcomes->all);
    } else {
        (void)snprintf(out, REASON_SIZE,
                       "%.0f %% of the last %" PRIu64 " requests succeeded, %.0f %% of the quota is in use",
                       percent(outcomes->done, outcomes->all), outcomes->all, (double)use / 1e4);
    }
}

static void tell_in_flight(const struct scale_policy_in_flight *facts, uint32_t wanted,
                           enum scale_policy_reason reason) {
    char text[REASON_SIZE];
    switch (reason) {
    case SCALE_POLICY_RATE:
        (void)snprintf(text, sizeof(text), "the limits allow %.1f requests a second, an answer takes %.2f s",
                       facts->rate, facts->latency);
        break;
    case SCALE_POLICY_FULL:
        (void)snprintf(text, sizeof(text),
                       "%u of %u places are taken, and the limits allow %.1f requests a second", facts->taken,
                       facts->in_flight * facts->workers, facts->rate);
        break;
    case SCALE_POLICY_THROUGHPUT:
        (void)snprintf(text, sizeof(text),
                       "%u of %u places are taken, %.1f answers a second, %.1f before the last step",
                       facts->taken, facts->in_flight * facts->workers,
                       scale_policy_throughput(facts->taken, facts->latency), facts->throughput);
        break;
    default:
        describe(reason, &facts->outcomes, 0, text);
    }
    log_info("scale", "%u requests at once of each worker, %u before: %s", wanted, facts->in_flight, text);
}

// ---- what is done ----

static bool step_workers(struct adapt *adapt, struct crew *crew, uint64_t use, uint64_t now) {
    enum scale_policy_reason reason;
    struct scale_policy_workers facts = {
        .now = now,
        .stepped = adapt->workers_stepped,
        .outcomes = outcomes_of(adapt, now - adapt->workers_stepped),
        .use = use,
        .workers = crew->wanted,
        .least = adapt->least,
        .most = adapt->most,
    };
    uint32_t wanted = scale_policy_workers(&facts, &reason);
    if (wanted == crew->wanted) {
        return true;
    }
    char text[REASON_SIZE];
    describe(reason, &facts.outcomes, use, text);
    enum scale_result result = scale_to(crew, wanted);
    adapt->workers_stepped = now;
    if (result == SCALE_NO_DESCRIPTORS) {
        log_warn("scale", "no descriptors for more workers: %s; it stays at %u", strerror(errno),
                 crew->wanted);
        adapt->most = crew->wanted;
    } else if (result == SCALE_NO_MEMORY) {
        log_fatal("run", "out of memory");
        return false;
    } else {
        log_info("scale", "%u workers, %u before: %s", wanted, facts.workers, text);
    }
    return true;
}

static void step_in_flight(struct adapt *adapt, struct crew *crew, uint32_t taken, double rate,
                           uint64_t now) {
    enum scale_policy_reason reason;
    uint32_t live = crew_live(crew);
    uint64_t span = now > adapt->settled ? now - adapt->settled : 0;
    span = span < RECENT ? span : RECENT;
    if (rate > 0) {
        uint64_t elapsed;
        bool many = minute_ring_growth(&adapt->answers, RECENT, &elapsed) >= SCALE_POLICY_OUTCOMES;
        span = many ? RECENT : CLOCK_MINUTE;
    }
    struct scale_policy_in_flight facts = {
        .now = now,
        .stepped = adapt->in_flight_stepped,
        .shrunk = adapt->shrunk,
        .in_flight = arena_in_flight(crew->arena),
        .most = crew->settings->in_flight,
        .workers = live > 0 ? live : 1,
        .taken = taken,
        .rate = rate,
        .outcomes = outcomes_of(adapt, span),
        .latency = latency_of(adapt, span),
        .throughput = adapt->throughput,
    };
    uint32_t wanted = scale_policy_in_flight(&facts, &reason);
    if (wanted == facts.in_flight) {
        return;
    }
    tell_in_flight(&facts, wanted, reason);
    arena_set_in_flight(crew->arena, wanted);
    adapt->in_flight_stepped = now;
    adapt->settled = now + (uint64_t)(facts.latency * (double)CLOCK_SECOND);
    adapt->shrunk = wanted < facts.in_flight;
    adapt->throughput = adapt->shrunk ? 0 : scale_policy_throughput(taken, facts.latency);
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        crew_ring(crew, slot);
    }
}

// While no session may send requests only become fewer.
static void step_down(struct adapt *adapt, struct crew *crew, const struct totals *totals, uint64_t now) {
    struct scale_policy_outcomes recent =
        outcomes_of(adapt, now - adapt->settled < RECENT ? now - adapt->settled : RECENT);
    if (arena_in_flight(crew->arena) > 0 && scale_policy_failing(&recent)) {
        step_in_flight(adapt, crew, totals->in_flight, 0, now);
    }
}

bool adapt_tick(struct adapt *adapt, struct crew *crew, const struct totals *totals, uint64_t now) {
    if (now - adapt->looked < INTERVAL) {
        return true;
    }
    adapt->looked = now;
    note(adapt, totals, now);
    if (stop_begun(crew) || totals->paused_until != 0 || crew_finished(crew)) {
        return true; // nothing can be learned of a run that stands still
    }
    if (totals->waits_until != 0) { // but that too much fails, which may be why
        step_down(adapt, crew, totals, now);
        return true;
    }
    uint64_t use;
    double rate = look_at_sessions(crew, now, &use);
    if (arena_in_flight(crew->arena) > 0) {
        step_in_flight(adapt, crew, totals->in_flight, rate, now);
    }
    return adapt->least == 0 || crew->by_hand || step_workers(adapt, crew, use, now);
}
