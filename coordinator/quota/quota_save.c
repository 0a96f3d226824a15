#include "quota/quota_save.h"

#include "ration/clock.h"
#include "ration/log.h"

#include <bsd/string.h>
#include <errno.h>
#include <string.h>

#define WRITE_INTERVAL CLOCK_SECOND

static uint64_t move(uint64_t wall, int64_t by) {
    int64_t moved = (int64_t)wall + by;
    return moved > (int64_t)CLOCK_SECOND ? (uint64_t)moved : CLOCK_SECOND; // a file has no time before 1970
}

static void follow_clock(struct quota_monitor *monitor, int64_t moved, uint64_t wall, uint64_t now) {
    monitor->began = move(monitor->began, moved);
    if (monitor->policy.paused_until > now) {
        monitor->paused_wall = wall + (monitor->policy.paused_until - now);
    } else if (monitor->paused_wall != 0) {
        monitor->paused_wall = move(monitor->paused_wall, moved);
    }
    if (quota_clock_odd(moved)) {
        quota_report_clock(moved, "during the run", monitor->paused_wall);
    }
}

void quota_save(struct quota_monitor *monitor, const char *run_id, const struct ledger_quota *quota,
                uint64_t now) {
    struct quota_policy_moment moment;
    int64_t moved = quota_clock_follow(&monitor->clock, &moment);
    if (moved != 0) {
        follow_clock(monitor, moved, moment.wall, now);
    }
    struct quota_record record = {
        .period_began = monitor->began,
        .used = quota->used,
        .daily_limit = monitor->limit,
        .paused_until = monitor->paused_wall,
        .period = quota->period,
    };
    record.written = moment.wall;
    record.since_boot = moment.since_boot;
    (void)strlcpy(record.boot, moment.boot, sizeof(record.boot));
    (void)strlcpy(record.run, run_id, sizeof(record.run));
    monitor->written = now;
    if (quota_state_write(&monitor->state, &record) == 0) {
        if (monitor->write_failed) {
            log_info("quota", "the quota state %s can be written again", monitor->state.path);
        }
        monitor->write_failed = false;
        monitor->record = record;
    } else if (!monitor->write_failed) {
        monitor->write_failed = true;
        log_warn("quota",
                 "the quota state %s cannot be written: %s; "
                 "the run goes on, but one that follows may count too little",
                 monitor->state.path, strerror(errno));
    }
}

void quota_save_if_due(struct quota_monitor *monitor, const char *run_id, const struct ledger_quota *quota,
                       bool at_once, uint64_t now) {
    bool changed = quota->used != monitor->record.used || quota->period != monitor->record.period;
    if (at_once || ((changed || monitor->write_failed) && now - monitor->written >= WRITE_INTERVAL)) {
        quota_save(monitor, run_id, quota, now);
    }
}

void quota_save_if_clock_moved(struct quota_monitor *monitor, const char *run_id,
                               const struct ledger_quota *quota, uint64_t now) {
    if (quota_clock_stands(&monitor->clock)) {
        return;
    }
    quota_save(monitor, run_id, quota, now);
}
