// Answers on their way out: the headers that each has, and who shares one.
#ifndef RATION_HTTP_ANSWER_H
#define RATION_HTTP_ANSWER_H

#include "http/http_library.h"
#include "http/http_reply.h"

#include <stdint.h>

// An answer that all callers of the next moment share, however many they are and however slowly they read.
struct http_answer_shared {
    struct http_response *response;
    unsigned status;
    uint64_t made;
};

// Adds the headers that forbid browsers what they must not do. `policy`: of the content; NULL: it may do
// nothing.
void http_answer_guard(struct http_response *response, const char *policy);

// These send, and free what they sent.
void http_answer_send(struct http_exchange *exchange, unsigned status, struct http_response *response);
void http_answer_reply(struct http_exchange *exchange, const struct http_reply *reply);
// `header` may be NULL.
void http_answer_message(struct http_exchange *exchange, unsigned status, const char *message,
                         const char *header, const char *value);

// Makes a shared answer anew, if it is older than a fifth of a second, and sends it.
void http_answer_share(struct http_answer_shared *shared, const struct http_hooks *hooks, enum http_what what,
                       struct http_exchange *exchange, uint64_t now);

#endif
