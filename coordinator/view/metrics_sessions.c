#include "view/metrics_sessions.h"

#include "ration/breaker.h"
#include "ration/clock.h"
#include "view/metrics_families.h"

struct session_names {
    char of[BOUNDS_SESSIONS][32];
};

static void put_outcomes(FILE *out, const struct run_status *status, const struct session_names *names) {
    metrics_families_head(out, "ration_requests_total", "counter", "Requests that ended, by their outcome.");
    for (uint32_t session = 0; session < status->now.sessions; session++) {
        for (int i = 0; i < OUTCOME_OF_ATTEMPT; i++) {
            const char *labels[] = {"session", names->of[session], "outcome",
                                    outcome_name((enum outcome_class)i), NULL};
            metrics_families_count(out, "ration_requests_total", labels,
                                   status->now.session[session].outcome[i]);
        }
    }
}

enum of_dimension { LIMIT, REMAINING, USED, OTHERS };

// "requests_per_60s": label values should not change with the words for people.
static void label_dimension(const struct ledger_dimension *dimension, char *out, size_t size) {
    (void)snprintf(out, size, "%s per %.0fs", dimension_unit_name(dimension->unit),
                   (double)dimension->window / (double)CLOCK_SECOND);
    for (char *c = out; *c != '\0'; c++) {
        *c = *c == ' ' || *c == '-' ? '_' : *c;
    }
}

static bool value_of(const struct run_status *status, uint32_t session, uint32_t index,
                     enum of_dimension what, double *value) {
    const struct ledger_dimension *dimension = &status->now.session[session].dimension[index];
    uint64_t use = status->now.gossip.dimension_use[session][index];
    bool known = dimension->unit != DIMENSION_NONE && dimension->limit > 0;
    switch (what) {
    case LIMIT:
        *value = (double)dimension->limit;
        return known;
    case REMAINING:
        *value = (double)dimension->remaining;
        return known;
    case USED:
        *value = (double)use / SNAPSHOT_WHOLE;
        return known && status->now.gossip.published != 0 && use != SNAPSHOT_UNKNOWN;
    case OTHERS:
    default:
        *value = (double)dimension->others_total;
        return known;
    }
}

static void put_dimensions(FILE *out, const struct run_status *status, const struct session_names *names,
                           enum of_dimension what, const char *name) {
    for (uint32_t session = 0; session < status->now.sessions; session++) {
        for (uint32_t i = 0; i < LEDGER_DIMENSIONS; i++) {
            char dimension[64];
            double value;
            if (value_of(status, session, i, what, &value)) {
                label_dimension(&status->now.session[session].dimension[i], dimension, sizeof(dimension));
                const char *labels[] = {"session", names->of[session], "dimension", dimension, NULL};
                metrics_families_sample(out, name, labels, value);
            }
        }
    }
}

static void put_limits(FILE *out, const struct run_status *status, const struct session_names *names) {
    metrics_families_head(out, "ration_quota_limit", "gauge", "Limit of a dimension, in its unit a window.");
    put_dimensions(out, status, names, LIMIT, "ration_quota_limit");
    metrics_families_head(out, "ration_quota_remaining", "gauge",
                          "What is left of it in this window, as the provider sees it.");
    put_dimensions(out, status, names, REMAINING, "ration_quota_remaining");
    metrics_families_head(
        out, "ration_quota_used_ratio", "gauge",
        "Share of the limit that is used: of limits up to an hour the pace over the last 60 s.");
    put_dimensions(out, status, names, USED, "ration_quota_used_ratio");
    metrics_families_head(out, "ration_quota_others_total", "counter",
                          "What somebody else took with the same key.");
    put_dimensions(out, status, names, OTHERS, "ration_quota_others_total");
}

static void put_breakers(FILE *out, const struct run_status *status, const struct session_names *names) {
    metrics_families_head(out, "ration_session_breaker_state", "gauge",
                          "1 for the state that the circuit breaker of a session is in.");
    for (uint32_t session = 0; session < status->now.sessions; session++) {
        uint64_t now = status->now.session[session].breaker.state;
        for (uint64_t state = BREAKER_CLOSED; state <= BREAKER_HALF_OPEN; state++) {
            const char *labels[] = {"session", names->of[session], "state",
                                    breaker_state_name((enum breaker_state)state), NULL};
            metrics_families_count(out, "ration_session_breaker_state", labels, state == now);
        }
    }
    metrics_families_head(out, "ration_session_breaker_opened_total", "counter",
                          "Times that the circuit breaker of a session opened.");
    for (uint32_t session = 0; session < status->now.sessions; session++) {
        const char *labels[] = {"session", names->of[session], NULL};
        metrics_families_count(out, "ration_session_breaker_opened_total", labels,
                               status->now.session[session].breaker.opened);
    }
}

static void put_health(FILE *out, const struct run_status *status, const struct session_names *names) {
    uint64_t until;
    metrics_families_head(out, "ration_session_health_ratio", "gauge",
                          "Share of a session's latest requests that went well.");
    for (uint32_t session = 0; session < status->now.sessions; session++) {
        const char *labels[] = {"session", names->of[session], NULL};
        metrics_families_sample(out, "ration_session_health_ratio", labels,
                                (double)status->now.session[session].health / SESSION_HEALTH_WHOLE);
    }
    metrics_families_head(out, "ration_session_available", "gauge", "1 while a session may send.");
    for (uint32_t session = 0; session < status->now.sessions; session++) {
        const char *labels[] = {"session", names->of[session], NULL};
        metrics_families_count(out, "ration_session_available", labels,
                               run_status_wait(status, session, &until) == NULL);
    }
    metrics_families_head(out, "ration_session_skipped_total", "counter",
                          "Admissions that passed a session over because it could not send.");
    for (uint32_t session = 0; session < status->now.sessions; session++) {
        const char *labels[] = {"session", names->of[session], NULL};
        metrics_families_count(out, "ration_session_skipped_total", labels,
                               status->now.session[session].skipped);
    }
}

void metrics_sessions_put(FILE *out, const struct run_status *status) {
    struct session_names names = {.of = {""}};
    for (uint32_t session = 0; session < status->now.sessions; session++) {
        run_status_session_name(status, session, names.of[session]);
    }
    put_outcomes(out, status, &names);
    put_limits(out, status, &names);
    put_breakers(out, status, &names);
    put_health(out, status, &names);
}
