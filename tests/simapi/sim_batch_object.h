/* Batches and files as their APIs tell them. Pure. */
#ifndef SIMAPI_BATCH_OBJECT_H
#define SIMAPI_BATCH_OBJECT_H

#include "sim_batches.h"

/* base: what URLs begin with, such as http://127.0.0.1:80. */
void sim_batch_object_add(struct text *out, const struct batches *all, const struct batch *b,
                          const char *base);
void sim_batch_object_add_file(struct text *out, const struct batches *all, const struct stored *f);

#endif
