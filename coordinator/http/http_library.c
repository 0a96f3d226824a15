#include "http/http_library.h"

#include "http/http_library_parts.h"
#include "ration/clock.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONNECTION_MEMORY ((size_t)16384)
#define SEND_BUFFER 65536    // of a socket: who reads slowly holds no more
#define BODY_PATIENCE 65536U // bytes of a body that is too long are read so far, so that the answer is heard

_Static_assert(HTTP_WATCH_MOST >= HTTP_CONNECTIONS, "each connection is watched");

struct http_library {
    struct MHD_Daemon *daemon;
    struct http_library_calls calls;
    struct http_watch watch;
    uint64_t ticked; // as the caller counts
};

// No earlier than the last tick, whoever counts: or a connection would be old when it begins.
static uint64_t begins_at(const struct http_library *library) {
    uint64_t now = clock_now();
    return now > library->ticked ? now : library->ticked;
}

struct http_watched *http_library_watched(struct MHD_Connection *connection) {
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
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
    const struct http_watched *watch = http_library_watched(exchange->connection);
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
    const struct http_library *library = context;
    struct http_watched *watch = http_library_watched(connection);
    struct http_exchange *exchange = *memory;
    (void)code;
    if (watch != NULL) {
        watch->since = begins_at(library);
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
        *memory = http_watch_add(&library->watch, fd, begins_at(library));
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

struct http_library *http_library_open(int socket_fd, const struct http_library_calls *calls) {
    struct http_library *library = calloc(1, sizeof(*library));
    if (library == NULL) {
        (void)close(socket_fd);
        return NULL;
    }
    library->calls = *calls;
    http_watch_begin(&library->watch);
    library->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL, handle, library,
        MHD_OPTION_EXTERNAL_LOGGER, ignore_words, NULL, MHD_OPTION_LISTEN_SOCKET, socket_fd,
        MHD_OPTION_CONNECTION_LIMIT, HTTP_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, HTTP_IDLE_S,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, MHD_OPTION_NOTIFY_COMPLETED, completed,
        library, MHD_OPTION_NOTIFY_CONNECTION, notice, library, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
        MHD_OPTION_UNESCAPE_CALLBACK, unescape, NULL, MHD_OPTION_END);
    if (library->daemon == NULL) {
        (void)close(socket_fd);
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
    library->ticked = now;
    http_watch_tick(&library->watch, now, HTTP_PATIENCE_S * CLOCK_SECOND);
}

void http_library_close(struct http_library *library) {
    (void)http_library_run(library); // a stream that was woken is only then awake
    MHD_stop_daemon(library->daemon);
    free(library);
}
