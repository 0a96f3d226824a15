#include "run/supervisor.h"

#include "crew/assign.h"
#include "crew/followers.h"
#include "crew/log_feed.h"
#include "crew/output_watch.h"
#include "crew/quarantine.h"
#include "crew/reap.h"
#include "crew/spawn.h"
#include "member/member.h"
#include "ration/clock.h"
#include "ration/log.h"
#include "run/supervisor_events.h"
#include "run/supervisor_loop.h"
#include "run/supervisor_tick.h"
#include "system/signals.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#define SPAWN_RETRY CLOCK_SECOND
#define SERVING (5 * CLOCK_MS) // of a round at most, for the lines of followers

static void handle_signals(struct loop *loop) {
    int number;
    while ((number = signals_next(loop->signals)) != 0) {
        if (number == SIGINT || number == SIGTERM) {
            stop_signalled(loop->crew, number == SIGINT ? "SIGINT" : "SIGTERM", clock_now());
        } else if (number == SIGHUP && !stop_begun(loop->crew)) {
            log_info("control", "SIGHUP: the workers are restarted, one after another");
            restart_all(&loop->restart, loop->crew);
        } else if (number == SIGUSR1) {
            log_feed_reopen(loop->crew, &loop->services->log_file);
        } else if (number == SIGTSTP) {
            progress_leave(&loop->services->progress);
            signals_stop();
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
    if (!member_step(loop->services->member, now)) {
        stop_begin(crew, STOP_CANNOT);
    }
    spawn_due(loop, now);
    service_manager_ready(&loop->services->manager);
    if (!stop_begun(loop->crew) && (!restart_step(&loop->restart, crew) || !assign_orders(crew))) {
        log_fatal("run", "out of memory");
        stop_begin(loop->crew, STOP_CANNOT);
    }
    if (!followers_serve(crew, clock_now() + SERVING)) {
        stop_begin(crew, STOP_CANNOT);
    }
    supervisor_tick(loop, now);
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

// What has been answered is told to all whose answer it is, unless nobody is to wait for that.
static bool serves(const struct crew *crew) {
    return crew->stop.end == STOP_ASKED && !crew->stop.again && followers_pending(crew->followers);
}

// What is still to be done before the end of a run that is to stop; false: it has ended.
static bool goes_on(struct loop *loop) {
    struct crew *crew = loop->crew;
    if (!stop_begun(crew)) {
        return true;
    }
    bool gone = all_gone(crew);
    if (gone && crew->stop.end == STOP_FINISHED && !crew_finished(crew)) {
        stop_undo(crew); // the last verdict was rolled back with the death of its worker
        return true;
    }
    // Also of a run that cannot go on: what it holds would be missing to others, and nobody else has its
    // lines.
    bool hands_in = gone && !crew->stop.again && member_goes_on(loop->services->member, clock_now());
    return gone ? serves(crew) || hands_in : !given_up(loop);
}

enum stop_end supervisor_run(struct crew *crew, struct services *services, int signal_fd) {
    struct loop loop = {
        .crew = crew,
        .services = services,
        .epoll = -1,
        .signals = signal_fd,
        .ticked = clock_now(),
        .steering = {.crew = crew, .restart = &loop.restart, .quota = &services->quota},
    };
    restart_begin(&loop.restart);
    adapt_begin(&loop.adapt, &services->bounds, clock_now());
    if (supervisor_events_open(&loop) != 0) {
        log_fatal("run", "cannot watch descriptors: %s", strerror(errno));
        supervisor_events_close(&loop);
        return STOP_CANNOT;
    }
    for (round_once(&loop, clock_now()); goes_on(&loop); round_once(&loop, clock_now())) {
        supervisor_events_wait(&loop);
    }
    supervisor_events_close(&loop);
    // What the last deaths left is failed as far as that can be written; else it is in flight on the board
    // still.
    if (crew->stop.end == STOP_ASKED &&
        (!quarantine_flush(crew) || !followers_serve(crew, clock_now() + SERVING))) {
        return STOP_CANNOT;
    }
    // What was in flight when someone asked may have been all that was left.
    return crew->stop.end == STOP_ASKED && crew_finished(crew) ? STOP_FINISHED : crew->stop.end;
}
