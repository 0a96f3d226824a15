/* What batches do by themselves: they are validated, run, and come to one of their ends. */
#ifndef SIMAPI_BATCH_RUN_H
#define SIMAPI_BATCH_RUN_H

#include "sim_state.h"

/* Does a few milliseconds of what is to be done, and sets when there is more. Called when the loop turns. */
void sim_batch_run(struct simulator *s, uint64_t now_ns);
/* Begins to cancel one that has not ended. now_ns: batches' clock. */
void sim_batch_run_cancel(struct batches *all, struct batch *b, uint64_t now_ns);
/* The batch has all its rows: what goes wrong with it is drawn, and it begins. now_ns: batches' clock. */
void sim_batch_run_begin(struct simulator *s, struct batch *b, uint64_t now_ns);

#endif
