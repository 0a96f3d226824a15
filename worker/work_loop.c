#include "work_loop.h"

#include "admission.h"
#include "completion.h"
#include "departures.h"
#include "intake.h"
#include "loop_events.h"
#include "ration/arithmetic.h"
#include "ration/clock.h"
#include "ration/descriptor.h"
#include "ration/guard.h"
#include "ration/invariant.h"
#include "ration/log.h"
#include "retry_queue.h"
#include "sandbox.h"
#include "suspects.h"

#include <bsd/unistd.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEARTBEAT (100 * CLOCK_MS)
#define DISK_RETRY CLOCK_SECOND
#define GUARD_PATIENCE (50 * CLOCK_MS) // then the loop looks after its other duties before it asks again
#define ORPHAN_MOST (30 * CLOCK_SECOND)
// A request that is resolving its name has a socket pair, a file and a socket of its own.
#define DESCRIPTORS_EACH 8U
#define DESCRIPTORS_SPARE 128U

static void set_state(struct worker *worker, enum slot_state state) {
    if (worker->state != state) {
        worker->state = state;
        slot_set_state(worker->arena, worker->slot, state);
    }
}

// ---- endings ----

static void begin_orphanhood(struct worker *worker, uint64_t now) {
    uint64_t bound = worker->settings->timeout < ORPHAN_MOST ? worker->settings->timeout : ORPHAN_MOST;
    if (worker->orphaned) {
        return;
    }
    log_warn("worker", "the coordinator is dead: %u requests in flight are finished, nothing new begins",
             transfer_count(worker->transfers));
    guard_orphaned(worker->arena);
    worker->orphaned = worker->recorder.orphaned = true;
    worker->draining = true;
    worker->orphan_deadline = now + bound;
}

// What has no verdict yet stays without one: the coordinator gives it to others, or a later run does.
static void let_go(struct worker *worker) {
    struct artist *artist;
    departures_cancel(worker);
    while ((artist = artist_shift(&worker->ready)) != NULL || (artist = heap_pop(&worker->retries)) != NULL ||
           (artist = artist_shift(&worker->aside)) != NULL) {
        worker_release(worker, artist);
    }
}

static bool ended(const struct worker *worker, uint64_t now) {
    if (!worker->draining) {
        return false;
    }
    uint32_t in_flight = transfer_count(worker->transfers);
    size_t lines = recorder_waiting(&worker->recorder);
    if (in_flight == 0 && lines == 0) {
        // Whoever goes unasked counts as dead: the coordinator sees by itself what was done to the files, and
        // asks.
        return !worker->recorder.changed || worker->orphaned ||
               slot_command(worker->arena, worker->slot) != SLOT_RUN;
    }
    if (worker->orphaned && now >= worker->orphan_deadline) {
        log_warn("worker", "gives up: %u requests without an answer and %zu unwritten answers are in doubt",
                 in_flight, lines);
        return true;
    }
    return false;
}

// The coordinator would have told, and done more.
static void tell_rescue(const struct worker *worker) {
    char path[PATH_MAX], link[40];
    (void)snprintf(link, sizeof(link), "/proc/self/fd/%d", (int)DESCRIPTOR_RESCUE);
    ssize_t n = readlink(link, path, sizeof(path) - 1);
    if (!worker->orphaned || !worker->recorder.changed || n <= 0) {
        return;
    }
    path[n] = '\0';
    log_fatal("output",
              "somebody else has changed the output or the errors file: answers that cannot be written there "
              "are saved in %s; put them together, then go on with --resume",
              path);
}

// ---- rounds ----

// The run stops, and the disk still takes nothing: nobody is to wait for it. What was paid for is saved
// elsewhere.
static void leave_disk(struct worker *worker, uint64_t now) {
    size_t answers = recorder_waiting(&worker->recorder);
    if (worker->orphaned || transfer_count(worker->transfers) > 0 ||
        slot_command(worker->arena, worker->slot) != SLOT_LEAVE) {
        return;
    }
    int error = recorder_rescue(&worker->recorder, now + GUARD_PATIENCE);
    if (error == 0) {
        worker->disk_wait = false;
        log_warn("disk", "%zu lines that the disk does not take are left to the end of the run", answers);
    } else if (error != ETIMEDOUT && !worker->rescue_told) {
        worker->rescue_told = true;
        log_warn("disk",
                 "nor can the %zu answers that wait be saved elsewhere: %s; make room, or stop again: then "
                 "they are lost",
                 answers, strerror(error));
    }
}

static void flush(struct worker *worker, uint64_t now) {
    if (recorder_waiting(&worker->recorder) == 0 || (worker->disk_wait && now < worker->disk_retry)) {
        return;
    }
    int error = recorder_flush(&worker->recorder, now + GUARD_PATIENCE);
    if (worker->recorder.changed) {
        worker->draining = true;
    }
    if (error == 0) {
        if (worker->disk_wait && !worker->recorder.changed) {
            log_info("disk", "there is room again: the output is written");
        }
        worker->disk_wait = false;
    } else if (error != ETIMEDOUT) {
        if (!worker->disk_wait) {
            log_warn("disk",
                     "the output cannot be written: %s; make room, the run then goes on (%zu answers wait)",
                     strerror(error), recorder_waiting(&worker->recorder));
        }
        worker->disk_wait = true;
        worker->disk_retry = now + DISK_RETRY;
        leave_disk(worker, now);
    }
    if (worker->settings->sync_interval == 0) {
        (void)output_sync(&worker->recorder.output, 0, now);
    }
}

static void beat(struct worker *worker, uint64_t now) {
    uint32_t in_flight = transfer_count(worker->transfers);
    if (now < worker->heartbeat) {
        return;
    }
    worker->heartbeat = now + HEARTBEAT;
    INVARIANT(ledger_held_by(worker->arena, worker->slot) >= (uint64_t)worker->departures.count + in_flight,
              "%u requests are in flight and %u to leave, which is more than was booked", in_flight,
              worker->departures.count);
    slot_set_suspects(worker->arena, worker->slot, worker->suspects);
    slot_heartbeat(worker->arena, worker->slot, now, in_flight, worker->pool.taken,
                   (uint32_t)worker->retries.count);
    setproctitle("W%02u artists %u-%u, %u in flight", worker->slot + 1, worker->order.first,
                 worker->order.end, in_flight);
    (void)output_sync(&worker->recorder.output, worker->settings->sync_interval,
                      now); // the coordinator sees a failure
}

static void show_state(struct worker *worker) {
    enum slot_state before = worker->state;
    if (worker->disk_wait) { // even while draining: otherwise it would seem that there is room again
        set_state(worker, SLOT_DISK_WAIT);
    } else if (worker->draining) {
        set_state(worker, SLOT_DRAINING);
    } else if (worker->closed || worker->pool.taken == 0) {
        set_state(worker, SLOT_IDLE);
        if (before != SLOT_IDLE) {
            worker_ring(worker);
        }
    } else {
        set_state(worker, SLOT_WORKING);
    }
}

static uint64_t next_deadline(const struct worker *worker) {
    uint64_t deadline = arithmetic_least(worker->heartbeat, transfer_deadline(worker->transfers));
    deadline = arithmetic_least(
        deadline, arithmetic_least(heap_when(&worker->departures), heap_when(&worker->retries)));
    if (admission_wanted(worker)) {
        deadline = arithmetic_least(deadline, worker->ask_at);
    }
    deadline = arithmetic_least(deadline, suspects_deadline(worker));
    if (worker->more_orders) {
        return 0;
    }
    if (recorder_waiting(&worker->recorder) > 0) {
        deadline = worker->disk_wait ? arithmetic_least(deadline, worker->disk_retry) : 0;
    }
    return worker->orphaned ? arithmetic_least(deadline, worker->orphan_deadline) : deadline;
}

// Everything that a round does after the events.
static void run_round(struct worker *worker, const struct loop_happened *happened) {
    uint64_t now = clock_now();
    if (happened->orphaned) {
        begin_orphanhood(worker, now);
    }
    if (happened->terminate || slot_command(worker->arena, worker->slot) != SLOT_RUN) {
        worker->draining = true;
    }
    if (happened->bell) {
        worker->rang = false;
        worker->ask_at = 0;
    }
    transfer_run(worker->transfers, now);
    flush(worker, now);
    retry_queue_wake(worker, now);
    suspects_run(worker, now);
    if (!worker->draining && !worker->disk_wait && !worker->closed) {
        intake_run(worker, now);
    }
    now = clock_now();
    admission_run(worker, now);
    departures_run(worker, now);
    if (worker->draining) {
        let_go(worker);
        worker->more_orders = false;
    }
    show_state(worker);
    beat(worker, now);
    log_tick();
}

// What the loop alone works with. 0, or -1; to be closed in either case.
static int open_exchange(struct worker *worker, int epoll_fd) {
    const struct settings *settings = worker->settings;
    recorder_open(&worker->recorder, worker->arena, worker->slot, worker->format, completion_recorded,
                  completion_rescued, worker);
    if (routes_make(&worker->routes, settings, worker->provider, worker->keys) != 0) {
        return -1;
    }
    struct transfer_config config = {
        .routes = &worker->routes,
        .most = settings->in_flight,
        .timeout = settings->timeout,
        .connect_timeout = settings->connect_timeout,
        .max_answer = settings->max_answer,
        .epoll_fd = epoll_fd,
    };
    worker->transfers = transfer_open(&config, completion_handle, completion_header, worker);
    return worker->transfers != NULL ? 0 : -1;
}

static void close_exchange(struct worker *worker) {
    if (worker->transfers != NULL) {
        transfer_close(worker->transfers);
    }
    routes_free(&worker->routes);
    recorder_close(&worker->recorder);
}

static void enter_sandbox(const struct worker *worker) {
    const struct settings *settings = worker->settings;
    (void)sandbox_enter(&(struct sandbox_config){
        .memory = settings->memory_limit,
        .descriptors = DESCRIPTORS_SPARE + (uint64_t)settings->in_flight * DESCRIPTORS_EACH,
        .tell = worker->slot == 0,
    });
}

static void run_rounds(struct worker *worker, struct loop_events *events) {
    struct loop_happened happened = {0};
    for (;;) {
        run_round(worker, &happened);
        if (ended(worker, clock_now())) {
            return;
        }
        if (loop_events_wait(events, worker->transfers, next_deadline(worker), &happened) != 0) {
            log_fatal("worker", "cannot wait for events: %s", strerror(errno));
            worker_fail(worker, WORKER_EXIT_FATAL);
            return;
        }
    }
}

int work_loop_run(struct worker *worker) {
    struct loop_events events;
    if (loop_events_open(&events) != 0) {
        log_fatal("worker", "cannot set up its event loop: %s", strerror(errno));
        return WORKER_EXIT_FATAL;
    }
    if (open_exchange(worker, events.epoll_fd) == 0) {
        enter_sandbox(worker);
        run_rounds(worker, &events);
        tell_rescue(worker);
        (void)output_sync(&worker->recorder.output,
                          worker->settings->sync_interval == CLOCK_NEVER ? CLOCK_NEVER : 0, clock_now());
    } else {
        worker_fail_memory(worker);
    }
    close_exchange(worker);
    loop_events_close(&events);
    return worker->exit_code;
}
