// Where the HTTP server listens: --listen ADDRESS:PORT. Addresses are numbers, because a name could come to
// mean another machine's; `localhost` is 127.0.0.1.
#ifndef RATION_HTTP_LISTEN_H
#define RATION_HTTP_LISTEN_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#define HTTP_LISTEN_TEXT 64U // of an address with its port, the end included

struct http_listen {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } address;
    socklen_t length;
    bool loopback; // only this machine reaches it
    bool wildcard; // every address of this machine
};

// Pure. "127.0.0.1:8080", "[::1]:0", "localhost:8080"; port 0: any free one. 0; or -1, and *wrong says why.
int http_listen_parse(const char *text, struct http_listen *listen, const char **wrong);

// A listening socket, close-on-exec and non-blocking; `listen` then has the true port. -1 with errno.
int http_listen_open(struct http_listen *listen);

// "127.0.0.1:8080" or "[::1]:8080".
void http_listen_print(const struct http_listen *listen, char out[HTTP_LISTEN_TEXT]);

// Pure. The address of a Host header, whose port does not matter (a tunnel has another), is this listener's:
// one of its own, a loopback name, or anything where it listens at every address.
bool http_listen_is_own(const struct http_listen *listen, const char *host);

#endif
