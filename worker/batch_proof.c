#include "batch_proof.h"

#include "batch_part.h"
#include "batch_steps.h"
#include "exchange/batch_id.h"
#include "ration/descriptor.h"
#include "ration/file_io.h"
#include "ration/log.h"

#include <bsd/string.h>
#include <string.h>

#define CHUNK 4096U

// The first id that its results have, in *id; found: false, they have none. 0 or an errno.
static int first_id(const struct batch_part *part, struct batch_id *id) {
    char bytes[CHUNK];
    *id = (struct batch_id){0};
    for (uint64_t at = 0; at < part->stored && !id->found; at += CHUNK) {
        size_t size = part->stored - at < CHUNK ? (size_t)(part->stored - at) : CHUNK;
        int error = file_io_read(part->results, bytes, size, at);
        if (error != 0) {
            return error;
        }
        (void)batch_id_read(id, bytes, size);
    }
    return 0;
}

static bool has_row(const struct batch_part *part, const char *id) {
    uint32_t artist;
    return part->step >= BATCH_STEP_CREATING && batch_line_index(id, strlen(id), part->record.run, &artist) &&
           batch_rows_has(&part->rows, artist);
}

static struct batch_part *owner_of(const struct batch_part *part, const char *id) {
    for (uint32_t i = 0; i < BATCH_PARTS; i++) {
        struct batch_part *other = &part->batch->part[i];
        if (other != part && other->record.proven == 0 && has_row(other, id)) {
            return other;
        }
    }
    return NULL;
}

// It has no batch that is known: it is looked for again.
static void search(struct batch_part *part) {
    part->record.batch[0] = '\0';
    part->stored = 0;
    part->search = (struct batch_search){0};
    if (batch_part_note(part, BATCH_CREATING)) {
        batch_part_step(part, BATCH_STEP_SEARCHING, 0);
    }
}

static void take(struct batch_part *part, const char *batch) {
    (void)strlcpy(part->record.batch, batch, sizeof(part->record.batch));
    part->stored = 0;
    if (batch_part_note(part, BATCH_CREATED)) {
        batch_part_step(part, BATCH_STEP_POLLING, 0);
    }
}

// Nobody's of ours: it is not to be found again.
static void forget(struct batch *batch, const char *id) {
    uint32_t place = batch->foreigners++ % BATCH_FOREIGN;
    (void)strlcpy(batch->foreign[place], id, sizeof(batch->foreign[place]));
}

// Its results are those of another part, or nobody's.
static void give_away(struct batch_part *part, const char *id) {
    char mine[sizeof(part->record.batch)], others[sizeof(part->record.batch)];
    struct batch_part *other = owner_of(part, id);
    (void)strlcpy(mine, part->record.batch, sizeof(mine));
    if (other == NULL) {
        log_warn("batch", "part %u: %s is somebody else's; it is looked for again", part->record.number,
                 mine);
        forget(part->batch, mine);
        search(part);
        return;
    }
    if (other->busy) { // its answer comes first
        return;
    }
    log_info("batch", "part %u: %s is that of part %u", part->record.number, mine, other->record.number);
    (void)strlcpy(others, other->record.batch, sizeof(others));
    take(other, mine);
    if (others[0] != '\0') {
        take(part, others);
    } else {
        search(part);
    }
}

bool batch_proof_run(struct batch_part *part) {
    struct batch_id id;
    bool no_results = part->rest.kind != OUTCOME_DONE;
    if (!part->batch->messages || part->record.proven == 1 || no_results) {
        return true;
    }
    int error = first_id(part, &id);
    if (error != 0) {
        log_fatal("batch", "part %u: its results cannot be read again: %s", part->record.number,
                  strerror(error));
        worker_fail(part->batch->worker, WORKER_EXIT_FATAL);
        return false;
    }
    if (!id.found) { // what is not seen proves nothing
        part->stored = part->read_at = 0;
        batch_steps_lose(part, "its results name no row, so that nobody can say whose they are");
        return false;
    }
    part->record.proven = has_row(part, id.text);
    if (part->record.proven == 0) {
        give_away(part, id.text);
    }
    return part->record.proven == 1;
}
