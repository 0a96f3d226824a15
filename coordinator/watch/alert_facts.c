#include "watch/alert_facts.h"

#include "ration/clock.h"
#include "ration/ledger.h"
#include "ration/slot_fault.h"

#include <bsd/string.h>

static uint64_t later(uint64_t a, uint64_t b) {
    return a > b ? a : b;
}

static void keep_away(struct alert_session *session, enum alert_unavailable why, uint64_t until) {
    session->unavailable = why;
    session->back_at = later(session->back_at, until);
}

static enum alert_unavailable reason_of(enum ledger_hold hold) {
    switch (hold) {
    case LEDGER_PARK:
        return ALERT_SPENT;
    case LEDGER_SLOW:
        return ALERT_SLOWED;
    case LEDGER_DISABLE:
        return ALERT_REFUSED;
    case LEDGER_COOL:
    default:
        return ALERT_COOLING;
    }
}

static bool is_stock(const struct ledger_dimension *dimension) {
    return dimension->unit != DIMENSION_NONE && dimension->window > DIMENSION_PACED_MOST &&
           dimension->limit > 0;
}

static void take_session(const struct ledger_state *state, uint64_t now, struct alert_session *session) {
    enum breaker_state breaker = (enum breaker_state)state->breaker.state;
    session->breaker_open = breaker == BREAKER_OPEN;
    session->breaker_closed = breaker == BREAKER_CLOSED;
    session->held = breaker != BREAKER_CLOSED && state->breaker.cause == BREAKER_REFUSALS;
    for (uint32_t i = 0; i < LEDGER_DIMENSIONS; i++) {
        if (is_stock(&state->dimension[i]) && state->dimension[i].free_at > now) {
            keep_away(session, ALERT_PARKED, state->dimension[i].free_at);
        }
    }
    if (state->not_before > now) {
        keep_away(session, reason_of(state->hold), state->not_before);
    }
    if (breaker != BREAKER_CLOSED) {
        keep_away(session, session->held ? ALERT_HELD : ALERT_BREAKER,
                  breaker == BREAKER_OPEN ? state->breaker.until : CLOCK_NEVER);
    }
    if (state->disabled) {
        keep_away(session, ALERT_REFUSED, CLOCK_NEVER);
    }
}

// What is used of each unit's limits a day, over all sessions.
struct use {
    uint64_t used[DIMENSION_UNITS], limit[DIMENSION_UNITS];
};

static void add_use(const struct ledger_state *state, struct use *use) {
    for (uint32_t i = 0; i < LEDGER_DIMENSIONS && !state->disabled; i++) {
        const struct ledger_dimension *dimension = &state->dimension[i];
        if (is_stock(dimension) && dimension->unit < DIMENSION_UNITS) {
            use->limit[dimension->unit] += dimension->limit;
            use->used[dimension->unit] +=
                dimension->remaining < dimension->limit ? dimension->limit - dimension->remaining : 0;
        }
    }
}

static void prefer_use(struct alert_facts *facts, uint64_t used, uint64_t limit, const char *unit) {
    if (limit > 0 &&
        (facts->quota_limit == 0 ||
         (double)used / (double)limit > (double)facts->quota_used / (double)facts->quota_limit)) {
        facts->quota_used = used;
        facts->quota_limit = limit;
        facts->quota_unit = unit;
    }
}

static void take_quota(const struct ledger_quota *quota, uint64_t daily_limit, const struct use *use,
                       struct alert_facts *facts) {
    facts->quota_unit = "requests";
    prefer_use(facts, quota->used, daily_limit, "requests");
    for (int unit = 0; unit < DIMENSION_UNITS; unit++) {
        prefer_use(facts, use->used[unit], use->limit[unit], dimension_unit_name((enum dimension_unit)unit));
    }
}

// The time of a request, and that between two which the limits of a minute allow.
static uint64_t expected_of(const struct snapshot_sums *sums) {
    double answers = (double)sums->answers;
    double seconds = sums->answers > 0 ? (double)sums->latency_ms / 1000 / answers : 0;
    if (sums->requests_per_minute > 0) {
        seconds += 60 / (double)sums->requests_per_minute;
    }
    if (sums->tokens_per_minute > 0 && sums->answers > 0) {
        double tokens = (double)(sums->tokens.input + sums->tokens.output) / answers;
        seconds += tokens * 60 / (double)sums->tokens_per_minute;
    }
    return seconds < 86400 ? (uint64_t)(seconds * (double)CLOCK_SECOND) : 86400 * CLOCK_SECOND;
}

static void take_outcomes(const struct snapshot_sums *sums, struct alert_facts *facts) {
    facts->good = sums->outcome[OUTCOME_DONE];
    facts->bad = sums->outcome[OUTCOME_OVERLOADED] + sums->outcome[OUTCOME_SERVER_FAULT] +
                 sums->outcome[OUTCOME_NETWORK_FAULT] + sums->outcome[OUTCOME_REFUSED] +
                 sums->outcome[OUTCOME_UNAUTHORISED] + sums->outcome[OUTCOME_INVALID_ANSWER];
}

// The latest failure of each session that opens breakers; the words stand in facts->words.
static void take_causes(const struct snapshot *look, struct alert_facts *facts) {
    uint64_t at[BOUNDS_SESSIONS] = {0};
    for (uint32_t slot = 0; slot < look->slots; slot++) {
        const struct slot_fault *fault = &look->worker[slot].fault;
        if (fault->at == 0 || fault->session >= facts->sessions || fault->at < at[fault->session] ||
            (fault->kind != OUTCOME_SERVER_FAULT && fault->kind != OUTCOME_NETWORK_FAULT)) {
            continue;
        }
        at[fault->session] = fault->at;
        slot_fault_words(fault, facts->session[fault->session].cause);
    }
    for (uint32_t i = 0; i < facts->sessions; i++) {
        if (facts->session[i].held || facts->session[i].unavailable == ALERT_SPENT) {
            (void)strlcpy(facts->session[i].cause, look->said[i], sizeof(facts->session[i].cause));
        }
    }
}

// A machine of a fleet that was leased nothing waits for the others.
static bool has_no_lease(const struct snapshot_fleet *fleet) {
    return fleet->run[0] != '\0' && fleet->leased == 0;
}

void alert_facts_take(const struct snapshot *look, const struct crew_look *crew, uint64_t daily_limit,
                      struct alert_facts *facts) {
    struct use use = {0};
    *facts = (struct alert_facts){
        .now = look->at,
        .wall = look->wall,
        .sessions = look->sessions,
        .verdicts = (uint64_t)look->done + look->failed,
        .waiting = look->paused_until != 0 || look->sums.disk_wait > 0 || crew->stopping || crew->finished ||
                   crew->database_away > 0 || has_no_lease(&look->gossip.fleet),
        .expected = expected_of(&look->sums),
        .disk_wait = look->sums.disk_wait,
        .idle_deaths = crew->idle_deaths,
        .database_away = crew->database_away,
        .machines_lost = crew->machines_lost,
    };
    for (uint32_t i = 0; i < facts->sessions; i++) {
        facts->session[i].name = look->session_name[i];
        take_session(&look->session[i], look->at, &facts->session[i]);
        add_use(&look->session[i], &use);
    }
    take_causes(look, facts);
    take_quota(&look->quota, daily_limit, &use, facts);
    take_outcomes(&look->sums, facts);
}
