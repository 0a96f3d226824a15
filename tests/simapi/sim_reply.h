/* What a request that was let in gets: its answer, or the fault that the lot has for it. */
#ifndef SIMAPI_REPLY_H
#define SIMAPI_REPLY_H

#include "sim_state.h"

/* Sets fault, time, record and answer of x, by its lot; x->cached has been looked up. */
void sim_reply(const struct options *o, struct exchange *x, const struct ask *ask);
/* Tokens of its input that no limit counts: the limits of the API of messages not what was remembered. */
uint64_t sim_reply_uncounted(const struct exchange *x);

#endif
