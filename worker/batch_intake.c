#include "batch_intake.h"

#include "batch_part.h"
#include "ration/board.h"
#include "ration/clock.h"
#include "ration/descriptor.h"
#include "ration/log.h"
#include "ration/row_head.h"
#include "reading.h"

#include <errno.h>
#include <string.h>

#define ROUND (5 * CLOCK_MS)
#define SPARE 1U // parts that are left for rows that are asked again: else all could wait for each other

// The newest part that a worker of before made and that has it: the older ones had it before.
static struct batch_part *part_of(struct batch *batch, uint32_t artist) {
    struct batch_part *found = NULL;
    for (uint32_t i = 0; i < BATCH_PARTS; i++) {
        struct batch_part *part = &batch->part[i];
        if (part->adopted && part->step >= BATCH_STEP_SEARCHING && batch_rows_has(&part->rows, artist) &&
            (found == NULL || part->record.made > found->record.made ||
             (part->record.made == found->record.made && part->record.number > found->record.number))) {
            found = part;
        }
    }
    return found;
}

static bool make_row(struct batch *batch, const struct record *record, uint32_t artist) {
    struct worker *worker = batch->worker;
    struct batch_row_data *data = &batch->data;
    struct text *const texts[] = {&data->id, &data->name, &data->head, &data->body};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        text_clear(texts[i]);
    }
    if (kinds_make(&worker->kinds, record, batch->body, data->hash) != 0) {
        return false;
    }
    data->artist = artist;
    data->counted = data->uncounted = 0;
    data->cost = 0;
    text_add(&data->id, record->id.text, record->id.length);
    text_add(&data->name, record->name.text, record->name.length);
    text_add(&data->body, batch->body[0].bytes, batch->body[0].length);
    row_head_make(&data->head, worker->format, worker->settings, record, &batch->body[0]);
    return !data->id.failed && !data->name.failed && !data->head.failed && !data->body.failed;
}

static bool join(struct batch *batch, struct batch_part *part) {
    int error = batch_spool_add(&part->spool, &batch->data);
    if (error != 0) {
        log_fatal("batch", "the rows of a part cannot be kept beside the output: %s", strerror(error));
        worker_fail(batch->worker, WORKER_EXIT_FATAL);
        return false;
    }
    part->left++;
    return true;
}

static void take(struct batch *batch, const struct slot_order *order, uint32_t artist) {
    struct worker *worker = batch->worker;
    struct record record;
    struct batch_part *part = part_of(batch, artist);
    if (part == NULL && worker->settings->batch_cancel) {
        return; // it is not asked by this run
    }
    if (reading_take(worker, order, artist, &record) != RECORD_OK) {
        return;
    }
    if (!make_row(batch, &record, artist)) {
        worker_fail_memory(worker);
        return;
    }
    bool good = part != NULL ? join(batch, part) : batch_part_add(batch, SPARE);
    if (good) {
        batch_part_hold(batch, artist, true);
    } else if (worker->exit_code == WORKER_EXIT_OK) {
        log_panic("artist %u was claimed, and there is no part for it", artist);
    }
}

// Whether a row that is claimed finds a part, whatever its size.
static bool has_room(const struct batch *batch) {
    uint32_t free_ones = 0;
    for (uint32_t i = 0; i < BATCH_PARTS; i++) {
        free_ones += batch->part[i].step == BATCH_STEP_FREE;
    }
    return free_ones > SPARE;
}

bool batch_intake_run(struct batch *batch, uint64_t now) {
    struct worker *worker = batch->worker;
    struct slot_order order;
    uint32_t artist;
    while (!worker->draining && has_room(batch) && slot_current(worker->arena, worker->slot, &order)) {
        batch->idle_since = 0;
        if (clock_now() - now > ROUND) {
            return true;
        }
        if (slot_claim(worker->arena, worker->slot, &artist) &&
            board_verdict(worker->arena, artist) == BOARD_NONE &&
            board_priority(worker->arena, artist) == order.priority) {
            take(batch, &order, artist);
        }
    }
    if (slot_reserve(worker->arena, worker->slot) > 0) {
        worker->rang = false;
    } else if (!worker->rang) {
        worker->rang = true;
        worker_ring(worker);
    }
    if (batch->idle_since == 0 && has_room(batch)) {
        batch->idle_since = now;
    }
    return false;
}
