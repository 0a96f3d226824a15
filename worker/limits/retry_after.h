// How long a server asks us to wait, from its headers. Pure.
#ifndef RATION_RETRY_AFTER_H
#define RATION_RETRY_AFTER_H

#include <stdbool.h>
#include <stdint.h>

#define RETRY_AFTER_LONGEST 86400000000000ULL // nanoseconds; longer waits are cut to it

// Header values as they came, without surrounding white space; "" when absent. Several lines of one name are
// joined with commas.
struct retry_after_headers {
    const char *retry_after_ms; // milliseconds (Azure); also of x-ms-retry-after-ms
    // seconds, possibly a fraction; an HTTP date; also "2s", "1m30s", RFC 3339, a moment since 1970
    const char *retry_after;
    const char *date; // the server's clock, against which a moment counts
};

struct retry_after {
    bool told;      // something readable was sent
    uint64_t wait;  // the longest of all that was told, up to RETRY_AFTER_LONGEST; nanoseconds
    uint64_t asked; // the same before it was cut
    // something was sent that is no wait: negative, no number, or a number of more than a year
    bool unreadable;
};

// `wall_ns` is our own clock, for an answer without a Date.
struct retry_after retry_after_read(const struct retry_after_headers *headers, uint64_t wall_ns);

#endif
