/* One row of a batch: its answer, as the API asked alone would give it, and its line of results. */
#ifndef SIMAPI_BATCH_ROW_H
#define SIMAPI_BATCH_ROW_H

#include "sim_state.h"

/* Runs a row and writes what there is to write, and a line of the audit. now_ns: monotonic. */
void sim_batch_row_run(struct simulator *s, struct batch *b, const char *line, size_t len, uint64_t now_ns);
/* A row that is not run, because b ends (b->end) before. */
void sim_batch_row_skip(struct batch *b, const char *line, size_t len);

#endif
