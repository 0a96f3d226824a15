/* Creation of a batch, in each shape. */
#ifndef SIMAPI_BATCH_CREATE_H
#define SIMAPI_BATCH_CREATE_H

#include "sim_state.h"

/* x has been let in. Writes its answer or its refusal. now_ns: the batches' clock. */
void sim_batch_create(struct simulator *s, struct exchange *x, uint64_t now_ns);

#endif
