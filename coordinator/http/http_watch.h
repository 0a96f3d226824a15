// The connections of the HTTP server, to end those that dawdle: a request must have come whole, and its
// answer be taken, within a set time. The library's own time-out starts again with each byte.
#ifndef RATION_HTTP_WATCH_H
#define RATION_HTTP_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#define HTTP_WATCH_MOST 256U

struct http_watched {
    int fd; // -1: the place is free
    bool exempt;
    bool nul;       // what came had a NUL, at which the library would take the text for ended
    uint64_t since; // of its present request, or of the end of the last one; monotonic
};

struct http_watch {
    struct http_watched place[HTTP_WATCH_MOST];
};

void http_watch_begin(struct http_watch *watch);
// NULL: there is no place, which cannot be.
struct http_watched *http_watch_add(struct http_watch *watch, int fd, uint64_t now);
// Looks at what has come and was not read yet: before the library reads it.
void http_watch_peek(struct http_watched *watched);
void http_watch_peek_all(struct http_watch *watch);
void http_watch_end(struct http_watched *watched);
// Hangs up on those that began more than `patience` nanoseconds ago; the library sees it and cleans up.
void http_watch_tick(struct http_watch *watch, uint64_t now, uint64_t patience);

#endif
