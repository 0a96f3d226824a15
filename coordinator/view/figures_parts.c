#include "view/figures_parts.h"

#include "ration/clock.h"
#include "view/statistics.h"

#include <math.h>
#include <stdio.h>

#define NO_METRIC NULL, NULL, NULL
#define NO_LABEL NULL, NULL
#define ROWS(table) .row = (table), .rows = sizeof(table) / sizeof((table)[0])

// ---- sessions ----
#define SESSION(path) .word = FIGURES_WORD(struct ledger_state, path)

static const struct ledger_state *session_of(const struct figures_at *at) {
    return &at->status->now.session[at->item];
}

static double success(const struct figures_at *at) {
    double percent = statistics_success(session_of(at)->outcome);
    return percent >= 0 ? percent : NAN;
}

static double available(const struct figures_at *at) {
    uint64_t until;
    return run_status_wait(at->status, at->item, &until) == NULL;
}

static double breaker_is(const struct figures_at *at) {
    return session_of(at)->breaker.state == at->which;
}

static void name_outcome(uint32_t which, char out[FIGURES_NAME]) {
    (void)snprintf(out, FIGURES_NAME, "%s", outcome_name((enum outcome_class)which));
}

static void name_breaker(uint32_t which, char out[FIGURES_NAME]) {
    (void)snprintf(out, FIGURES_NAME, "%s", breaker_state_name((enum breaker_state)which));
}

static const struct figures_each each_outcome = {"outcome", OUTCOME_OF_ATTEMPT, name_outcome};
static const struct figures_each each_breaker = {"state", BREAKER_HALF_OPEN + 1, name_breaker};

static double found_per_second(const struct figures_at *at) {
    double rate = silent_rate_found(&session_of(at)->silent);
    return rate > 0 ? rate : NAN;
}

static double found_at_once(const struct figures_at *at) {
    const struct silent_known *known = &session_of(at)->silent;
    return known->form == SILENT_PLACES ? (double)known->places : NAN;
}

static const struct figures_row sessions[] = {
    {"ration_requests_total", NO_LABEL, "outcomes", "counter", "requests",
     "Requests that ended, by their outcome.", SESSION(outcome[0]), .each = &each_outcome},
    {NO_METRIC, "success_percent", "gauge", "percent",
     "Requests that were answered; rate limits are no failures.", .value = success},
    {NO_METRIC, "requests", "counter", "requests", "Requests that left.", SESSION(spent_requests)},
    {NO_METRIC, "booked", "gauge", "requests", "Requests that are booked and have not ended.",
     SESSION(booked_requests)},
    {NO_METRIC, "tokens", "counter", "tokens", "Tokens of the requests that left.", SESSION(spent_tokens)},
    {"ration_session_breaker_state", NO_LABEL, NULL, "gauge", "flag",
     "1 for the state that the circuit breaker of a session is in.", .value = breaker_is,
     .each = &each_breaker},
    {"ration_session_breaker_opened_total", NO_LABEL, "breaker_opened", "counter", "times",
     "Times that the circuit breaker of a session opened.", SESSION(breaker.opened)},
    {"ration_session_health_ratio", NO_LABEL, "health", "gauge", "share",
     "Share of a session's latest requests that went well.", SESSION(health), .per = SESSION_HEALTH_WHOLE},
    {NO_METRIC, "disabled", "gauge", "flag", "1 when its key was refused.", SESSION(disabled)},
    {"ration_session_available", NO_LABEL, "available", "gauge", "flag", "1 while a session may send.",
     .value = available},
    {"ration_session_found_per_second", NO_LABEL, "found_per_second", "gauge", "requests a second",
     "Limit that nobody tells, as found out from refusals.", .value = found_per_second},
    {"ration_session_found_at_once", NO_LABEL, "found_at_once", "gauge", "requests",
     "Requests in flight that an API allows without telling so, as found out from refusals.",
     .value = found_at_once},
    {"ration_session_skipped_total", NO_LABEL, "skipped", "counter", "admissions",
     "Admissions that passed a session over because it could not send.", SESSION(skipped)},
};

static uint32_t count_sessions(const struct run_status *status) {
    return status->now.sessions;
}

static bool name_session(const struct run_status *status, uint32_t item,
                         char name[FIGURES_LABELS][FIGURES_NAME]) {
    run_status_session_name(status, item, name[0]);
    return true;
}

static const void *session_base(const struct run_status *status, uint32_t item) {
    return &status->now.session[item];
}

const struct figures_list figures_parts_sessions = {
    {"session"}, count_sessions, name_session, session_base, ROWS(sessions)};

// ---- the limits of sessions ----
#define LIMIT(path) .word = FIGURES_WORD(struct ledger_dimension, path)
#define IF(path) .only_if = FIGURES_WORD(struct ledger_dimension, path)

static const struct ledger_dimension *dimension_of(const struct run_status *status, uint32_t item) {
    return &status->now.session[item / LEDGER_DIMENSIONS].dimension[item % LEDGER_DIMENSIONS];
}

// A share; not known before the coordinator has told any.
static double use_of(const struct figures_at *at) {
    const struct snapshot_gossip *gossip = &at->status->now.gossip;
    uint64_t use = gossip->dimension_use[at->item / LEDGER_DIMENSIONS][at->item % LEDGER_DIMENSIONS];
    return gossip->published != 0 && use != SNAPSHOT_UNKNOWN ? (double)use : NAN;
}

static double use_ratio(const struct figures_at *at) {
    return use_of(at) / SNAPSHOT_WHOLE;
}

static double use_percent(const struct figures_at *at) {
    double use = use_of(at);
    return isfinite(use) ? run_status_percent((uint64_t)use) : NAN;
}

static double others_a_minute(const struct figures_at *at) {
    const struct ledger_dimension *dimension = dimension_of(at->status, at->item);
    return (double)dimension->others_pace * (double)CLOCK_MINUTE / (double)dimension->window;
}

static const struct figures_row dimensions[] = {
    {NO_METRIC, "window_seconds", "gauge", "seconds", "How long its window is.", LIMIT(window),
     .per = CLOCK_SECOND},
    {"ration_quota_limit", NO_LABEL, "limit", "gauge", "units", "Limit of a dimension, in its unit a window.",
     LIMIT(limit), IF(limit)},
    {NO_METRIC, "heard", "gauge", "flag", "1 where an answer told the limit.", LIMIT(heard)},
    {"ration_quota_remaining", NO_LABEL, "remaining", "gauge", "units",
     "What is left of it in this window, as the provider sees it.", LIMIT(remaining), IF(limit)},
    {"ration_quota_used_ratio", NO_LABEL, NULL, "gauge", "share",
     "Share of the limit that is used: of limits up to an hour the pace over the last 60 s.",
     .value = use_ratio, IF(limit)},
    {NO_METRIC, "use_percent_60s", "gauge", "percent",
     "Share of the limit that is used: of limits up to an hour the pace over the last 60 s.",
     .value = use_percent},
    {"ration_quota_others_total", NO_LABEL, NULL, "counter", "units",
     "What somebody else took with the same key.", LIMIT(others_total), IF(limit)},
    {NO_METRIC, "others_per_minute", "gauge", "units a minute", "What somebody else takes with the same key.",
     .value = others_a_minute},
    {NO_METRIC, "taken", "counter", "units", "What this run took.", LIMIT(taken)},
};

static uint32_t count_dimensions(const struct run_status *status) {
    return status->now.sessions * LEDGER_DIMENSIONS;
}

// "requests_per_60s": label values should not change with the words for people.
static bool name_dimension(const struct run_status *status, uint32_t item,
                           char name[FIGURES_LABELS][FIGURES_NAME]) {
    const struct ledger_dimension *dimension = dimension_of(status, item);
    run_status_session_name(status, item / LEDGER_DIMENSIONS, name[0]);
    (void)snprintf(name[1], FIGURES_NAME, "%s per %.0fs", dimension_unit_name(dimension->unit),
                   (double)dimension->window / (double)CLOCK_SECOND);
    for (char *c = name[1]; *c != '\0'; c++) {
        *c = *c == ' ' || *c == '-' ? '_' : *c;
    }
    return dimension->unit != DIMENSION_NONE;
}

static const void *dimension_base(const struct run_status *status, uint32_t item) {
    return dimension_of(status, item);
}

const struct figures_list figures_parts_dimensions = {
    {"session", "dimension"}, count_dimensions, name_dimension, dimension_base, ROWS(dimensions)};

// ---- workers ----
#define WORKER(path) .word = FIGURES_WORD(struct slot_report, path)
#define OVER(path) .over = FIGURES_WORD(struct slot_report, path)

static double restarts(const struct figures_at *at) {
    return (double)at->status->now.gossip.restarts[at->item];
}

static double heartbeat_age(const struct figures_at *at) {
    uint64_t heartbeat = at->status->now.worker[at->item].report.heartbeat;
    return heartbeat != 0 ? (double)(at->status->now.at - heartbeat) / (double)CLOCK_SECOND : NAN;
}

static const struct figures_row workers[] = {
    {NO_METRIC, "in_flight", "gauge", "requests", "Requests on the wire.", WORKER(in_flight)},
    {NO_METRIC, "held", "gauge", "artists", "Artists that it has claimed and not ended.", WORKER(held)},
    {NO_METRIC, "retrying", "gauge", "artists", "Artists that wait for another attempt.", WORKER(retrying)},
    {NO_METRIC, "done", "counter", "artists", "Artists that it got an answer for.", WORKER(done)},
    {NO_METRIC, "failed", "counter", "artists", "Artists that failed for good.", WORKER(failed)},
    {"ration_worker_restarts_total", NO_LABEL, "restarts", "counter", "restarts",
     "Times that a worker was started again.", .value = restarts},
    {NO_METRIC, "heartbeat_age_seconds", "gauge", "seconds", "Time since its last sign of life.",
     .value = heartbeat_age},
    {NO_METRIC, "latency_mean_ms", "gauge", "milliseconds", "Mean time to an answer.", WORKER(latency_ms_sum),
     OVER(done)},
};

static uint32_t count_workers(const struct run_status *status) {
    return status->now.slots;
}

// Of those that are wanted, or have been.
static bool name_worker(const struct run_status *status, uint32_t item,
                        char name[FIGURES_LABELS][FIGURES_NAME]) {
    (void)snprintf(name[0], FIGURES_NAME, "W%02u", item + 1);
    return item < status->now.wanted || status->now.gossip.restarts[item] > 0;
}

static const void *worker_base(const struct run_status *status, uint32_t item) {
    return &status->now.worker[item].report;
}

const struct figures_list figures_parts_workers = {
    {"worker"}, count_workers, name_worker, worker_base, ROWS(workers)};

// ---- guards ----
#define GUARD(path) .word = FIGURES_WORD(struct guard_figures, path)

static const struct figures_row guards[] = {
    {"ration_guard_acquisitions_total", NO_LABEL, "acquisitions", "counter", "times",
     "Times that a guard was taken.", GUARD(acquisitions)},
    {"ration_guard_waits_total", NO_LABEL, "waits", "counter", "times", "Times that a guard was waited for.",
     GUARD(waits)},
    {"ration_guard_recoveries_total", NO_LABEL, "recoveries", "counter", "times",
     "Times that a guard was freed from a dead worker.", GUARD(recoveries)},
};

static uint32_t count_guards(const struct run_status *status) {
    (void)status;
    return GUARDS;
}

const char *figures_parts_guard_name(uint32_t guard) {
    static const char *const names[GUARDS] = {[GUARD_LEDGER] = "ledger", [GUARD_OUTPUT] = "output"};
    return names[guard];
}

static bool name_guard(const struct run_status *status, uint32_t item,
                       char name[FIGURES_LABELS][FIGURES_NAME]) {
    (void)status;
    (void)snprintf(name[0], FIGURES_NAME, "%s", figures_parts_guard_name(item));
    return true;
}

static const void *guard_base(const struct run_status *status, uint32_t item) {
    return &status->now.guard[item];
}

const struct figures_list figures_parts_guards = {
    {"guard"}, count_guards, name_guard, guard_base, ROWS(guards)};
