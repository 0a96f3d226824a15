/* A row as it stands in a file of requests. Pure. */
#ifndef SIMAPI_BATCH_LINE_H
#define SIMAPI_BATCH_LINE_H

#include "sim_batch_path.h"

#include <stddef.h>

struct cJSON;

struct batch_line {
    struct cJSON *tree; /* owns the strings */
    struct cJSON *body; /* what the API would be asked alone; owned by whoever takes it (and sets NULL) */
    const char *custom_id, *method, *url; /* NULL: not a string */
};

/*
 * False: no JSON object of valid UTF-8. Call sim_batch_line_free in either case. model: of the whole batch,
 * that a row of Mistral's shape does not name; otherwise any.
 */
bool sim_batch_line_read(struct batch_line *l, enum batch_shape shape, const char *model, const char *line,
                         size_t len);
void sim_batch_line_free(struct batch_line *l);

#endif
