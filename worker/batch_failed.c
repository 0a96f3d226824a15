#include "batch_failed.h"

#include "batch_heard.h"
#include "batch_money.h"
#include "batch_part.h"
#include "batch_row.h"
#include "ration/clock.h"
#include "ration/log.h"

#include <bsd/string.h>
#include <inttypes.h>
#include <stdio.h>

#define ROWS_NAMED 100U // faults that are followed one by one

static void rest(struct batch_part *part, enum outcome_class kind, const char *code, const char *message) {
    part->rest = (struct batch_rest){.kind = kind, .free = kind == OUTCOME_OVERLOADED};
    (void)strlcpy(part->rest.code, code, sizeof(part->rest.code));
    (void)strlcpy(part->rest.message, message, sizeof(part->rest.message));
    batch_part_step(part, BATCH_STEP_READING, 0);
}

// Nothing of ours waits with the API beside it.
static bool is_alone(const struct batch_part *part) {
    const struct batch *batch = part->batch;
    for (uint32_t i = 0; i < BATCH_PARTS; i++) {
        enum batch_step step = batch->part[i].step;
        if (&batch->part[i] != part && step >= BATCH_STEP_CREATING && step <= BATCH_STEP_POLLING) {
            return false;
        }
    }
    return true;
}

// It alone is more than the API lets wait: it would wait for ever. Its rows go in parts of half its size.
static void halve(struct batch_part *part, const struct batch_fault *fault, uint64_t limit) {
    uint64_t most = part->record.bytes / 2;
    part->batch->most_bytes = most < part->batch->most_bytes ? most : part->batch->most_bytes;
    part->batch->enqueued = limit;
    log_warn("batch",
             "part %u (%" PRIu64
             " tokens, as estimated) is more than the API lets wait: %s; parts have %" PRIu64
             " bytes at most from now on",
             part->record.number, part->record.tokens, fault->message, part->batch->most_bytes);
    if (part->record.rows == 1) {
        rest(part, OUTCOME_REFUSED, "too_large", "it alone is more than the API lets wait");
    } else {
        rest(part, OUTCOME_OVERLOADED, "too_large", "its part is more than the API lets wait");
    }
}

// Too many tokens wait: nothing ran, no row is to blame. It is made again when there may be room.
static void wait_for_room(struct batch_part *part, const struct batch_fault *fault, uint64_t limit) {
    uint64_t poll = part->batch->worker->settings->batch_poll;
    uint32_t tries = part->tries;
    uint64_t wait = batch_part_wait(part, poll, poll > CLOCK_HOUR / 4 ? poll : CLOCK_HOUR / 4);
    log_info("batch", "part %u (%" PRIu64 " tokens, as estimated) has to wait: %s", part->record.number,
             part->record.tokens, fault->message);
    batch_money_release(part);
    part->batch->enqueued = limit > 0 ? limit : part->batch->enqueued;
    part->record.batch[0] = part->record.status[0] = '\0'; // nothing of it failed
    if (batch_part_note(part, BATCH_UPLOADED)) {
        batch_part_step(part, BATCH_STEP_UPLOADED, wait);
        part->tries = tries + 1;
        part->crowded = true;
    }
}

// Lines are the rows in the order in which they were added: as they stand in the spool of a part of this
// worker's own, and in the journal, if they ascend there, for one of before. spool.count: nobody knows it.
static uint32_t row_of_line(const struct batch_part *part, uint64_t line) {
    uint64_t before = line - 1; // rows
    if (line == 0 || line > part->record.rows || (!part->adopted && part->spool.sorted)) {
        return part->spool.count;
    }
    if (!part->adopted) {
        return (uint32_t)before;
    }
    for (size_t i = 0; i < part->rows.count && part->rows.ascending; i++) {
        const struct range *range = &part->rows.range[i];
        if (before < range->end - range->first) {
            return batch_spool_find(&part->spool, range->first + (uint32_t)before);
        }
        before -= range->end - range->first;
    }
    return part->spool.count;
}

// The row of that line of the file fails.
static bool refuse_line(struct batch_part *part, const struct batch_fault *fault) {
    uint32_t at = row_of_line(part, fault->line);
    if (at >= part->spool.count) {
        return false;
    }
    struct outcome outcome = {.kind = OUTCOME_REFUSED,
                              .code = fault->code[0] != '\0' ? fault->code : NULL,
                              .message =
                                  fault->message[0] != '\0' ? fault->message : "refused in validation"};
    return !part->spool.row[at].queued && batch_row_without(part, at, &outcome, false);
}

void batch_failed(struct batch_part *part) {
    struct batch_fault fault = {0}, first = {0};
    uint64_t limit;
    uint32_t named = 0, refused = 0;
    for (size_t at = 0; named < ROWS_NAMED && batch_words_fault(&part->object, &at, &fault);) {
        batch_heard_clean(part, fault.code, sizeof(fault.code));
        batch_heard_clean(part, fault.message, sizeof(fault.message));
        if (batch_words_enqueued(&fault, &limit) && !part->batch->worker->settings->batch_cancel) {
            if (limit > 0 && part->record.tokens > limit && is_alone(part)) {
                halve(part, &fault, limit);
            } else {
                wait_for_room(part, &fault, limit);
            }
            return;
        }
        first = named == 0 ? fault : first;
        named++;
        refused += refuse_line(part, &fault);
    }
    (void)snprintf(part->record.why, sizeof(part->record.why), "%.40s%s%.100s", first.code,
                   first.message[0] != '\0' ? ": " : "", first.message);
    log_warn("batch", "part %u: the API refuses it in validation: %s%s%s", part->record.number, first.code,
             first.message[0] != '\0' ? ": " : "", first.message);
    if (refused > 0 || first.line > 0) {
        rest(part, OUTCOME_OVERLOADED, "batch_failed", "its batch was refused for another row");
    } else {
        rest(part, OUTCOME_SERVER_FAULT, first.code[0] != '\0' ? first.code : "batch_failed",
             first.message[0] != '\0' ? first.message : "the batch failed");
    }
}

void batch_failed_too_large(struct batch_part *part) {
    if (part->record.rows == 1) {
        rest(part, OUTCOME_REFUSED, "too_large", "the API takes no file of its size");
        return;
    }
    uint64_t most = part->record.bytes / 2;
    part->batch->most_bytes = most < part->batch->most_bytes ? most : part->batch->most_bytes;
    log_warn("batch",
             "the API takes no file of %" PRIu64 " bytes: parts have %" PRIu64 " at most from now on",
             part->record.bytes, part->batch->most_bytes);
    rest(part, OUTCOME_OVERLOADED, "too_large", "the API takes no file of its part's size");
}

void batch_failed_lost(struct batch_part *part, bool fails) {
    if (!fails) {
        batch_money_doubt(part);
    }
    if (fails) {
        rest(part, OUTCOME_IN_DOUBT, "in_doubt", "its batch is lost: asked, and perhaps billed");
    } else if (part->step == BATCH_STEP_SEARCHING && !part->batch->worker->settings->batch_cancel &&
               part->record.file[0] != '\0') {
        if (batch_part_note(part, BATCH_UPLOADED)) { // the file is still there
            batch_part_step(part, BATCH_STEP_UPLOADED, 0);
        }
    } else {
        rest(part, OUTCOME_OVERLOADED, "in_doubt", "its batch is lost");
    }
}

// A later run finds it in the journal, and asks the API again before it decides.
void batch_failed_leave(struct batch_part *part) {
    part->batch->left_out = true;
    part->booked = false; // it stays booked, and is in doubt when the worker has ended
    batch_part_free(part);
}
