#include "http/http_library.h"

#include "http/http_watch.h"
#include "ration/clock.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONNECTION_MEMORY ((size_t)16384)
#define BLOCK 4096U          // of a stream
#define SEND_BUFFER 65536    // of a socket: who reads slowly holds no more
#define BODY_PATIENCE 65536U // bytes of a body that is too long are read so far, so that the answer is heard

_Static_assert(HTTP_WATCH_MOST >= HTTP_CONNECTIONS, "each connection is watched");

struct http_library {
    struct MHD_Daemon *daemon;
    struct http_library_calls calls;
    struct http_watch watch;
};

struct http_exchange {
    struct MHD_Connection *connection;
    const char *path, *method; // the library's, good while a callback runs
    struct http_stream_calls stream;
    bool asleep;
    bool answered;
    size_t length;
    char body[HTTP_BODY_MOST];
};

struct http_response {
    struct MHD_Response *response;
};

const char *http_exchange_path(const struct http_exchange *exchange) {
    return exchange->path;
}

const char *http_exchange_method(const struct http_exchange *exchange) {
    return exchange->method;
}

const char *http_exchange_header(const struct http_exchange *exchange, const char *name) {
    return MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
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

static struct http_watched *watched(struct MHD_Connection *connection) {
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
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
    struct http_watched *watch = watched(exchange->connection);
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

// ---- requests ----
static void refuse(struct http_exchange *exchange, unsigned status, const char *words) {
    struct http_response *response = http_response_make(words, strlen(words), true, "application/json");
    http_exchange_send(exchange, status, response);
    http_response_free(response);
}

static void too_long(struct http_exchange *exchange) {
    refuse(exchange, MHD_HTTP_CONTENT_TOO_LARGE, "{\"ok\":false,\"message\":\"the body is too long\"}");
}

// A path with an escaped NUL stays as it is: unescaped it would end there.
static size_t unescape(void *context, struct MHD_Connection *connection, char *text) {
    (void)context;
    (void)connection;
    return strstr(text, "%00") != NULL ? strlen(text) : MHD_http_unescape(text);
}

static enum MHD_Result take_body(struct http_exchange *exchange, const char *data, size_t *size) {
    if (exchange->length < HTTP_BODY_MOST) {
        size_t room = HTTP_BODY_MOST - exchange->length;
        memcpy(exchange->body + exchange->length, data, *size < room ? *size : room);
    }
    exchange->length += *size;
    *size = 0;
    return exchange->length > BODY_PATIENCE ? MHD_NO : MHD_YES;
}

static enum MHD_Result begin(struct http_library *library, struct http_exchange *exchange) {
    const char *length = http_exchange_header(exchange, "Content-Length");
    const struct http_watched *watch = watched(exchange->connection);
    if (watch != NULL && watch->nul) {
        refuse(exchange, MHD_HTTP_BAD_REQUEST, "{\"ok\":false,\"message\":\"a request has no NUL\"}");
        return exchange->answered ? MHD_YES : MHD_NO;
    }
    if (!library->calls.head(library->calls.context, exchange)) {
        return exchange->answered ? MHD_YES : MHD_NO;
    }
    if (length != NULL && strtoull(length, NULL, 10) > HTTP_BODY_MOST) {
        too_long(exchange);
        return exchange->answered ? MHD_YES : MHD_NO;
    }
    return MHD_YES;
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *path,
                              const char *method, const char *version, const char *data, size_t *size,
                              void **memory) {
    struct http_library *library = context;
    struct http_exchange *exchange = *memory;
    (void)version;
    if (exchange == NULL) {
        exchange = calloc(1, sizeof(*exchange));
        if (exchange == NULL) {
            return MHD_NO;
        }
        *memory = exchange;
        *exchange = (struct http_exchange){.connection = connection, .path = path, .method = method};
        return begin(library, exchange);
    }
    exchange->path = path;
    exchange->method = method;
    if (*size > 0) {
        return take_body(exchange, data, size);
    }
    if (exchange->length > HTTP_BODY_MOST) {
        too_long(exchange);
    } else {
        library->calls.whole(library->calls.context, exchange);
    }
    return exchange->answered ? MHD_YES : MHD_NO;
}

static void completed(void *context, struct MHD_Connection *connection, void **memory,
                      enum MHD_RequestTerminationCode code) {
    struct http_watched *watch = watched(connection);
    struct http_exchange *exchange = *memory;
    (void)context;
    (void)code;
    if (watch != NULL) {
        watch->since = clock_now();
        watch->exempt = false;
        watch->nul = false;
    }
    if (exchange != NULL && exchange->stream.leave != NULL) {
        exchange->stream.leave(exchange->stream.context);
    }
    free(exchange);
    *memory = NULL;
}

// ---- connections ----
static void notice(void *context, struct MHD_Connection *connection, void **memory,
                   enum MHD_ConnectionNotificationCode code) {
    struct http_library *library = context;
    int buffer = SEND_BUFFER;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        int fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof(buffer));
        *memory = http_watch_add(&library->watch, fd, clock_now());
        if (*memory != NULL) {
            http_watch_peek(*memory);
        }
    } else if (*memory != NULL) {
        http_watch_end(*memory);
    }
}

static void ignore_words(void *context, const char *format, va_list arguments) {
    (void)context;
    (void)format;
    (void)arguments; // of what clients did wrong
}

struct http_library *http_library_open(int listener, const struct http_library_calls *calls) {
    struct http_library *library = calloc(1, sizeof(*library));
    if (library == NULL) {
        (void)close(listener);
        return NULL;
    }
    library->calls = *calls;
    http_watch_begin(&library->watch);
    library->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL, handle, library,
        MHD_OPTION_EXTERNAL_LOGGER, ignore_words, NULL, MHD_OPTION_LISTEN_SOCKET, listener,
        MHD_OPTION_CONNECTION_LIMIT, HTTP_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, HTTP_IDLE_S,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, MHD_OPTION_NOTIFY_COMPLETED, completed,
        library, MHD_OPTION_NOTIFY_CONNECTION, notice, library, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
        MHD_OPTION_UNESCAPE_CALLBACK, unescape, NULL, MHD_OPTION_END);
    if (library->daemon == NULL) {
        (void)close(listener);
        free(library);
        library = NULL;
    }
    return library;
}

int http_library_descriptor(const struct http_library *library) {
    return MHD_get_daemon_info(library->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
}

bool http_library_connected(const struct http_library *library) {
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(library->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
    return info != NULL && info->num_connections > 0;
}

bool http_library_run(struct http_library *library) {
    MHD_UNSIGNED_LONG_LONG wait;
    http_watch_peek_all(&library->watch);
    (void)MHD_run(library->daemon);
    return MHD_get_timeout(library->daemon, &wait) == MHD_YES && wait == 0;
}

void http_library_tick(struct http_library *library, uint64_t now) {
    http_watch_tick(&library->watch, now, HTTP_PATIENCE_S * CLOCK_SECOND);
}

void http_library_close(struct http_library *library) {
    (void)http_library_run(library); // a stream that was woken is only then awake
    MHD_stop_daemon(library->daemon);
    free(library);
}
