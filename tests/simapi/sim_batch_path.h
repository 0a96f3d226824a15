/* Which call of the APIs of files and batches a request is, by its method and path. Pure. */
#ifndef SIMAPI_BATCH_PATH_H
#define SIMAPI_BATCH_PATH_H

#include <stdbool.h>

#define BATCH_ID 64

enum batch_shape { BATCH_OPENAI, BATCH_MESSAGES, BATCH_MISTRAL };

enum batch_call {
    BATCH_CALL_UPLOAD,
    BATCH_CALL_FILES,
    BATCH_CALL_FILE,
    BATCH_CALL_CONTENT,
    BATCH_CALL_DELETE_FILE,
    BATCH_CALL_CREATE,
    BATCH_CALL_LIST,
    BATCH_CALL_POLL,
    BATCH_CALL_CANCEL,
    BATCH_CALL_RESULTS,
    BATCH_CALL_DELETE,
    BATCH_CALL_CLOCK /* of the simulator itself */
};

struct batch_path {
    enum batch_shape shape; /* of a file: BATCH_OPENAI */
    enum batch_call call;
    char id[BATCH_ID]; /* empty where the path has none */
};

/* False: none of them. */
bool sim_batch_path_read(struct batch_path *p, const char *method, const char *path);
/* As options and the audit name it. */
const char *sim_batch_path_name(enum batch_call call);

#endif
