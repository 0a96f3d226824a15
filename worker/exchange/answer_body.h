// From the bytes of a body to bytes that can be parsed, and keep their meaning: valid UTF-8, no NUL, no lone
// surrogate; a stream of events as one list. Pure.
#ifndef RATION_ANSWER_BODY_H
#define RATION_ANSWER_BODY_H

#include "ration/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct answer_body {
    const char *bytes; // the body itself, or in `own`
    size_t length;
    uint32_t replaced; // characters that became U+FFFD
    bool stream;       // of events: now a list of their data
    struct text own;
};

// `bytes` must live as long as the body. False: no memory.
bool answer_body_make(struct answer_body *body, const char *bytes, size_t length);
void answer_body_free(struct answer_body *body);

#endif
