/* The headers of an answer. */
#ifndef SIMAPI_HEAD_H
#define SIMAPI_HEAD_H

#include "sim_state.h"

#include <microhttpd.h>

/* Notes in the record of x whether its limit headers are garbage. */
void sim_head_add(struct exchange *x, struct MHD_Response *r, uint64_t now_ns);

#endif
