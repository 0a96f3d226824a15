#include "config/base_url.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The part behind "http://" or "https://", or NULL.
static const char *authority(const char *url) {
    if (strncasecmp(url, "https://", 8) == 0) {
        return url + 8;
    }
    return strncasecmp(url, "http://", 7) == 0 ? url + 7 : NULL;
}

static size_t host_length(const char *host) {
    if (*host == '[') {
        size_t length = strcspn(host, "]");
        return host[length] == ']' ? length + 1 : 0;
    }
    return strcspn(host, ":/");
}

const char *base_url_problem(const char *url) {
    for (const char *c = url; *c != '\0'; c++) {
        if (*c <= ' ' || *c > '~') {
            return "it has a space or a character outside of ASCII";
        }
    }
    const char *host = authority(url);
    if (host == NULL) {
        return "it does not begin with https:// or http://";
    }
    if (strpbrk(host, "@?#\\") != NULL) {
        return "a user, a query or a fragment does not belong there";
    }
    size_t length = host_length(host);
    if (length == 0) {
        return "it has no host";
    }
    if (*host != '[' &&
        strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") < length) {
        return "its host has a character that no host has";
    }
    const char *rest = host + length;
    if (*rest == ':') {
        size_t digits = strspn(rest + 1, "0123456789");
        long port = digits > 0 && digits <= 5 ? strtol(rest + 1, NULL, 10) : 0;
        if (port < 1 || port > 65535) {
            return "its port is not a number from 1 to 65535";
        }
        rest += 1 + digits;
    }
    return *rest == '\0' || *rest == '/' ? NULL : "something other than a path follows the host";
}

// 127.0.0.0/8, not a name that begins so.
static bool loopback(const char *host, size_t length) {
    char address[INET_ADDRSTRLEN];
    struct in_addr binary;
    if (length >= sizeof(address)) {
        return false;
    }
    memcpy(address, host, length);
    address[length] = '\0';
    return inet_pton(AF_INET, address, &binary) == 1 && ntohl(binary.s_addr) >> 24 == 127;
}

bool base_url_private(const char *url) {
    if (strncasecmp(url, "https://", 8) == 0) {
        return true;
    }
    const char *host = authority(url);
    size_t length = host_length(host);
    return loopback(host, length) || (length == 9 && strncasecmp(host, "localhost", 9) == 0) ||
           (length == 5 && strncmp(host, "[::1]", 5) == 0);
}

bool base_url_endpoint(const char *url, char *out, size_t size) {
    static const char *const endpoints[] = {"/chat/completions", "/completions", "/responses", "/messages",
                                            "/batches",          "/embeddings",  "/models"};
    const char *host = authority(url);
    size_t length = strcspn(url, "?#");
    while (length > 0 && url[length - 1] == '/') {
        length--;
    }
    for (size_t i = 0; i < sizeof(endpoints) / sizeof(endpoints[0]); i++) {
        size_t ending = strlen(endpoints[i]);
        if (length > ending && strncasecmp(url + length - ending, endpoints[i], ending) == 0) {
            length -= ending;
            while (length > 0 && url[length - 1] == '/') {
                length--;
            }
            return host != NULL && url + length > host &&
                   (size_t)snprintf(out, size, "%.*s", (int)length, url) < size;
        }
    }
    return false;
}

const char *base_url_shown(const char *url, char out[BASE_URL_SHOWN_SIZE]) {
    const char *begin = strstr(url, "://");
    const char *at = strrchr(url, '@'); // a password may hold anything, also what parts a URL
    if (begin == NULL && at == NULL && strlen(url) > 12 && strpbrk(url, "./:") == NULL) {
        (void)snprintf(out, BASE_URL_SHOWN_SIZE, "***");
        return out;
    }
    begin = begin != NULL && (at == NULL || begin < at) ? begin + 3 : url;
    const char *rest = at != NULL ? at : begin;
    size_t length = strcspn(rest, "?#");
    (void)snprintf(out, BASE_URL_SHOWN_SIZE, "%.*s%s%.*s%s", (int)(begin - url), url, at != NULL ? "***" : "",
                   (int)length, rest, rest[length] != '\0' ? "?***" : "");
    return out;
}

const char *base_url_webhook_problem(const char *url) {
    char *base = strdup(url);
    if (base == NULL) {
        return "there is no memory to check it";
    }
    char *query = strchr(base, '?');
    for (const char *c = query; c != NULL && *c != '\0'; c++) {
        if (*c <= ' ' || *c > '~' || *c == '#') {
            free(base);
            return "its query has a space, a # or a character outside of ASCII";
        }
    }
    if (query != NULL) {
        *query = '\0';
    }
    const char *problem = base_url_problem(base);
    free(base);
    return problem;
}
