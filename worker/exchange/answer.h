// What a response body says, whatever the status. The body is hostile input: it is checked for valid UTF-8,
// parsed whole, and every number is range-checked. Pure but for the memory of json_memory.h.
#ifndef WORKER_ANSWER_H
#define WORKER_ANSWER_H

#include "ration/provider.h"
#include "exchange/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Strings are NULL when absent; they live until the next answer_read().
struct answer {
    bool parsed;      // valid UTF-8, whole JSON, an object
    bool complete;    // parsed, it ended in a way that gives a text, and the text is not empty
    bool failed;      // it carries an error, or says that it failed
    bool starved;     // it could not be read for want of memory: nothing else here counts
    const char *text; // all text parts joined
    size_t text_length;
    const char *id;
    const char *model;
    const char *finish_reason; // stop, length, content_filter, …
    const char *refusal;       // the model declined to answer, in its words
    uint64_t input_tokens;     // 0 when not reported
    uint64_t output_tokens;
    uint64_t total_tokens;
    const char *error_type;
    const char *error_code;
    const char *error_param;
    const char *error_message;
    const char *error_detail; // a code inside error.details
};

// Reads `length` bytes of `body`. `joined` is scratch memory for texts of several parts; it must live as
// long as the answer.
void answer_read(enum provider_shape shape, const char *body, size_t length, struct text *joined,
                 struct answer *answer);

// Whether a text was cut by the token limit.
bool answer_truncated(const struct answer *answer);

#endif
