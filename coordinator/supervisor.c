#include "supervisor.h"

#include "assign.h"
#include "quarantine.h"
#include "ration/clock.h"
#include "ration/log.h"
#include "ration/slot.h"
#include "reap.h"
#include "signals.h"
#include "spawn.h"
#include "watchdog.h"

#include <bsd/unistd.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define TICK (100 * CLOCK_MS)
#define SPAWN_RETRY CLOCK_SECOND
#define NOT_ROLLING ARENA_MAX_SLOTS

// What the loop decides from, round by round.
struct loop {
    struct crew *crew;
    struct progress *progress;
    int epoll, signals;
    uint64_t ticked;
    bool stopping;   // drain, then end
    bool killed;     // second signal: workers were killed
    bool disk_told;
    uint32_t rolling; // the slot that is being restarted, or NOT_ROLLING
    enum supervisor_end end;
};

static void stop(struct loop *loop, enum supervisor_end end) {
    if (end > loop->end) {
        loop->end = end;
    }
    if (loop->stopping) {
        return;
    }
    loop->stopping = true;
    for (uint32_t slot = 0; slot < loop->crew->size; slot++) {
        crew_drain(loop->crew, slot);
    }
}

static void kill_all(struct loop *loop) {
    for (uint32_t slot = 0; slot < loop->crew->size; slot++) {
        if (loop->crew->worker[slot].phase == CREW_LIVE) {
            (void)kill(loop->crew->worker[slot].pid, SIGKILL);
        }
    }
    loop->killed = true;
}

static void interrupt(struct loop *loop, const char *name) {
    struct totals totals;
    if (loop->stopping && loop->end == SUPERVISOR_STOPPED) {
        log_warn("run", "%s again: stopping at once", name);
        kill_all(loop);
        return;
    }
    totals_take(loop->crew->arena, clock_now(), &totals);
    log_info("run", "%s: finishing what is in flight (%u requests); again to stop at once", name, totals.in_flight);
    stop(loop, SUPERVISOR_STOPPED);
}

static void handle_signals(struct loop *loop) {
    int number;
    while ((number = signals_next(loop->signals)) != 0) {
        if (number == SIGINT || number == SIGTERM) {
            interrupt(loop, number == SIGINT ? "SIGINT" : "SIGTERM");
        } else if (number == SIGHUP && loop->rolling == NOT_ROLLING && !loop->stopping) {
            log_info("worker", "SIGHUP: restarting the workers one after another");
            loop->rolling = 0;
            crew_drain(loop->crew, 0);
            if (!assign_withdraw(loop->crew, 0)) {
                stop(loop, SUPERVISOR_CANNOT);
            }
        }
    }
}

static void spawn_due(struct loop *loop, uint64_t now) {
    struct crew *crew = loop->crew;
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        struct crew_worker *worker = &crew->worker[slot];
        if (worker->phase != CREW_ABSENT || worker->spawn_at > now || loop->stopping || crew_finished(crew)) {
            continue;
        }
        if (spawn_worker(crew, slot, now) != 0) {
            worker->spawn_at = now + SPAWN_RETRY;
        }
    }
}

// The next worker is restarted only when the last one's successor works.
static bool roll(struct loop *loop) {
    struct crew *crew = loop->crew;
    struct slot_report report;
    if (loop->rolling == NOT_ROLLING || crew->worker[loop->rolling].phase != CREW_LIVE ||
        crew->worker[loop->rolling].draining) {
        return true;
    }
    slot_report(crew->arena, loop->rolling, &report);
    if (report.state == SLOT_STARTING) {
        return true;
    }
    loop->rolling++;
    if (loop->rolling >= crew->size) {
        loop->rolling = NOT_ROLLING;
        log_info("worker", "all workers were restarted");
        return true;
    }
    crew_drain(crew, loop->rolling);
    return assign_withdraw(crew, loop->rolling);
}

static void look_at_quota_and_disk(struct loop *loop, uint64_t now) {
    struct totals totals;
    totals_take(loop->crew->arena, now, &totals);
    if (totals.sessions_open == 0 && !loop->stopping && !crew_finished(loop->crew)) {
        log_fatal("quota", "the API refuses the key; check it, then go on with --resume");
        stop(loop, SUPERVISOR_CANNOT);
    }
    int error = output_sync_error(loop->crew->arena);
    if (error != 0 && !loop->stopping) {
        log_fatal("disk", "the output cannot be synced: %s; its last lines may be lost; mend the disk, then go on with --resume",
                  strerror(error));
        stop(loop, SUPERVISOR_CANNOT);
    }
    if (totals.disk_wait > 0 && !loop->disk_told) {
        log_warn("disk", "the output cannot be written; the run waits and goes on by itself when there is room");
    } else if (totals.disk_wait == 0 && loop->disk_told) {
        log_info("disk", "the output can be written again; the run goes on");
    }
    loop->disk_told = totals.disk_wait > 0;
    progress_show(loop->progress, &totals, crew_live(loop->crew), now, false);
    setproctitle("%u/%u done, %u failed, %u workers, %u in flight", totals.done, totals.artists, totals.failed,
                 crew_live(loop->crew), totals.in_flight);
}

static void tick(struct loop *loop, uint64_t now) {
    if (now - loop->ticked < TICK) {
        return;
    }
    watchdog_tick(loop->crew, now - loop->ticked);
    loop->ticked = now;
    if (!assign_sweep(loop->crew) || !quarantine_flush(loop->crew)) {
        stop(loop, SUPERVISOR_CANNOT);
    }
    look_at_quota_and_disk(loop, now);
}

static void round_once(struct loop *loop, uint64_t now) {
    struct crew *crew = loop->crew;
    handle_signals(loop);
    if (reap_workers(crew, now) != REAP_GOES_ON) {
        stop(loop, SUPERVISOR_CANNOT);
    }
    spawn_due(loop, now);
    if (!loop->stopping && (!roll(loop) || !assign_orders(crew))) {
        log_fatal("run", "out of memory");
        stop(loop, SUPERVISOR_CANNOT);
    }
    tick(loop, now);
    if (crew_finished(crew)) {
        stop(loop, SUPERVISOR_FINISHED);
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
    return loop->end == SUPERVISOR_CANNOT && crew_live(loop->crew) == 0;
}

static int open_loop(struct loop *loop) {
    struct epoll_event event = {.events = EPOLLIN};
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (loop->epoll < 0 || epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->signals, &event) != 0) {
        return -1;
    }
    event.data.u32 = 1;
    return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->crew->fd.doorbell, &event);
}

enum supervisor_end supervisor_run(struct crew *crew, struct progress *progress, int signal_fd) {
    struct loop loop = {.crew = crew,
                        .progress = progress,
                        .epoll = -1,
                        .signals = signal_fd,
                        .ticked = clock_now(),
                        .rolling = NOT_ROLLING,
                        .end = SUPERVISOR_FINISHED};
    if (open_loop(&loop) != 0) {
        log_fatal("run", "cannot watch descriptors: %s", strerror(errno));
        return SUPERVISOR_CANNOT;
    }
    for (;;) {
        round_once(&loop, clock_now());
        if (loop.stopping && (all_gone(crew) || given_up(&loop))) {
            break;
        }
        struct epoll_event events[4];
        int n = epoll_wait(loop.epoll, events, 4, reap_pending(crew) ? 1 : (int)(TICK / CLOCK_MS));
        for (int i = 0; i < n; i++) {
            eventfd_t rings;
            if (events[i].data.u32 == 1) {
                (void)eventfd_read(crew->fd.doorbell, &rings);
            }
        }
    }
    (void)close(loop.epoll);
    return loop.end;
}
