#include "retry_queue.h"

#include "ration/log.h"

#include <inttypes.h>

void retry_queue_add(struct worker *worker, struct artist *artist, uint64_t wait, const char *why,
                     uint64_t now) {
    uint64_t silent;
    artist->when = now + wait;
    heap_push(&worker->retries, artist);
    if (notice_due(&worker->queued, now, &silent)) {
        log_info(
            "retry",
            "artist %.*s waits %.1f s after %s, %u attempts so far count; %u wait in this worker (%" PRIu64
            " more since the last such line)",
            (int)artist->id.length, artist->id.bytes, (double)wait / 1e9, why, artist->counted,
            worker->retries.count, silent);
    }
}

void retry_queue_wake(struct worker *worker, uint64_t now) {
    while (heap_when(&worker->retries) <= now) {
        artist_append(&worker->ready, heap_pop(&worker->retries));
        slot_count_retry(worker->arena, worker->slot);
    }
}
