#include "batch_aside.h"

#include "batch_part.h"
#include "ration/clock.h"
#include "ration/descriptor.h"
#include "ration/log.h"

#include <string.h>

#define ROUND (5 * CLOCK_MS)

uint32_t batch_aside_rows(const struct batch *batch) {
    return batch->aside.count - batch->aside_next;
}

// Those that stand aside came first.
bool batch_aside_join(struct batch *batch) {
    enum batch_part_room room = batch_aside_rows(batch) > 0 ? BATCH_PART_FULL : batch_part_add(batch);
    return room == BATCH_PART_FULL ? batch_part_keep(batch, &batch->aside) : room == BATCH_PART_TAKEN;
}

bool batch_aside_run(struct batch *batch, uint64_t now) {
    while (batch_aside_rows(batch) > 0 && batch_part_free_one(batch)) {
        if (clock_now() - now > ROUND) {
            return true;
        }
        int error = batch_spool_get(&batch->aside, batch->aside_next, &batch->data);
        if (error != 0) {
            log_fatal("batch", "a row that waits for a part cannot be read again: %s", strerror(error));
            worker_fail(batch->worker, WORKER_EXIT_FATAL);
            return false;
        }
        if (batch_part_add(batch) != BATCH_PART_TAKEN) {
            return false;
        }
        batch->aside_next++;
    }
    if (batch_aside_rows(batch) == 0 && batch->aside.count > 0) {
        batch_spool_clear(&batch->aside);
        batch->aside_next = 0;
    }
    return false;
}
