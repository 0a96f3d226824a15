#include "schema/schema_resources.h"

#include "ration/utf8.h"
#include "schema/json_pointer.h"
#include "schema/schema_uri.h"

#include <string.h>

// Before 2019-09 an anchor was an $id that begins with #, and a $ref hid the $id beside it.
static bool is_old(const struct schema_compile *compile) {
    return compile->dialect <= SCHEMA_COMPILE_7;
}

// The $id that makes a value a document; NULL: it is none.
static const struct json_value *identity_of(const struct schema_compile *compile,
                                            const struct json_value *value) {
    const struct json_value *id = value->mark != NULL ? json_value_find(value, "$id", 3) : NULL;
    bool names = id != NULL && id->kind == JSON_VALUE_STRING;
    if (names && is_old(compile) &&
        ((id->length > 0 && id->text[0] == '#') || json_value_find(value, "$ref", 4) != NULL)) {
        return NULL;
    }
    return names ? id : NULL;
}

// The document that a value stands in: the nearest around it, or the whole.
static const struct json_value *document_of(const struct schema_compile *compile,
                                            const struct json_value *value) {
    while (value->parent != NULL && identity_of(compile, value) == NULL) {
        value = value->parent;
    }
    return value;
}

// Its URI, which is relative to that of the document around it.
static bool uri_of(const struct schema_compile *compile, const struct json_value *document,
                   struct schema_uri *uri) {
    const struct json_value *id = identity_of(compile, document);
    uri->length = 0;
    if (document->parent != NULL && !uri_of(compile, document_of(compile, document->parent), uri)) {
        return false;
    }
    return id == NULL || schema_uri_resolve(uri, id->text, id->length, uri);
}

static const struct json_value *document_at(const struct schema_compile *compile,
                                            const struct schema_uri *uri) {
    struct schema_uri other;
    const struct json_value *root = compile->document->root;
    uint32_t documents = 0;
    if (uri_of(compile, root, &other) && schema_uri_same(uri, &other)) {
        return root;
    }
    for (const struct schema_rule *rule = compile->rules; rule != NULL; rule = rule->older) {
        if (identity_of(compile, rule->source) == NULL) {
            continue;
        }
        if (++documents > SCHEMA_RESOURCES_MOST) {
            break;
        }
        if (uri_of(compile, rule->source, &other) && schema_uri_same(uri, &other)) {
            return rule->source;
        }
    }
    return NULL;
}

static bool is_name(const struct json_value *value, const char *prefix, const char *name, size_t length) {
    size_t before = strlen(prefix);
    return value != NULL && value->kind == JSON_VALUE_STRING && value->length == before + length &&
           memcmp(value->text, prefix, before) == 0 && memcmp(value->text + before, name, length) == 0;
}

static const struct json_value *anchored(const struct schema_compile *compile,
                                         const struct json_value *document, const char *name, size_t length) {
    const char *keyword = is_old(compile) ? "$id" : "$anchor";
    for (const struct schema_rule *rule = compile->rules; rule != NULL; rule = rule->older) {
        const struct json_value *anchor = json_value_find(rule->source, keyword, strlen(keyword));
        if (is_name(anchor, is_old(compile) ? "#" : "", name, length) &&
            document_of(compile, rule->source) == document) {
            return rule->source;
        }
    }
    return NULL;
}

struct json_value *schema_resources_find(struct schema_compile *compile, const struct json_value *refers) {
    struct schema_uri uri;
    char fragment[JSON_POINTER_MOST], shown[UTF8_PRINTABLE_SIZE];
    const struct json_value *found = NULL;
    utf8_printable(refers->text, refers->length, shown);
    const char *hash = memchr(refers->text, '#', refers->length);
    size_t length = hash != NULL ? refers->length - (size_t)(hash - refers->text) - 1 : 0;
    const struct json_value *document = NULL;
    if (length <= sizeof(fragment) && uri_of(compile, document_of(compile, refers), &uri) &&
        schema_uri_resolve(&uri, refers->text, refers->length, &uri)) {
        document = document_at(compile, &uri);
    }
    if (document == NULL) {
        (void)schema_compile_wrong(
            compile, refers, "leads to %s, which is not in this file; nothing is fetched: put it into $defs",
            shown);
        return NULL;
    }
    length = json_pointer_decode(refers->text + refers->length - length, length, fragment);
    found = length == 0 || fragment[0] == '/' ? json_pointer_walk(document, fragment, length)
                                              : anchored(compile, document, fragment, length);
    if (found == NULL) {
        (void)schema_compile_wrong(compile, refers, "leads to %s, which is not there", shown);
    }
    return (struct json_value *)(uintptr_t)found;
}
