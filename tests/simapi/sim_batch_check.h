/* The validation of a file of requests, line by line: what makes the whole batch fail before a row is run. */
#ifndef SIMAPI_BATCH_CHECK_H
#define SIMAPI_BATCH_CHECK_H

#include "sim_batches.h"

/*
 * The next line of b's input, without its newline, from offset at: a row, or one more of b's failures. Adds
 * up its tokens. variables_allowed as in sim_ask.h.
 */
void sim_batch_check_line(const struct batch_options *o, struct batch *b, const char *line, size_t len,
                          uint64_t at, const char *variables_allowed);
/* What is wrong with all of them; after the last line. enqueued: tokens of the others of this model. */
void sim_batch_check_whole(const struct batch_options *o, struct batch *b, uint64_t enqueued);
/* One failure more; line 0 and param NULL: of none. */
void sim_batch_check_fail(struct batch *b, const char *code, const char *message, const char *param,
                          uint64_t line);

#endif
