#include "batch_loop.h"

#include "batch_collect.h"
#include "batch_intake.h"
#include "batch_open.h"
#include "batch_part.h"
#include "batch_row.h"
#include "batch_steps.h"
#include "ending.h"
#include "loop_events.h"
#include "new_keys.h"
#include "ration/arithmetic.h"
#include "ration/clock.h"
#include "ration/descriptor.h"
#include "ration/log.h"
#include "ration/output_sync.h"
#include "sandbox.h"
#include "writing.h"

#include <bsd/unistd.h>
#include <errno.h>
#include <string.h>

#define HEARTBEAT (100 * CLOCK_MS)
#define POOR_ENOUGH (5 * CLOCK_SECOND) // what is spent is the coordinator's to tell, and to end the run for
#define IDLE_ENOUGH (500 * CLOCK_MS)   // the coordinator has had time to give more
#define DESCRIPTORS (256U + BATCH_PARTS * 2U)

// Rows that are with the API.
static uint32_t rows_away(const struct batch *batch) {
    uint32_t rows = 0;
    for (uint32_t i = 0; i < BATCH_PARTS; i++) {
        rows += batch->part[i].step >= BATCH_STEP_CREATING ? batch->part[i].left : 0;
    }
    return rows;
}

static void beat(struct batch *batch, uint64_t now) {
    struct worker *worker = batch->worker;
    if (now < worker->heartbeat) {
        return;
    }
    worker->heartbeat = now + HEARTBEAT;
    uint32_t away = rows_away(batch);
    slot_heartbeat(worker->arena, worker->slot, now, away, batch->held_count, 0);
    setproctitle("W%02u batch, %u rows with the API", worker->slot + 1, away);
    (void)output_sync(&worker->recorder.output, worker->slot, worker->settings->sync_interval, now);
}

static bool roomless(const struct batch *batch) {
    for (uint32_t i = 0; i < BATCH_PARTS; i++) {
        if (batch->part[i].roomless) {
            return true;
        }
    }
    return batch->worker->disk_wait;
}

static void show_state(struct batch *batch) {
    struct worker *worker = batch->worker;
    enum slot_state state = roomless(batch)         ? SLOT_DISK_WAIT
                            : worker->draining      ? SLOT_DRAINING
                            : batch->held_count > 0 ? SLOT_WORKING
                                                    : SLOT_IDLE;
    if (worker->state != state) {
        worker->state = state;
        slot_set_state(worker->arena, worker->slot, state);
        if (state == SLOT_IDLE) {
            worker_ring(worker);
        }
    }
}

// ---- parts ----

static bool any(const struct batch *batch, enum batch_step first, enum batch_step last) {
    for (uint32_t i = 0; i < BATCH_PARTS; i++) {
        if (batch->part[i].step >= first && batch->part[i].step <= last) {
            return true;
        }
    }
    return false;
}

static bool is_idle(const struct batch *batch, uint64_t now) {
    return batch->idle_since > 0 && now - batch->idle_since > IDLE_ENOUGH;
}

// The last part of what there is now need not be full; but results that are being read may add to it.
static void close_last(struct batch *batch, uint64_t now) {
    if (!is_idle(batch, now) || any(batch, BATCH_STEP_OUTPUT, BATCH_STEP_READING)) {
        return;
    }
    for (uint32_t i = 0; i < BATCH_PARTS; i++) {
        if (batch->part[i].step == BATCH_STEP_FILLING) {
            batch_part_close(&batch->part[i]);
        }
    }
}

// One part's results at a time: the others' wait in their files. True: there is more to do at once.
static bool collect(struct batch *batch, uint64_t now) {
    for (uint32_t i = 0; i < BATCH_PARTS; i++) {
        struct batch_part *part = &batch->part[(batch->turn + i) % BATCH_PARTS];
        if (part->step == BATCH_STEP_READING && now >= part->next) {
            bool more = batch_collect_run(part, now);
            batch->turn = (uint32_t)(part - batch->part) + (more ? 0 : 1);
            return more;
        }
    }
    return false;
}

// --cancel, --in-doubt skip: nothing that this run may ask is left.
static void look_at_cancelled(struct batch *batch, uint64_t now) {
    bool leaves = batch->worker->settings->batch_cancel || batch->left_out;
    if (leaves && is_idle(batch, now) && batch->held_count == 0 &&
        !any(batch, BATCH_STEP_FILLING, BATCH_STEP_READING)) {
        batch->parted = true;
        batch->worker->draining = true;
    }
}

// All parts that there are, but for those that find no room there, are with the API, and were looked at since
// the worker began.
static bool all_away(const struct batch *batch) {
    uint32_t away = 0;
    for (uint32_t i = 0; i < BATCH_PARTS; i++) {
        const struct batch_part *part = &batch->part[i];
        bool is_away = part->step == BATCH_STEP_POLLING && (part->object.id[0] != '\0' || part->tries > 0) &&
                       !part->missing;
        away += is_away;
        if (part->step != BATCH_STEP_FREE && !is_away && !part->crowded) {
            return false;
        }
    }
    return away > 0;
}

// Nothing is with the API, or on its way there, and nothing can go: the day's quota, or the money, is used
// up.
static bool nothing_can_go(struct batch *batch, uint64_t now) {
    bool stuck = batch->poor && !any(batch, BATCH_STEP_FILLING, BATCH_STEP_FULL) &&
                 !any(batch, BATCH_STEP_CREATING, BATCH_STEP_READING);
    batch->stuck_since = !stuck ? 0 : batch->stuck_since > 0 ? batch->stuck_since : now;
    return stuck && now - batch->stuck_since > POOR_ENOUGH;
}

// --detach: all that there is, or as much as may be, is with the API.
static void look_at_parting(struct batch *batch, uint64_t now) {
    bool through = is_idle(batch, now) || batch->poor || !batch_part_free_one(batch);
    bool stuck = nothing_can_go(batch, now);
    if (batch->worker->settings->batch_detach && ((through && all_away(batch)) || stuck)) {
        batch->parted = true;
        batch->worker->draining = true;
    }
}

// ---- rounds ----

// A creation that is under way is waited for: its answer says what must be known. A file is not.
static bool ended(const struct batch *batch, uint64_t now) {
    const struct worker *worker = batch->worker;
    if (!worker->draining) {
        return false;
    }
    if (worker->orphaned && now >= worker->orphan_deadline) {
        return true;
    }
    if (any(batch, BATCH_STEP_CREATING, BATCH_STEP_CREATING) || recorder_waiting(&worker->recorder) > 0) {
        return false;
    }
    return !worker->recorder.changed || worker->orphaned ||
           slot_command(worker->arena, worker->slot) != SLOT_RUN;
}

// True: there is more to do at once.
static bool run_round(struct batch *batch, const struct loop_happened *happened) {
    struct worker *worker = batch->worker;
    uint64_t now = clock_now();
    bool more = false;
    if (happened->orphaned) {
        ending_orphaned(worker, now);
    }
    if (happened->terminate || slot_command(worker->arena, worker->slot) != SLOT_RUN) {
        worker->draining = true;
    }
    if (happened->bell) {
        worker->rang = false;
    }
    batch_calls_run(batch->calls);
    if (!worker->draining && !worker->disk_wait) {
        more = batch_intake_run(batch, now);
        now = clock_now();
        more = collect(batch, now) || more;
        close_last(batch, now);
        for (uint32_t i = 0; i < BATCH_PARTS && !worker->draining; i++) {
            batch_steps_run(&batch->part[i], now);
        }
        look_at_parting(batch, now);
        look_at_cancelled(batch, now);
    }
    writing_run(worker, clock_now());
    for (uint32_t i = 0; i < BATCH_PARTS; i++) {
        batch_collect_end(&batch->part[i], now);
    }
    show_state(batch);
    beat(batch, clock_now());
    log_tick();
    return more;
}

static uint64_t wait_of(const struct batch *batch, bool more, uint64_t now) {
    uint64_t deadline = batch->worker->heartbeat;
    for (uint32_t i = 0; i < BATCH_PARTS && !batch->worker->draining; i++) {
        deadline = arithmetic_least(deadline, batch_steps_deadline(&batch->part[i]));
    }
    bool lines = recorder_waiting(&batch->worker->recorder) > 0 && !batch->worker->disk_wait;
    return more || lines || deadline <= now ? 0 : deadline - now;
}

static void run_rounds(struct batch *batch, struct loop_events *events) {
    struct worker *worker = batch->worker;
    struct loop_happened happened = {0};
    for (;;) {
        if (happened.keys && !new_keys_take(worker)) {
            loop_events_end_keys(events);
        }
        bool more = run_round(batch, &happened);
        uint64_t now = clock_now();
        if (ended(batch, now)) {
            return;
        }
        if (batch_calls_wait(batch->calls, events->epoll_fd, wait_of(batch, more, now)) != 0 ||
            loop_events_wait(events, NULL, 0, &happened) != 0) {
            log_fatal("worker", "cannot wait for events: %s", strerror(errno));
            worker_fail(worker, WORKER_EXIT_FATAL);
            return;
        }
    }
}

static int work(struct worker *worker, struct batch *batch, struct loop_events *events) {
    recorder_open(&worker->recorder, worker->arena, worker->slot, worker->format, batch_row_recorded,
                  batch_row_elsewhere, batch);
    if (batch_open(batch, worker) != 0 ||
        routes_make(&worker->routes, worker->settings, worker->provider, worker->keys) != 0) {
        worker_fail(worker, WORKER_EXIT_FATAL);
        return worker->exit_code;
    }
    (void)sandbox_enter(&(struct sandbox_config){
        .memory = worker->settings->memory_limit,
        .descriptors = DESCRIPTORS,
        .spools = true,
        .tell = worker->slot == 0,
    });
    run_rounds(batch, events);
    ending_tell_rescue(worker);
    (void)output_sync(&worker->recorder.output, worker->slot,
                      worker->settings->sync_interval == CLOCK_NEVER ? CLOCK_NEVER : 0, clock_now());
    batch_open_tell(batch);
    return worker->exit_code == WORKER_EXIT_OK && batch->parted ? WORKER_EXIT_PARTED : worker->exit_code;
}

int batch_loop_run(struct worker *worker) {
    static struct batch batch;
    struct loop_events events;
    if (loop_events_open(&events) != 0) {
        log_fatal("worker", "cannot set up its event loop: %s", strerror(errno));
        return WORKER_EXIT_FATAL;
    }
    int code = work(worker, &batch, &events);
    batch_open_end(&batch);
    routes_free(&worker->routes);
    recorder_close(&worker->recorder);
    loop_events_close(&events);
    return code;
}
