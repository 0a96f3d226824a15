#include "quota/quota_start.h"

#include "quota/quota_save.h"
#include "ration/board.h"
#include "ration/clock.h"
#include "ration/log.h"

#include <bsd/string.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool has_low(const struct arena *arena) {
    struct range all = {0, arena_artists(arena)};
    return board_next(arena, all, PRIORITY_LOW) != all.end;
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
    *monitor = (struct quota_monitor){
        .state = QUOTA_STATE_CLOSED,
        .monitoring = options->quota_monitoring,
        .limit = options->daily_limit,
        .pause = options->pause_duration,
        .report = {.interval = options->quota_log_interval, .thresholds = options->alert_thresholds},
    };
    if (check_shares(monitor, options) != 0 ||
        (monitor->limit > 0 && open_state(monitor, options, errors) != 0)) {
        return -1;
    }
    quota_report_initialized(monitor->monitoring, monitor->limit, monitor->share);
    return 0;
}

static void tell_past(const struct quota_monitor *monitor, const struct quota_policy_present *present) {
    char time[CLOCK_RFC3339_SIZE];
    clock_rfc3339(monitor->began, time);
    if (present->verdict != QUOTA_POLICY_CLOCK_BACK && quota_clock_odd(present->moved)) {
        quota_report_clock(present->moved, "since the quota state was written", monitor->paused_wall);
    }
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
                                             const struct quota_start_dead *dead,
                                             const struct quota_policy_moment *moment) {
    // Another run than that which wrote the file may have counted in it since.
    bool fits = dead->found && (!monitor->known || strcmp(dead->run, monitor->record.run) == 0);
    struct quota_policy_past past = {
        .known = monitor->known,
        .began = monitor->record.period_began,
        .used = monitor->record.used,
        .paused_until = monitor->record.paused_until,
        .written = {.wall = monitor->record.written, .since_boot = monitor->record.since_boot},
        .dead = fits,
        .dead_later = fits && monitor->known && dead->quota.period > monitor->record.period,
        .dead_used = dead->quota.used,
    };
    (void)strlcpy(past.written.boot, monitor->record.boot, sizeof(past.written.boot));
    return quota_policy_take(&past, monitor->allowed, monitor->pause, moment);
}

// Times of day as the file has them, unless the clock was set since: cut to milliseconds they would else
// creep from run to run.
static void take_times(struct quota_monitor *monitor, const struct quota_policy_present *present,
                       uint64_t wall) {
    const struct quota_record *record = &monitor->record;
    uint64_t began = wall > present->age + CLOCK_SECOND ? wall - present->age : CLOCK_SECOND;
    uint64_t until = present->rest != 0 ? wall + present->rest : 0;
    bool kept = monitor->known && present->verdict == QUOTA_POLICY_KEPT;
    monitor->began = kept && quota_clock_near(began, record->period_began) ? record->period_began : began;
    monitor->paused_wall =
        kept && until != 0 && quota_clock_near(until, record->paused_until) ? record->paused_until : until;
}

void quota_start_begin(struct quota_monitor *monitor, struct arena *arena,
                       const struct quota_start_dead *dead, const struct member_day *fleet, uint64_t now) {
    if (monitor->limit == 0) {
        return;
    }
    struct quota_policy_moment moment;
    quota_clock_begin(&monitor->clock, &moment);
    struct quota_policy_present present =
        fleet != NULL
            ? (struct quota_policy_present){.used = fleet->used, .age = fleet->age, .rest = fleet->rest}
            : take_past(monitor, dead, &moment);
    if (fleet != NULL && fleet->used > 0) {
        present.verdict = QUOTA_POLICY_KEPT;
    }
    // Of a fleet's this machine has used nothing yet.
    struct ledger_quota quota = {monitor->allowed, monitor->low_allowed, fleet != NULL ? 0 : present.used, 1};
    ledger_quota_set(arena, &quota);
    monitor->has_low = has_low(arena);
    take_times(monitor, &present, moment.wall);
    tell_past(monitor, &present);
    quota_policy_begin(&monitor->policy, now, present.age, present.rest != 0 ? now + present.rest : 0);
    quota_report_begin(&monitor->report, present.used, monitor->limit);
    if (present.rest != 0) {
        quota_report_paused(present.used, monitor->limit, monitor->paused_wall, "");
    }
    quota_save(monitor, arena_run_id(arena), &quota, now);
}
