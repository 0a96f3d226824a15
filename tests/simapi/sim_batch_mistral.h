/* Batches in the shape of Mistral, whose jobs have words of their own. Times are of the batches' clock. */
#ifndef SIMAPI_BATCH_MISTRAL_H
#define SIMAPI_BATCH_MISTRAL_H

#include "sim_state.h"

struct cJSON;

/* x has been let in; tree is its body. Writes its answer or its refusal. */
void sim_batch_mistral_create(struct simulator *s, struct exchange *x, const struct cJSON *tree,
                              uint64_t now_ns);
/* A page of those that the query lets through: status, created_after, model, pairs of metadata. */
void sim_batch_mistral_list(struct simulator *s, struct exchange *x, uint64_t now_ns);
/* A job as it is told. */
void sim_batch_mistral_object(struct text *out, const struct batch *b);

#endif
