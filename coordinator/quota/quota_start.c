#include "quota/quota_start.h"

#include "quota/quota_save.h"
#include "ration/board.h"
#include "ration/clock.h"
#include "ration/log.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool has_low(const struct arena *arena) {
    struct range all = {0, arena_artists(arena)};
    return board_next(arena, all, RECORD_LOW) != all.end;
}
static int check_shares(struct quota_monitor *monitor, const struct options *options) {
    monitor->share = options->quota_monitoring ? options->quota_threshold : QUOTA_POLICY_WHOLE;
    monitor->allowed = quota_policy_share(options->daily_limit, monitor->share);
    monitor->low_allowed = quota_policy_share(options->daily_limit, options->low_priority_threshold);
    if (monitor->low_allowed > monitor->allowed) {
        monitor->low_allowed = monitor->allowed;
    }
    if (options->daily_limit > 0 && (monitor->allowed == 0 || monitor->low_allowed == 0)) {
        log_fatal(
            "config", "--%s %g of --daily-limit %" PRIu64 " allows not one request; raise one of them",
            monitor->allowed == 0 ? "quota-threshold" : "low-priority-threshold",
            (double)(monitor->allowed == 0 ? options->quota_threshold : options->low_priority_threshold) /
                QUOTA_POLICY_WHOLE,
            options->daily_limit);
        return -1;
    }
    return 0;
}

static int open_state(struct quota_monitor *monitor, const struct options *options, const char *errors) {
    const char *others[5] = {options->input, options->output, errors, options->log_file};
    char *path = quota_state_path(options->quota_state, options->output);
    if (path == NULL) {
        log_fatal("quota", "out of memory");
        return -1;
    }
    int result = quota_state_open(&monitor->state, path, others, &monitor->record, &monitor->known);
    free(path);
    return result;
}

int quota_start_open(struct quota_monitor *monitor, const struct options *options, const char *errors) {
    char problem[ALERTS_THRESHOLDS_PROBLEM];
    *monitor = (struct quota_monitor){
        .state = QUOTA_STATE_CLOSED,
        .monitoring = options->quota_monitoring,
        .limit = options->daily_limit,
        .pause = options->pause_duration,
        .report = {.interval = options->quota_log_interval},
    };
    if (alerts_thresholds_parse(options->alert_thresholds, &monitor->report.thresholds, problem) != 0) {
        log_fatal("config", "--alert-thresholds: %s", problem);
        return -1;
    }
    if (check_shares(monitor, options) != 0 ||
        (monitor->limit > 0 && open_state(monitor, options, errors) != 0)) {
        return -1;
    }
    quota_report_initialized(monitor->monitoring, monitor->limit, monitor->share);
    return 0;
}

static void tell_past(const struct quota_monitor *monitor, const struct quota_policy_present *present) {
    char time[CLOCK_RFC3339_SIZE];
    clock_rfc3339(present->began, time);
    switch (present->verdict) {
    case QUOTA_POLICY_NOTHING:
        break;
    case QUOTA_POLICY_KEPT:
        log_info("quota", "%" PRIu64 " of %" PRIu64 " requests of the daily quota were used since %s",
                 present->used, monitor->limit, time);
        break;
    case QUOTA_POLICY_OVER:
        log_info("quota", "the period of the quota state %s is over; a new one begins", monitor->state.path);
        break;
    case QUOTA_POLICY_CLOCK_BACK:
        log_warn("quota",
                 "the quota state %s is of a time to come: the clock was put back; its %" PRIu64
                 " requests count, from now on",
                 monitor->state.path, present->used);
        break;
    }
}

static struct quota_policy_present take_past(const struct quota_monitor *monitor,
                                             const struct quota_start_dead *dead, uint64_t wall) {
    // Another run than that which wrote the file may have counted in it since.
    bool fits = dead->found && (!monitor->known || strcmp(dead->run, monitor->record.run) == 0);
    struct quota_policy_past past = {
        .known = monitor->known,
        .began = monitor->record.period_began,
        .used = monitor->record.used,
        .paused_until = monitor->record.paused_until,
        .written = monitor->record.written,
        .dead = fits,
        .dead_later = fits && monitor->known && dead->quota.period > monitor->record.period,
        .dead_used = dead->quota.used,
    };
    return quota_policy_take(&past, monitor->allowed, monitor->pause, wall);
}

void quota_start_begin(struct quota_monitor *monitor, struct arena *arena,
                       const struct quota_start_dead *dead, uint64_t now) {
    uint64_t wall = clock_wall();
    if (monitor->limit == 0) {
        return;
    }
    struct quota_policy_present present = take_past(monitor, dead, wall);
    struct ledger_quota quota = {monitor->allowed, monitor->low_allowed, present.used, 1};
    ledger_quota_set(arena, &quota);
    monitor->has_low = has_low(arena);
    monitor->began = present.began;
    monitor->paused_wall = present.paused_until;
    tell_past(monitor, &present);
    quota_policy_begin(&monitor->policy, now, wall - present.began,
                       present.paused_until != 0 ? now + (present.paused_until - wall) : 0);
    quota_report_begin(&monitor->report, present.used, monitor->limit);
    if (present.paused_until != 0) {
        quota_report_paused(present.used, monitor->limit, present.paused_until, "");
    }
    quota_save(monitor, arena, &quota, now);
}
