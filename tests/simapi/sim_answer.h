/* Bodies that look like the real API's. Pure. */
#ifndef SIMAPI_ANSWER_H
#define SIMAPI_ANSWER_H

#include "sim_ask.h"
#include "sim_cache.h"
#include "sim_text.h"

#define ANSWER_REQUEST_ID 48

struct answer {
    uint64_t number;      /* of the request: makes the ids unique */
    uint64_t created;     /* seconds since 1970 */
    uint64_t text_bytes;  /* the text is filled up to this */
    bool empty, cut;      /* no text at all; ended by the token limit half-way, whatever the limit is */
    bool batch;           /* a row of a batch, and said so */
    const char *tier;     /* that answers, see sim_tier.h */
    uint64_t thinks;      /* tokens of thinking before each answer, within its limit */
    struct cached cached; /* of the input */
    uint64_t input_tokens, output_tokens, reasoning_tokens; /* set by sim_answer_build; of each all */
};

/*
 * Adds the body of a 200. The text is "Biography of <subject> (<n> bytes of data). " with filler behind;
 * without data the part in brackets is missing. It ends early, marked as such, at the token limit of the
 * request. A request that asks for JSON of a schema gets that, see sim_schema.h.
 */
void sim_answer_build(struct answer *answer, const struct ask *ask, enum api api, struct text *out);
/* Adds the body of an error; param and code may be NULL. */
void sim_answer_error(struct text *out, const char *message, const char *type, const char *param,
                      const char *code);
/* The same of the API of messages; error_code NULL: without details. */
void sim_answer_error_anthropic(struct text *out, const char *type, const char *message,
                                const char *error_code, const char *request_id);
/* clock_ns: when it arrived, since 1970. */
void sim_answer_request_id(char out[ANSWER_REQUEST_ID], uint64_t clock_ns, uint64_t number);

#endif
