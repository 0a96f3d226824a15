/* Creation of a batch, in each shape. Times are of the batches' clock. */
#ifndef SIMAPI_BATCH_CREATE_H
#define SIMAPI_BATCH_CREATE_H

#include "sim_state.h"

struct cJSON;

/* x has been let in. Writes its answer or its refusal. */
void sim_batch_create(struct simulator *s, struct exchange *x, uint64_t now_ns);

/* What the shapes have in common. */

/* Whether the account may make another one of so many rows; false when that refused the request. */
bool sim_batch_create_allowed(struct simulator *s, struct exchange *x, uint64_t rows, uint64_t now_ns);
/* Whether it is missing, or pairs of strings that are short enough; false when that refused the request. */
bool sim_batch_create_metadata_fits(struct exchange *x, const struct cJSON *metadata);
/* One of the caller's account and key. */
struct batch *sim_batch_create_add(struct simulator *s, struct exchange *x, uint64_t now_ns);
/* The input of b. A file that is not there does not refuse the creation: the batch fails in validation. */
void sim_batch_create_take_file(struct simulator *s, struct exchange *x, struct batch *b, const char *id,
                                uint64_t now_ns);
void sim_batch_create_answer(struct simulator *s, struct exchange *x, const struct batch *b);

#endif
