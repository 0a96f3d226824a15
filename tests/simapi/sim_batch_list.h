/* The list of an account's batches, page by page, in each shape. */
#ifndef SIMAPI_BATCH_LIST_H
#define SIMAPI_BATCH_LIST_H

#include "sim_state.h"

/* x has been let in. Writes its answer, in the shape of OpenAI or messages. now_ns: the batches' clock. */
void sim_batch_list(struct simulator *s, struct exchange *x, uint64_t now_ns);
/* The next older one of the list of x; b NULL: the newest. NULL: there is none. */
const struct batch *sim_batch_list_next(const struct simulator *s, const struct exchange *x,
                                        const struct batch *b, uint64_t now_ns);

#endif
