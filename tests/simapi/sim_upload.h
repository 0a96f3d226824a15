/* A large body that comes in, straight into a file: a form with a file, or the requests of a batch. */
#ifndef SIMAPI_UPLOAD_H
#define SIMAPI_UPLOAD_H

#include "sim_batch_rows.h"
#include "sim_batch_split.h"
#include "sim_files.h"

struct MHD_Connection;
struct MHD_PostProcessor;

enum upload_kind { UPLOAD_FORM, UPLOAD_REQUESTS };

struct upload {
    enum upload_kind kind;
    FILE *file;
    char *path;
    uint64_t bytes, bytes_most; /* of the file, or of the whole body of requests */
    bool too_large, has_file, bad_form;
    /* Of a form. */
    struct MHD_PostProcessor *form;
    struct text purpose, name; /* terminated, or empty */
    /* Of requests. */
    struct batch_split split;
    struct batch_rows rows;
    uint64_t line_at;
    char message[160]; /* what is wrong with them; empty: nothing so far */
};

/* What comes beyond bytes_most is read, and thrown away. */
struct upload *sim_upload_begin(struct files *files, struct MHD_Connection *connection, enum upload_kind kind,
                                uint64_t bytes_most);
void sim_upload_feed(struct upload *u, const char *bytes, size_t len);
/* Everything is there: flushes the file. */
void sim_upload_end(struct upload *u);
/* Deletes the file, unless its path was taken over (NULL). u may be NULL. */
void sim_upload_free(struct upload *u);

#endif
