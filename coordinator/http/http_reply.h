// What the HTTP server answers, made of what the run tells. Knows nothing of sockets.
#ifndef RATION_HTTP_REPLY_H
#define RATION_HTTP_REPLY_H

#include "control/control_client.h"
#include "http/http_route.h"

#include <stdbool.h>
#include <stddef.h>

// The arguments of a call that looks something up, as they stand in its query; NULL: not given.
struct http_wanted {
    const char *file, *before, *limit, *whole; // HTTP_ANSWERS
    const char *id, *class, *finish;           // HTTP_ANSWERS; HTTP_INPUT: id
    const char *group;                         // HTTP_INPUT
};

// What the server asks of the run.
struct http_hooks {
    // The text that answers one of the calls that change nothing, malloc'ed; NULL: out of memory. *well,
    // which is true, becomes false when it tells that the run cannot work: 503.
    char *(*read)(void *context, enum http_what what, bool *well);
    // Likewise of one that looks something up, HTTP_ANSWERS or HTTP_INPUT. *status, which is 200, becomes
    // another one when it cannot, and the text is then a message.
    char *(*find)(void *context, enum http_what what, const struct http_wanted *wanted, unsigned *status);
    void *context;
    control_obey *obey;
    void *obey_context;
};

struct http_reply {
    unsigned status;
    const char *type; // Content-Type
    char *text;       // malloc'ed; NULL: out of memory
};

// {"ok":…,"message":…}
struct http_reply http_reply_message(unsigned status, bool good, const char *message);

// HTTP_METRICS, HTTP_HEALTH, HTTP_STATUS, HTTP_REQUESTS, HTTP_QUEUE.
struct http_reply http_reply_read(const struct http_hooks *hooks, enum http_what what);

// HTTP_ANSWERS, HTTP_INPUT.
struct http_reply http_reply_find(const struct http_hooks *hooks, enum http_what what,
                                  const struct http_wanted *wanted);

// HTTP_RESET, HTTP_PAUSE, HTTP_RESUME, HTTP_STOP, HTTP_WORKERS: does it first. 200, 400 for a wrong body, 409
// when the run cannot, 503 when it is to be tried again.
struct http_reply http_reply_change(const struct http_hooks *hooks, enum http_what what, const char *body,
                                    size_t length);

#endif
