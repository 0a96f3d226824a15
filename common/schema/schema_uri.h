// References that are relative to another URI, as RFC 3986, section 5.2, resolves them. Pure.
#ifndef RATION_SCHEMA_URI_H
#define RATION_SCHEMA_URI_H

#include <stdbool.h>
#include <stddef.h>

#define SCHEMA_URI_SIZE 1024U

// Without a fragment, which both may have.
struct schema_uri {
    char text[SCHEMA_URI_SIZE];
    size_t length;
};

// `reference`, seen from `base`, into *out, which may be the base. False: it is too long.
bool schema_uri_resolve(const struct schema_uri *base, const char *reference, size_t length,
                        struct schema_uri *out);

bool schema_uri_same(const struct schema_uri *left, const struct schema_uri *right);

#endif
