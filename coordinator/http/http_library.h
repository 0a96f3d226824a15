// The HTTP library, kept apart: connections, requests and answers, without a word about what they are for.
// Its two files alone include microhttpd.h. Everything happens inside http_library_run(), without threads and
// without waiting.
#ifndef RATION_HTTP_LIBRARY_H
#define RATION_HTTP_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

#define HTTP_CONNECTIONS 256U
#define HTTP_BODY_MOST 1024U // bytes of a request's body; more is answered with 413
#define HTTP_IDLE_S 10U      // of a connection
#define HTTP_PATIENCE_S 20U  // for a request to come whole and its answer to be taken
#define HTTP_SILENCE_S 30U   // of a stream whose client takes nothing

struct http_library;
struct http_exchange; // one request and its answer
struct http_response; // that any number of exchanges may be sent

// Both must answer, or the connection is closed.
struct http_library_calls {
    // The head has come. false: it is answered already, and the body does not matter.
    bool (*head)(void *context, struct http_exchange *exchange);
    // All of it has come.
    void (*whole)(void *context, struct http_exchange *exchange);
    void *context;
};

// Takes the listening socket, also when it fails. NULL: out of memory.
struct http_library *http_library_open(int socket_fd, const struct http_library_calls *calls);
// To be watched for input; never to be waited on with epoll_wait(2), which would take its events away.
int http_library_descriptor(const struct http_library *library);
// Does what can be done now. True: there is more to do at once.
bool http_library_run(struct http_library *library);
// Somebody is connected.
bool http_library_connected(const struct http_library *library);
// Now and then: hangs up on those that dawdle.
void http_library_tick(struct http_library *library, uint64_t now);
// No stream may be asleep.
void http_library_close(struct http_library *library);

// ---- of one request; texts live as long as the exchange ----
const char *http_exchange_path(const struct http_exchange *exchange);
const char *http_exchange_method(const struct http_exchange *exchange);
const char *http_exchange_header(const struct http_exchange *exchange, const char *name); // or NULL
// Of its query, without what stands for other characters; NULL: not given.
const char *http_exchange_argument(const struct http_exchange *exchange, const char *name);
const char *http_exchange_body(const struct http_exchange *exchange, size_t *length);
const struct sockaddr *http_exchange_peer(const struct http_exchange *exchange);

// ---- answers ----
// `text` must be malloc'ed and now belongs to the response, also if it fails, unless it is `constant`. NULL:
// out of memory.
struct http_response *http_response_make(const char *text, size_t length, bool constant, const char *type);
// Adds a header. `response` may be NULL.
void http_response_header(struct http_response *response, const char *name, const char *value);
void http_response_free(struct http_response *response);
// Sends it; it stays the caller's. NULL closes the connection.
void http_exchange_send(struct http_exchange *exchange, unsigned status, struct http_response *response);

// A stream: bytes as they come. `read` gives some; 0 puts it to sleep until http_exchange_wake(); -1 ends it.
// `leave` is called once, at its end; the exchange is then gone.
struct http_stream_calls {
    ssize_t (*read)(void *context, char *out, size_t size);
    void (*leave)(void *context);
    void *context;
};
struct http_response *http_response_stream(struct http_exchange *exchange,
                                           const struct http_stream_calls *calls, const char *type);
void http_exchange_wake(struct http_exchange *exchange);

#endif
