#include "http/http_library_parts.h"

#include <stdlib.h>

#define BLOCK 4096U // of a stream

const char *http_exchange_path(const struct http_exchange *exchange) {
    return exchange->path;
}

const char *http_exchange_method(const struct http_exchange *exchange) {
    return exchange->method;
}

const char *http_exchange_header(const struct http_exchange *exchange, const char *name) {
    return MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
}

const char *http_exchange_argument(const struct http_exchange *exchange, const char *name) {
    return MHD_lookup_connection_value(exchange->connection, MHD_GET_ARGUMENT_KIND, name);
}

const char *http_exchange_body(const struct http_exchange *exchange, size_t *length) {
    *length = exchange->length;
    return exchange->body;
}

const struct sockaddr *http_exchange_peer(const struct http_exchange *exchange) {
    return MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
}

// ---- answers ----
static struct http_response *wrap(struct MHD_Response *inner, const char *type) {
    struct http_response *response = inner != NULL ? malloc(sizeof(*response)) : NULL;
    if (response == NULL) {
        if (inner != NULL) {
            MHD_destroy_response(inner);
        }
        return NULL;
    }
    response->response = inner;
    http_response_header(response, "Content-Type", type);
    return response;
}

struct http_response *http_response_make(const char *text, size_t length, bool constant, const char *type) {
    union {
        const char *constant;
        void *any;
    } bytes = {.constant = text};
    struct MHD_Response *inner = MHD_create_response_from_buffer(
        length, bytes.any, constant ? MHD_RESPMEM_PERSISTENT : MHD_RESPMEM_MUST_FREE);
    if (inner == NULL && !constant) {
        free(bytes.any);
    }
    return wrap(inner, type);
}

void http_response_header(struct http_response *response, const char *name, const char *value) {
    if (response != NULL) {
        (void)MHD_add_response_header(response->response, name, value);
    }
}

void http_response_free(struct http_response *response) {
    if (response != NULL) {
        MHD_destroy_response(response->response);
        free(response);
    }
}

void http_exchange_send(struct http_exchange *exchange, unsigned status, struct http_response *response) {
    if (response != NULL) {
        if (status >= 400) { // its place is for somebody else
            (void)MHD_add_response_header(response->response, MHD_HTTP_HEADER_CONNECTION, "close");
        }
        exchange->answered = MHD_queue_response(exchange->connection, status, response->response) == MHD_YES;
    }
}

static ssize_t read_stream(void *context, uint64_t position, char *out, size_t size) {
    struct http_exchange *exchange = context;
    (void)position;
    ssize_t n = exchange->stream.read(exchange->stream.context, out, size);
    if (n < 0) {
        return MHD_CONTENT_READER_END_OF_STREAM;
    }
    if (n == 0) {
        exchange->asleep = true;
        MHD_suspend_connection(exchange->connection);
    }
    return n;
}

struct http_response *http_response_stream(struct http_exchange *exchange,
                                           const struct http_stream_calls *calls, const char *type) {
    struct http_watched *watch = http_library_watched(exchange->connection);
    exchange->stream = *calls;
    if (watch != NULL) {
        watch->exempt = true; // it lasts as long as it likes
    }
    (void)MHD_set_connection_option(exchange->connection, MHD_CONNECTION_OPTION_TIMEOUT, HTTP_SILENCE_S);
    return wrap(MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, read_stream, exchange, NULL),
                type);
}

void http_exchange_wake(struct http_exchange *exchange) {
    if (exchange->asleep) {
        exchange->asleep = false;
        MHD_resume_connection(exchange->connection);
    }
}
