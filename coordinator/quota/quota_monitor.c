#include "quota/quota_monitor.h"

#include "quota/quota_save.h"
#include "ration/board.h"
#include "ration/clock.h"
#include "ration/ledger.h"
#include "ration/log.h"

#include <inttypes.h>

static struct quota_provider look_at_sessions(const struct snapshot *look) {
    struct quota_provider provider = {0};
    for (uint32_t session = 0; session < look->sessions; session++) {
        quota_provider_add(&provider, &look->session[session], look->at);
    }
    return provider;
}

static uint64_t wall_of(uint64_t monotonic, uint64_t now) {
    return clock_wall() + (monotonic - now);
}

// The board alone knows it, and is asked only where it matters.
static bool any_unfinished(const struct arena *arena, enum priority priority) {
    struct range all = {0, arena_artists(arena)};
    return board_next(arena, all, priority) != all.end;
}

static void note_pause(struct quota_monitor *monitor, const struct ledger_quota *quota, bool only_low,
                       uint64_t now) {
    monitor->paused_wall = wall_of(monitor->policy.paused_until, now);
    quota_report_paused(quota->used, monitor->limit, monitor->paused_wall,
                        only_low ? "; only artists of low priority are left" : "");
}

static void look_at_low(struct quota_monitor *monitor, const struct ledger_quota *quota) {
    if (monitor->has_low && !monitor->low_told && monitor->low_allowed < monitor->allowed &&
        quota->used >= monitor->low_allowed) {
        monitor->low_told = true;
        log_info("quota",
                 "artists of low priority wait for the next period: %" PRIu64 " of %" PRIu64 " requests used",
                 quota->used, monitor->limit);
    }
}

// Nothing but artists of low priority is left, and the quota keeps them.
static bool only_low(const struct quota_monitor *monitor, const struct arena *arena,
                     const struct snapshot *look) {
    const struct ledger_quota *quota = &look->quota;
    return monitor->low_told && look->sums.booked_requests == 0 && quota->used < quota->allowed &&
           quota->used >= quota->low_allowed && !any_unfinished(arena, PRIORITY_HIGH) &&
           !any_unfinished(arena, PRIORITY_NORMAL);
}

static uint64_t left_of(const struct snapshot *look) {
    return (uint64_t)look->artists - look->done - look->failed;
}

static struct quota_wish look_at_quota(struct quota_monitor *monitor, const struct arena *arena,
                                       const struct snapshot *look, const struct quota_provider *provider,
                                       bool stopping) {
    const struct ledger_quota *quota = &look->quota;
    struct quota_wish wish = {0};
    look_at_low(monitor, quota);
    if (monitor->monitoring) {
        quota_report_use(&monitor->report, quota->used, monitor->limit, look->at);
    }
    struct quota_policy_facts facts = {
        .now = look->at,
        .allowed = quota->allowed,
        .used = quota->used,
        .waiting = left_of(look) > look->sums.booked_requests && !stopping,
        .only_low = only_low(monitor, arena, look),
        .resume = monitor->resume,
        .reset = provider->reset,
        .reset_apart = provider->days > 1 ? CLOCK_DAY / 4 * 3 : 0,
        .pause = monitor->pause,
    };
    bool at_once = false;
    switch (quota_policy_step(&monitor->policy, &facts)) {
    case QUOTA_POLICY_PAUSES:
    case QUOTA_POLICY_SOONER:
        note_pause(monitor, quota, facts.only_low, look->at);
        at_once = true;
        break;
    case QUOTA_POLICY_NEW_PERIOD:
        wish.renew = true;
        break;
    case QUOTA_POLICY_STAYS:
        // A booking that had not departed was given back: somebody may have it.
        wish.ring = monitor->policy.paused_until != 0 && quota->used < quota->allowed;
    }
    quota_save_if_due(monitor, look->run_id, quota, at_once, look->at);
    return wish;
}

void quota_monitor_renewed(struct quota_monitor *monitor, const struct snapshot *look) {
    bool was_paused = monitor->policy.paused_until != 0;
    quota_policy_renewed(&monitor->policy, look->at);
    monitor->began = clock_wall();
    monitor->paused_wall = 0;
    monitor->resume = monitor->low_told = false;
    quota_report_begin(&monitor->report, 0, monitor->limit);
    quota_report_renewed(monitor->policy.reason, was_paused, look->quota.period, monitor->limit,
                         monitor->allowed);
    quota_save(monitor, look->run_id, &look->quota, look->at);
}

// The provider's own daily quota: the ledger keeps to it, and it comes back by itself.
static void look_at_provider(struct quota_monitor *monitor, const struct snapshot *look,
                             const struct quota_provider *provider, bool stopping) {
    uint64_t now = look->at;
    bool spent = quota_provider_spent(provider) && monitor->policy.paused_until == 0 && !stopping;
    if (monitor->spent_until != 0 && (!spent || now >= monitor->spent_until)) {
        log_info("quota", "RESUMED: the provider's day has ended");
        monitor->spent_until = 0;
    } else if (spent && monitor->spent_until == 0 && look->sums.booked_requests == 0 && left_of(look) > 0) {
        quota_report_paused(provider->day_limit - provider->day_left, provider->day_limit,
                            wall_of(provider->free_at, now), "; the provider's own");
        monitor->spent_until = provider->free_at;
    }
}

static void report(struct quota_monitor *monitor, const struct snapshot *look,
                   const struct quota_provider *provider) {
    uint64_t now = look->at;
    uint64_t requests = look->sums.spent_requests + look->sums.booked_requests;
    if (monitor->limit == 0 && provider->day_limit > 0) {
        quota_report_use(&monitor->report, provider->day_limit - provider->day_left, provider->day_limit,
                         now);
    } else if (monitor->limit == 0) {
        quota_report_use(&monitor->report, requests, 0, now);
    }
    quota_report_status(&monitor->report, provider, requests, now);
}

struct quota_wish quota_monitor_tick(struct quota_monitor *monitor, const struct arena *arena,
                                     const struct snapshot *look, bool stopping) {
    struct quota_provider provider = look_at_sessions(look);
    struct quota_wish wish = {0};
    if (monitor->limit > 0) {
        quota_save_if_clock_moved(monitor, look->run_id, &look->quota, look->at);
        wish = look_at_quota(monitor, arena, look, &provider, stopping);
    }
    look_at_provider(monitor, look, &provider, stopping);
    if (monitor->monitoring) {
        report(monitor, look, &provider);
    }
    return wish;
}

void quota_monitor_end(struct quota_monitor *monitor, const struct arena *arena, uint64_t now) {
    struct ledger_quota quota;
    if (monitor->limit == 0 || monitor->state.lock < 0) {
        return;
    }
    ledger_quota_look(arena, &quota);
    if (monitor->monitoring) {
        quota_report_use(&monitor->report, quota.used, monitor->limit, now);
    }
    // The next run must know how long this quota was to rest.
    if (monitor->paused_wall == 0 && quota.used >= quota.allowed) {
        uint64_t reset = monitor->policy.reset;
        bool sooner = reset > now && reset - now < monitor->pause;
        monitor->paused_wall = clock_wall() + (sooner ? reset - now : monitor->pause);
    }
    quota_save(monitor, arena_run_id(arena), &quota, now);
}

uint64_t quota_monitor_paused_until(const struct quota_monitor *monitor, uint64_t now) {
    if (monitor == NULL) {
        return 0;
    }
    uint64_t until = monitor->policy.paused_until > monitor->spent_until ? monitor->policy.paused_until
                                                                         : monitor->spent_until;
    return until > now ? until : 0;
}

uint64_t quota_monitor_turns(const struct quota_monitor *monitor, uint64_t now) {
    if (monitor == NULL || monitor->limit == 0) {
        return 0;
    }
    uint64_t turns = monitor->policy.paused_until != 0 ? monitor->policy.paused_until : monitor->policy.turns;
    uint64_t reset = monitor->policy.reset;
    turns = reset != 0 && reset < turns ? reset : turns;
    return turns > now ? turns : 0;
}

bool quota_monitor_resume(struct quota_monitor *monitor) {
    monitor->resume = monitor->policy.paused_until != 0;
    return monitor->resume;
}
