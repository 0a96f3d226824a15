#include "work_loop.h"

#include "admission.h"
#include "completion.h"
#include "departures.h"
#include "ending.h"
#include "intake.h"
#include "loop_events.h"
#include "new_keys.h"
#include "ration/arithmetic.h"
#include "ration/clock.h"
#include "ration/descriptor.h"
#include "ration/invariant.h"
#include "ration/log.h"
#include "ration/output_sync.h"
#include "reach.h"
#include "recorded.h"
#include "retry_queue.h"
#include "sandbox.h"
#include "suspects.h"
#include "writing.h"

#include <bsd/unistd.h>
#include <errno.h>
#include <string.h>

#define HEARTBEAT (100 * CLOCK_MS)
// A request that is resolving its name has a socket pair, a file and a socket of its own.
#define DESCRIPTORS_EACH 8U
#define DESCRIPTORS_SPARE 128U

static void set_state(struct worker *worker, enum slot_state state) {
    if (worker->state != state) {
        worker->state = state;
        slot_set_state(worker->arena, worker->slot, state);
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
    if (worker->settings->sync_interval != CLOCK_NEVER) {
        output_sync_begin(&worker->recorder.output);
    }
    (void)output_sync(&worker->recorder.output, worker->slot, worker->settings->sync_interval,
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
        ending_orphaned(worker, now);
    }
    if (happened->terminate || slot_command(worker->arena, worker->slot) != SLOT_RUN) {
        worker->draining = true;
    }
    if (happened->bell) {
        worker->rang = false;
        worker->ask_at = 0;
        worker->closed = false; // a session may have a new key; else the ledger says so again
    }
    transfer_run(worker->transfers, now);
    writing_run(worker, now);
    retry_queue_wake(worker, now);
    reach_run(worker, now);
    suspects_run(worker, now);
    if (!worker->draining && !worker->disk_wait && !worker->closed) {
        intake_run(worker, now);
    }
    now = clock_now();
    admission_run(worker, now);
    departures_run(worker, clock_now()); // it may have waited for the ledger
    if (worker->draining) {
        ending_let_go(worker);
        worker->more_orders = false;
    }
    show_state(worker);
    beat(worker, now);
    log_tick();
}

// What the loop alone works with. 0, or -1; to be closed in either case.
static int open_exchange(struct worker *worker, int epoll_fd) {
    const struct settings *settings = worker->settings;
    recorder_open(&worker->recorder, worker->arena, worker->slot, worker->format, recorded_line,
                  recorded_elsewhere, worker);
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
        if (happened.keys && !new_keys_take(worker)) {
            loop_events_end_keys(events);
        }
        run_round(worker, &happened);
        if (ending_reached(worker, clock_now())) {
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
        ending_tell_rescue(worker);
        (void)output_sync(&worker->recorder.output, worker->slot,
                          worker->settings->sync_interval == CLOCK_NEVER ? CLOCK_NEVER : 0, clock_now());
    } else {
        worker_fail_memory(worker);
    }
    close_exchange(worker);
    loop_events_close(&events);
    return worker->exit_code;
}
