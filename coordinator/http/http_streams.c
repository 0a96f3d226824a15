#include "http/http_streams.h"

#include <stddef.h>
#include <stdint.h>

static ssize_t read_stream(void *context, char *out, size_t size) {
    struct http_stream *stream = context;
    return http_events_read(&stream->streams->events, &stream->listener, out, size);
}

static void leave_stream(void *context) {
    struct http_stream *stream = context;
    http_events_leave(&stream->listener);
    stream->exchange = NULL;
}

struct http_stream *http_streams_place(struct http_streams *streams) {
    for (uint32_t i = 0; i < HTTP_LISTENERS; i++) {
        if (streams->stream[i].exchange == NULL) {
            return &streams->stream[i];
        }
    }
    return NULL;
}

struct http_response *http_streams_begin(struct http_streams *streams, struct http_stream *stream,
                                         struct http_exchange *exchange) {
    struct http_stream_calls calls = {.read = read_stream, .leave = leave_stream, .context = stream};
    *stream = (struct http_stream){.streams = streams, .exchange = exchange};
    http_events_join(&streams->events, &stream->listener);
    struct http_response *response = http_response_stream(exchange, &calls, "text/event-stream");
    http_response_header(response, "X-Accel-Buffering", "no"); // of a proxy
    return response;
}

void http_streams_wake(struct http_streams *streams) {
    for (uint32_t i = 0; i < HTTP_LISTENERS; i++) {
        if (streams->stream[i].exchange != NULL) {
            http_exchange_wake(streams->stream[i].exchange);
        }
    }
}

bool http_streams_any(const struct http_streams *streams) {
    for (uint32_t i = 0; i < HTTP_LISTENERS; i++) {
        if (streams->stream[i].exchange != NULL) {
            return true;
        }
    }
    return false;
}
