// The response headers that matter, picked out line by line. Pure.
#ifndef WORKER_RESPONSE_HEADERS_H
#define WORKER_RESPONSE_HEADERS_H

#include <stddef.h>

// Values without surrounding white space; "" when absent, or too long for their place.
struct response_headers {
    char retry_after[64];
    char retry_after_ms[32];
    char should_retry[8];
    char request_id[128];
    char date[40];
};

// Takes one "Name: value" line of `length` bytes, line end included or not.
void response_headers_add(struct response_headers *headers, const char *line, size_t length);

#endif
