#include "http/http_watch.h"

#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>

#define PEEKED 16384U // as much as the library reads at once

void http_watch_begin(struct http_watch *watch) {
    for (uint32_t i = 0; i < HTTP_WATCH_MOST; i++) {
        watch->place[i].fd = -1;
    }
}

struct http_watched *http_watch_add(struct http_watch *watch, int fd, uint64_t now) {
    for (uint32_t i = 0; i < HTTP_WATCH_MOST; i++) {
        if (watch->place[i].fd < 0) {
            watch->place[i] = (struct http_watched){.fd = fd, .since = now};
            return &watch->place[i];
        }
    }
    return NULL;
}

void http_watch_peek(struct http_watched *watched) {
    static char text[PEEKED];
    ssize_t n = recv(watched->fd, text, sizeof(text), MSG_PEEK | MSG_DONTWAIT);
    watched->nul = watched->nul || (n > 0 && memchr(text, '\0', (size_t)n) != NULL);
}

void http_watch_peek_all(struct http_watch *watch) {
    for (uint32_t i = 0; i < HTTP_WATCH_MOST; i++) {
        if (watch->place[i].fd >= 0 && !watch->place[i].exempt) {
            http_watch_peek(&watch->place[i]);
        }
    }
}

void http_watch_end(struct http_watched *watched) {
    watched->fd = -1;
}

void http_watch_tick(struct http_watch *watch, uint64_t now, uint64_t patience) {
    for (uint32_t i = 0; i < HTTP_WATCH_MOST; i++) {
        struct http_watched *watched = &watch->place[i];
        if (watched->fd >= 0 && !watched->exempt && now > watched->since && now - watched->since > patience) {
            (void)shutdown(watched->fd, SHUT_RDWR);
        }
    }
}
