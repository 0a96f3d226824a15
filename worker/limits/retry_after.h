// How long a server asks us to wait, from its headers. Pure.
#ifndef WORKER_RETRY_AFTER_H
#define WORKER_RETRY_AFTER_H

#include <stdbool.h>
#include <stdint.h>

#define RETRY_AFTER_LONGEST \
    86400000000000ULL // nanoseconds; longer ones are cut to it, numbers of more than a year ignored

// Header values as they came, without surrounding white space; "" when absent.
struct retry_after_headers {
    const char *retry_after_ms; // milliseconds (Azure)
    const char *retry_after;    // seconds, possibly a fraction, or an HTTP date
    const char *date;           // the server's clock, against which an HTTP date counts
};

// False when nothing readable was sent. `wall_ns` is our own clock, for an answer without a Date.
bool retry_after_read(const struct retry_after_headers *headers, uint64_t wall_ns, uint64_t *wait_ns);

#endif
