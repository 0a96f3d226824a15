#include "http/http.h"

#include "http/http_access.h"
#include "http/http_answer.h"
#include "http/http_library.h"
#include "http/http_page.h"
#include "http/http_streams.h"
#include "http/http_token.h"
#include "ration/clock.h"
#include "ration/log.h"

#include <bsd/string.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define SHARE (20 * CLOCK_MS) // of each tick
#define SLICE (2 * CLOCK_MS)  // at a time
#define STATE_INTERVAL CLOCK_SECOND
#define FAREWELL (300 * CLOCK_MS)

struct http {
    struct http_library *library;
    struct http_listen listen;
    struct http_hooks hooks;
    char token[HTTP_TOKEN_SIZE]; // "": none
    char page_policy[HTTP_PAGE_POLICY_SIZE];
    int epoll; // -1: not attached
    uint32_t tag;
    uint64_t used; // time of this tick
    bool more;     // the library has something to do at once
    uint64_t told; // when the listeners were last told the state
    uint64_t refused, refused_told;
    struct http_answer_shared shared[HTTP_QUEUE + 1];
    struct http_streams streams;
};

// ---- events ----
static void tell_state(struct http *http, uint64_t now) {
    bool well = true;
    char *status = http->hooks.read(http->hooks.context, HTTP_STATUS, &well);
    if (status != NULL) {
        http_events_state(&http->streams.events, status);
        http->told = now;
        free(status);
    }
}

static void wake_listeners(struct http *http) {
    http_streams_wake(&http->streams);
    http->more = true;
}

// Sends it with the headers that all answers have.
static void send_guarded(struct http_exchange *exchange, struct http_response *response, const char *policy) {
    http_answer_guard(response, policy);
    http_answer_send(exchange, 200, response);
}

static void send_events(struct http *http, struct http_exchange *exchange) {
    struct http_stream *place = http_streams_place(&http->streams);
    uint64_t now = clock_now();
    if (strcmp(http_exchange_method(exchange), "HEAD") == 0) {
        send_guarded(exchange, http_response_make("", 0, true, "text/event-stream"), NULL);
    } else if (place == NULL) {
        http_answer_message(exchange, 503, "as many listen already as may", "Retry-After", "10");
    } else {
        if (now - http->told > STATE_INTERVAL) {
            tell_state(http, now); // nobody listened so far
        }
        send_guarded(exchange, http_streams_begin(&http->streams, place, exchange), NULL);
    }
}

// ---- requests ----
static void print_peer(const struct http_exchange *exchange, char out[HTTP_LISTEN_TEXT]) {
    const struct sockaddr *address = http_exchange_peer(exchange);
    struct http_listen peer = {.length = 0};
    size_t size = address->sa_family == AF_INET ? sizeof(peer.address.v4) : sizeof(peer.address.v6);
    memcpy(&peer.address, address, size);
    http_listen_print(&peer, out);
}

static void refuse(struct http *http, struct http_exchange *exchange, enum http_verdict verdict) {
    unsigned status = http_access_status(verdict);
    uint64_t now = clock_now();
    http->refused++;
    if (http->refused_told == 0 || now - http->refused_told > CLOCK_SECOND) { // callers must not fill the log
        char peer[HTTP_LISTEN_TEXT];
        print_peer(exchange, peer);
        log_warn("http", "refused %s to %s: %s (%" PRIu64 " refused so far)", http_exchange_path(exchange),
                 peer, http_access_words(verdict), http->refused);
        http->refused_told = now;
    }
    http_answer_message(exchange, status, http_access_words(verdict),
                        status == 401 ? "WWW-Authenticate" : NULL, "Bearer realm=\"ration\"");
}

// All that can be told from the head of a request.
static bool take_head(void *context, struct http_exchange *exchange) {
    struct http *http = context;
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
        http_access_check(&http->listen, http->token[0] != '\0' ? http->token : NULL, route->who, &caller);
    if (verdict != HTTP_ALLOWED) {
        refuse(http, exchange, verdict);
        return false;
    }
    return true;
}

static void change(struct http *http, struct http_exchange *exchange, const struct http_route *route) {
    char peer[HTTP_LISTEN_TEXT];
    size_t length;
    const char *body = http_exchange_body(exchange, &length);
    print_peer(exchange, peer);
    log_info("http", "POST %s from %s", route->path, peer);
    struct http_reply reply = http_reply_change(&http->hooks, route->what, body, length);
    http_answer_reply(exchange, &reply);
}

static void take_whole(void *context, struct http_exchange *exchange) {
    struct http *http = context;
    const struct http_route *route = http_route_find(http_exchange_path(exchange));
    if (route->post && http->epoll < 0) {
        http_answer_message(exchange, 503, "the run has ended", NULL, NULL);
    } else if (route->post) {
        change(http, exchange, route);
    } else if (route->what == HTTP_PAGE) {
        size_t length;
        const char *page = http_page(&length);
        send_guarded(exchange, http_response_make(page, length, true, "text/html; charset=utf-8"),
                     http->page_policy);
    } else if (route->what == HTTP_EVENTS) {
        send_events(http, exchange);
    } else {
        http_answer_share(&http->shared[route->what], &http->hooks, route->what, exchange, clock_now());
    }
}

// ---- the loop's side ----
struct http *http_open(const struct http_listen *listen) {
    char where[HTTP_LISTEN_TEXT];
    size_t length;
    struct http *http = calloc(1, sizeof(*http));
    if (http == NULL) {
        log_fatal("http", "out of memory");
        return NULL;
    }
    http->listen = *listen;
    http->epoll = -1;
    const char *page = http_page(&length);
    if (http_page_policy(page, length, http->page_policy) != 0) {
        log_panic("the dashboard has no script or no style");
    }
    http_listen_print(listen, where);
    int fd = http_listen_open(&http->listen);
    if (fd >= 0) {
        struct http_library_calls calls = {.head = take_head, .whole = take_whole, .context = http};
        http->library = http_library_open(fd, &calls);
    }
    if (http->library == NULL) {
        log_fatal("http", "cannot listen at %s: %s; give another --listen", where,
                  fd < 0 ? strerror(errno) : "out of memory or descriptors");
        free(http);
        return NULL;
    }
    return http;
}

const struct http_listen *http_listening(const struct http *http) {
    return &http->listen;
}

// One-shot: when the share of time is used up, its events wait for the next tick.
static int rearm(struct http *http, int how) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT, .data = {.u32 = http->tag}};
    return epoll_ctl(http->epoll, how, http_library_descriptor(http->library), &event);
}

int http_attach(struct http *http, int epoll_fd, uint32_t tag, const struct http_hooks *hooks,
                const char *token) {
    (void)strlcpy(http->token, token != NULL ? token : "", sizeof(http->token));
    http->hooks = *hooks;
    http->epoll = epoll_fd;
    http->tag = tag;
    return rearm(http, EPOLL_CTL_ADD);
}

void http_event(struct http *http) {
    uint64_t began = clock_now();
    uint64_t now;
    if (http->used >= SHARE) {
        return;
    }
    do {
        http->more = http_library_run(http->library);
        now = clock_now();
    } while (http->more && now - began < SLICE);
    http->used += now - began;
    (void)rearm(http, EPOLL_CTL_MOD);
}

int http_wait(const struct http *http, int most) {
    return http->more && http->used < SHARE ? 0 : most;
}

void http_tick(struct http *http, uint64_t now) {
    http->used = 0;
    http_library_tick(http->library, now);
    if (now - http->told >= STATE_INTERVAL && http_streams_any(&http->streams)) {
        tell_state(http, now);
        wake_listeners(http);
    }
    http_event(http);
}

void http_alert(struct http *http, const char *json) {
    http_events_alert(&http->streams.events, json);
    wake_listeners(http);
}

void http_detach(struct http *http) {
    if (http->epoll >= 0) {
        (void)epoll_ctl(http->epoll, EPOLL_CTL_DEL, http_library_descriptor(http->library), NULL);
        http->epoll = -1;
    }
}

// Who listens is told the end, and whoever is connected is answered once more: a page that asked in the
// moment in which the run ended must not find a closed port. Nobody connected: no delay.
static void say_farewell(struct http *http) {
    struct pollfd ready = {.fd = http_library_descriptor(http->library), .events = POLLIN};
    uint64_t end = clock_now() + FAREWELL;
    while (http_library_connected(http->library) && clock_now() < end) {
        if (!http_library_run(http->library)) {
            (void)poll(&ready, 1, 10);
        }
    }
}

void http_end(struct http *http, const char *json) {
    http_events_end(&http->streams.events, json);
    wake_listeners(http);
}

void http_linger(struct http *http, int other_fd, int most, uint64_t now) {
    struct pollfd ready[] = {{.fd = http_library_descriptor(http->library), .events = POLLIN},
                             {.fd = other_fd, .events = POLLIN}};
    http_library_tick(http->library, now);
    if (!http_library_run(http->library)) {
        (void)poll(ready, 2, most);
    }
}

void http_close(struct http *http, const char *json) {
    if (http == NULL) {
        return;
    }
    http_detach(http);
    if (!http->streams.events.over) {
        http_end(http, json);
    }
    say_farewell(http);
    http_library_close(http->library);
    for (int what = 0; what <= HTTP_QUEUE; what++) {
        http_response_free(http->shared[what].response);
    }
    http_events_free(&http->streams.events);
    explicit_bzero(http->token, sizeof(http->token));
    free(http);
}
