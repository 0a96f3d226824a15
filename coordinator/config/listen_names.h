// Other names by which the HTTP server may be called: --http-host NAME,…, those of a proxy that stands before
// it. Pure.
#ifndef RATION_LISTEN_NAMES_H
#define RATION_LISTEN_NAMES_H

#include <stdbool.h>

#define LISTEN_NAMES_TEXT 1024U

struct listen_names {
    char text[LISTEN_NAMES_TEXT]; // in lower case, a comma between two; "": there are none
};

// "ration.example.com" or "a.example.com,b.example.com". 0; or -1, and *wrong says why.
int listen_names_parse(const char *text, struct listen_names *names, const char **wrong);

// The name of a Host header, whose port does not matter, is one of them. `names` may be NULL.
bool listen_names_has(const struct listen_names *names, const char *host);

#endif
