#include "watch/alerts.h"

#include "ration/clock.h"
#include "ration/snapshot.h"
#include "watch/alerts_parts.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#define HYSTERESIS (ALERTS_WHOLE / 20) // a use that goes to and fro about a threshold is told once
#define ERRORS_HIGH (ALERTS_WHOLE / 5)
#define ERRORS_LOW (ALERTS_WHOLE / 10)
#define ERRORS_LEAST 20U // outcomes that a share can be told of
#define STALLED_LEAST (CLOCK_MINUTE)
#define STALLED_TIMES 3U // the time in which a verdict is to be expected
#define DEATHS_MOST 10U
#define AWAY_TOLD (SNAPSHOT_SILENT * CLOCK_MS) // the other machines are silent by then

void alerts_tell(struct alerts_telling *telling, enum alert_kind kind, bool raised, uint32_t session,
                 uint32_t threshold, const char *format, ...) {
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
    [ALERT_BATCH_FAILED] = {.name = "batch_failed", .level = "critical"},
    [ALERT_BATCH_EXPIRED] = {.name = "batch_expired", .level = "warning"},
    [ALERT_BATCH_LATE] = {.name = "batch_late", .level = "warning"},
    [ALERT_BATCH_WINDOW] = {.name = "batch_window", .level = "warning"},
    [ALERT_BATCH_RESULTS] = {.name = "batch_results", .level = "critical"},
    [ALERT_DATABASE_AWAY] = {.name = "database_away", .level = "critical"},
    [ALERT_MACHINE_LOST] = {.name = "machine_lost", .level = "warning"},
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

static void decide_quota(struct alerts *alerts, const struct alert_facts *facts,
                         struct alerts_telling *telling) {
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
            alerts_tell(telling, ALERT_QUOTA_USE, true, ALERTS_NOBODY, percent,
                        "%u %% of the daily quota is used, threshold %u %% (%" PRIu64 " of %" PRIu64 " %s)",
                        use / (ALERTS_WHOLE / 100), percent, facts->quota_used, facts->quota_limit,
                        facts->quota_unit);
        } else if (alerts->quota_use[i] && use < threshold - margin) {
            alerts->quota_use[i] = false;
            alerts_tell(telling, ALERT_QUOTA_USE, false, ALERTS_NOBODY, percent,
                        "the use of the daily quota is below %u %% again (%" PRIu64 " of %" PRIu64 " %s)",
                        percent, facts->quota_used, facts->quota_limit, facts->quota_unit);
        }
    }
}

static void decide_errors(struct alerts *alerts, const struct alert_facts *facts,
                          struct alerts_telling *telling) {
    uint64_t of;
    error_rate_add(&alerts->outcomes, facts->good, facts->bad, facts->now);
    uint32_t share = error_rate_share(&alerts->outcomes, facts->good, facts->bad, facts->now, &of);
    if (!alerts->error_rate_high && share > ERRORS_HIGH && of >= ERRORS_LEAST) {
        alerts->error_rate_high = true;
        alerts_tell(telling, ALERT_ERROR_RATE, true, ALERTS_NOBODY, 0,
                    "%u %% of the last %" PRIu64 " outcomes are failures, rate limits not counted",
                    share / (ALERTS_WHOLE / 100), of);
    } else if (alerts->error_rate_high && share <= ERRORS_LOW) {
        alerts->error_rate_high = false;
        alerts_tell(telling, ALERT_ERROR_RATE, false, ALERTS_NOBODY, 0,
                    "only %u %% of the last %" PRIu64 " outcomes are failures", share / (ALERTS_WHOLE / 100),
                    of);
    }
}

static void decide_stalled(struct alerts *alerts, const struct alert_facts *facts,
                           struct alerts_telling *telling) {
    uint64_t most =
        STALLED_TIMES * facts->expected > STALLED_LEAST ? STALLED_TIMES * facts->expected : STALLED_LEAST;
    bool moved = facts->verdicts != alerts->verdicts || alerts->verdict_at == 0;
    alerts->verdicts = facts->verdicts;
    if (moved || facts->waiting || alerts_sessions_gone(facts)) {
        alerts->verdict_at = facts->now;
    }
    char span[CLOCK_SPAN_SIZE];
    uint64_t quiet = facts->now - alerts->verdict_at;
    if (!alerts->run_stalled && quiet > most) {
        alerts->run_stalled = true;
        alerts_tell(telling, ALERT_RUN_STALLED, true, ALERTS_NOBODY, 0, "no artist has got a verdict for %s",
                    clock_span(floor((double)quiet / (double)CLOCK_SECOND), span));
    } else if (alerts->run_stalled && moved) {
        alerts->run_stalled = false;
        alerts_tell(telling, ALERT_RUN_STALLED, false, ALERTS_NOBODY, 0, "artists get verdicts again");
    }
}

static void decide_house(struct alerts *alerts, const struct alert_facts *facts,
                         struct alerts_telling *telling) {
    bool full = facts->disk_wait > 0;
    if (full != alerts->disk_full) {
        alerts->disk_full = full;
        alerts_tell(telling, ALERT_DISK_FULL, full, ALERTS_NOBODY, 0,
                    full ? "the output cannot be written; the run waits for room"
                         : "the output can be written again");
    }
    bool loop = facts->idle_deaths >= DEATHS_MOST || (alerts->worker_crash_loop && facts->idle_deaths > 0);
    if (loop != alerts->worker_crash_loop) {
        alerts->worker_crash_loop = loop;
        alerts_tell(telling, ALERT_WORKER_CRASH_LOOP, loop, ALERTS_NOBODY, 0,
                    "workers that died in a row without a verdict between them: %u", facts->idle_deaths);
    }
}

// A moment without the database is nothing: what was granted lasts as long.
static void decide_fleet(struct alerts *alerts, const struct alert_facts *facts,
                         struct alerts_telling *telling) {
    bool away = facts->database_away > AWAY_TOLD || (alerts->database_away && facts->database_away > 0);
    if (away != alerts->database_away) {
        alerts->database_away = away;
        alerts_tell(telling, ALERT_DATABASE_AWAY, away, ALERTS_NOBODY, 0,
                    away ? "the fleet's database does not answer: nothing new is begun until it does"
                         : "the fleet's database answers again");
    }
    if (facts->machines_lost > 0 && facts->machines_lost != alerts->machines_lost) {
        alerts_tell(telling, ALERT_MACHINE_LOST, true, ALERTS_NOBODY, 0,
                    "machines of the fleet that were given up: %u; what they were leased goes to the others",
                    facts->machines_lost);
        telling->event[telling->count - 1].renewed = alerts->machines_lost > 0;
    } else if (facts->machines_lost == 0 && alerts->machines_lost > 0) {
        alerts_tell(telling, ALERT_MACHINE_LOST, false, ALERTS_NOBODY, 0,
                    "no machine of the fleet is given up any more");
    }
    alerts->machines_lost = facts->machines_lost;
}

uint32_t alerts_decide(struct alerts *alerts, const struct alert_facts *facts,
                       struct alert_event event[ALERTS_EVENTS_MOST]) {
    struct alerts_telling telling = {.event = event};
    decide_quota(alerts, facts, &telling);
    alerts_sessions_decide(alerts, facts, &telling);
    decide_errors(alerts, facts, &telling);
    decide_stalled(alerts, facts, &telling);
    decide_house(alerts, facts, &telling);
    alerts_batches_decide(alerts, facts, &telling);
    decide_fleet(alerts, facts, &telling);
    return telling.count;
}
