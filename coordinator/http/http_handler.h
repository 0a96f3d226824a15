// What becomes of a request: who may call, what is done, and the answer. Knows no loop.
#ifndef RATION_HTTP_HANDLER_H
#define RATION_HTTP_HANDLER_H

#include "config/listen_address.h"
#include "config/listen_names.h"
#include "http/http_answer.h"
#include "http/http_library.h"
#include "http/http_page.h"
#include "http/http_reply.h"
#include "http/http_streams.h"
#include "http/http_token.h"
#include "ration/clock.h"

#include <stdbool.h>
#include <stdint.h>

#define HTTP_HANDLER_INTERVAL CLOCK_SECOND // between two states that listeners are told

// Begin it zeroed.
struct http_handler {
    struct listen_address listen;
    struct listen_names names; // of a proxy before it
    struct http_hooks hooks;
    bool takes_orders;           // the run is at work: what changes it is passed on
    char token[HTTP_TOKEN_SIZE]; // "": none
    char page_policy[HTTP_PAGES][HTTP_PAGE_POLICY_SIZE];
    uint64_t told; // when the listeners were last told the state
    uint64_t refused, refused_told;
    struct http_answer_shared shared[HTTP_QUEUE + 1];
    struct http_streams streams;
};

// The library's calls; context: the handler. All that can be told from the head of a request; and all of it.
bool http_handler_head(void *context, struct http_exchange *exchange);
void http_handler_whole(void *context, struct http_exchange *exchange);

// Gives the listeners the state of the run; they are still to be woken.
void http_handler_tell(struct http_handler *handler, uint64_t now);

// What it holds, and the token.
void http_handler_wipe(struct http_handler *handler);

#endif
