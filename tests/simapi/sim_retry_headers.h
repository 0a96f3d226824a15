/* When to come back, as a header, in every form that a client may meet. Pure. */
#ifndef SIMAPI_RETRY_HEADERS_H
#define SIMAPI_RETRY_HEADERS_H

#include "sim_limit_headers.h"

/*
 * Adds Retry-After, or retry-after-ms, or both, or nothing. dialect: not DIALECT_OF_PATH; wait_ns from
 * clock_ns on, which is since 1970; draw, in [0, 1), chooses the garbage.
 */
void sim_retry_headers_write(struct limit_headers *h, enum retry_after form, enum dialect dialect,
                             uint64_t wait_ns, uint64_t clock_ns, double draw);

#endif
