/* The files that were uploaded or came of batches: in one folder, and which account each belongs to. */
#ifndef SIMAPI_FILES_H
#define SIMAPI_FILES_H

#include "sim_batch_path.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct account;

struct stored {
    struct stored *older;
    char id[BATCH_ID];
    char *path, *name, *purpose; /* name and purpose as the client gave them */
    uint64_t bytes, created_ns;  /* the batches' clock */
    const struct account *owner;
    bool deleted;
};

struct files {
    const char *folder;
    struct stored *newest;
    uint64_t opened, stored;
};

/* A new file of the folder, for writing and reading; *path is the caller's. Ends the program if it cannot. */
FILE *sim_files_new(struct files *f, char **path);
/* Opens one for reading. NULL: it is not there any more. */
FILE *sim_files_open(const char *path);
/* Keeps it under a new id. Takes path over; f must have been flushed. */
struct stored *sim_files_add(struct files *files, char *path, const char *name, const char *purpose,
                             const struct account *owner, uint64_t now_ns);
/* NULL: not there, deleted, older than keep_ns (0: never too old), or another account's. */
struct stored *sim_files_find(const struct files *f, const char *id, const struct account *owner,
                              uint64_t now_ns, uint64_t keep_ns);
void sim_files_delete(struct stored *s);
/* Forgets all; the folder stays as it is. */
void sim_files_free(struct files *f);

#endif
