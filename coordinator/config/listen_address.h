// Where the HTTP server listens: --listen ADDRESS:PORT. Addresses are numbers, because a name could come to
// mean another machine's; `localhost` is 127.0.0.1.
#ifndef RATION_LISTEN_ADDRESS_H
#define RATION_LISTEN_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#define LISTEN_ADDRESS_TEXT 64U // of an address with its port, the end included

struct listen_address {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } address;
    socklen_t length; // 0: there is none
    bool loopback;    // only this machine reaches it
    bool wildcard;    // every address of this machine
};

// Pure. "127.0.0.1:8080", "[::1]:0", "localhost:8080"; port 0: any free one. 0; or -1, and *wrong says why.
int listen_address_parse(const char *text, struct listen_address *listen, const char **wrong);

// "127.0.0.1:8080" or "[::1]:8080".
void listen_address_print(const struct listen_address *listen, char out[LISTEN_ADDRESS_TEXT]);

// Pure. The address of a Host header, whose port does not matter (a tunnel has another), is this server's:
// one of its own, a loopback name, or anything where it listens at every address.
bool listen_address_is_own(const struct listen_address *listen, const char *host);

#endif
