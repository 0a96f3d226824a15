#include "ration/clock.h"
#include "watch/alerts_parts.h"

#include <stdio.h>

#define GRACE (5 * CLOCK_SECOND) // sessions that are back sooner are not told

static const char *reason_of(enum alert_unavailable unavailable) {
    static const char *const words[] = {
        [ALERT_AVAILABLE] = "available",          [ALERT_COOLING] = "rate limited",
        [ALERT_PARKED] = "quota exhausted",       [ALERT_SLOWED] = "endpoint overloaded",
        [ALERT_BREAKER] = "circuit breaker open", [ALERT_REFUSED] = "key refused",
        [ALERT_HELD] = "held after refusals",     [ALERT_SPENT] = "spend limit reached or credit used up",
    };
    return words[unavailable];
}

bool alerts_sessions_gone(const struct alert_facts *facts) {
    for (uint32_t i = 0; i < facts->sessions; i++) {
        if (facts->session[i].unavailable == ALERT_AVAILABLE) {
            return false;
        }
    }
    return facts->sessions > 0;
}

// Of those that ever come back. ALERTS_NOBODY: none does.
static uint32_t first_back(const struct alert_facts *facts) {
    uint32_t first = ALERTS_NOBODY;
    for (uint32_t i = 0; i < facts->sessions; i++) {
        if (facts->session[i].unavailable != ALERT_REFUSED &&
            (first == ALERTS_NOBODY || facts->session[i].back_at < facts->session[first].back_at)) {
            first = i;
        }
    }
    return first;
}

// "at 09:12:40Z"
static void describe_back(const struct alert_facts *facts, uint32_t session, char out[40]) {
    uint64_t back_at = facts->session[session].back_at;
    char moment[CLOCK_MOMENT_SIZE];
    if (back_at == CLOCK_NEVER) {
        (void)snprintf(out, 40, "it is not known when");
    } else {
        uint64_t left = back_at > facts->now ? back_at - facts->now : 0;
        (void)snprintf(out, 40, "at %s", clock_moment(facts->wall, facts->wall + left, moment));
    }
}

static void tell_unavailable(const struct alert_facts *facts, uint32_t first,
                             struct alerts_telling *telling) {
    char when[40];
    if (first == ALERTS_NOBODY) {
        alerts_tell(telling, ALERT_SESSIONS_UNAVAILABLE, true, ALERTS_NOBODY, 0,
                    "no session is left of %u: each key was refused", facts->sessions);
        return;
    }
    const struct alert_session *session = &facts->session[first];
    bool spent = session->unavailable == ALERT_SPENT;
    const char *remedy = spent ? "; raise the limit or add credit, then ration resume" : "";
    const char *parted = spent && session->cause[0] != '\0' ? "; " : "";
    const char *cause = spent ? session->cause : "";
    describe_back(facts, first, when);
    if (facts->sessions == 1) {
        alerts_tell(telling, ALERT_SESSIONS_UNAVAILABLE, true, first, 0,
                    "the only session is unavailable (%s); back: %s%s%s%s", reason_of(session->unavailable),
                    when, remedy, parted, cause);
    } else {
        alerts_tell(telling, ALERT_SESSIONS_UNAVAILABLE, true, first, 0,
                    "all %u sessions are unavailable: session %s (%s) is the first back, %s%s%s%s",
                    facts->sessions, session->name, reason_of(session->unavailable), when, remedy, parted,
                    cause);
    }
}

static void decide_unavailable(struct alerts *alerts, const struct alert_facts *facts,
                               struct alerts_telling *telling) {
    if (!alerts_sessions_gone(facts)) {
        alerts->unavailable_since = 0;
        if (alerts->sessions_unavailable) {
            alerts->sessions_unavailable = false;
            alerts_tell(telling, ALERT_SESSIONS_UNAVAILABLE, false, ALERTS_NOBODY, 0,
                        "a session is available again");
        }
        return;
    }
    if (alerts->unavailable_since == 0) {
        alerts->unavailable_since = facts->now;
    }
    uint32_t first = first_back(facts);
    uint64_t back_at = first == ALERTS_NOBODY ? CLOCK_NEVER : facts->session[first].back_at;
    bool known = first == ALERTS_NOBODY || back_at != CLOCK_NEVER;
    bool long_ago = facts->now - alerts->unavailable_since >= GRACE;
    bool moved =
        known && (back_at > alerts->unavailable_until ? back_at - alerts->unavailable_until
                                                      : alerts->unavailable_until - back_at) >= CLOCK_SECOND;
    bool far_off = known && back_at > facts->now && back_at - facts->now >= GRACE;
    if (!alerts->sessions_unavailable && !facts->waiting && (long_ago || far_off)) {
        alerts->sessions_unavailable = true;
        alerts->unavailable_until = back_at;
        tell_unavailable(facts, first, telling);
    } else if (alerts->sessions_unavailable && moved) {
        alerts->unavailable_until = back_at;
        tell_unavailable(facts, first, telling);
        telling->event[telling->count - 1].renewed = true;
    }
}

// " of session b"; nothing where there is only one.
static const char *whose(const struct alert_facts *facts, uint32_t session, char out[96]) {
    out[0] = '\0';
    if (facts->sessions > 1) {
        (void)snprintf(out, 96, " of session %s", facts->session[session].name);
    }
    return out;
}

static void tell_open(const struct alert_facts *facts, uint32_t i, struct alerts_telling *telling) {
    char of[96];
    const struct alert_session *session = &facts->session[i];
    const char *cause = session->cause;
    const char *open = cause[0] != '\0' ? " (" : "", *close = cause[0] != '\0' ? ")" : "";
    if (session->held) {
        alerts_tell(telling, ALERT_BREAKER_OPENED, true, i, 0,
                    "%s%s is held: nothing but refusals comes%s%s%s",
                    facts->sessions > 1 ? "session " : "the session",
                    facts->sessions > 1 ? session->name : "", open, cause, close);
    } else {
        alerts_tell(telling, ALERT_BREAKER_OPENED, true, i, 0, "the circuit breaker%s is open%s%s%s",
                    whose(facts, i, of), open, cause, close);
    }
}

static void decide_breaker(struct alerts *alerts, const struct alert_facts *facts, uint32_t i,
                           struct alerts_telling *telling) {
    char of[96];
    const struct alert_session *session = &facts->session[i];
    if (!alerts->breaker_opened[i] && session->breaker_open) {
        alerts->breaker_opened[i] = true;
        alerts->held[i] = session->held;
        tell_open(facts, i, telling);
    } else if (alerts->breaker_opened[i] && session->breaker_closed) {
        alerts->breaker_opened[i] = false;
        alerts_tell(telling, ALERT_BREAKER_OPENED, false, i, 0,
                    alerts->held[i] ? "the hold%s after refusals is over"
                                    : "the circuit breaker%s is closed again",
                    whose(facts, i, of));
    }
}

static void decide_session(struct alerts *alerts, const struct alert_facts *facts, uint32_t i,
                           struct alerts_telling *telling) {
    char of[96];
    const struct alert_session *session = &facts->session[i];
    decide_breaker(alerts, facts, i, telling);
    if (!alerts->key_refused[i] && session->unavailable == ALERT_REFUSED) {
        alerts->key_refused[i] = true;
        alerts_tell(telling, ALERT_KEY_REFUSED, true, i, 0,
                    "the API refuses the key%s; it is not used any more", whose(facts, i, of));
    } else if (alerts->key_refused[i] && session->unavailable != ALERT_REFUSED) {
        alerts->key_refused[i] = false;
        alerts_tell(telling, ALERT_KEY_REFUSED, false, i, 0,
                    "there is another key%s, which is used from now on", whose(facts, i, of));
    }
}

void alerts_sessions_decide(struct alerts *alerts, const struct alert_facts *facts,
                            struct alerts_telling *telling) {
    for (uint32_t i = 0; i < facts->sessions; i++) {
        decide_session(alerts, facts, i, telling);
    }
    decide_unavailable(alerts, facts, telling);
}
