#include "batch_part.h"

#include "batch_money.h"
#include "batch_same.h"
#include "ration/clock.h"
#include "ration/crash_point.h"
#include "ration/descriptor.h"
#include "ration/file_io.h"
#include "ration/log.h"

#include <bsd/stdlib.h>
#include <bsd/string.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#define MOST_ROWS_FEW 128U

bool batch_part_held(const struct batch *batch, uint32_t artist) {
    return ((unsigned)batch->held[artist / 8] >> (artist % 8) & 1U) != 0;
}

void batch_part_hold(struct batch *batch, uint32_t artist, bool hold) {
    uint8_t bit = (uint8_t)(1U << (artist % 8));
    if (hold) {
        batch->held[artist / 8] |= bit;
        batch->held_count++;
    } else {
        batch->held[artist / 8] = (uint8_t)(batch->held[artist / 8] & ~bit);
        batch->held_count--;
    }
}

uint64_t batch_part_wait(const struct batch_part *part, uint64_t first, uint64_t most) {
    uint64_t wait = first;
    for (uint32_t i = 0; i < part->tries && wait < most; i++) {
        wait += wait / 2;
    }
    wait = wait < most ? wait : most;
    return wait - wait / 8 + arc4random_uniform(1000) * (wait / 4) / 1000;
}

void batch_part_step(struct batch_part *part, enum batch_step step, uint64_t wait) {
    uint64_t now = clock_now();
    if (part->step != step) {
        part->since = now;
        part->tries = 0;
    }
    part->step = step;
    part->busy = false;
    part->next = now + wait;
}

// ---- the journal ----

bool batch_part_note(struct batch_part *part, enum batch_state state) {
    struct batch *batch = part->batch;
    struct text line = {0};
    part->record.state = state;
    part->record.at = clock_wall() / CLOCK_SECOND;
    batch_journal_encode(&part->record, state == BATCH_WRITING ? &part->rows : NULL, &line);
    CRASH_POINT(batch_noting);
    int error = line.failed ? ENOMEM : file_io_append(batch->journal, line.bytes, line.length);
    if (error == 0 && fdatasync(batch->journal) != 0) {
        error = errno;
    }
    text_free(&line);
    if (error != 0) {
        log_fatal("batch", "the journal of parts cannot be written: %s; make room, then go on with --resume",
                  strerror(error));
        worker_fail(batch->worker, WORKER_EXIT_FATAL);
    }
    CRASH_POINT(batch_noted);
    return error == 0;
}

// ---- filling ----

// Parts go to the sessions in turn; a part stays with its own, since no other key may see it.
static uint32_t session_of(const struct batch *batch, uint32_t number) {
    return number % (uint32_t)batch->worker->settings->sessions;
}

static struct batch_part *first_at(struct batch *batch, enum batch_step step) {
    for (uint32_t i = 0; i < BATCH_PARTS; i++) {
        if (batch->part[i].step == step) {
            return &batch->part[i];
        }
    }
    return NULL;
}

bool batch_part_free_one(const struct batch *batch) {
    for (uint32_t i = 0; i < BATCH_PARTS; i++) {
        if (batch->part[i].step == BATCH_STEP_FREE || batch->part[i].step == BATCH_STEP_FILLING) {
            return true;
        }
    }
    return false;
}

// An empty part that takes rows; NULL: all are in use.
static struct batch_part *open_part(struct batch *batch) {
    struct batch_part *found = first_at(batch, BATCH_STEP_FREE);
    if (found == NULL) {
        return NULL;
    }
    found->record = (struct batch_record){.number = ++batch->last_number};
    found->session = session_of(batch, found->record.number);
    (void)strlcpy(found->record.run, batch->run, sizeof(found->record.run));
    (void)strlcpy(found->record.session, ledger_name(batch->worker->arena, found->session),
                  sizeof(found->record.session));
    batch_same_api(batch, found->session, found->record.api);
    batch_part_step(found, BATCH_STEP_FILLING, 0);
    digest_begin(batch->digest);
    return found;
}

// Four bytes a token, as long as nothing is known.
static uint64_t tokens_in(uint64_t bytes) {
    return bytes / 4 + 1;
}

// Where a list has no names a part is found by its number of rows: it shall have one of its own.
static uint64_t most_rows(const struct batch *batch, const struct batch_part *part) {
    uint64_t most = batch->worker->settings->batch_rows;
    return batch->messages && most > MOST_ROWS_FEW ? most - part->record.number * 7 % 64 : most;
}

static bool has_room(const struct batch *batch, const struct batch_part *part, uint64_t bytes) {
    const struct settings *settings = batch->worker->settings;
    return part->record.rows == 0 ||
           (part->record.rows < most_rows(batch, part) && part->record.bytes + bytes <= batch->most_bytes &&
            part->record.tokens + tokens_in(bytes) <= settings->batch_tokens);
}

bool batch_part_keep(struct batch *batch, struct batch_spool *spool) {
    int error = batch_spool_add(spool, &batch->data);
    if (error != 0) {
        log_fatal("batch",
                  "the rows of a part cannot be kept beside the output: %s; make room, then go on "
                  "with --resume",
                  strerror(error));
        worker_fail(batch->worker, WORKER_EXIT_FATAL);
    }
    return error == 0;
}

// What a later run compares, and goes on from.
static void note_row(struct batch_record *record, const struct batch_row_data *data) {
    record->ids += batch_journal_mark(data->artist, data->id.bytes, data->id.length);
    record->requests += batch_journal_mark(data->artist, data->hash, strlen(data->hash));
    record->counted = data->counted > record->counted ? data->counted : record->counted;
    record->uncounted = data->uncounted > record->uncounted ? data->uncounted : record->uncounted;
}

static bool put(struct batch *batch, struct batch_part *part, uint64_t cost) {
    if (!batch_rows_add(&part->rows, batch->data.artist)) {
        worker_fail_memory(batch->worker);
        return false;
    }
    if (!batch_part_keep(batch, &part->spool)) {
        return false;
    }
    digest_add(batch->digest, batch->line.bytes, batch->line.length);
    note_row(&part->record, &batch->data);
    part->record.rows++;
    part->record.bytes += batch->line.length;
    part->record.tokens += tokens_in(batch->line.length);
    part->left++;
    batch_money_choose(part, cost);
    return true;
}

const char *batch_part_path(const struct batch *batch) {
    return batch->messages ? NULL : batch->api == PROVIDER_BATCHES_MISTRAL ? "" : batch->path;
}

enum batch_part_room batch_part_add(struct batch *batch) {
    const struct batch_row_data *data = &batch->data;
    char id[BATCH_LINE_ID];
    batch_line_id(batch->run, data->artist, data->id.bytes, data->id.length, id);
    text_clear(&batch->line);
    batch_line_row(&batch->line, id, batch_part_path(batch), data->body.bytes, data->body.length);
    if (batch->line.failed) {
        worker_fail_memory(batch->worker);
        return BATCH_PART_FAILED;
    }
    struct batch_part *part = first_at(batch, BATCH_STEP_FILLING);
    if (part != NULL && !has_room(batch, part, batch->line.length)) {
        batch_part_close(part);
        part = NULL;
    }
    uint64_t cost = batch_money_row(batch, data->body.length);
    if (!batch_money_fits(batch, data->artist, cost)) {
        if (part != NULL) { // what there is money for does not wait for the rest
            batch_part_close(part);
        }
        return BATCH_PART_FULL;
    }
    part = part != NULL ? part : open_part(batch);
    if (part == NULL) {
        return BATCH_PART_FULL;
    }
    return put(batch, part, cost) ? BATCH_PART_TAKEN : BATCH_PART_FAILED;
}

void batch_part_close(struct batch_part *part) {
    digest_end(part->batch->digest, part->record.hash);
    batch_part_step(part, BATCH_STEP_FULL, 0);
    (void)batch_part_note(part, BATCH_WRITING);
    batch_rows_sort(&part->rows);
    CRASH_POINT(batch_written);
}

void batch_part_free(struct batch_part *part) {
    batch_money_release(part);
    for (uint32_t i = 0; i < part->spool.count; i++) {
        if (!part->spool.row[i].ended && batch_part_held(part->batch, part->spool.row[i].artist)) {
            batch_part_hold(part->batch, part->spool.row[i].artist, false);
        }
    }
    batch_spool_clear(&part->spool);
    batch_rows_free(&part->rows);
    batch_rows_free(&part->doubtful);
    text_free(&part->sent.text);
    int ignored = ftruncate(part->results, 0);
    (void)ignored; // what stands there is written over
    *part =
        (struct batch_part){.batch = part->batch, .spool = {.fd = part->spool.fd}, .results = part->results};
}
