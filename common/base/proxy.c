#include "ration/proxy.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct host {
    const char *at;
    size_t length;
};

// Without the brackets of an IPv6 address and a dot at the end.
static struct host host_of(const char *url) {
    const char *at = strstr(url, "://");
    at = at != NULL ? at + 3 : url;
    struct host host = {at, *at == '[' ? strcspn(at, "]") : strcspn(at, ":/")};
    if (*at == '[' && host.length > 0) {
        host.at++;
        host.length--;
    }
    if (host.length > 0 && host.at[host.length - 1] == '.') {
        host.length--;
    }
    return host;
}

static bool same(struct host a, struct host b) {
    return a.length == b.length && strncasecmp(a.at, b.at, a.length) == 0;
}

// 4 or 16 bytes; 0: it is no address.
static size_t address_of(struct host host, unsigned char out[16]) {
    char text[INET6_ADDRSTRLEN];
    if (host.length >= sizeof(text)) {
        return 0;
    }
    memcpy(text, host.at, host.length);
    text[host.length] = '\0';
    if (inet_pton(AF_INET, text, out) == 1) {
        return 4;
    }
    return inet_pton(AF_INET6, text, out) == 1 ? 16 : 0;
}

// An address, or a range of them: "10.0.0.0/8".
static bool in_range(struct host host, struct host range) {
    unsigned char a[16], b[16];
    const char *slash = memchr(range.at, '/', range.length);
    struct host net = {range.at, slash != NULL ? (size_t)(slash - range.at) : range.length};
    size_t size = address_of(host, a);
    if (size == 0 || address_of(net, b) != size) {
        return false;
    }
    size_t bits = slash != NULL ? (size_t)strtoul(slash + 1, NULL, 10) : size * 8;
    bits = bits < size * 8 ? bits : size * 8;
    unsigned char rest = (unsigned char)(0xff00U >> (bits % 8));
    return memcmp(a, b, bits / 8) == 0 && (bits % 8 == 0 || ((a[bits / 8] ^ b[bits / 8]) & rest) == 0);
}

// The domain itself, or one below it.
static bool in_domain(struct host host, struct host domain) {
    unsigned char address[16];
    if (domain.length > 0 && domain.at[0] == '.') {
        domain.at++;
        domain.length--;
    }
    if (domain.length > 0 && domain.at[domain.length - 1] == '.') {
        domain.length--;
    }
    if (domain.length == 0 || domain.length > host.length) {
        return false;
    }
    struct host end = {host.at + host.length - domain.length, domain.length};
    bool whole = domain.length == host.length;
    return same(end, domain) && (whole || (end.at[-1] == '.' && address_of(host, address) == 0));
}

static bool excepted(struct host host, const char *list) {
    while (list != NULL && *list != '\0') {
        struct host name = {list, strcspn(list, ", \t")};
        list += name.length + (list[name.length] != '\0' ? 1 : 0);
        bool all = name.length == 1 && *name.at == '*';
        if (all || in_domain(host, name) || in_range(host, name)) {
            return true;
        }
    }
    return false;
}

bool proxy_choose(const char *url, proxy_variable *get, struct proxy *proxy) {
    static const char *const http[] = {"http_proxy", "all_proxy", "ALL_PROXY", NULL};
    static const char *const https[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", NULL};
    const char *const *names = strncasecmp(url, "https://", 8) == 0 ? https : http;
    const char *value = NULL;
    for (; *names != NULL; names++) {
        value = get(*names);
        if (value != NULL && *value != '\0') {
            break;
        }
    }
    if (*names == NULL) {
        return false;
    }
    const char *exceptions = get("no_proxy");
    exceptions = exceptions != NULL && *exceptions != '\0' ? exceptions : get("NO_PROXY");
    if (excepted(host_of(url), exceptions)) {
        return false;
    }
    *proxy = (struct proxy){.variable = *names, .url = value};
    return true;
}
