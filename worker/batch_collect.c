#include "batch_collect.h"

#include "batch_part.h"
#include "batch_proof.h"
#include "batch_reading.h"
#include "batch_row.h"
#include "batch_rule.h"
#include "ration/board.h"
#include "ration/clock.h"
#include "ration/crash_point.h"
#include "ration/descriptor.h"
#include "ration/log.h"
#include "ration/output_sync.h"

#include <inttypes.h>
#include <string.h>

#define ROUND (5 * CLOCK_MS)
#define WAITING_MOST 256U // lines that wait for the output
#define ROWS_TOLD 400U    // bytes of their numbers
#define ROWS_PATIENCE (30 * CLOCK_SECOND)

// ---- lines ----

// Its result is there: larger than an answer may be, or cut off, which is as none. False: told, and the
// worker ends.
static bool take_useless(struct batch_part *part, uint32_t at, bool large) {
    struct outcome outcome = {.kind = OUTCOME_SERVER_FAULT, .message = "the answer is too large"};
    if (!large) {
        part->short_of = true;
        return true;
    }
    part->large++;
    return batch_row_unread(part, at, &outcome);
}

// False: told, and the worker ends.
static bool take_line(struct batch_part *part, struct batch_reading *line) {
    const struct text *text = &part->batch->line;
    struct batch_result result = {0};
    uint32_t artist;
    bool whole = !line->large && batch_words_result(text->bytes, text->length, &result);
    if (!whole && !line->large && text->length > 0) {
        (void)batch_id_read(&line->id, text->bytes, text->length);
    }
    if (!whole && !line->id.found) {
        part->unread += line->large || text->length > 0;
        return true;
    }
    struct json_piece id = whole ? result.id : (struct json_piece){line->id.text, strlen(line->id.text)};
    if (!batch_line_index(id.text, id.length, part->record.run, &artist)) {
        part->unknown++;
        return true;
    }
    part->says_unrun = part->says_unrun || (whole && batch_rule_unrun(&result));
    uint32_t at = batch_spool_find(&part->spool, artist);
    if (at == part->spool.count) {
        part->unknown += !batch_rows_has(&part->rows, artist); // else it has its verdict already
        return true;
    }
    if (part->spool.row[at].queued) { // its first result counts
        return true;
    }
    // The row's text is written over part->batch->line when it moves: the result is used up by then.
    return whole ? batch_row_result(part, at, &result) : take_useless(part, at, line->large);
}

// ---- a part ----

// A worker of before made it: all of its rows without a verdict have been claimed by now, or are not to come.
bool batch_collect_here(const struct batch_part *part, uint64_t now) {
    const struct batch *batch = part->batch;
    uint32_t artists = arena_artists(batch->worker->arena);
    if (!part->adopted) {
        return true;
    }
    for (size_t i = 0; i < part->rows.count; i++) {
        const struct range *range = &part->rows.range[i];
        for (uint32_t artist = range->first; artist < range->end && artist < artists; artist++) {
            if (!batch_part_held(batch, artist) &&
                board_verdict(batch->worker->arena, artist) == BOARD_NONE) {
                return batch->idle_since > 0 && now - batch->idle_since > ROWS_PATIENCE;
            }
        }
    }
    return true;
}

// Its rows without a result may have been run, and nobody can say: a batch that is completed must tell of all
// rows, and one that has expired, or was cancelled, of those that it did not run, if it does of any.
static bool is_doubtful(const struct batch_part *part) {
    bool partial = part->object.phase == BATCH_EXPIRED || part->object.phase == BATCH_CANCELLED;
    return part->rest.kind == OUTCOME_DONE &&
           (!partial || part->says_unrun || part->unread > 0 || part->short_of);
}

static struct outcome rest_of(const struct batch_part *part) {
    struct batch_result none = {0};
    if (part->rest.kind != OUTCOME_DONE) {
        return (struct outcome){.kind = part->rest.kind,
                                .code = part->rest.code[0] != '\0' ? part->rest.code : NULL,
                                .message = part->rest.message};
    }
    struct outcome outcome = batch_rule_without(&none);
    if (!is_doubtful(part)) {
        outcome.kind = OUTCOME_OVERLOADED;
    } else if (part->batch->worker->settings->batch_fail_lost) {
        outcome.kind = OUTCOME_IN_DOUBT;
        outcome.code = "in_doubt";
        outcome.message = "its batch has no result for it: asked, and perhaps billed";
    }
    return outcome;
}

// False: told, and the worker ends.
static bool sweep_row(struct batch_part *part) {
    const struct batch_row *row = &part->spool.row[part->swept];
    if (!row->queued) {
        struct outcome outcome = rest_of(part);
        bool went = is_doubtful(part) ? batch_row_unread(part, part->swept, &outcome)
                                      : batch_row_without(part, part->swept, &outcome, part->rest.free);
        if (!went) {
            return false;
        }
    }
    part->swept++;
    return true;
}

static void tell_doubtful(const struct batch_part *part) {
    struct text rows = {0};
    batch_rows_text(&part->doubtful, &rows);
    size_t length = rows.length < ROWS_TOLD ? rows.length : ROWS_TOLD;
    log_warn("batch",
             "part %u: %u rows have no result that can be read, and are in doubt: they %s: number %.*s%s of "
             "the input, from 0",
             part->record.number, part->doubtful.rows,
             part->batch->worker->settings->batch_fail_lost ? "fail" : "are asked again", (int)length,
             length > 0 ? rows.bytes : "", length < rows.length ? "…" : "");
    text_free(&rows);
}

// Told before the first of them can be asked again. False: told, and the worker ends.
static bool find_doubtful(struct batch_part *part) {
    for (uint32_t i = 0; i < part->spool.count && is_doubtful(part); i++) {
        const struct batch_row *row = &part->spool.row[i];
        if (!row->queued && !batch_rows_add(&part->doubtful, row->artist)) {
            worker_fail_memory(part->batch->worker);
            return false;
        }
    }
    part->weighed = true;
    if (part->doubtful.rows > 0) {
        tell_doubtful(part);
    }
    return true;
}

// One line, or one row without a result. False: nothing is left to do but to wait, or the worker ends.
static bool go_on(struct batch_part *part) {
    struct batch_reading line;
    if (part->read_at < part->stored) {
        int error = batch_reading_line(part, &line);
        if (error != 0) {
            log_fatal("batch", "part %u: its results cannot be read again: %s", part->record.number,
                      strerror(error));
            worker_fail(part->batch->worker, WORKER_EXIT_FATAL);
            return false;
        }
        if (!take_line(part, &line)) {
            return false;
        }
        part->read_at = line.next;
        return true;
    }
    return part->swept < part->spool.count && (part->weighed || find_doubtful(part)) && sweep_row(part);
}

// What its results were short of.
static void tell_faults(const struct batch_part *part) {
    if (part->unknown > 0) {
        log_warn("batch", "part %u: %u results are of no row of it, and are left out", part->record.number,
                 part->unknown);
    }
    if (part->unread > 0) {
        log_warn("batch", "part %u: %u lines of its results do not say of which row they are",
                 part->record.number, part->unread);
    }
    if (part->large > 0) {
        log_warn("batch", "part %u: %u results are larger than the %" PRIu64 " bytes that an answer may have",
                 part->record.number, part->large, part->batch->worker->settings->max_answer);
    }
}

// Lines that a machine's death would take are on the disk before the part is said to be recorded.
static void end_part(struct batch_part *part, uint64_t now) {
    struct worker *worker = part->batch->worker;
    tell_faults(part);
    if (output_sync(&worker->recorder.output, worker->slot, 0, now) == 0 &&
        batch_part_note(part, BATCH_RECORDED)) {
        CRASH_POINT(batch_recorded);
        log_info("batch", "part %u: recorded", part->record.number);
        batch_part_free(part);
    }
}

// A worker that is told to end because all artists are done reads no further: what is left of the file is
// of nobody.
void batch_collect_end(struct batch_part *part, uint64_t now) {
    bool through =
        (part->read_at >= part->stored && part->swept >= part->spool.count) || part->batch->worker->draining;
    if (part->step == BATCH_STEP_READING && through && part->left == 0 && !part->adopted) {
        end_part(part, now);
    }
}

bool batch_collect_run(struct batch_part *part, uint64_t now) {
    const struct recorder *recorder = &part->batch->worker->recorder;
    if (part->step != BATCH_STEP_READING || now < part->next) {
        return false;
    }
    if (!batch_collect_here(part, now)) {
        part->next = now + CLOCK_SECOND;
        return false;
    }
    part->adopted = false;
    if (!batch_proof_run(part)) {
        return false;
    }
    batch_spool_sort(&part->spool);
    while (recorder_waiting(recorder) < WAITING_MOST && clock_now() - now < ROUND) {
        if (!go_on(part)) {
            break;
        }
    }
    bool through = part->read_at >= part->stored && part->swept >= part->spool.count;
    batch_collect_end(part, now);
    return part->step == BATCH_STEP_READING && !through;
}
