/* The list of an account's batches, page by page, in each shape. */
#ifndef SIMAPI_BATCH_LIST_H
#define SIMAPI_BATCH_LIST_H

#include "sim_state.h"

/* x has been let in. Writes its answer. now_ns: the batches' clock. */
void sim_batch_list(struct simulator *s, struct exchange *x, uint64_t now_ns);

#endif
