#include "http/http_access.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#define BEARER "Bearer "

// In a time that tells nothing of where two tokens differ. Their length is no secret.
static bool same_token(const char *got, const char *wanted) {
    size_t length = strlen(wanted);
    unsigned char differs = 0;
    if (strlen(got) != length) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        differs |= (unsigned char)((unsigned char)got[i] ^ (unsigned char)wanted[i]);
    }
    return differs == 0;
}

static enum http_verdict check_token(const char *token, const char *authorization) {
    if (token == NULL) {
        return HTTP_NO_TOKEN_SET;
    }
    if (authorization == NULL || strncasecmp(authorization, BEARER, strlen(BEARER)) != 0) {
        return HTTP_TOKEN_MISSING;
    }
    return same_token(authorization + strlen(BEARER), token) ? HTTP_ALLOWED : HTTP_TOKEN_WRONG;
}

// The origin is a page of this server: its host and port are those of the request. A front that ends TLS
// passes the Host on.
static bool same_origin(const char *origin, const char *host) {
    if (strncasecmp(origin, "http://", 7) == 0) {
        return strcasecmp(origin + 7, host) == 0;
    }
    return strncasecmp(origin, "https://", 8) == 0 && strcasecmp(origin + 8, host) == 0;
}

// "none": the person typed the address. A link from elsewhere may open the page, but do nothing.
static bool foreign(const struct http_caller *caller, enum http_who who) {
    if (caller->origin != NULL && !same_origin(caller->origin, caller->host)) {
        return true;
    }
    return who == HTTP_HOLDERS && caller->fetch_site != NULL &&
           strcasecmp(caller->fetch_site, "same-origin") != 0 && strcasecmp(caller->fetch_site, "none") != 0;
}

enum http_verdict http_access_check(const struct listen_address *listen, const struct listen_names *names,
                                    const char *token, enum http_who who, const struct http_caller *caller) {
    bool by_name = caller->host != NULL && listen_names_has(names, caller->host);
    if (caller->host == NULL || (!by_name && !listen_address_is_own(listen, caller->host))) {
        return HTTP_WRONG_HOST;
    }
    if (foreign(caller, who)) {
        return HTTP_FOREIGN_ORIGIN;
    }
    if (who == HTTP_ANYONE || (who == HTTP_READERS && listen->loopback && !by_name)) {
        return HTTP_ALLOWED;
    }
    return check_token(token, caller->authorization);
}

unsigned http_access_status(enum http_verdict verdict) {
    switch (verdict) {
    case HTTP_ALLOWED:
        return 200;
    case HTTP_WRONG_HOST:
        return 421;
    case HTTP_TOKEN_MISSING:
    case HTTP_TOKEN_WRONG:
        return 401;
    case HTTP_FOREIGN_ORIGIN:
    case HTTP_NO_TOKEN_SET:
    default:
        return 403;
    }
}

const char *http_access_words(enum http_verdict verdict) {
    static const char *const words[] = {
        [HTTP_ALLOWED] = "allowed",
        [HTTP_WRONG_HOST] =
            "the Host is not an address of this server; behind a proxy give its name: --http-host",
        [HTTP_FOREIGN_ORIGIN] = "pages of other origins may not call this",
        [HTTP_NO_TOKEN_SET] = "this run has no token; see its log",
        [HTTP_TOKEN_MISSING] = "this needs the header Authorization: Bearer TOKEN",
        [HTTP_TOKEN_WRONG] = "the token is wrong",
    };
    return words[verdict];
}
