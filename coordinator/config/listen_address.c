#include "config/listen_address.h"

#include <arpa/inet.h>
#include <bsd/stdlib.h>
#include <bsd/string.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define HOST_MOST 256U

static int parse_host(const char *host, bool bracketed, struct listen_address *listen) {
    if (bracketed) {
        listen->address.v6.sin6_family = AF_INET6;
        listen->length = sizeof(listen->address.v6);
        return inet_pton(AF_INET6, host, &listen->address.v6.sin6_addr) == 1 ? 0 : -1;
    }
    listen->address.v4.sin_family = AF_INET;
    listen->length = sizeof(listen->address.v4);
    const char *number = strcasecmp(host, "localhost") == 0 ? "127.0.0.1" : host;
    return inet_pton(AF_INET, number, &listen->address.v4.sin_addr) == 1 ? 0 : -1;
}

static bool is_loopback_v4(struct in_addr address) {
    return ntohl(address.s_addr) >> 24 == 127;
}

static void classify(struct listen_address *listen) {
    if (listen->address.any.sa_family == AF_INET) {
        listen->loopback = is_loopback_v4(listen->address.v4.sin_addr);
        listen->wildcard = listen->address.v4.sin_addr.s_addr == htonl(INADDR_ANY);
    } else {
        listen->loopback = IN6_IS_ADDR_LOOPBACK(&listen->address.v6.sin6_addr);
        listen->wildcard = IN6_IS_ADDR_UNSPECIFIED(&listen->address.v6.sin6_addr);
    }
}

static int parse_port(const char *text, in_port_t *port) {
    const char *error = NULL;
    if (text[0] < '0' || text[0] > '9') {
        return -1; // no sign, no space
    }
    *port = htons((uint16_t)strtonum(text, 0, UINT16_MAX, &error));
    return error == NULL ? 0 : -1;
}

int listen_address_parse(const char *text, struct listen_address *listen, const char **wrong) {
    char host[HOST_MOST];
    bool bracketed = text[0] == '[';
    const char *first = text + bracketed;
    const char *last = strchr(text, bracketed ? ']' : ':');
    const char *port = last == NULL ? NULL : last + bracketed;
    in_port_t number;
    *listen = (struct listen_address){.length = 0};
    *wrong = NULL;
    if (port == NULL || *port != ':' || (size_t)(last - first) >= sizeof(host)) {
        *wrong = "is not ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:8080";
        return -1;
    }
    memcpy(host, first, (size_t)(last - first));
    host[last - first] = '\0';
    if (parse_host(host, bracketed, listen) != 0) {
        *wrong = "has no numeric address; an IPv6 address stands in brackets";
    } else if (parse_port(port + 1, &number) != 0) {
        *wrong = "has no port of 0 to 65535";
    } else {
        (bracketed ? &listen->address.v6.sin6_port : &listen->address.v4.sin_port)[0] = number;
        classify(listen);
    }
    return *wrong == NULL ? 0 : -1;
}

void listen_address_print(const struct listen_address *listen, char out[LISTEN_ADDRESS_TEXT]) {
    char host[INET6_ADDRSTRLEN] = "?";
    if (listen->address.any.sa_family == AF_INET) {
        (void)inet_ntop(AF_INET, &listen->address.v4.sin_addr, host, sizeof(host));
        (void)snprintf(out, LISTEN_ADDRESS_TEXT, "%s:%u", host, ntohs(listen->address.v4.sin_port));
    } else {
        (void)inet_ntop(AF_INET6, &listen->address.v6.sin6_addr, host, sizeof(host));
        (void)snprintf(out, LISTEN_ADDRESS_TEXT, "[%s]:%u", host, ntohs(listen->address.v6.sin6_port));
    }
}

// Copies the host of "host:port" without brackets. False: it is none.
static bool host_of(const char *text, char out[HOST_MOST], bool *bracketed) {
    *bracketed = text[0] == '[';
    const char *first = text + *bracketed;
    size_t length = strcspn(first, *bracketed ? "]" : ":");
    if (length == 0 || length >= HOST_MOST || (*bracketed && first[length] != ']')) {
        return false;
    }
    const char *rest = first + length + *bracketed;
    if (*rest == ':' && strspn(rest + 1, "0123456789") == strlen(rest + 1)) {
        rest = "";
    }
    memcpy(out, first, length);
    out[length] = '\0';
    return *rest == '\0';
}

bool listen_address_is_own(const struct listen_address *listen, const char *host) {
    char name[HOST_MOST];
    bool bracketed;
    struct in_addr v4;
    struct in6_addr v6;
    if (!host_of(host, name, &bracketed)) {
        return false;
    }
    if (listen->wildcard || (!bracketed && strcasecmp(name, "localhost") == 0)) {
        return true;
    }
    if (bracketed) {
        return inet_pton(AF_INET6, name, &v6) == 1 &&
               (IN6_IS_ADDR_LOOPBACK(&v6) || (listen->address.any.sa_family == AF_INET6 &&
                                              IN6_ARE_ADDR_EQUAL(&v6, &listen->address.v6.sin6_addr)));
    }
    return inet_pton(AF_INET, name, &v4) == 1 &&
           (is_loopback_v4(v4) ||
            (listen->address.any.sa_family == AF_INET && v4.s_addr == listen->address.v4.sin_addr.s_addr));
}
