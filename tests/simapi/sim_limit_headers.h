/* How each dialect writes limits into headers. Pure. */
#ifndef SIMAPI_LIMIT_HEADERS_H
#define SIMAPI_LIMIT_HEADERS_H

#include "sim_account.h"
#include "sim_dialect.h"

#include <stddef.h>

#define LIMIT_HEADERS_MAX 16 /* for one answer, Retry-After included */
#define LIMIT_HEADER_NAME 48
#define LIMIT_HEADER_VALUE 400

struct limit_header {
    char name[LIMIT_HEADER_NAME], value[LIMIT_HEADER_VALUE];
};

struct limit_headers {
    struct limit_header header[LIMIT_HEADERS_MAX];
    size_t count;
};

void sim_limit_headers_add(struct limit_headers *h, const char *name, const char *value);
/*
 * The headers of what is limited; azure says -1 of what is not. clock_ns: when the view was taken, since
 * 1970. cost: the tokens charged for the request. Replaces what was in h.
 */
void sim_limit_headers_write(struct limit_headers *h, enum dialect dialect,
                             const struct limit_view view[DIMENSION_COUNT], uint64_t clock_ns, uint64_t cost);
/* Replaces the values by ones that no dialect knows; draw, in [0, 1), chooses which. */
void sim_limit_headers_spoil(struct limit_headers *h, double draw);

#endif
