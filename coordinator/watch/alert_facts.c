#include "watch/alert_facts.h"

#include "ration/clock.h"
#include "ration/ledger.h"
#include "ration/slot_fault.h"

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
        return ALERT_PARKED;
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
    for (uint32_t i = 0; i < LEDGER_DIMENSIONS; i++) {
        if (is_stock(&state->dimension[i]) && state->dimension[i].free_at > now) {
            keep_away(session, ALERT_PARKED, state->dimension[i].free_at);
        }
    }
    if (state->not_before > now) {
        keep_away(session, reason_of(state->hold), state->not_before);
    }
    if (breaker != BREAKER_CLOSED) {
        keep_away(session, ALERT_BREAKER, breaker == BREAKER_OPEN ? state->breaker.until : CLOCK_NEVER);
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

static void take_quota(const struct arena *arena, uint64_t daily_limit, const struct use *use,
                       struct alert_facts *facts) {
    struct ledger_quota quota;
    ledger_quota_look(arena, &quota);
    facts->quota_unit = "requests";
    prefer_use(facts, quota.used, daily_limit, "requests");
    for (int unit = 0; unit < DIMENSION_UNITS; unit++) {
        prefer_use(facts, use->used[unit], use->limit[unit], dimension_unit_name((enum dimension_unit)unit));
    }
}

// The time of a request, and that between two which the limits of a minute allow.
static uint64_t expected_of(const struct totals *totals) {
    double answers = (double)totals->answers;
    double seconds = totals->answers > 0 ? (double)totals->latency_ms / 1000 / answers : 0;
    if (totals->requests_per_minute > 0) {
        seconds += 60 / (double)totals->requests_per_minute;
    }
    if (totals->tokens_per_minute > 0 && totals->answers > 0) {
        double tokens = (double)(totals->input_tokens + totals->output_tokens) / answers;
        seconds += tokens * 60 / (double)totals->tokens_per_minute;
    }
    return seconds < 86400 ? (uint64_t)(seconds * (double)CLOCK_SECOND) : 86400 * CLOCK_SECOND;
}

static void take_outcomes(const struct totals *totals, struct alert_facts *facts) {
    facts->good = totals->outcome[SLOT_DONE];
    facts->bad = totals->outcome[SLOT_OVERLOADED] + totals->outcome[SLOT_SERVER_FAULT] +
                 totals->outcome[SLOT_NETWORK_FAULT] + totals->outcome[SLOT_REFUSED] +
                 totals->outcome[SLOT_UNAUTHORISED];
}

// The latest failure of each session that opens breakers; the words stand in facts->words.
static void take_causes(const struct arena *arena, struct alert_facts *facts) {
    uint64_t at[BOUNDS_SESSIONS] = {0};
    for (uint32_t slot = 0; slot < arena_slots(arena); slot++) {
        struct slot_fault fault;
        if (!slot_fault_look(arena, slot, &fault) || fault.session >= facts->sessions ||
            fault.at < at[fault.session] ||
            (fault.kind != SLOT_SERVER_FAULT && fault.kind != SLOT_NETWORK_FAULT)) {
            continue;
        }
        at[fault.session] = fault.at;
        slot_fault_words(&fault, facts->session[fault.session].cause);
    }
}

void alert_facts_take(const struct crew *crew, const struct totals *totals, uint64_t daily_limit,
                      uint64_t now, struct alert_facts *facts) {
    struct use use = {0};
    *facts = (struct alert_facts){
        .now = now,
        .sessions = arena_sessions(crew->arena),
        .verdicts = (uint64_t)totals->done + totals->failed,
        .waiting =
            totals->paused_until != 0 || totals->disk_wait > 0 || stop_begun(crew) || crew_finished(crew),
        .expected = expected_of(totals),
        .disk_wait = totals->disk_wait,
        .idle_deaths = crew->idle_deaths,
    };
    for (uint32_t i = 0; i < facts->sessions; i++) {
        struct ledger_state state;
        ledger_look(crew->arena, i, now, &state);
        facts->session[i].name = crew_session_name(crew, i);
        take_session(&state, now, &facts->session[i]);
        add_use(&state, &use);
    }
    take_causes(crew->arena, facts);
    take_quota(crew->arena, daily_limit, &use, facts);
    take_outcomes(totals, facts);
}
