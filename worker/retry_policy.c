#include "retry_policy.h"

#include "ration/clock.h"

#define SERVER_LEAST (500 * CLOCK_MS) // the first wait where the server names one, however short it is

// first, twice that, … up to last.
struct delay {
    uint64_t first;
    uint64_t last;
};

static const struct delay rate_limited = {60 * CLOCK_SECOND, 300 * CLOCK_SECOND};
static const struct delay quota_exhausted = {300 * CLOCK_SECOND, 3600 * CLOCK_SECOND};
static const struct delay overloaded = {500 * CLOCK_MS, 60 * CLOCK_SECOND};
static const struct delay fault = {500 * CLOCK_MS, 4 * CLOCK_SECOND};

static uint64_t doubled(const struct delay *delay, uint32_t times) {
    uint64_t wait = delay->first;
    while (times-- > 0 && wait < delay->last) {
        wait *= 2;
    }
    return wait < delay->last ? wait : delay->last;
}

// Up to a tenth more, so that those who wait do not come back as one herd.
static uint64_t with_jitter(uint64_t wait, uint32_t random) {
    return wait + (uint64_t)((double)wait / 10 * ((double)random / UINT32_MAX));
}

// `times` is how often this happened before. What the server names is a minimum: one that keeps naming no
// wait at all, or a date that is over, must not be hammered.
static uint64_t wait_of(const struct retry_policy_facts *facts, const struct delay *delay, uint32_t times) {
    uint64_t wait = doubled(delay, times);
    if (facts->server_waits) {
        uint64_t least = doubled(&(struct delay){SERVER_LEAST, delay->last}, times);
        wait = facts->server_wait > least ? facts->server_wait : least;
    }
    return with_jitter(wait, facts->random);
}

bool retry_policy_hold(enum slot_outcome kind, enum ledger_hold *hold) {
    switch (kind) {
    case SLOT_RATE_LIMITED:
        *hold = LEDGER_COOL;
        return true;
    case SLOT_QUOTA_EXHAUSTED:
        *hold = LEDGER_PARK;
        return true;
    case SLOT_OVERLOADED:
        *hold = LEDGER_SLOW;
        return true;
    case SLOT_UNAUTHORISED:
        *hold = LEDGER_DISABLE;
        return true;
    default:
        return false;
    }
}

static struct retry_policy_decision after_fault(const struct retry_policy_facts *facts) {
    uint32_t before = facts->attempts > 0 ? facts->attempts - 1 : 0;
    uint64_t wait = with_jitter(doubled(&fault, before), facts->random);
    if (facts->server_waits && facts->server_wait > wait) {
        wait = with_jitter(facts->server_wait, facts->random);
    }
    return (struct retry_policy_decision){
        .fail = facts->final || facts->attempts >= facts->most_attempts, .counted = true, .wait = wait};
}

struct retry_policy_decision retry_policy_decide(const struct retry_policy_facts *facts) {
    struct retry_policy_decision decision = {0};
    decision.holds = retry_policy_hold(facts->kind, &decision.hold);
    switch (facts->kind) {
    case SLOT_RATE_LIMITED:
        decision.hold_wait = wait_of(facts, &rate_limited, facts->strikes);
        return decision;
    case SLOT_QUOTA_EXHAUSTED:
        decision.hold_wait = wait_of(facts, &quota_exhausted, facts->strikes);
        return decision;
    case SLOT_UNAUTHORISED:
        return decision;
    case SLOT_OVERLOADED:
        decision.hold_wait = wait_of(facts, &overloaded, facts->strikes);
        decision.fail = facts->overloads >= RETRY_POLICY_OVERLOADS;
        return decision;
    case SLOT_SERVER_FAULT:
    case SLOT_NETWORK_FAULT:
        return after_fault(facts);
    default:
        return (struct retry_policy_decision){.fail = true, .counted = true};
    }
}
