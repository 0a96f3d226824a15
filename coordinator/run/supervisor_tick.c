#include "run/supervisor_tick.h"

#include "crew/assign.h"
#include "crew/keys.h"
#include "crew/output_watch.h"
#include "crew/quarantine.h"
#include "crew/spawn.h"
#include "crew/watchdog.h"
#include "member/member.h"
#include "ration/clock.h"
#include "ration/ledger.h"
#include "ration/log.h"
#include "run/mix.h"
#include "scale/scale.h"
#include "view/view_head.h"

#include <bsd/unistd.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define COMPARING (5 * CLOCK_MS) // of a tick at most, when the input's times have changed
#define STATUS_TEXT 480

// ---- look ----

static void take_look(struct loop *loop, uint64_t now) {
    snapshot_look(loop->crew->arena, now, clock_wall(), &loop->look);
    loop->crew_look = crew_look(loop->crew);
    member_look(loop->services->member, &loop->fleet);
    loop->crew_look.database_away = loop->fleet.away;
    loop->crew_look.machines_lost = (uint32_t)loop->fleet.dead;
    loop->look.gossip.fleet = loop->fleet; // what others have is not left
    loop->cost = cost_look(&loop->services->cost, &loop->look);
}

// ---- decide, and do what is wished for ----

static void end_run(struct loop *loop, enum stop_end end) {
    stop_begin(loop->crew, end);
    loop->crew_look.stopping = true;
}

// The ledger gives out nothing more by itself: this pause is none of its own.
static void look_at_daily_quota(struct loop *loop) {
    struct quota_monitor *quota = &loop->services->quota;
    struct arena *arena = loop->crew->arena;
    struct snapshot *look = &loop->look;
    struct quota_wish wish = quota_monitor_tick(quota, arena, look, loop->crew_look.stopping);
    struct member *fleet = member_day(loop->services->member) != NULL ? loop->services->member : NULL;
    bool renewed = false;
    if (fleet != NULL) {
        member_day_rests(fleet, quota->policy.paused_until);
        renewed = member_day_renewed(fleet);
        if (wish.renew && !renewed) {
            member_day_over(fleet, quota->policy.reason != QUOTA_POLICY_BY_TIME);
        }
    } else {
        renewed = wish.renew && ledger_quota_renew(arena); // else the guard was busy: with the next tick
    }
    if (renewed) {
        ledger_quota_look(arena, &look->quota);
        quota_monitor_renewed(quota, look);
        wish.ring = true;
    }
    if (wish.ring) {
        crew_ring_all(loop->crew);
    }
    uint64_t until = quota_monitor_paused_until(quota, look->at);
    look->paused_until = until > look->paused_until ? until : look->paused_until;
}

static void look_at_conditions(struct loop *loop) {
    struct conditions_wish wish = conditions_tick(&loop->conditions, &loop->look, &loop->crew_look);
    arena_set_left(loop->crew->arena, wish.left);
    if (wish.stop) {
        end_run(loop, wish.end);
    }
}

static void look_at_scale(struct loop *loop) {
    struct crew *crew = loop->crew;
    struct utilisation *utilisation = loop->services->utilisation;
    struct adapt_wish wish;
    utilisation_tick(utilisation, &loop->look);
    others_tick(&loop->others, &loop->look, loop->crew->fleet);
    silent_watch_tick(&loop->silent, &loop->look);
    if (crew->settings->batch) { // its rows are under way all at once, and one worker has them
        return;
    }
    adapt_tick(&loop->adapt, &loop->look, &loop->crew_look, utilisation, &wish);
    if (wish.in_flight > 0) {
        arena_set_in_flight(crew->arena, wish.in_flight);
        crew_ring_all(crew);
    }
    if (wish.workers > 0 && !adapt_scaled(&loop->adapt, &wish, scale_to(crew, wish.workers))) {
        end_run(loop, STOP_CANNOT);
    }
}

// What a person wants on all machines of a fleet.
static void look_at_fleet(struct loop *loop) {
    struct crew *crew = loop->crew;
    uint32_t wanted = stop_begun(crew) ? 0 : member_workers(loop->services->member);
    if (wanted == 0) {
        return;
    }
    enum scale_result result = scale_to(crew, wanted);
    if (result == SCALE_DONE) {
        crew->by_hand = true;
        log_info("fleet", "the fleet wants %u workers on each machine", wanted);
    } else if (result == SCALE_NO_MEMORY) {
        end_run(loop, STOP_CANNOT);
    } else {
        log_warn("fleet",
                 "the fleet wants %u workers on each machine, and there are no descriptors for them: %s",
                 wanted, strerror(errno));
    }
}

// --batch-mix: what is with the API is cancelled when the rest needs the time that is left.
static void look_at_deadline(struct loop *loop) {
    struct mix_watch *mix = &loop->services->mix;
    struct crew *crew = loop->crew;
    uint64_t left = loop->look.artists - loop->look.done - loop->look.failed;
    if (mix->deadline == 0 || mix->switched || crew->cancels || stop_begun(crew) ||
        !mix_is_due(clock_wall(), mix->deadline, left, mix->each)) {
        return;
    }
    if (spawn_cancel_parts(crew) == 0) { // else with the next tick
        mix->switched = true;
        restart_one(&loop->restart, 0);
        log_info("batch",
                 "--deadline: what is with the API is being cancelled, and %" PRIu64 " rows are left for "
                 "single requests",
                 left);
    }
}

static void look_at_parts(struct loop *loop) {
    if (loop->crew->settings->batch) {
        batch_watch_look(&loop->services->parts, loop->crew->files->output_name, loop->look.at);
        look_at_deadline(loop);
    }
}

// ---- publish ----

static void show(struct loop *loop) {
    const struct snapshot *look = &loop->look;
    struct services *services = loop->services;
    struct publish_facts facts = {
        .batches = loop->crew->settings->batch ? &services->parts.list : NULL,
        .look = look,
        .crew = &loop->crew_look,
        .utilisation = services->utilisation,
        .alerts = services->alerts,
        .cost = loop->cost,
        .quota_until = quota_monitor_paused_until(&services->quota, look->at),
        .fleet = &loop->fleet,
        .quota_resets = quota_monitor_turns(&services->quota, look->at),
    };
    (void)publish_tick(services->publish, &facts);
    progress_show(&services->progress, publish_status(services->publish), look->at);
    setproctitle("%u/%u done, %u failed, %u workers, %u in flight%s", look->done, look->artists, look->failed,
                 loop->crew_look.live, look->sums.in_flight, look->paused_until != 0 ? ", paused" : "");
}

static void tell_manager(const struct loop *loop, uint64_t now) {
    struct service_manager *service = &loop->services->manager;
    service_manager_tick(service, now);
    if (stop_begun(loop->crew) && loop->crew->stop.end != STOP_FINISHED) {
        service_manager_stopping(service);
    }
    if (service_manager_due(service, now)) {
        char text[STATUS_TEXT];
        view_head_line(publish_status(loop->services->publish), text, sizeof(text));
        service_manager_status(service, text, now);
    }
}

void supervisor_tick(struct loop *loop, uint64_t now) {
    if (now - loop->ticked < SUPERVISOR_TICK) {
        return;
    }
    struct services *services = loop->services;
    watchdog_tick(loop->crew, now - loop->ticked);
    loop->ticked = now;
    log_tick();
    if (!assign_sweep(loop->crew) || !quarantine_flush(loop->crew) || !output_watch_tick(loop->crew) ||
        !input_watch_tick(&services->input, clock_now() + COMPARING)) {
        stop_begin(loop->crew, STOP_CANNOT);
    }
    if (services->control != NULL) {
        control_tick(services->control, now);
    }
    take_look(loop, now);
    keys_tick(loop->crew->keys, loop->crew, &loop->look);
    loop->crew_look.keys_pending = keys_pending(loop->crew->keys);
    look_at_daily_quota(loop);
    look_at_conditions(loop);
    look_at_scale(loop);
    look_at_fleet(loop);
    look_at_parts(loop);
    alert_watch_tick(services->alerts, &loop->look, &loop->crew_look,
                     loop->crew->settings->batch ? &services->parts.list : NULL);
    show(loop);
    last_run_keep_tick(services->last, &loop->look, &loop->cost, loop->crew->in_doubt);
    tell_manager(loop, now);
    http_service_tick(services->http, now);
}
