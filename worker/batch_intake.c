#include "batch_intake.h"

#include "batch_aside.h"
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
#define UPLOADS 2U // under way, then no more rows are read

// The newest part that a worker of before made and that has it, whatever step it is in; the older ones had it
// before.
static struct batch_part *part_of(struct batch *batch, uint32_t artist) {
    struct batch_part *found = NULL;
    for (uint32_t i = 0; i < BATCH_PARTS; i++) {
        struct batch_part *part = &batch->part[i];
        if (part->adopted && batch_rows_has(&part->rows, artist) &&
            (found == NULL || part->record.made > found->record.made ||
             (part->record.made == found->record.made && part->record.number > found->record.number))) {
            found = part;
        }
    }
    return found;
}

// A part of before that found no place has it: a later run takes that up.
static bool is_left(const struct batch *batch, uint32_t artist) {
    for (size_t i = 0; batch->left_out && i < batch->before.count; i++) {
        const struct batch_known *known = &batch->before.part[i];
        if (batch_journal_open(known->record.state) && batch_rows_has(&known->rows, artist)) {
            return true;
        }
    }
    return false;
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
    bool kept = batch_part_keep(batch, &part->spool);
    part->left += kept;
    return kept;
}

static void take(struct batch *batch, const struct slot_order *order, uint32_t artist) {
    struct worker *worker = batch->worker;
    struct record record;
    struct batch_part *part = part_of(batch, artist);
    if (part == NULL && (worker->settings->batch_cancel || is_left(batch, artist))) {
        return; // it is not asked by this run
    }
    if (reading_take(worker, order, artist, &record) != RECORD_OK) {
        return;
    }
    if (!make_row(batch, &record, artist)) {
        worker_fail_memory(worker);
        return;
    }
    if (part !=
        NULL) { // its attempts go on from there: a run that is begun again and again gives it no new ones
        batch->data.counted = (uint32_t)part->record.counted;
        batch->data.uncounted = (uint32_t)part->record.uncounted;
    }
    if (part != NULL ? join(batch, part) : batch_aside_join(batch)) {
        batch_part_hold(batch, artist, true);
    }
}

// A part of before has its results, and waits for its rows to be claimed.
static bool rows_are_missed(const struct batch *batch) {
    for (uint32_t i = 0; i < BATCH_PARTS; i++) {
        if (batch->part[i].adopted && (batch->part[i].step == BATCH_STEP_READING || batch->part[i].missing)) {
            return true;
        }
    }
    return false;
}

// Parts are made one after the other, not all at once: what is with the API outlives us, and the disk need
// not hold all of the rest.
static bool uploads_are_behind(const struct batch *batch) {
    uint32_t behind = 0;
    for (uint32_t i = 0; i < BATCH_PARTS; i++) {
        const struct batch_part *part = &batch->part[i];
        bool goes_with_creation = batch->messages && part->busy;
        behind += part->step == BATCH_STEP_FULL ||
                  (part->step == BATCH_STEP_CREATING && goes_with_creation) ||
                  (part->step == BATCH_STEP_UPLOADED && batch->messages && !part->crowded);
    }
    return behind >= UPLOADS;
}

// Whether an artist may be claimed: its part is known only then. What finds no part stands aside.
static bool wants_rows(const struct batch *batch) {
    bool room = batch_aside_rows(batch) == 0 && batch_part_free_one(batch) && !uploads_are_behind(batch);
    return room || batch->worker->settings->batch_cancel || rows_are_missed(batch);
}

bool batch_intake_run(struct batch *batch, uint64_t now) {
    struct worker *worker = batch->worker;
    struct slot_order order;
    uint32_t artist;
    bool more = batch_aside_run(batch, now);
    bool given = slot_current(worker->arena, worker->slot, &order);
    for (; given && !worker->draining && wants_rows(batch);
         given = slot_current(worker->arena, worker->slot, &order)) {
        if (clock_now() - now > ROUND) {
            batch->idle_since = 0;
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
    batch->idle_since = given ? 0 : batch->idle_since > 0 ? batch->idle_since : now;
    return more;
}
