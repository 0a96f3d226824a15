#include "http/http_handler.h"

#include "http/http_access.h"
#include "http/http_page.h"
#include "http/http_route.h"
#include "ration/clock.h"
#include "ration/log.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

// ---- events ----
void http_handler_tell(struct http_handler *handler, uint64_t now) {
    bool well = true;
    char *status = handler->hooks.read(handler->hooks.context, HTTP_STATUS, &well);
    if (status != NULL) {
        http_events_state(&handler->streams.events, status);
        handler->told = now;
        free(status);
    }
}

// Sends it with the headers that all answers have.
static void send_guarded(struct http_exchange *exchange, struct http_response *response, const char *policy) {
    http_answer_guard(response, policy);
    http_answer_send(exchange, 200, response);
}

static void send_events(struct http_handler *handler, struct http_exchange *exchange) {
    struct http_stream *place = http_streams_place(&handler->streams);
    uint64_t now = clock_now();
    if (strcmp(http_exchange_method(exchange), "HEAD") == 0) {
        send_guarded(exchange, http_response_make("", 0, true, "text/event-stream"), NULL);
    } else if (place == NULL) {
        http_answer_message(exchange, 503, "as many listen already as may", "Retry-After", "10");
    } else {
        if (now - handler->told > HTTP_HANDLER_INTERVAL) {
            http_handler_tell(handler, now); // nobody listened so far
        }
        send_guarded(exchange, http_streams_begin(&handler->streams, place, exchange), NULL);
    }
}

// ---- requests ----
static void print_peer(const struct http_exchange *exchange, char out[LISTEN_ADDRESS_TEXT]) {
    const struct sockaddr *address = http_exchange_peer(exchange);
    struct listen_address peer = {.length = 0};
    size_t size = address->sa_family == AF_INET ? sizeof(peer.address.v4) : sizeof(peer.address.v6);
    memcpy(&peer.address, address, size);
    listen_address_print(&peer, out);
}

static void refuse(struct http_handler *handler, struct http_exchange *exchange, enum http_verdict verdict) {
    unsigned status = http_access_status(verdict);
    uint64_t now = clock_now();
    handler->refused++;
    if (handler->refused_told == 0 ||
        now - handler->refused_told > CLOCK_SECOND) { // callers must not fill the log
        char peer[LISTEN_ADDRESS_TEXT];
        print_peer(exchange, peer);
        log_warn("http", "refused %s to %s: %s (%" PRIu64 " refused so far)", http_exchange_path(exchange),
                 peer, http_access_words(verdict), handler->refused);
        handler->refused_told = now;
    }
    http_answer_message(exchange, status, http_access_words(verdict),
                        status == 401 ? "WWW-Authenticate" : NULL, "Bearer realm=\"ration\"");
}

// All that can be told from the head of a request.
bool http_handler_head(void *context, struct http_exchange *exchange) {
    struct http_handler *handler = context;
    const struct http_route *route = http_route_find(http_exchange_path(exchange));
    struct http_caller caller = {
        .host = http_exchange_header(exchange, "Host"),
        .origin = http_exchange_header(exchange, "Origin"),
        .fetch_site = http_exchange_header(exchange, "Sec-Fetch-Site"),
        .authorization = http_exchange_header(exchange, "Authorization"),
    };
    if (route == NULL) {
        http_answer_message(exchange, 404, "there is nothing here", NULL, NULL);
        return false;
    }
    if (!http_route_takes(route, http_exchange_method(exchange))) {
        http_answer_message(exchange, 405, "the method is not one of Allow", "Allow",
                            http_route_allow(route));
        return false;
    }
    enum http_verdict verdict =
        http_access_check(&handler->listen, &handler->names,
                          handler->token[0] != '\0' ? handler->token : NULL, route->who, &caller);
    if (verdict != HTTP_ALLOWED) {
        refuse(handler, exchange, verdict);
        return false;
    }
    return true;
}

static void change(struct http_handler *handler, struct http_exchange *exchange,
                   const struct http_route *route) {
    char peer[LISTEN_ADDRESS_TEXT];
    size_t length;
    const char *body = http_exchange_body(exchange, &length);
    print_peer(exchange, peer);
    log_info("http", "POST %s from %s", route->path, peer);
    struct http_reply reply = http_reply_change(&handler->hooks, route->what, body, length);
    http_answer_reply(exchange, &reply);
}

static void send_page(const struct http_handler *handler, struct http_exchange *exchange,
                      enum http_page_name name) {
    size_t length;
    const char *page = http_page(name, &length);
    send_guarded(exchange, http_response_make(page, length, true, "text/html; charset=utf-8"),
                 handler->page_policy[name]);
}

static void find(const struct http_handler *handler, struct http_exchange *exchange, enum http_what what) {
    const struct http_wanted wanted = {
        .file = http_exchange_argument(exchange, "file"),
        .before = http_exchange_argument(exchange, "before"),
        .limit = http_exchange_argument(exchange, "limit"),
        .whole = http_exchange_argument(exchange, "whole"),
        .id = http_exchange_argument(exchange, "id"),
        .class = http_exchange_argument(exchange, "class"),
        .finish = http_exchange_argument(exchange, "finish"),
        .group = http_exchange_argument(exchange, "group"),
    };
    struct http_reply reply = http_reply_find(&handler->hooks, what, &wanted);
    http_answer_reply(exchange, &reply);
}

void http_handler_whole(void *context, struct http_exchange *exchange) {
    struct http_handler *handler = context;
    const struct http_route *route = http_route_find(http_exchange_path(exchange));
    if (route->post && !handler->takes_orders) {
        http_answer_message(exchange, 503, "the run has ended", NULL, NULL);
    } else if (route->post) {
        change(handler, exchange, route);
    } else if (route->what == HTTP_PAGE) {
        send_page(handler, exchange, HTTP_PAGE_DASHBOARD);
    } else if (route->what == HTTP_ANSWERS_PAGE) {
        send_page(handler, exchange, HTTP_PAGE_ANSWERS);
    } else if (route->what == HTTP_ANSWERS || route->what == HTTP_INPUT) {
        find(handler, exchange, route->what);
    } else if (route->what == HTTP_EVENTS) {
        send_events(handler, exchange);
    } else {
        http_answer_share(&handler->shared[route->what], &handler->hooks, route->what, exchange, clock_now());
    }
}

void http_handler_wipe(struct http_handler *handler) {
    for (int what = 0; what <= HTTP_QUEUE; what++) {
        http_response_free(handler->shared[what].response);
    }
    http_events_free(&handler->streams.events);
    explicit_bzero(handler->token, sizeof(handler->token));
}
