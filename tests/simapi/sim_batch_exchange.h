/* What only a call of the APIs of files and batches has, beside its exchange. */
#ifndef SIMAPI_BATCH_EXCHANGE_H
#define SIMAPI_BATCH_EXCHANGE_H

#include "sim_batch_path.h"
#include "sim_state.h"
#include "sim_upload.h"

struct cJSON;

struct batch_exchange {
    struct batch_path path;
    /* Of the query; the HTTP library's, NULL: not sent. */
    const char *after, *before, *limit, *purpose, *order, *advance, *page, *page_size, *created_after, *model;
    struct cJSON *statuses,
        *metadata;         /* of Mistral's list: words that are looked for, and pairs; NULL: none */
    char base[128];        /* what URLs of this server begin with */
    struct upload *upload; /* NULL: the body is a small one */
    FILE *download;        /* to be handed out; NULL: the answer is a text */
    uint64_t download_bytes, download_given;
};

/* One for x, if its path is such a call; large bodies go where they belong from now on. */
void sim_batch_exchange_begin(struct simulator *s, struct exchange *x, const char *method, const char *path);
/* A number of the query, or otherwise what it is when it was not sent; at most most. */
uint64_t sim_batch_exchange_number(const char *text, uint64_t otherwise, uint64_t most);
void sim_batch_exchange_free(struct batch_exchange *c);

#endif
