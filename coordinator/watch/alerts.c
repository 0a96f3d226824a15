#include "watch/alerts.h"

#include "ration/clock.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define HYSTERESIS (ALERTS_WHOLE / 20) // a use that goes to and fro about a threshold is told once
#define GRACE (5 * CLOCK_SECOND)       // sessions that are back sooner are not told
#define ERRORS_HIGH (ALERTS_WHOLE / 5)
#define ERRORS_LOW (ALERTS_WHOLE / 10)
#define ERRORS_LEAST 20U // outcomes that a share can be told of
#define STALLED_LEAST (CLOCK_MINUTE)
#define STALLED_TIMES 3U // the time in which a verdict is to be expected
#define DEATHS_MOST 10U

struct telling {
    struct alert_event *event;
    uint32_t count;
};

__attribute__((format(printf, 6, 7))) static void tell(struct telling *telling, enum alert_kind kind,
                                                       bool raised, uint32_t session, uint32_t threshold,
                                                       const char *format, ...) {
    struct alert_event *event = &telling->event[telling->count++];
    *event = (struct alert_event){.kind = kind, .raised = raised, .session = session, .threshold = threshold};
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(event->message, sizeof(event->message), format, arguments);
    va_end(arguments);
}

static const struct alert_about table[ALERT_KINDS] = {
    [ALERT_QUOTA_USE] = {.name = "quota_use",
                         .level = "warning",
                         .per_threshold = true,
                         .teller = ALERT_TOLD_BY_QUOTA_MONITOR},
    [ALERT_SESSIONS_UNAVAILABLE] = {.name = "sessions_unavailable", .level = "critical"},
    [ALERT_ERROR_RATE] = {.name = "error_rate", .level = "warning"},
    [ALERT_BREAKER_OPENED] = {.name = "breaker_opened", .level = "warning", .per_session = true},
    [ALERT_KEY_REFUSED] = {.name = "key_refused", .level = "critical", .per_session = true},
    [ALERT_RUN_STALLED] = {.name = "run_stalled", .level = "critical"},
    [ALERT_DISK_FULL] = {.name = "disk_full", .level = "critical", .teller = ALERT_TOLD_BY_WORKERS},
    [ALERT_WORKER_CRASH_LOOP] = {.name = "worker_crash_loop", .level = "critical"},
};

const struct alert_about *alerts_about(enum alert_kind kind) {
    return &table[kind];
}

const char *alerts_kind_name(enum alert_kind kind) {
    return table[kind].name;
}

static uint32_t share_of(uint64_t part, uint64_t whole) {
    return part >= whole ? ALERTS_WHOLE : (uint32_t)((double)part / (double)whole * ALERTS_WHOLE);
}

static void decide_quota(struct alerts *alerts, const struct alert_facts *facts, struct telling *telling) {
    if (facts->quota_limit == 0) {
        return;
    }
    uint32_t use = share_of(facts->quota_used, facts->quota_limit);
    for (uint32_t i = 0; i < alerts->thresholds.count; i++) {
        uint32_t percent = alerts->thresholds.percent[i];
        uint32_t threshold = percent * (ALERTS_WHOLE / 100);
        uint32_t margin = HYSTERESIS < threshold / 2 ? HYSTERESIS : threshold / 2;
        if (!alerts->quota_use[i] && use >= threshold) {
            alerts->quota_use[i] = true;
            tell(telling, ALERT_QUOTA_USE, true, ALERTS_NOBODY, percent,
                 "%u %% of the daily quota are used (%" PRIu64 " of %" PRIu64 " %s)",
                 use / (ALERTS_WHOLE / 100), facts->quota_used, facts->quota_limit, facts->quota_unit);
        } else if (alerts->quota_use[i] && use < threshold - margin) {
            alerts->quota_use[i] = false;
            tell(telling, ALERT_QUOTA_USE, false, ALERTS_NOBODY, percent,
                 "the use of the daily quota is below %u %% again (%" PRIu64 " of %" PRIu64 " %s)", percent,
                 facts->quota_used, facts->quota_limit, facts->quota_unit);
        }
    }
}

static const char *reason_of(enum alert_unavailable unavailable) {
    static const char *const words[] = {
        [ALERT_AVAILABLE] = "available",          [ALERT_COOLING] = "rate limited",
        [ALERT_PARKED] = "quota exhausted",       [ALERT_SLOWED] = "endpoint overloaded",
        [ALERT_BREAKER] = "circuit breaker open", [ALERT_REFUSED] = "key refused",
        [ALERT_HELD] = "held after refusals",
    };
    return words[unavailable];
}

static bool all_unavailable(const struct alert_facts *facts) {
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

// "in 41 s"
static void describe_back(const struct alert_facts *facts, uint32_t session, char out[40]) {
    uint64_t back_at = facts->session[session].back_at;
    if (back_at == CLOCK_NEVER) {
        (void)snprintf(out, 40, "it is not known when");
    } else {
        uint64_t left = back_at > facts->now ? back_at - facts->now : 0;
        char span[CLOCK_SPAN_SIZE];
        uint64_t seconds = (left + CLOCK_SECOND - 1) / CLOCK_SECOND;
        (void)snprintf(out, 40, "in %s", clock_span((double)seconds, span));
    }
}

static void tell_unavailable(const struct alert_facts *facts, uint32_t first, struct telling *telling) {
    char when[40];
    if (first == ALERTS_NOBODY) {
        tell(telling, ALERT_SESSIONS_UNAVAILABLE, true, ALERTS_NOBODY, 0,
             "no session is left of %u: each key was refused", facts->sessions);
        return;
    }
    const struct alert_session *session = &facts->session[first];
    describe_back(facts, first, when);
    if (facts->sessions == 1) {
        tell(telling, ALERT_SESSIONS_UNAVAILABLE, true, first, 0,
             "the only session is unavailable (%s); back: %s", reason_of(session->unavailable), when);
    } else {
        tell(telling, ALERT_SESSIONS_UNAVAILABLE, true, first, 0,
             "all %u sessions are unavailable: session %s (%s) is the first back, %s", facts->sessions,
             session->name, reason_of(session->unavailable), when);
    }
}

static void decide_unavailable(struct alerts *alerts, const struct alert_facts *facts,
                               struct telling *telling) {
    if (!all_unavailable(facts)) {
        alerts->unavailable_since = 0;
        if (alerts->sessions_unavailable) {
            alerts->sessions_unavailable = false;
            tell(telling, ALERT_SESSIONS_UNAVAILABLE, false, ALERTS_NOBODY, 0,
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
    bool far_off = known && back_at > facts->now && back_at - facts->now >= GRACE;
    if (!alerts->sessions_unavailable && !facts->waiting && (long_ago || far_off)) {
        alerts->sessions_unavailable = true;
        tell_unavailable(facts, first, telling);
    }
}

static void decide_errors(struct alerts *alerts, const struct alert_facts *facts, struct telling *telling) {
    uint64_t of;
    error_rate_add(&alerts->outcomes, facts->good, facts->bad, facts->now);
    uint32_t share = error_rate_share(&alerts->outcomes, facts->good, facts->bad, facts->now, &of);
    if (!alerts->error_rate_high && share > ERRORS_HIGH && of >= ERRORS_LEAST) {
        alerts->error_rate_high = true;
        tell(telling, ALERT_ERROR_RATE, true, ALERTS_NOBODY, 0,
             "%u %% of the last %" PRIu64 " outcomes are failures, rate limits not counted",
             share / (ALERTS_WHOLE / 100), of);
    } else if (alerts->error_rate_high && share <= ERRORS_LOW) {
        alerts->error_rate_high = false;
        tell(telling, ALERT_ERROR_RATE, false, ALERTS_NOBODY, 0,
             "only %u %% of the last %" PRIu64 " outcomes are failures", share / (ALERTS_WHOLE / 100), of);
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

static void tell_open(const struct alert_facts *facts, uint32_t i, struct telling *telling) {
    char of[96];
    const struct alert_session *session = &facts->session[i];
    const char *cause = session->cause;
    const char *open = cause[0] != '\0' ? " (" : "", *close = cause[0] != '\0' ? ")" : "";
    if (session->held) {
        tell(telling, ALERT_BREAKER_OPENED, true, i, 0, "%s%s is held: nothing but refusals comes%s%s%s",
             facts->sessions > 1 ? "session " : "the session", facts->sessions > 1 ? session->name : "", open,
             cause, close);
    } else {
        tell(telling, ALERT_BREAKER_OPENED, true, i, 0, "the circuit breaker%s is open%s%s%s",
             whose(facts, i, of), open, cause, close);
    }
}

static void decide_breaker(struct alerts *alerts, const struct alert_facts *facts, uint32_t i,
                           struct telling *telling) {
    char of[96];
    const struct alert_session *session = &facts->session[i];
    if (!alerts->breaker_opened[i] && session->breaker_open) {
        alerts->breaker_opened[i] = true;
        alerts->held[i] = session->held;
        tell_open(facts, i, telling);
    } else if (alerts->breaker_opened[i] && session->breaker_closed) {
        alerts->breaker_opened[i] = false;
        tell(telling, ALERT_BREAKER_OPENED, false, i, 0,
             alerts->held[i] ? "the hold%s after refusals is over" : "the circuit breaker%s is closed again",
             whose(facts, i, of));
    }
}

static void decide_session(struct alerts *alerts, const struct alert_facts *facts, uint32_t i,
                           struct telling *telling) {
    char of[96];
    const struct alert_session *session = &facts->session[i];
    decide_breaker(alerts, facts, i, telling);
    if (!alerts->key_refused[i] && session->unavailable == ALERT_REFUSED) {
        alerts->key_refused[i] = true;
        tell(telling, ALERT_KEY_REFUSED, true, i, 0, "the API refuses the key%s; it is not used any more",
             whose(facts, i, of));
    }
}

static void decide_stalled(struct alerts *alerts, const struct alert_facts *facts, struct telling *telling) {
    uint64_t most =
        STALLED_TIMES * facts->expected > STALLED_LEAST ? STALLED_TIMES * facts->expected : STALLED_LEAST;
    bool moved = facts->verdicts != alerts->verdicts || alerts->verdict_at == 0;
    alerts->verdicts = facts->verdicts;
    if (moved || facts->waiting || all_unavailable(facts)) {
        alerts->verdict_at = facts->now;
    }
    char span[CLOCK_SPAN_SIZE];
    uint64_t quiet = facts->now - alerts->verdict_at;
    if (!alerts->run_stalled && quiet > most) {
        alerts->run_stalled = true;
        tell(telling, ALERT_RUN_STALLED, true, ALERTS_NOBODY, 0, "no artist has got a verdict for %s",
             clock_span(floor((double)quiet / (double)CLOCK_SECOND), span));
    } else if (alerts->run_stalled && moved) {
        alerts->run_stalled = false;
        tell(telling, ALERT_RUN_STALLED, false, ALERTS_NOBODY, 0, "artists get verdicts again");
    }
}

static void decide_house(struct alerts *alerts, const struct alert_facts *facts, struct telling *telling) {
    bool full = facts->disk_wait > 0;
    if (full != alerts->disk_full) {
        alerts->disk_full = full;
        tell(telling, ALERT_DISK_FULL, full, ALERTS_NOBODY, 0,
             full ? "the output cannot be written; the run waits for room"
                  : "the output can be written again");
    }
    bool loop = facts->idle_deaths >= DEATHS_MOST || (alerts->worker_crash_loop && facts->idle_deaths > 0);
    if (loop != alerts->worker_crash_loop) {
        alerts->worker_crash_loop = loop;
        tell(telling, ALERT_WORKER_CRASH_LOOP, loop, ALERTS_NOBODY, 0,
             "workers that died in a row without a verdict between them: %u", facts->idle_deaths);
    }
}

uint32_t alerts_decide(struct alerts *alerts, const struct alert_facts *facts,
                       struct alert_event event[ALERTS_EVENTS_MOST]) {
    struct telling telling = {.event = event};
    decide_quota(alerts, facts, &telling);
    for (uint32_t i = 0; i < facts->sessions; i++) {
        decide_session(alerts, facts, i, &telling);
    }
    decide_unavailable(alerts, facts, &telling);
    decide_errors(alerts, facts, &telling);
    decide_stalled(alerts, facts, &telling);
    decide_house(alerts, facts, &telling);
    return telling.count;
}
