// Who may do what over HTTP. Pure.
//
// The page of another site can make a browser on this machine send requests here. Against that: the Host must
// be one of this server's or one that the user named (or a name that somebody points here would do), an
// Origin must be the Host, and what changes the run needs the token.
#ifndef RATION_HTTP_ACCESS_H
#define RATION_HTTP_ACCESS_H

#include "config/listen_address.h"
#include "config/listen_names.h"
#include "http/http_route.h"

#include <stdbool.h>

// Headers of a request; NULL where it has none.
struct http_caller {
    const char *host;
    const char *origin;
    const char *fetch_site;    // Sec-Fetch-Site
    const char *authorization; // "Bearer …"
};

enum http_verdict {
    HTTP_ALLOWED,
    HTTP_WRONG_HOST,     // 421
    HTTP_FOREIGN_ORIGIN, // 403
    HTTP_NO_TOKEN_SET,   // 403: this run has none
    HTTP_TOKEN_MISSING,  // 401
    HTTP_TOKEN_WRONG,    // 401
};

// `token` may be NULL: there is none.
// `names`: those of a proxy before the server, which may be the Host, too; NULL: there are none. Whoever
// comes by one of them need not be on this machine, and reads only with the token.
enum http_verdict http_access_check(const struct listen_address *listen, const struct listen_names *names,
                                    const char *token, enum http_who who, const struct http_caller *caller);

// The status of a verdict that is not HTTP_ALLOWED, and what to tell the caller.
unsigned http_access_status(enum http_verdict verdict);
const char *http_access_words(enum http_verdict verdict);

#endif
