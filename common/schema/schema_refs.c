#include "schema/schema_refs.h"

#include "ration/utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST 1024U

// ---- the text of a reference ----

static size_t decode_percent(const char *text, size_t length, char *out) {
    size_t size = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '%' && length - i > 2 && isxdigit((unsigned char)text[i + 1]) &&
            isxdigit((unsigned char)text[i + 2])) {
            const char digits[3] = {text[i + 1], text[i + 2], '\0'};
            out[size++] = (char)strtoul(digits, NULL, 16);
            i += 2;
        } else {
            out[size++] = text[i];
        }
    }
    return size;
}

// ~1 is /, ~0 is ~; in place.
static size_t decode_tilde(char *text, size_t length) {
    size_t size = 0;
    for (size_t i = 0; i < length; i++) {
        bool escape = text[i] == '~' && i + 1 < length && (text[i + 1] == '0' || text[i + 1] == '1');
        text[size++] = !escape ? text[i] : text[i + 1] == '1' ? '/' : '~';
        i += escape;
    }
    return size;
}

static struct json_value *item_at(const struct json_value *array, const char *text, size_t length) {
    uint32_t index = 0;
    if (length == 0 || length > 7 || (text[0] == '0' && length > 1)) {
        return NULL;
    }
    for (size_t i = 0; i < length; i++) {
        if (!isdigit((unsigned char)text[i])) {
            return NULL;
        }
        index = index * 10 + (uint32_t)(text[i] - '0');
    }
    return index < array->count ? array->child[index] : NULL;
}

static struct json_value *walk(struct json_value *value, char *pointer, size_t length) {
    while (length > 0 && value != NULL) {
        char *step = pointer + 1;
        size_t size = 0;
        while (size + 1 < length && step[size] != '/') {
            size++;
        }
        pointer += size + 1;
        length -= size + 1;
        size_t decoded = decode_tilde(step, size);
        value = value->kind == JSON_VALUE_ARRAY ? item_at(value, step, decoded)
                                                : json_value_find(value, step, decoded);
    }
    return value;
}

static bool is_name(const struct json_value *value, const char *prefix, const char *name, size_t length) {
    size_t before = strlen(prefix);
    return value != NULL && value->kind == JSON_VALUE_STRING && value->length == before + length &&
           memcmp(value->text, prefix, before) == 0 && memcmp(value->text + before, name, length) == 0;
}

static struct json_value *anchored(const struct schema_compile *compile, const char *name, size_t length) {
    bool old = compile->dialect <= SCHEMA_COMPILE_7;
    for (const struct schema_rule *rule = compile->rules; rule != NULL; rule = rule->older) {
        const struct json_value *anchor =
            old ? json_value_find(rule->source, "$id", 3) : json_value_find(rule->source, "$anchor", 7);
        if (is_name(anchor, old ? "#" : "", name, length)) {
            return (struct json_value *)(uintptr_t)rule->source;
        }
    }
    return NULL;
}

// Whether what stands before the # names this document: nothing, its $id, or the end of it behind a slash.
static bool is_here(const struct schema_compile *compile, const char *text, size_t length) {
    const struct json_value *identity = json_value_find(compile->document->root, "$id", 3);
    if (length == 0) {
        return true;
    }
    if (identity == NULL || identity->kind != JSON_VALUE_STRING) {
        return false;
    }
    size_t size = identity->length;
    size -= size > 0 && identity->text[size - 1] == '#';
    if (length > size || memcmp(identity->text + size - length, text, length) != 0) {
        return false;
    }
    return length == size || identity->text[size - length - 1] == '/';
}

static struct json_value *target_of(struct schema_compile *compile, const struct json_value *refers) {
    char fragment[LONGEST];
    char shown[UTF8_PRINTABLE_SIZE];
    utf8_printable(refers->text, refers->length, shown);
    const char *hash = memchr(refers->text, '#', refers->length);
    size_t before = hash != NULL ? (size_t)(hash - refers->text) : refers->length;
    size_t length = refers->length - before - (hash != NULL);
    if (length >= LONGEST || !is_here(compile, refers->text, before)) {
        (void)schema_compile_wrong(
            compile, refers, "leads to %s, which is not in this file; nothing is fetched: put it into $defs",
            shown);
        return NULL;
    }
    length = decode_percent(refers->text + refers->length - length, length, fragment);
    struct json_value *target = length == 0 || fragment[0] == '/'
                                    ? walk(compile->document->root, fragment, length)
                                    : anchored(compile, fragment, length);
    if (target == NULL) {
        (void)schema_compile_wrong(compile, refers, "leads to %s, which is not there", shown);
    }
    return target;
}

// ---- circles that never go deeper ----

static bool goes_round(struct schema_compile *compile, struct schema_rule *rule);

static bool any_goes_round(struct schema_compile *compile, const struct json_value *schemas) {
    for (uint32_t i = 0; schemas != NULL && i < schemas->count; i++) {
        struct schema_rule *rule = schemas->child[i]->mark;
        if (rule != NULL && goes_round(compile, rule)) {
            return true;
        }
    }
    return false;
}

static bool goes_round(struct schema_compile *compile, struct schema_rule *rule) {
    enum { SEEN = 1, OPEN = 2 };
    if (rule == NULL || rule->state == SEEN) {
        return false;
    }
    if (rule->state == OPEN) {
        (void)schema_compile_wrong(compile, rule->source,
                                   "refers to itself for one and the same value, without end");
        return true;
    }
    rule->state = OPEN;
    bool round = goes_round(compile, rule->ref) || goes_round(compile, rule->none) ||
                 goes_round(compile, rule->when) || goes_round(compile, rule->then) ||
                 goes_round(compile, rule->otherwise) || any_goes_round(compile, rule->all_of) ||
                 any_goes_round(compile, rule->any_of) || any_goes_round(compile, rule->one_of) ||
                 any_goes_round(compile, rule->dependent_schemas) ||
                 any_goes_round(compile, rule->dependencies);
    rule->state = SEEN;
    return round;
}

bool schema_refs_follow(struct schema_compile *compile) {
    const struct schema_rule *done = NULL; // all from here on are
    while (compile->rules != done) {
        struct schema_rule *newest = compile->rules;
        for (struct schema_rule *rule = newest; rule != done; rule = rule->older) {
            if (rule->refers == NULL) {
                continue;
            }
            struct json_value *target = target_of(compile, rule->refers);
            rule->ref = target != NULL ? schema_compile_rule(compile, target) : NULL;
            if (rule->ref == NULL) {
                return false;
            }
        }
        done = newest;
    }
    for (struct schema_rule *rule = compile->rules; rule != NULL; rule = rule->older) {
        if (goes_round(compile, rule)) {
            return false;
        }
    }
    return true;
}
