#include "retry_policy.h"

#include "ration/clock.h"

#define SERVER_LEAST (500 * CLOCK_MS) // the first wait where the server names one, however short it is
#define COOLDOWNS_MOST 5U             // a 429 that names no time: from one cooldown to so many
#define SILENT_FIRST CLOCK_SECOND     // likewise, of one of the last artists, at a limit that nobody tells
#define JITTER 10U                    // a tenth
#define WAIT_MOST CLOCK_DAY
#define RESET_JITTER (60 * CLOCK_SECOND) // behind a moment that was told

// How a class of failures waits: first, then longer, up to last.
struct delay {
    uint64_t first;
    uint64_t last;
};

static const struct delay quota_exhausted = {300 * CLOCK_SECOND, CLOCK_HOUR};
static const struct delay overloaded = {500 * CLOCK_MS, 60 * CLOCK_SECOND};
static const struct delay no_capacity = {500 * CLOCK_MS, 60 * CLOCK_SECOND};

static uint64_t doubled(uint64_t first, uint64_t last, uint32_t times) {
    uint64_t wait = first;
    while (times-- > 0 && wait < last && wait > 0) {
        wait = wait <= last / 2 ? wait * 2 : last;
    }
    return wait;
}

uint64_t retry_policy_delay(enum settings_backoff backoff, uint64_t first, uint64_t last, uint32_t before) {
    uint64_t wait = first;
    switch (backoff) {
    case SETTINGS_BACKOFF_EXPONENTIAL:
        wait = doubled(first, last, before);
        break;
    case SETTINGS_BACKOFF_LINEAR:
        wait = first > 0 && before >= last / first ? last : first * ((uint64_t)before + 1);
        break;
    case SETTINGS_BACKOFF_FIXED:
        break;
    }
    return wait < last ? wait : last;
}

static uint64_t delay_of(const struct settings *settings, const struct delay *delay, uint32_t before) {
    return retry_policy_delay(settings->backoff, delay->first, delay->last, before);
}

// Up to a tenth more, so that those who wait do not come back as one herd. No longer than a day in all.
static uint64_t with_jitter(uint64_t wait, uint32_t random) {
    uint64_t longer = wait + (uint64_t)((double)wait / JITTER * ((double)random / UINT32_MAX));
    return longer < WAIT_MOST ? longer : WAIT_MOST;
}

// What the server names is a minimum, and better than what we would guess. But one that keeps naming no wait
// at all, or a date that is over, must not be hammered, whatever --backoff says.
static uint64_t hold_of(const struct settings *settings, const struct retry_policy_facts *facts,
                        const struct delay *delay, uint32_t before) {
    uint64_t wait = delay_of(settings, delay, before);
    if (facts->server_waits) {
        uint64_t least = retry_policy_delay(SETTINGS_BACKOFF_EXPONENTIAL, SERVER_LEAST, delay->last, before);
        wait = facts->server_wait > least ? facts->server_wait : least;
    }
    return with_jitter(wait, facts->random);
}

// Until the account may go on: not a moment sooner, and hardly later. One that names moments again and again
// must not be hammered either.
static uint64_t reset_of(const struct retry_policy_facts *facts, const struct delay *delay) {
    uint64_t wait =
        retry_policy_delay(SETTINGS_BACKOFF_EXPONENTIAL, SERVER_LEAST, delay->last, facts->strikes);
    wait = facts->reset_wait > wait ? facts->reset_wait : wait;
    wait = facts->server_waits && facts->server_wait > wait ? facts->server_wait : wait;
    uint64_t jitter = wait / JITTER < RESET_JITTER ? wait / JITTER : RESET_JITTER;
    return wait + (uint64_t)((double)jitter * ((double)facts->random / UINT32_MAX));
}

bool retry_policy_hold(enum outcome_class kind, enum ledger_hold *hold) {
    switch (kind) {
    case OUTCOME_RATE_LIMITED:
        *hold = LEDGER_COOL;
        return true;
    case OUTCOME_QUOTA_EXHAUSTED:
        *hold = LEDGER_PARK;
        return true;
    case OUTCOME_OVERLOADED:
        *hold = LEDGER_SLOW;
        return true;
    case OUTCOME_UNAUTHORISED:
        *hold = LEDGER_DISABLE;
        return true;
    default:
        return false;
    }
}

#define TRIES_LEFT 5U      // of each of those that are left, at a limit
#define TRIES_LEFT_BUSY 8U // likewise, of an overloaded API: about a minute

// The limit of an account without money is no artist's.
static bool few_left(const struct retry_policy_facts *facts) {
    return facts->left > 0 && facts->left <= BLAME_FEW && facts->kind != OUTCOME_QUOTA_EXHAUSTED;
}

// One that others do not share holds nobody up. Nor does one of the last few, where the session has worked:
// each waits for itself. One that they may share holds the session.
static struct retry_policy_decision after_limit(const struct settings *settings,
                                                const struct retry_policy_facts *facts,
                                                const struct delay *delay) {
    bool busy = facts->kind == OUTCOME_OVERLOADED;
    uint32_t most = busy ? settings->attempts_overloaded : TRIES_LEFT;
    most = few_left(facts) && most > TRIES_LEFT_BUSY ? TRIES_LEFT_BUSY : most;
    struct retry_policy_decision decision = {.aside = true};
    if (facts->isolated) {
        struct delay own = {settings->backoff_initial, settings->backoff_max};
        uint64_t wait = delay_of(settings, &own, facts->alone);
        wait = facts->server_waits && facts->server_wait > wait ? facts->server_wait : wait;
        decision.wait = with_jitter(wait, facts->random);
        decision.fail = busy ? facts->alone + facts->tries >= most
                             : facts->proven || facts->alone + facts->tries >= TRIES_LEFT;
        return decision;
    }
    if (few_left(facts)) {
        decision.fail = decision.unproven = facts->tries >= most;
        if (facts->worked) {
            decision.wait = hold_of(settings, facts, delay, facts->tries > 0 ? facts->tries - 1 : 0);
            return decision;
        }
    }
    if (facts->silent) { // not a moment longer: the pace is kept to besides
        decision.holds = facts->rest > 0;
        decision.hold = LEDGER_COOL;
        decision.hold_wait = facts->rest < WAIT_MOST ? facts->rest : WAIT_MOST;
        return decision;
    }
    decision.holds = retry_policy_hold(facts->kind, &decision.hold);
    decision.hold_wait =
        facts->reset_wait > 0 ? reset_of(facts, delay) : hold_of(settings, facts, delay, facts->strikes);
    return decision;
}

// Nobody knows yet whose fault it is; if it is the session's, its breaker holds it. A key that has never
// worked is refused for good.
static struct retry_policy_decision after_refusal(const struct retry_policy_facts *facts) {
    struct retry_policy_decision decision = {.aside = true};
    if (facts->mass && facts->kind == OUTCOME_UNAUTHORISED && !facts->worked) {
        decision.holds = true;
        decision.hold = LEDGER_DISABLE;
    }
    return decision;
}

static struct retry_policy_decision after_fault(const struct settings *settings,
                                                const struct retry_policy_facts *facts) {
    struct delay delay = {settings->backoff_initial, settings->backoff_max};
    uint32_t most =
        facts->kind == OUTCOME_SERVER_FAULT ? settings->attempts_server : settings->attempts_network;
    bool paid_enough = facts->most_such > 0 && facts->such >= facts->most_such;
    uint64_t wait = delay_of(settings, &delay, facts->attempts > 0 ? facts->attempts - 1 : 0);
    if (facts->session_at_fault && !facts->final && !paid_enough) {
        return (struct retry_policy_decision){0}; // admission knows when a session may be tried again
    }
    if (facts->server_waits && facts->server_wait > wait) {
        wait = facts->server_wait;
    }
    if (facts->unreachable && !facts->final) {
        return (struct retry_policy_decision){.wait = with_jitter(wait, facts->random)};
    }
    return (struct retry_policy_decision){.fail = facts->final || paid_enough || facts->attempts >= most,
                                          .counted = true,
                                          .wait = with_jitter(wait, facts->random)};
}

// It costs nothing, and nobody else waits for it. When its patience ends it is asked once more.
static struct retry_policy_decision after_full(const struct settings *settings,
                                               const struct retry_policy_facts *facts) {
    uint64_t first = settings->backoff_initial > 0 ? settings->backoff_initial : no_capacity.first;
    uint64_t last = first > no_capacity.last ? first : no_capacity.last;
    uint64_t wait = retry_policy_delay(SETTINGS_BACKOFF_EXPONENTIAL, first, last, facts->full);
    if (settings->flex_patience > 0 && facts->full_for >= settings->flex_patience) {
        return (struct retry_policy_decision){.falls_back = true};
    }
    wait = with_jitter(wait, facts->random);
    uint64_t left = settings->flex_patience > 0 ? settings->flex_patience - facts->full_for : wait;
    wait = wait < left ? wait : left;
    if (facts->server_waits && facts->server_wait > wait) { // patience does not shorten what was told
        wait = with_jitter(facts->server_wait, facts->random);
    }
    return (struct retry_policy_decision){.wait = wait};
}

struct retry_policy_decision retry_policy_decide(const struct settings *settings,
                                                 const struct retry_policy_facts *facts) {
    uint64_t cooldown = settings->rate_limit_cooldown, first;
    bool fault = facts->kind == OUTCOME_SERVER_FAULT || facts->kind == OUTCOME_NETWORK_FAULT;
    if (facts->blame == BLAME_REFUSED && (!fault || facts->mass || !facts->worked)) {
        return after_refusal(facts);
    }
    switch (facts->kind) {
    case OUTCOME_RATE_LIMITED:
        first =
            facts->silent && cooldown > SILENT_FIRST && !settings->cooldown_chosen ? SILENT_FIRST : cooldown;
        return after_limit(settings, facts, &(struct delay){first, cooldown * COOLDOWNS_MOST});
    case OUTCOME_QUOTA_EXHAUSTED:
        return after_limit(settings, facts, &quota_exhausted);
    case OUTCOME_OVERLOADED:
        return after_limit(settings, facts, &overloaded);
    case OUTCOME_SERVER_FAULT:
    case OUTCOME_NETWORK_FAULT:
        return after_fault(settings, facts);
    case OUTCOME_NO_CAPACITY:
        return after_full(settings, facts);
    case OUTCOME_INVALID_ANSWER: // the API is well: nothing is gained by waiting
        return (struct retry_policy_decision){
            .fail = facts->final || facts->attempts >= settings->attempts_invalid, .counted = true};
    default:
        return (struct retry_policy_decision){.fail = true, .counted = true};
    }
}
