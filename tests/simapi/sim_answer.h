/* Bodies that look like the real API's. Pure. */
#ifndef SIMAPI_ANSWER_H
#define SIMAPI_ANSWER_H

#include "sim_ask.h"
#include "sim_text.h"

struct answer {
    uint64_t number;     /* of the request: makes the ids unique */
    uint64_t created;    /* seconds since 1970 */
    uint64_t text_bytes; /* the text is filled up to this */
    bool empty, cut;     /* no text at all; ended by the token limit half-way, whatever the limit is */
    uint64_t input_tokens, output_tokens; /* set by sim_answer_build */
};

/*
 * Adds the body of a 200. The text is "Biography of <subject> (<n> bytes of data). " with filler behind;
 * without data the part in brackets is missing. It ends early, marked as such, at the token limit of the
 * request.
 */
void sim_answer_build(struct answer *answer, const struct ask *ask, enum api api, struct text *out);
/* Adds the body of an error; param and code may be NULL. */
void sim_answer_error(struct text *out, const char *message, const char *type, const char *param,
                      const char *code);

#endif
