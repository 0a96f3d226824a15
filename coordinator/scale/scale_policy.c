#include "scale/scale_policy.h"

#include "ration/clock.h"

#define USE_HIGH 900000U
#define USE_LOW 500000U
#define GROW_SETTLING (250 * CLOCK_MS) // the workers tell ten times a second how many are in flight
#define SHRINK_SETTLING (10 * CLOCK_SECOND)
#define DOUBLE_SETTLING (2 * CLOCK_SECOND)
#define REGROW_SETTLING (30 * CLOCK_SECOND) // after a server was asked for too much
#define HEADROOM 1.25                       // latencies vary
#define SPARE 4U
#define GAIN 1.1 // that a doubling must have brought

static bool enough(const struct scale_policy_outcomes *outcomes) {
    return outcomes->all >= SCALE_POLICY_OUTCOMES;
}

static bool failing(const struct scale_policy_outcomes *outcomes) {
    return enough(outcomes) && outcomes->faults * 5 > outcomes->all;
}

static bool succeeding(const struct scale_policy_outcomes *outcomes) {
    return enough(outcomes) && outcomes->done * 20 > outcomes->all * 19;
}

static uint32_t within(uint32_t wanted, uint32_t least, uint32_t most) {
    wanted = wanted > least ? wanted : least;
    return wanted < most ? wanted : most;
}

uint32_t scale_policy_workers(const struct scale_policy_workers *facts, enum scale_policy_reason *reason) {
    uint32_t wanted = facts->workers;
    *reason = SCALE_POLICY_STAY;
    if (facts->now - facts->stepped < SCALE_POLICY_SETTLING || !enough(&facts->outcomes)) {
        return facts->workers;
    }
    bool limited = facts->use != SCALE_POLICY_NO_LIMIT;
    if (failing(&facts->outcomes)) {
        *reason = SCALE_POLICY_FAULTS;
        wanted--;
    } else if (limited && facts->use >= USE_HIGH) {
        *reason = SCALE_POLICY_QUOTA_USED;
        wanted--;
    } else if (succeeding(&facts->outcomes) && (!limited || facts->use < USE_LOW)) {
        *reason = SCALE_POLICY_QUOTA_FREE;
        wanted++;
    }
    // One step at a time, also from a number that a person has set outside of the bounds.
    bool allowed = wanted < facts->workers ? wanted >= facts->least : wanted <= facts->most;
    if (wanted == facts->workers || !allowed) {
        *reason = SCALE_POLICY_STAY;
        return facts->workers;
    }
    return wanted;
}

// ---- requests at once ----

bool scale_policy_failing(const struct scale_policy_outcomes *outcomes) {
    return failing(outcomes);
}

double scale_policy_throughput(uint32_t taken, double latency) {
    return latency > 0 ? taken / latency : 0;
}

static bool full(const struct scale_policy_in_flight *facts) {
    return (uint64_t)facts->taken * 10 >= (uint64_t)facts->in_flight * facts->workers * 9;
}

// Never more than `most`, whatever the figures.
static uint32_t places(double requests, const struct scale_policy_in_flight *facts) {
    double each = requests * HEADROOM / facts->workers;
    uint32_t whole = each < facts->most ? (uint32_t)each + 1 + SPARE : facts->most;
    return within(whole, SCALE_POLICY_IN_FLIGHT_LEAST, facts->most);
}

// The quota is to bind, not the places. What is in flight now counts as needed: early answers are the fast
// ones.
static uint32_t for_rate(const struct scale_policy_in_flight *facts, enum scale_policy_reason *reason) {
    uint64_t age = facts->now - facts->stepped;
    uint32_t wanted = places(facts->taken, facts);
    *reason = SCALE_POLICY_RATE;
    if (facts->latency > 0) {
        uint32_t needed = places(facts->rate * facts->latency, facts);
        wanted = needed > wanted ? needed : wanted;
    }
    if (full(facts) && wanted < facts->in_flight * 2) {
        *reason = SCALE_POLICY_FULL;
        wanted = within(facts->in_flight * 2, 0, facts->most);
    }
    if (failing(&facts->outcomes)) {
        wanted = within(wanted, 0, facts->in_flight);
    }
    bool grows = wanted >= facts->in_flight + facts->in_flight / 4 ||
                 (wanted == facts->most && wanted > facts->in_flight);
    if (grows && age >= GROW_SETTLING) {
        return wanted;
    }
    bool shrinks = wanted < facts->in_flight / 4 * 3 && enough(&facts->outcomes);
    return shrinks && age >= SHRINK_SETTLING ? wanted : facts->in_flight;
}

static uint32_t for_throughput(const struct scale_policy_in_flight *facts, enum scale_policy_reason *reason) {
    uint64_t age = facts->now - facts->stepped;
    if (failing(&facts->outcomes)) {
        *reason = SCALE_POLICY_FAULTS;
        uint32_t half = within(facts->in_flight / 2, SCALE_POLICY_IN_FLIGHT_LEAST, facts->most);
        return age >= DOUBLE_SETTLING && half < facts->in_flight ? half : facts->in_flight;
    }
    *reason = SCALE_POLICY_THROUGHPUT;
    bool settled = age >= (facts->shrunk ? REGROW_SETTLING : DOUBLE_SETTLING);
    double throughput = scale_policy_throughput(facts->taken, facts->latency);
    if (settled && full(facts) && succeeding(&facts->outcomes) && throughput >= facts->throughput * GAIN) {
        return within(facts->in_flight * 2, facts->in_flight, facts->most);
    }
    return facts->in_flight;
}

uint32_t scale_policy_in_flight(const struct scale_policy_in_flight *facts,
                                enum scale_policy_reason *reason) {
    uint32_t wanted = facts->rate > 0 ? for_rate(facts, reason) : for_throughput(facts, reason);
    if (wanted == facts->in_flight) {
        *reason = SCALE_POLICY_STAY;
    }
    return wanted;
}
