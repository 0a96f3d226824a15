// A response as it arrives: its body, bounded, and the headers that matter.
#ifndef RATION_RESPONSE_H
#define RATION_RESPONSE_H

#include "ration/text.h"

#include <stdbool.h>
#include <stddef.h>

// Values without surrounding white space; "" when absent, or too long for their place. Of several lines the
// last counts, but waits are joined with commas.
struct response_headers {
    char retry_after[160];
    char retry_after_ms[96];
    char encoding[40]; // what the body is packed with and we do not unpack; see response_add_header()
    char should_retry[8];
    char request_id[128];
    char date[40];
};

struct response {
    struct response_headers headers;
    size_t header_bytes;
    struct text body;
    bool too_large;
    unsigned packed; // encodings that its headers name so far
    bool encoded;    // the body comes in an encoding that we did not ask for
};

// Empties it for the next one; a large body's memory is given back.
void response_clear(struct response *response);
void response_free(struct response *response);

// Takes a piece of the body, as unpacked, or a whole header line, with its end. False: more than is accepted
// (`too_large`), in another encoding than gzip (`encoded`), or out of memory.
bool response_add_body(struct response *response, const char *bytes, size_t length, size_t most);
bool response_add_header(struct response *response, const char *line, size_t length);

#endif
