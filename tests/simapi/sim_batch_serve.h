/* Answers a call of the APIs of files and batches, or lets it fail by lot. */
#ifndef SIMAPI_BATCH_SERVE_H
#define SIMAPI_BATCH_SERVE_H

#include "sim_state.h"

/* x->batch says which call; key and account are in order. now_ns: monotonic. */
void sim_batch_serve(struct simulator *s, struct exchange *x, uint64_t now_ns);
/* The simulator's own path: sets the batches' clock forward. Needs no key. */
void sim_batch_serve_clock(struct simulator *s, struct exchange *x, uint64_t now_ns);

#endif
