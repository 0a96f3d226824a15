#include "scale/adapt.h"

#include "ration/clock.h"
#include "ration/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define INTERVAL (250 * CLOCK_MS)
#define RECENT (10 * CLOCK_SECOND)

void adapt_begin(struct adapt *adapt, const struct adapt_bounds *bounds, uint64_t now) {
    *adapt = (struct adapt){
        .least = bounds->least < bounds->most ? bounds->least : bounds->most,
        .most = bounds->most,
        .most_in_flight = bounds->in_flight,
        .workers_stepped = now,
        .in_flight_stepped = now,
        .settled = now,
    };
}

// ---- what is known ----

static void note(struct adapt *adapt, const struct snapshot_sums *sums, uint64_t now) {
    const uint64_t *outcome = sums->outcome;
    uint64_t limited =
        outcome[OUTCOME_RATE_LIMITED] + outcome[OUTCOME_QUOTA_EXHAUSTED] + outcome[OUTCOME_NO_CAPACITY];
    uint64_t faults =
        outcome[OUTCOME_SERVER_FAULT] + outcome[OUTCOME_NETWORK_FAULT] + outcome[OUTCOME_OVERLOADED];
    minute_ring_note(&adapt->all, sums->ended - limited, now);
    minute_ring_note(&adapt->done, outcome[OUTCOME_DONE], now);
    minute_ring_note(&adapt->faults, faults, now);
    minute_ring_note(&adapt->answers, sums->answers, now);
    minute_ring_note(&adapt->latency_ms, sums->latency_ms, now);
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

// What the sessions that may send allow together; 0: one of them knows no limit, or none may send. *use: of
// the one with the most room.
static double look_at_sessions(const struct snapshot *look, const struct utilisation *utilisation,
                               uint64_t *use) {
    double rate = 0;
    bool unlimited = false;
    *use = SCALE_POLICY_NO_LIMIT;
    for (uint32_t session = 0; session < look->sessions; session++) {
        const struct ledger_state *state = &look->session[session];
        struct utilisation_use most;
        if (state->disabled || state->not_before > look->at) {
            continue;
        }
        double allowed = utilisation_allows(state);
        rate += allowed;
        if (allowed <= 0 || !utilisation_most(utilisation, session, true, &most)) {
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
                     uint64_t use, char out[ADAPT_REASON_SIZE]) {
    if (reason == SCALE_POLICY_FAULTS) {
        (void)snprintf(out, ADAPT_REASON_SIZE, "%.0f %% of the last %" PRIu64 " requests failed",
                       percent(outcomes->faults, outcomes->all), outcomes->all);
    } else if (reason == SCALE_POLICY_QUOTA_USED) {
        (void)snprintf(out, ADAPT_REASON_SIZE, "%.0f %% of the quota is in use", (double)use / 1e4);
    } else if (use == SCALE_POLICY_NO_LIMIT) {
        (void)snprintf(out, ADAPT_REASON_SIZE,
                       "%.0f %% of the last %" PRIu64 " requests succeeded, and no limit is known",
                       percent(outcomes->done, outcomes->all), outcomes->all);
    } else {
        (void)snprintf(out, ADAPT_REASON_SIZE,
                       "%.0f %% of the last %" PRIu64 " requests succeeded, %.0f %% of the quota is in use",
                       percent(outcomes->done, outcomes->all), outcomes->all, (double)use / 1e4);
    }
}

static void tell_in_flight(const struct scale_policy_in_flight *facts, uint32_t wanted,
                           enum scale_policy_reason reason) {
    char text[ADAPT_REASON_SIZE];
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

// ---- what is wanted ----

static void step_workers(struct adapt *adapt, const struct crew_look *crew, uint64_t use, uint64_t now,
                         struct adapt_wish *wish) {
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
    if (wanted != crew->wanted) {
        wish->workers = wanted;
        wish->before = crew->wanted;
        describe(reason, &facts.outcomes, use, wish->why);
        adapt->workers_stepped = now;
    }
}

bool adapt_scaled(struct adapt *adapt, const struct adapt_wish *wish, enum scale_result result) {
    switch (result) {
    case SCALE_NO_DESCRIPTORS:
        log_warn("scale", "no descriptors for more workers: %s; it stays at %u", strerror(errno),
                 wish->before);
        adapt->most = wish->before;
        return true;
    case SCALE_NO_MEMORY:
        log_fatal("run", "out of memory");
        return false;
    case SCALE_DONE:
    default:
        log_info("scale", "%u workers, %u before: %s", wish->workers, wish->before, wish->why);
        return true;
    }
}

static void step_in_flight(struct adapt *adapt, const struct snapshot *look, uint32_t live, double rate,
                           struct adapt_wish *wish) {
    enum scale_policy_reason reason;
    uint64_t now = look->at;
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
        .in_flight = look->in_flight_each,
        .most = adapt->most_in_flight,
        .workers = live > 0 ? live : 1,
        .taken = look->sums.in_flight,
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
    wish->in_flight = wanted;
    adapt->in_flight_stepped = now;
    adapt->settled = now + (uint64_t)(facts.latency * (double)CLOCK_SECOND);
    adapt->shrunk = wanted < facts.in_flight;
    adapt->throughput = adapt->shrunk ? 0 : scale_policy_throughput(facts.taken, facts.latency);
}

// While no session may send requests only become fewer.
static void step_down(struct adapt *adapt, const struct snapshot *look, uint32_t live,
                      struct adapt_wish *wish) {
    uint64_t span = look->at - adapt->settled;
    struct scale_policy_outcomes recent = outcomes_of(adapt, span < RECENT ? span : RECENT);
    if (look->in_flight_each > 0 && scale_policy_failing(&recent)) {
        step_in_flight(adapt, look, live, 0, wish);
    }
}

void adapt_tick(struct adapt *adapt, const struct snapshot *look, const struct crew_look *crew,
                const struct utilisation *utilisation, struct adapt_wish *wish) {
    wish->workers = wish->in_flight = 0;
    if (look->at - adapt->looked < INTERVAL) {
        return;
    }
    adapt->looked = look->at;
    note(adapt, &look->sums, look->at);
    if (crew->stopping || look->paused_until != 0 || crew->finished) {
        return; // nothing can be learned of a run that stands still
    }
    if (look->sums.waits_until != 0) { // but that too much fails, which may be why
        step_down(adapt, look, crew->live, wish);
        return;
    }
    uint64_t use;
    double rate = look_at_sessions(look, utilisation, &use);
    if (look->in_flight_each > 0) {
        step_in_flight(adapt, look, crew->live, rate, wish);
    }
    if (adapt->least > 0 && !crew->by_hand) {
        step_workers(adapt, crew, use, look->at, wish);
    }
}
