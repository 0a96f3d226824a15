/* How a dialect writes limits into headers. Pure. OpenAI's is the only one so far. */
#ifndef SIMAPI_LIMIT_HEADERS_H
#define SIMAPI_LIMIT_HEADERS_H

#include "sim_account.h"

#include <stddef.h>

#define LIMIT_HEADERS_MAX 8 /* for one answer */
#define LIMIT_DURATION_SIZE 32

struct limit_header {
    const char *name;
    char value[LIMIT_DURATION_SIZE];
};

/* The x-ratelimit headers of what is limited; returns how many. */
size_t sim_limit_headers_openai(const struct limit_view view[DIMENSION_COUNT],
                                struct limit_header out[LIMIT_HEADERS_MAX]);
/* A Go duration such as 0s, 12ms, 1.5s, 6m0s, 1h0m0s; the time is rounded up to milliseconds. */
void sim_limit_headers_duration(uint64_t ns, char out[LIMIT_DURATION_SIZE]);

#endif
