#include "http/http_answer.h"

#include "ration/clock.h"

#include <string.h>

#define FRESH (200 * CLOCK_MS)
#define NOTHING "default-src 'none'; frame-ancestors 'none'"

void http_answer_guard(struct http_response *response, const char *policy) {
    http_response_header(response, "Content-Security-Policy", policy != NULL ? policy : NOTHING);
    http_response_header(response, "Cache-Control", "no-store");
    http_response_header(response, "X-Content-Type-Options", "nosniff");
    http_response_header(response, "X-Frame-Options", "DENY");
    http_response_header(response, "Referrer-Policy", "no-referrer");
    http_response_header(response, "Cross-Origin-Resource-Policy", "same-origin");
}

void http_answer_send(struct http_exchange *exchange, unsigned status, struct http_response *response) {
    http_exchange_send(exchange, status, response);
    http_response_free(response);
}

static struct http_response *response_of(const struct http_reply *reply) {
    if (reply->text == NULL) {
        return NULL;
    }
    struct http_response *response = http_response_make(reply->text, strlen(reply->text), false, reply->type);
    http_answer_guard(response, NULL);
    return response;
}

void http_answer_reply(struct http_exchange *exchange, const struct http_reply *reply) {
    http_answer_send(exchange, reply->status, response_of(reply));
}

void http_answer_message(struct http_exchange *exchange, unsigned status, const char *message,
                         const char *header, const char *value) {
    struct http_reply reply = http_reply_message(status, false, message);
    struct http_response *response = response_of(&reply);
    if (header != NULL) {
        http_response_header(response, header, value);
    }
    http_answer_send(exchange, status, response);
}

void http_answer_share(struct http_answer_shared *shared, const struct http_hooks *hooks, enum http_what what,
                       struct http_exchange *exchange, uint64_t now) {
    if (shared->response == NULL || now - shared->made > FRESH) {
        struct http_reply reply = http_reply_read(hooks, what);
        http_response_free(shared->response);
        *shared =
            (struct http_answer_shared){.response = response_of(&reply), .status = reply.status, .made = now};
    }
    http_exchange_send(exchange, shared->status, shared->response);
}
