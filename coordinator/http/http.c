#include "http/http.h"

#include "http/http_handler.h"
#include "http/http_library.h"
#include "http/http_page.h"
#include "ration/clock.h"
#include "ration/log.h"
#include "system/descriptors.h"

#include <bsd/string.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define SHARE (20 * CLOCK_MS) // of each tick
#define SLICE (2 * CLOCK_MS)  // at a time
#define BACKLOG 512
#define FAREWELL CLOCK_SECOND

struct http {
    struct http_library *library;
    struct http_handler handler;
    int epoll; // -1: not attached
    uint32_t tag;
    uint64_t used; // time of this tick
    bool more;     // the library has something to do at once
};

static void wake_listeners(struct http *http) {
    http_streams_wake(&http->handler.streams);
    http->more = true;
}

// A listening socket; `where` then has the true port. -1 with errno.
static int open_socket(struct listen_address *where) {
    int one = 1;
    int fd = descriptors_raise(
        socket(where->address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (fd < 0) {
        return -1;
    }
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)); // connections of an earlier run linger
    if (bind(fd, &where->address.any, where->length) != 0 || listen(fd, BACKLOG) != 0 ||
        getsockname(fd, &where->address.any, &where->length) != 0) {
        int error = errno;
        (void)close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

struct http *http_open(const struct listen_address *listen, const struct listen_names *names) {
    char where[LISTEN_ADDRESS_TEXT];
    size_t length;
    struct http *http = calloc(1, sizeof(*http));
    if (http == NULL) {
        log_fatal("http", "out of memory");
        return NULL;
    }
    http->handler.listen = *listen;
    http->handler.names = names != NULL ? *names : (struct listen_names){.text = ""};
    http->epoll = -1;
    for (enum http_page_name name = 0; name < HTTP_PAGES; name++) {
        const char *page = http_page(name, &length);
        if (http_page_policy(page, length, http->handler.page_policy[name]) != 0) {
            log_panic("a page has no script or no style");
        }
    }
    listen_address_print(listen, where);
    int fd = open_socket(&http->handler.listen);
    if (fd >= 0) {
        struct http_library_calls calls = {
            .head = http_handler_head, .whole = http_handler_whole, .context = &http->handler};
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

const struct listen_address *http_listening(const struct http *http) {
    return &http->handler.listen;
}

// One-shot: when the share of time is used up, its events wait for the next tick.
static int rearm(struct http *http, int how) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT, .data = {.u32 = http->tag}};
    return epoll_ctl(http->epoll, how, http_library_descriptor(http->library), &event);
}

int http_attach(struct http *http, int epoll_fd, uint32_t tag, const struct http_hooks *hooks,
                const char *token) {
    (void)strlcpy(http->handler.token, token != NULL ? token : "", sizeof(http->handler.token));
    http->handler.hooks = *hooks;
    http->epoll = epoll_fd;
    http->handler.takes_orders = true;
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
    if (now - http->handler.told >= HTTP_HANDLER_INTERVAL && http_streams_any(&http->handler.streams)) {
        http_handler_tell(&http->handler, now);
        wake_listeners(http);
    }
    http_event(http);
}

void http_alert(struct http *http, const char *json) {
    http_events_alert(&http->handler.streams.events, json);
    wake_listeners(http);
}

void http_detach(struct http *http) {
    if (http->epoll >= 0) {
        (void)epoll_ctl(http->epoll, EPOLL_CTL_DEL, http_library_descriptor(http->library), NULL);
        http->epoll = -1;
        http->handler.takes_orders = false;
    }
}

// Who listens is told the end, and may ask once more when it hears of it: a page that asks in the moment in
// which the run ends must not find a closed port. Nobody was connected: no delay.
static void say_farewell(struct http *http) {
    struct pollfd ready = {.fd = http_library_descriptor(http->library), .events = POLLIN};
    uint64_t now = clock_now();
    uint64_t end = http_library_connected(http->library) ? now + FAREWELL : now;
    for (; now < end; now = clock_now()) {
        if (!http_library_run(http->library)) {
            (void)poll(&ready, 1, 10);
        }
    }
}

void http_end(struct http *http, const char *json) {
    http_events_end(&http->handler.streams.events, json);
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
    if (!http->handler.streams.events.over) {
        http_end(http, json);
    }
    say_farewell(http);
    http_library_close(http->library);
    http_handler_wipe(&http->handler);
    free(http);
}
