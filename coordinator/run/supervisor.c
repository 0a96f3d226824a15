#include "run/supervisor.h"

#include "control/steering.h"
#include "crew/assign.h"
#include "crew/crew_look.h"
#include "crew/log_feed.h"
#include "crew/output_watch.h"
#include "crew/quarantine.h"
#include "crew/reap.h"
#include "crew/restart.h"
#include "crew/spawn.h"
#include "crew/watchdog.h"
#include "http/http_service.h"
#include "input/input_watch.h"
#include "plan/cost.h"
#include "quota/quota_monitor.h"
#include "ration/clock.h"
#include "ration/ledger.h"
#include "ration/log.h"
#include "ration/snapshot.h"
#include "run/conditions.h"
#include "scale/adapt.h"
#include "scale/scale.h"
#include "system/service.h"
#include "system/signals.h"
#include "view/last_run_keep.h"
#include "view/view_head.h"
#include "watch/alert_watch.h"
#include "watch/others.h"

#include <bsd/unistd.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define TICK (100 * CLOCK_MS)
#define COMPARING (5 * CLOCK_MS) // of a tick at most, when the input's times have changed
#define SPAWN_RETRY CLOCK_SECOND
#define STATUS_TEXT 480

// Tags of the loop's events.
enum { EVENT_SIGNAL, EVENT_DOORBELL, EVENT_HTTP, EVENT_CONTROL };
#define EVENTS_MOST 16

// What the loop decides from, round by round.
struct loop {
    struct crew *crew;
    struct progress *progress;
    struct publish *publish;
    struct conditions conditions;
    struct control *control; // or NULL
    int epoll, signals;
    uint64_t ticked;
    struct restart restart;
    struct steering steering;
    struct adapt adapt;
    struct others others;
    struct snapshot look;       // of this tick: who decides is given it
    struct crew_look crew_look; // likewise
    struct cost_spent cost;
};

static void handle_signals(struct loop *loop) {
    int number;
    while ((number = signals_next(loop->signals)) != 0) {
        if (number == SIGINT || number == SIGTERM) {
            stop_signalled(loop->crew, number == SIGINT ? "SIGINT" : "SIGTERM", clock_now());
        } else if (number == SIGHUP && !stop_begun(loop->crew)) {
            log_info("control", "SIGHUP: the workers are restarted, one after another");
            restart_all(&loop->restart, loop->crew);
        } else if (number == SIGUSR1) {
            log_feed_reopen(loop->crew);
        }
    }
}

static void spawn_due(struct loop *loop, uint64_t now) {
    struct crew *crew = loop->crew;
    for (uint32_t slot = 0; slot < crew->wanted; slot++) {
        struct crew_worker *worker = &crew->worker[slot];
        if (worker->phase != CREW_ABSENT || worker->spawn_at > now || stop_begun(loop->crew) ||
            crew_finished(crew)) {
            continue;
        }
        if (spawn_worker(crew, slot, now) != 0) {
            worker->spawn_at = now + SPAWN_RETRY;
        }
    }
}

// ---- look ----

static void take_look(struct loop *loop, uint64_t now) {
    snapshot_look(loop->crew->arena, now, clock_wall(), &loop->look);
    loop->crew_look = crew_look(loop->crew);
    loop->cost = cost_look(&loop->crew->cost, &loop->look);
}

// ---- decide, and do what is wished for ----

static void end_run(struct loop *loop, enum stop_end end) {
    stop_begin(loop->crew, end);
    loop->crew_look.stopping = true;
}

static void ring_all(struct crew *crew) {
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        crew_ring(crew, slot);
    }
}

// The ledger gives out nothing more by itself: this pause is none of its own.
static void look_at_daily_quota(struct loop *loop) {
    struct quota_monitor *quota = loop->crew->quota;
    struct arena *arena = loop->crew->arena;
    struct snapshot *look = &loop->look;
    struct quota_wish wish = quota_monitor_tick(quota, arena, look, loop->crew_look.stopping);
    if (wish.renew && ledger_quota_renew(arena)) { // else the guard was busy: with the next tick
        ledger_quota_look(arena, &look->quota);
        quota_monitor_renewed(quota, look);
        wish.ring = true;
    }
    if (wish.ring) {
        ring_all(loop->crew);
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
    struct adapt_wish wish;
    utilisation_tick(crew->utilisation, &loop->look);
    others_tick(&loop->others, &loop->look);
    adapt_tick(&loop->adapt, &loop->look, &loop->crew_look, crew->utilisation, &wish);
    if (wish.in_flight > 0) {
        arena_set_in_flight(crew->arena, wish.in_flight);
        ring_all(crew);
    }
    if (wish.workers > 0 && !adapt_scaled(&loop->adapt, &wish, scale_to(crew, wish.workers))) {
        end_run(loop, STOP_CANNOT);
    }
}

// ---- publish ----

static void show(struct loop *loop) {
    const struct snapshot *look = &loop->look;
    struct publish_facts facts = {
        .look = look,
        .crew = &loop->crew_look,
        .utilisation = loop->crew->utilisation,
        .alerts = loop->crew->alerts,
        .cost = loop->cost,
        .quota_until = quota_monitor_paused_until(loop->crew->quota, look->at),
        .quota_resets = quota_monitor_turns(loop->crew->quota, look->at),
    };
    (void)publish_tick(loop->publish, &facts);
    progress_show(loop->progress, publish_status(loop->publish), look->at);
    setproctitle("%u/%u done, %u failed, %u workers, %u in flight%s", look->done, look->artists, look->failed,
                 loop->crew_look.live, look->sums.in_flight, look->paused_until != 0 ? ", paused" : "");
}

static void tell_service(const struct loop *loop, uint64_t now) {
    struct service *service = loop->crew->service;
    service_tick(service, now);
    if (stop_begun(loop->crew) && loop->crew->stop.end != STOP_FINISHED) {
        service_stopping(service);
    }
    if (service_due(service, now)) {
        char text[STATUS_TEXT];
        view_head_line(publish_status(loop->publish), text, sizeof(text));
        service_status(service, text, now);
    }
}

static void tick(struct loop *loop, uint64_t now) {
    if (now - loop->ticked < TICK) {
        return;
    }
    watchdog_tick(loop->crew, now - loop->ticked);
    loop->ticked = now;
    log_tick();
    if (!assign_sweep(loop->crew) || !quarantine_flush(loop->crew) || !output_watch_tick(loop->crew) ||
        !input_watch_tick(loop->crew->input, clock_now() + COMPARING)) {
        stop_begin(loop->crew, STOP_CANNOT);
    }
    if (loop->control != NULL) {
        control_tick(loop->control, now);
    }
    take_look(loop, now);
    look_at_daily_quota(loop);
    look_at_conditions(loop);
    look_at_scale(loop);
    alert_watch_tick(loop->crew->alerts, &loop->look, &loop->crew_look);
    show(loop);
    last_run_keep_tick(loop->crew->last, &loop->look, &loop->cost, loop->crew->in_doubt);
    tell_service(loop, now);
    http_service_tick(loop->crew->http, now);
}

static void round_once(struct loop *loop, uint64_t now) {
    struct crew *crew = loop->crew;
    handle_signals(loop);
    if (reap_workers(crew, now) != REAP_GOES_ON) {
        stop_begin(crew, STOP_CANNOT);
    }
    // After reaping, before work is given out: a dead worker may have saved answers of artists that nobody
    // must be asked again.
    if (output_watch_flagged(crew)) {
        stop_begin(crew, STOP_CANNOT);
    }
    spawn_due(loop, now);
    service_ready(crew->service);
    if (!stop_begun(loop->crew) && (!restart_step(&loop->restart, crew) || !assign_orders(crew))) {
        log_fatal("run", "out of memory");
        stop_begin(loop->crew, STOP_CANNOT);
    }
    tick(loop, now);
    if (crew_finished(crew)) {
        stop_begin(loop->crew, STOP_FINISHED);
    }
}

static bool all_gone(const struct crew *crew) {
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        if (crew->worker[slot].phase != CREW_ABSENT) {
            return false;
        }
    }
    return true;
}

// A broken output cannot be repaired by waiting: dead workers then stay unreclaimed.
static bool given_up(const struct loop *loop) {
    return loop->crew->stop.end == STOP_CANNOT && crew_live(loop->crew) == 0;
}

static int watch(const struct loop *loop, int fd, uint32_t tag) {
    struct epoll_event event = {.events = EPOLLIN, .data = {.u32 = tag}};
    return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event);
}

static int open_loop(struct loop *loop) {
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (loop->epoll < 0 || watch(loop, loop->signals, EVENT_SIGNAL) != 0 ||
        watch(loop, loop->crew->fd.doorbell, EVENT_DOORBELL) != 0) {
        return -1;
    }
    loop->steering = (struct steering){.crew = loop->crew, .restart = &loop->restart};
    struct http_service_run http = {
        .crew = loop->crew,
        .publish = loop->publish,
        .steering = &loop->steering,
        .folder = loop->control != NULL ? control_folder(loop->control) : NULL,
    };
    if (http_service_begin(loop->crew->http, loop->epoll, EVENT_HTTP, &http) != 0) {
        return -1;
    }
    return loop->control == NULL
               ? 0
               : control_attach(loop->control, loop->epoll, EVENT_CONTROL, steering_obey, &loop->steering);
}

static void wait_for_events(struct loop *loop) {
    struct epoll_event event[EVENTS_MOST];
    eventfd_t rings;
    int most = reap_pending(loop->crew) ? 1 : (int)(TICK / CLOCK_MS);
    most = http_service_wait(loop->crew->http, most);
    bool http = most == 0;
    int count = epoll_wait(loop->epoll, event, EVENTS_MOST, most);
    uint64_t now = clock_now();
    for (int i = 0; i < count; i++) {
        uint32_t tag = event[i].data.u32;
        if (tag == EVENT_DOORBELL) {
            (void)eventfd_read(loop->crew->fd.doorbell, &rings);
        } else if (tag >= EVENT_CONTROL) {
            control_event(loop->control, tag, now);
        } // signals are read in each round
        http = http || tag == EVENT_HTTP;
    }
    if (http) {
        http_service_event(loop->crew->http);
    }
}

enum stop_end supervisor_run(struct crew *crew, struct progress *progress, struct publish *publish,
                             int signal_fd, struct control *control) {
    struct loop loop = {.crew = crew,
                        .progress = progress,
                        .publish = publish,
                        .control = control,
                        .epoll = -1,
                        .signals = signal_fd,
                        .ticked = clock_now()};
    restart_begin(&loop.restart);
    adapt_begin(&loop.adapt,
                &(struct adapt_bounds){crew->least, crew->wanted, (uint32_t)crew->settings->in_flight},
                clock_now());
    if (open_loop(&loop) != 0) {
        log_fatal("run", "cannot watch descriptors: %s", strerror(errno));
        return STOP_CANNOT;
    }
    for (;;) {
        round_once(&loop, clock_now());
        if (stop_begun(crew) && all_gone(crew) && crew->stop.end == STOP_FINISHED && !crew_finished(crew)) {
            stop_undo(crew); // the last verdict was rolled back with the death of its worker
            continue;
        }
        if (stop_begun(crew) && (all_gone(crew) || given_up(&loop))) {
            break;
        }
        wait_for_events(&loop);
    }
    http_service_detach(crew->http);
    (void)close(loop.epoll);
    // What was in flight when someone asked may have been all that was left.
    return crew->stop.end == STOP_ASKED && crew_finished(crew) ? STOP_FINISHED : crew->stop.end;
}
