#include "batch_failed.h"

#include "batch_heard.h"
#include "batch_money.h"
#include "batch_part.h"
#include "batch_row.h"
#include "ration/clock.h"
#include "ration/log.h"
#include "ration/own_code.h"

#include <bsd/string.h>
#include <inttypes.h>
#include <stdio.h>

#define ALONE_ENOUGH 4U // refusals for want of room with nothing beside it
#define ROWS_NAMED 100U // faults that are followed one by one

static void rest(struct batch_part *part, enum outcome_class kind, const char *code, const char *message) {
    part->rest = (struct batch_rest){.kind = kind, .free = kind == OUTCOME_OVERLOADED};
    (void)strlcpy(part->rest.code, code, sizeof(part->rest.code));
    (void)strlcpy(part->rest.message, message, sizeof(part->rest.message));
    batch_part_step(part, BATCH_STEP_READING, 0);
}

// Nothing of its session waits with the API beside it: others have limits of their own.
static bool is_alone(const struct batch_part *part) {
    const struct batch *batch = part->batch;
    for (uint32_t i = 0; i < BATCH_PARTS; i++) {
        const struct batch_part *other = &batch->part[i];
        if (other != part && other->session == part->session && other->step >= BATCH_STEP_CREATING &&
            other->step <= BATCH_STEP_POLLING) {
            return false;
        }
    }
    return true;
}

// It alone is more than the API lets wait: it would wait for ever. Its rows go in parts of half its size.
static void halve(struct batch_part *part, const struct batch_fault *fault) {
    uint64_t most = part->record.bytes / 2;
    part->batch->most_bytes = most < part->batch->most_bytes ? most : part->batch->most_bytes;
    log_warn("batch",
             "part %u (%" PRIu64
             " tokens, as estimated) is more than the API lets wait: %s; parts have %" PRIu64
             " bytes at most from now on",
             part->record.number, part->record.tokens, fault->message, part->batch->most_bytes);
    if (part->record.rows == 1) {
        rest(part, OUTCOME_REFUSED, own_code_name(OWN_CODE_TOO_LARGE),
             "it alone is more than the API lets wait");
    } else {
        rest(part, OUTCOME_OVERLOADED, own_code_name(OWN_CODE_TOO_LARGE),
             "its part is more than the API lets wait");
    }
}

// Too many tokens wait: nothing ran, no row is to blame. It is made again when there may be room.
static void wait_for_room(struct batch_part *part, const struct batch_fault *fault) {
    uint64_t poll = part->batch->worker->settings->batch_poll;
    part->tries = part->no_room++;
    uint64_t wait = batch_part_wait(part, poll, poll > CLOCK_HOUR / 4 ? poll : CLOCK_HOUR / 4);
    log_info("batch", "part %u (%" PRIu64 " tokens, as estimated) has to wait: %s", part->record.number,
             part->record.tokens, fault->message);
    batch_money_release(part);
    part->record.batch[0] = part->record.status[0] = '\0'; // nothing of it failed
    if (batch_part_note(part, BATCH_UPLOADED)) {
        batch_part_step(part, BATCH_STEP_UPLOADED, wait);
        part->crowded = true;
    }
}

// Our estimate may be far below what the API counts: one that is refused again and again with nothing beside
// it is too large as well. Nobody knows that of a single row: others may use the account.
static void find_no_room(struct batch_part *part, const struct batch_fault *fault, uint64_t limit) {
    uint64_t *known = &part->batch->enqueued[part->session];
    *known = limit > 0 ? limit : *known;
    bool alone = is_alone(part), large = limit > 0 && part->record.tokens > limit;
    part->no_room_alone += alone;
    bool again = alone && part->no_room_alone >= ALONE_ENOUGH;
    if (alone && (large || (again && part->record.rows > 1))) {
        halve(part, fault);
        return;
    }
    if (again && part->no_room_alone == ALONE_ENOUGH) {
        log_warn("batch",
                 "part %u is a single row, and the API has no room for it, though nothing of this run waits "
                 "beside it; it is tried again and again: end what else waits there, or ask for more room",
                 part->record.number);
    }
    wait_for_room(part, fault);
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
            find_no_room(part, &fault, limit);
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
        rest(part, OUTCOME_OVERLOADED, own_code_name(OWN_CODE_BATCH_FAILED),
             "its batch was refused for another row");
    } else {
        rest(part, OUTCOME_SERVER_FAULT,
             first.code[0] != '\0' ? first.code : own_code_name(OWN_CODE_BATCH_FAILED),
             first.message[0] != '\0' ? first.message : "the batch failed");
    }
}

void batch_failed_too_large(struct batch_part *part) {
    if (part->record.rows == 1) {
        rest(part, OUTCOME_REFUSED, own_code_name(OWN_CODE_TOO_LARGE), "the API takes no file of its size");
        return;
    }
    uint64_t most = part->record.bytes / 2;
    part->batch->most_bytes = most < part->batch->most_bytes ? most : part->batch->most_bytes;
    log_warn("batch",
             "the API takes no file of %" PRIu64 " bytes: parts have %" PRIu64 " at most from now on",
             part->record.bytes, part->batch->most_bytes);
    rest(part, OUTCOME_OVERLOADED, own_code_name(OWN_CODE_TOO_LARGE),
         "the API takes no file of its part's size");
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
