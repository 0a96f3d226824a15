#include "sim_batch_end.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A file of results that is complete; into id, its name there, if it is one that a client may ask for. */
static void keep(struct batches *all, struct batch *b, FILE **f, char **path, const char *name,
                 char id[BATCH_ID], uint64_t now_ns) {
    bool empty = ftello(*f) == 0;
    char full[BATCH_ID + 32];

    if (fclose(*f))
        err(1, "fatal: cannot write %s", *path);
    *f = NULL;
    if (empty && sim_batches_no_lines(all, b) != BATCH_NO_LINES_EMPTY_FILE) {
        if (unlink(*path))
            warn("warn: cannot delete %s", *path);
        free(*path);
    } else {
        snprintf(full, sizeof(full), "%s_%s.jsonl", b->id, name);
        memcpy(id, sim_files_add(&all->files, *path, full, "batch_output", b->owner, now_ns)->id, BATCH_ID);
    }
    *path = NULL;
}

void sim_batch_end(struct batches *all, struct batch *b, enum batch_state end, uint64_t now_ns) {
    if (b->shape != BATCH_MESSAGES && b->output) {
        keep(all, b, &b->output, &b->output_path, "output", b->output_id, now_ns);
        keep(all, b, &b->errors, &b->errors_path, "error", b->error_id, now_ns);
    }
    sim_batches_close(b);
    sim_batches_enter(b, end, now_ns);
}
