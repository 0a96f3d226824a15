// One GET before a run, over libcurl: bounded in time and size, ended by a signal that ends the run.
#ifndef RATION_PREFLIGHT_FETCH_H
#define RATION_PREFLIGHT_FETCH_H

#include "ration/text.h"

#include <stddef.h>

#define PREFLIGHT_FETCH_ERROR 256U

struct preflight_fetch {
    const char *url;          // may hold a key, and is never told
    const char *const *lines; // header lines, maybe with keys
    size_t count;
    const char *signing, *credentials; // see worker/exchange/routes.h; NULL: none
};

// The status, with the body in *body; 0, with why in `error`: none came whole.
long preflight_fetch(const struct preflight_fetch *fetch, struct text *body,
                     char error[PREFLIGHT_FETCH_ERROR]);

#endif
