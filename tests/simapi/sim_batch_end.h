/* The end of a batch: its results become files that can be asked for. */
#ifndef SIMAPI_BATCH_END_H
#define SIMAPI_BATCH_END_H

#include "sim_batches.h"

/* end: one of the states that are ends. now_ns: the batches' clock. A failing write ends the program. */
void sim_batch_end(struct batches *all, struct batch *b, enum batch_state end, uint64_t now_ns);

#endif
