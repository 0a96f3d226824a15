#include "ending.h"

#include "departures.h"
#include "ration/clock.h"
#include "ration/descriptor.h"
#include "ration/guard.h"
#include "ration/log.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#define ORPHAN_MOST (30 * CLOCK_SECOND)

void ending_orphaned(struct worker *worker, uint64_t now) {
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

void ending_let_go(struct worker *worker) {
    struct artist *artist;
    departures_cancel(worker);
    while ((artist = artist_shift(&worker->ready)) != NULL || (artist = heap_pop(&worker->retries)) != NULL ||
           (artist = artist_shift(&worker->aside)) != NULL) {
        worker_release(worker, artist);
    }
}

bool ending_reached(const struct worker *worker, uint64_t now) {
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

void ending_tell_rescue(const struct worker *worker) {
    char path[PATH_MAX], link[40];
    (void)snprintf(link, sizeof(link), "/proc/self/fd/%d", (int)DESCRIPTOR_RESCUE);
    ssize_t n = readlink(link, path, sizeof(path) - 1);
    if (!worker->orphaned || !worker->recorder.changed || n <= 0) {
        return;
    }
    path[n] = '\0';
    log_fatal("output",
              "somebody else has changed the output or the errors file: "
              "answers that cannot be written there are saved in %s; "
              "put them together, then go on with --resume",
              path);
}
