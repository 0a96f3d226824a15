#include "sim_batch_path.h"

#include <string.h>

/* behind: what follows the id; NULL: the path has none. */
static const struct row {
    const char *method, *path, *behind;
    enum batch_shape shape;
    enum batch_call call;
} rows[] = {
    {"POST", "/v1/files", NULL, BATCH_OPENAI, BATCH_CALL_UPLOAD},
    {"POST", "/v1/files/upload", NULL, BATCH_OPENAI, BATCH_CALL_UPLOAD}, /* Together's */
    {"GET", "/v1/files", NULL, BATCH_OPENAI, BATCH_CALL_FILES},
    {"GET", "/v1/files/", "", BATCH_OPENAI, BATCH_CALL_FILE},
    {"GET", "/v1/files/", "/content", BATCH_OPENAI, BATCH_CALL_CONTENT},
    {"DELETE", "/v1/files/", "", BATCH_OPENAI, BATCH_CALL_DELETE_FILE},
    {"POST", "/v1/batches", NULL, BATCH_OPENAI, BATCH_CALL_CREATE},
    {"GET", "/v1/batches", NULL, BATCH_OPENAI, BATCH_CALL_LIST},
    {"GET", "/v1/batches/", "", BATCH_OPENAI, BATCH_CALL_POLL},
    {"POST", "/v1/batches/", "/cancel", BATCH_OPENAI, BATCH_CALL_CANCEL},
    {"POST", "/v1/messages/batches", NULL, BATCH_MESSAGES, BATCH_CALL_CREATE},
    {"GET", "/v1/messages/batches", NULL, BATCH_MESSAGES, BATCH_CALL_LIST},
    {"GET", "/v1/messages/batches/", "", BATCH_MESSAGES, BATCH_CALL_POLL},
    {"POST", "/v1/messages/batches/", "/cancel", BATCH_MESSAGES, BATCH_CALL_CANCEL},
    {"GET", "/v1/messages/batches/", "/results", BATCH_MESSAGES, BATCH_CALL_RESULTS},
    {"DELETE", "/v1/messages/batches/", "", BATCH_MESSAGES, BATCH_CALL_DELETE},
    {"POST", "/v1/batch/jobs", NULL, BATCH_MISTRAL, BATCH_CALL_CREATE},
    {"GET", "/v1/batch/jobs", NULL, BATCH_MISTRAL, BATCH_CALL_LIST},
    {"GET", "/v1/batch/jobs/", "", BATCH_MISTRAL, BATCH_CALL_POLL},
    {"POST", "/v1/batch/jobs/", "/cancel", BATCH_MISTRAL, BATCH_CALL_CANCEL},
    {"DELETE", "/v1/batch/jobs/", "", BATCH_MISTRAL, BATCH_CALL_DELETE},
    {"POST", "/simapi/clock", NULL, BATCH_OPENAI, BATCH_CALL_CLOCK},
};

static bool reads(const struct row *row, struct batch_path *p, const char *path) {
    size_t len = strlen(row->path), id_len;

    *p->id = 0;
    if (!row->behind)
        return !strcmp(path, row->path);
    if (strncmp(path, row->path, len) != 0)
        return false;
    path += len;
    id_len = strcspn(path, "/");
    if (!id_len || id_len >= BATCH_ID || strcmp(path + id_len, row->behind) != 0)
        return false;
    memcpy(p->id, path, id_len);
    p->id[id_len] = 0;
    return true;
}

bool sim_batch_path_read(struct batch_path *p, const char *method, const char *path) {
    if (!strncmp(path, "/openai/v1/", 11)) /* Azure has them there */
        path += 7;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strcmp(rows[i].method, method) != 0 || !reads(&rows[i], p, path))
            continue;
        p->shape = rows[i].shape;
        p->call = rows[i].call;
        return true;
    }
    return false;
}

const char *sim_batch_path_name(enum batch_call call) {
    static const char *const names[] = {
        [BATCH_CALL_UPLOAD] = "upload",   [BATCH_CALL_FILES] = "files",        [BATCH_CALL_FILE] = "file",
        [BATCH_CALL_CONTENT] = "content", [BATCH_CALL_DELETE_FILE] = "delete", [BATCH_CALL_CREATE] = "create",
        [BATCH_CALL_LIST] = "list",       [BATCH_CALL_POLL] = "poll",          [BATCH_CALL_CANCEL] = "cancel",
        [BATCH_CALL_RESULTS] = "results", [BATCH_CALL_DELETE] = "delete",      [BATCH_CALL_CLOCK] = "clock"};

    return names[call];
}
