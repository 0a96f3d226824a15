#include "batch_collect.h"

#include "batch_part.h"
#include "batch_proof.h"
#include "batch_row.h"
#include "batch_rule.h"
#include "ration/board.h"
#include "ration/clock.h"
#include "ration/crash_point.h"
#include "ration/descriptor.h"
#include "ration/file_io.h"
#include "ration/log.h"

#include <inttypes.h>
#include <string.h>

#define ROUND (5 * CLOCK_MS)
#define WAITING_MOST 256U // lines that wait for the output
#define CHUNK ((size_t)64 << 10)
#define LINE_MORE ((uint64_t)64 << 10) // a line is an answer, and this around it
#define ROWS_PATIENCE (30 * CLOCK_SECOND)

// ---- lines ----

// The line at part->read_at into batch->line; *next: where the one behind it begins. One that is too long is
// cut. 0 or an errno.
static int read_line(struct batch_part *part, uint64_t *next, bool *cut) {
    struct text *line = &part->batch->line;
    uint64_t most = part->batch->worker->settings->max_answer + LINE_MORE;
    char chunk[CHUNK];
    text_clear(line);
    *cut = false;
    for (uint64_t at = part->read_at; at < part->stored;) {
        size_t size = part->stored - at < CHUNK ? (size_t)(part->stored - at) : CHUNK;
        int error = file_io_read(part->results, chunk, size, at);
        if (error != 0) {
            return error;
        }
        const char *stop = memchr(chunk, '\n', size);
        size_t length = stop != NULL ? (size_t)(stop - chunk) : size;
        *cut = *cut || line->length + length > most;
        if (!*cut) {
            text_add(line, chunk, length);
        }
        at += length + (stop != NULL);
        if (stop != NULL) {
            *next = at;
            return line->failed ? ENOMEM : 0;
        }
    }
    *next = part->stored;
    return line->failed ? ENOMEM : 0;
}

static bool says_id(const struct text *line, struct batch_result *result) {
    static const char key[] = "\"custom_id\":\"";
    const char *at = line->length > 0 ? memmem(line->bytes, line->length < 4096 ? line->length : 4096, key,
                                               sizeof(key) - 1)
                                      : NULL;
    if (at == NULL) {
        return false;
    }
    at += sizeof(key) - 1;
    const char *stop = memchr(at, '"', (size_t)(line->bytes + line->length - at));
    *result = (struct batch_result){.id = {at, stop != NULL ? (size_t)(stop - at) : 0}};
    return stop != NULL;
}

// False: not now.
static bool take_line(struct batch_part *part, bool cut) {
    const struct text *line = &part->batch->line;
    struct batch_result result;
    uint32_t artist;
    bool known = cut ? says_id(line, &result) : batch_words_result(line->bytes, line->length, &result);
    if (!known || !batch_line_index(result.id.text, result.id.length, part->record.run, &artist)) {
        part->unknown += line->length > 0;
        return true;
    }
    uint32_t at = batch_spool_find(&part->spool, artist);
    if (at == part->spool.count) {
        part->unknown += !batch_rows_has(&part->rows, artist); // else it has its verdict already
        return true;
    }
    if (part->spool.row[at].queued) { // its first result counts
        return true;
    }
    if (cut) {
        struct outcome outcome = {.kind = OUTCOME_SERVER_FAULT, .message = "the answer is too large"};
        return batch_row_without(part, at, &outcome, false);
    }
    // The row's text is written over part->batch->line when it moves: the result is used up by then.
    return batch_row_result(part, at, &result);
}

// ---- a part ----

// A worker of before made it: all of its rows without a verdict have been claimed by now, or are not to come.
static bool rows_are_here(struct batch_part *part, uint64_t now) {
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
    part->adopted = false;
    return true;
}

static struct outcome rest_of(const struct batch_part *part) {
    struct batch_result none = {0};
    if (part->rest.kind == OUTCOME_DONE) { // nothing else is said
        bool expired = part->object.phase == BATCH_EXPIRED || part->object.phase == BATCH_CANCELLED;
        struct outcome outcome = batch_rule_without(&none);
        outcome.kind = expired ? OUTCOME_OVERLOADED : outcome.kind;
        return outcome;
    }
    return (struct outcome){.kind = part->rest.kind,
                            .code = part->rest.code[0] != '\0' ? part->rest.code : NULL,
                            .message = part->rest.message};
}

// False: not now.
static bool sweep_row(struct batch_part *part) {
    if (!part->spool.row[part->swept].queued) {
        struct outcome outcome = rest_of(part);
        if (!batch_row_without(part, part->swept, &outcome, part->rest.free)) {
            return false;
        }
    }
    part->swept++;
    return true;
}

// One line, or one row without a result. False: not now, or nothing is left to do but to wait.
static bool go_on(struct batch_part *part) {
    uint64_t next;
    bool cut;
    if (part->read_at < part->stored) {
        int error = read_line(part, &next, &cut);
        if (error != 0) {
            log_fatal("batch", "part %u: its results cannot be read again: %s", part->record.number,
                      strerror(error));
            worker_fail(part->batch->worker, WORKER_EXIT_FATAL);
            return false;
        }
        if (!take_line(part, cut)) {
            return false;
        }
        part->read_at = next;
        return true;
    }
    return part->swept < part->spool.count && sweep_row(part);
}

// Lines that a machine's death would take are on the disk before the part is said to be recorded.
static void end_part(struct batch_part *part, uint64_t now) {
    struct worker *worker = part->batch->worker;
    if (part->unknown > 0) {
        log_warn("batch", "part %u: %u results are of no row of it, and are left out", part->record.number,
                 part->unknown);
    }
    if (output_sync(&worker->recorder.output, 0, now) == 0 && batch_part_note(part, BATCH_RECORDED)) {
        CRASH_POINT(batch_recorded);
        log_info("batch", "part %u: recorded", part->record.number);
        batch_part_free(part);
    }
}

void batch_collect_end(struct batch_part *part, uint64_t now) {
    bool through = part->read_at >= part->stored && part->swept >= part->spool.count;
    if (part->step == BATCH_STEP_READING && through && part->left == 0 && !part->adopted) {
        end_part(part, now);
    }
}

bool batch_collect_run(struct batch_part *part, uint64_t now) {
    const struct recorder *recorder = &part->batch->worker->recorder;
    if (part->step != BATCH_STEP_READING || now < part->next) {
        return false;
    }
    if (!rows_are_here(part, now)) {
        part->next = now + CLOCK_SECOND;
        return false;
    }
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
