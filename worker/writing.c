#include "writing.h"

#include "ration/clock.h"
#include "ration/log.h"
#include "ration/output_sync.h"

#include <errno.h>
#include <string.h>

#define DISK_RETRY CLOCK_SECOND
#define GUARD_PATIENCE (50 * CLOCK_MS) // then the loop looks after its other duties before it asks again

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
                 "nor can the %zu answers that wait be saved elsewhere: %s; "
                 "make room, or stop again: then they are lost",
                 answers, strerror(error));
    }
}

void writing_run(struct worker *worker, uint64_t now) {
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
        (void)output_sync(&worker->recorder.output, worker->slot, 0, now);
    }
}
