#include "batch_proof.h"

#include "batch_part.h"
#include "ration/file_io.h"
#include "ration/log.h"

#include <bsd/string.h>
#include <string.h>

#define SEEN 4096U // bytes in which the id of the first result stands

// The id of the first result, in out[]. False: it is not seen.
static bool first_id(const struct batch_part *part, char out[BATCH_LINE_ID]) {
    static const char key[] = "\"custom_id\":\"";
    char bytes[SEEN];
    size_t size = part->stored < SEEN ? (size_t)part->stored : SEEN;
    if (size == 0 || file_io_read(part->results, bytes, size, 0) != 0) {
        return false;
    }
    const char *line_end = memchr(bytes, '\n', size);
    size = line_end != NULL ? (size_t)(line_end - bytes) : size;
    const char *at = memmem(bytes, size, key, sizeof(key) - 1);
    if (at == NULL) {
        return false;
    }
    at += sizeof(key) - 1;
    const char *end = memchr(at, '"', (size_t)(bytes + size - at));
    size_t length = end != NULL ? (size_t)(end - at) : BATCH_LINE_ID;
    if (length >= BATCH_LINE_ID) {
        return false;
    }
    memcpy(out, at, length);
    out[length] = '\0';
    return true;
}

static bool has_row(const struct batch_part *part, const char *id) {
    uint32_t artist;
    return part->step >= BATCH_STEP_SEARCHING &&
           batch_line_index(id, strlen(id), part->record.run, &artist) && batch_rows_has(&part->rows, artist);
}

static struct batch_part *owner_of(const struct batch_part *part, const char *id) {
    for (uint32_t i = 0; i < BATCH_PARTS; i++) {
        struct batch_part *other = &part->batch->part[i];
        if (other != part && !other->proven && has_row(other, id)) {
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

bool batch_proof_run(struct batch_part *part) {
    char id[BATCH_LINE_ID], mine[sizeof(part->record.batch)], others[sizeof(part->record.batch)];
    if (!part->batch->messages || part->proven || !first_id(part, id) || has_row(part, id)) {
        part->proven = true;
        return true;
    }
    struct batch_part *other = owner_of(part, id);
    (void)strlcpy(mine, part->record.batch, sizeof(mine));
    if (other == NULL) {
        log_warn("batch", "part %u: %s is somebody else's; it is looked for again", part->record.number,
                 mine);
        forget(part->batch, mine);
        search(part);
        return false;
    }
    if (other->busy) { // its answer comes first
        return false;
    }
    log_info("batch", "part %u: %s is that of part %u", part->record.number, mine, other->record.number);
    (void)strlcpy(others, other->record.batch, sizeof(others));
    take(other, mine);
    if (others[0] != '\0') {
        take(part, others);
    } else {
        search(part);
    }
    return false;
}
