// One GET before a run, over libcurl: bounded in time and size, ended by a signal that ends the run.
#ifndef RATION_PREFLIGHT_FETCH_H
#define RATION_PREFLIGHT_FETCH_H

#include "ration/text.h"

#include <stddef.h>
#include <stdint.h>

#define PREFLIGHT_FETCH_ERROR 256U

struct preflight_fetch {
    const char *url;          // may hold a key, and is never told
    const char *const *lines; // header lines, maybe with keys
    size_t count;
    const char *signing, *credentials; // see worker/exchange/routes.h; NULL: none
};

enum preflight_trouble {
    PREFLIGHT_NO_TROUBLE,
    PREFLIGHT_NO_HOST,    // its name, or the proxy's, is not found
    PREFLIGHT_NO_CONNECT, // nobody answers there
    PREFLIGHT_NO_TRUST,   // the certificate, or those that it is checked with
    PREFLIGHT_OTHER
};

struct preflight_answer {
    long status; // 0: none came whole, and `error` says why
    struct text body;
    int64_t date; // seconds since 1970, by the server's clock; 0: it did not tell
    enum preflight_trouble trouble;
    char error[PREFLIGHT_FETCH_ERROR];
};

// Fills *answer, whose body the caller frees.
void preflight_fetch(const struct preflight_fetch *fetch, struct preflight_answer *answer);

#endif
