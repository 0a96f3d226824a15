#include "quota/quota_save.h"

#include "ration/clock.h"
#include "ration/log.h"

#include <bsd/string.h>
#include <errno.h>
#include <string.h>

#define WRITE_INTERVAL CLOCK_SECOND
void quota_save(struct quota_monitor *monitor, const struct arena *arena, const struct ledger_quota *quota,
                uint64_t now) {
    struct quota_record record = {
        .period_began = monitor->began,
        .used = quota->used,
        .daily_limit = monitor->limit,
        .paused_until = monitor->paused_wall,
        .written = clock_wall(),
        .period = quota->period,
    };
    (void)strlcpy(record.run, arena_run_id(arena), sizeof(record.run));
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
                 "the quota state %s cannot be written: %s; the run goes on, but one that follows may count "
                 "too little",
                 monitor->state.path, strerror(errno));
    }
}

void quota_save_if_due(struct quota_monitor *monitor, const struct arena *arena,
                       const struct ledger_quota *quota, bool at_once, uint64_t now) {
    bool changed = quota->used != monitor->record.used || quota->period != monitor->record.period;
    if (at_once || ((changed || monitor->write_failed) && now - monitor->written >= WRITE_INTERVAL)) {
        quota_save(monitor, arena, quota, now);
    }
}
