#include "schema/schema_uri.h"

#include <ctype.h>
#include <string.h>

struct part {
    const char *at;
    size_t length;
    bool there; // even if it is empty
};
struct parts {
    struct part scheme, authority, path, query;
};

static struct part part(const char *at, size_t length) {
    return (struct part){.at = at, .length = length, .there = true};
}

// What stands before the first of `ends`, or all.
static size_t until(const char *text, size_t length, const char *ends) {
    size_t at = 0;
    while (at < length && strchr(ends, text[at]) == NULL) {
        at++;
    }
    return at;
}

static struct parts parse(const char *text, size_t length) {
    struct parts parts = {0};
    length = until(text, length, "#");
    size_t scheme = until(text, length, ":/?");
    if (scheme > 0 && scheme < length && text[scheme] == ':' && isalpha((unsigned char)text[0])) {
        parts.scheme = part(text, scheme);
        text += scheme + 1;
        length -= scheme + 1;
    }
    if (length >= 2 && text[0] == '/' && text[1] == '/') {
        parts.authority = part(text + 2, until(text + 2, length - 2, "/?"));
        text += 2 + parts.authority.length;
        length -= 2 + parts.authority.length;
    }
    parts.path = part(text, until(text, length, "?"));
    if (parts.path.length < length) {
        parts.query = part(text + parts.path.length + 1, length - parts.path.length - 1);
    }
    return parts;
}

// ---- writing ----

static bool put(struct schema_uri *out, const char *text, size_t length) {
    if (length > SCHEMA_URI_SIZE - out->length) {
        return false;
    }
    memcpy(out->text + out->length, text, length);
    out->length += length;
    return true;
}

// Up to and with the slash before the last segment that stands behind `from`.
static void drop_segment(struct schema_uri *out, size_t from) {
    while (out->length > from && out->text[out->length - 1] != '/') {
        out->length--;
    }
}

// One path, without . and .. among its segments.
static bool put_path(struct schema_uri *out, const char *path, size_t length) {
    size_t from = out->length;
    while (length > 0) {
        size_t segment = until(path, length, "/");
        bool slash = segment < length;
        if (segment == 2 && path[0] == '.' && path[1] == '.') {
            if (out->length > from) {
                out->length--; // the slash behind the one that goes
            }
            drop_segment(out, from);
            if (out->length == from && !put(out, "/", 1)) {
                return false;
            }
        } else if (!(segment == 1 && path[0] == '.') && !put(out, path, segment + slash)) {
            return false;
        }
        path += segment + slash;
        length -= segment + slash;
    }
    return true;
}

// The folder of the base's path, and then the reference's.
static bool put_merged(struct schema_uri *out, const struct parts *base, const struct part *path) {
    char merged[2 * SCHEMA_URI_SIZE];
    size_t folder = base->path.length;
    while (folder > 0 && base->path.at[folder - 1] != '/') {
        folder--;
    }
    if (path->length > SCHEMA_URI_SIZE || folder > SCHEMA_URI_SIZE - 1) {
        return false;
    }
    bool root = base->authority.there && base->path.length == 0;
    memcpy(merged, root ? "/" : base->path.at, root ? 1 : folder);
    folder = root ? 1 : folder;
    memcpy(merged + folder, path->at, path->length);
    return put_path(out, merged, folder + path->length);
}

static bool put_rest(struct schema_uri *out, const struct parts *base, const struct parts *reference) {
    const struct part *query = &reference->query;
    const struct part *authority = &reference->authority;
    bool own = reference->scheme.there || authority->there;
    authority = own ? authority : &base->authority;
    if (authority->there && (!put(out, "//", 2) || !put(out, authority->at, authority->length))) {
        return false;
    }
    bool good;
    if (own || (reference->path.length > 0 && reference->path.at[0] == '/')) {
        good = put_path(out, reference->path.at, reference->path.length);
    } else if (reference->path.length == 0) {
        query = query->there ? query : &base->query;
        good = put(out, base->path.at, base->path.length);
    } else {
        good = put_merged(out, base, &reference->path);
    }
    return good && (!query->there || (put(out, "?", 1) && put(out, query->at, query->length)));
}

bool schema_uri_resolve(const struct schema_uri *base, const char *reference, size_t length,
                        struct schema_uri *out) {
    const struct schema_uri before = *base;
    const struct parts of_base = parse(before.text, before.length), of_reference = parse(reference, length);
    const struct part *scheme = of_reference.scheme.there ? &of_reference.scheme : &of_base.scheme;
    out->length = 0;
    return (!scheme->there || (put(out, scheme->at, scheme->length) && put(out, ":", 1))) &&
           put_rest(out, &of_base, &of_reference);
}

bool schema_uri_same(const struct schema_uri *left, const struct schema_uri *right) {
    return left->length == right->length && memcmp(left->text, right->text, left->length) == 0;
}
