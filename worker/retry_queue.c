#include "retry_queue.h"

#include "ration/clock.h"
#include "ration/log.h"

#include <stdio.h>

void retry_queue_add(struct worker *worker, struct artist *artist, uint64_t wait, const char *why,
                     uint64_t now) {
    uint64_t silent;
    artist->when = now + wait;
    heap_push(&worker->retries, artist);
    if (notice_due(&worker->queued, now, &silent)) { // people were told of the failure itself
        char span[CLOCK_SPAN_SIZE];
        char id[RECORD_READER_MAX_ID + 1];
        (void)snprintf(id, sizeof(id), "%.*s", (int)artist->id.length, artist->id.bytes);
        const struct log_field field[] = {{.name = "artist_id", .text = id},
                                          {.name = "class", .text = why},
                                          {.name = "attempts", .number = artist->counted},
                                          {.name = "wait_ms", .number = wait / CLOCK_MS},
                                          {.name = "waiting", .number = worker->retries.count}};
        const struct log_event event = {.level = LOG_LEVEL_INFO,
                                        .category = "retry",
                                        .file_only = true,
                                        .fields = sizeof(field) / sizeof(field[0]),
                                        .field = field};
        char more[NOTICE_MORE_SIZE];
        log_event(&event, "artist %.*s waits %s after %s, %u attempts so far count; %u wait in this worker%s",
                  (int)artist->id.length, artist->id.bytes,
                  clock_span((double)wait / (double)CLOCK_SECOND, span), why, artist->counted,
                  worker->retries.count, notice_more(silent, more));
    }
}

void retry_queue_wake(struct worker *worker, uint64_t now) {
    while (heap_when(&worker->retries) <= now) {
        worker_ready(worker, heap_pop(&worker->retries), false);
        slot_count_retry(worker->arena, worker->slot);
    }
}
