// Who is being sent events at the moment, and over which exchange.
#ifndef RATION_HTTP_STREAMS_H
#define RATION_HTTP_STREAMS_H

#include "http/http_events.h"
#include "http/http_library.h"

#include <stdbool.h>

#define HTTP_LISTENERS 32U

struct http_streams;

struct http_stream {
    struct http_streams *streams;
    struct http_exchange *exchange; // NULL: the place is free
    struct http_listener listener;
};

// Begin it with zeros.
struct http_streams {
    struct http_events events;
    struct http_stream stream[HTTP_LISTENERS];
};

// A place for one more, or NULL: as many listen as may.
struct http_stream *http_streams_place(struct http_streams *streams);
// Takes the place; the answer, to be sent and freed by the caller, or NULL: out of memory.
struct http_response *http_streams_begin(struct http_streams *streams, struct http_stream *stream,
                                         struct http_exchange *exchange);
// To be called when there is news in `events`.
void http_streams_wake(struct http_streams *streams);
bool http_streams_any(const struct http_streams *streams);

#endif
