#include "limits/limit_fields.h"

#include <stdbool.h>
#include <string.h>

#define DIGITS_MOST 15

static bool one_of(char c, const char *set) {
    return c != '\0' && strchr(set, c) != NULL;
}

static bool digit(char c) {
    return c >= '0' && c <= '9';
}

static bool lower(char c) {
    return c >= 'a' && c <= 'z';
}

static bool alpha(char c) {
    return lower(c) || (c >= 'A' && c <= 'Z');
}

static bool in_key(char c) {
    return lower(c) || digit(c) || one_of(c, "_-.*");
}

static bool in_token(char c) {
    return alpha(c) || digit(c) || one_of(c, "!#$%&'*+-.^_`|~:/");
}

static bool in_bytes(char c) {
    return alpha(c) || digit(c) || one_of(c, "+/=");
}

static bool next_is(const struct limit_fields *fields, char c) {
    return fields->at < fields->end && *fields->at == c;
}

static bool take(struct limit_fields *fields, char c) {
    bool there = next_is(fields, c);
    fields->at += there ? 1 : 0;
    return there;
}

static void skip_blanks(struct limit_fields *fields, const char *set) {
    while (fields->at < fields->end && one_of(*fields->at, set)) {
        fields->at++;
    }
}

static size_t span(const struct limit_fields *fields, bool (*accepts)(char c)) {
    const char *at = fields->at;
    while (at < fields->end && accepts(*at)) {
        at++;
    }
    return (size_t)(at - fields->at);
}

static struct limit_fields_item take_text(struct limit_fields *fields, enum limit_fields_type type,
                                          size_t length) {
    struct limit_fields_item item = {.type = type, .text = fields->at, .length = length};
    fields->at += length;
    return item;
}

// Integers have up to 15 digits, decimals up to 12 before the dot and 3 behind it.
static bool take_number(struct limit_fields *fields, struct limit_fields_item *item) {
    bool minus = take(fields, '-');
    size_t digits = span(fields, digit);
    if (digits == 0 || digits > DIGITS_MOST) {
        return false;
    }
    int64_t value = 0;
    for (size_t i = 0; i < digits; i++) {
        value = value * 10 + (*fields->at++ - '0');
    }
    *item = (struct limit_fields_item){.type = LIMIT_FIELDS_INTEGER, .integer = minus ? -value : value};
    if (take(fields, '.')) {
        size_t behind = span(fields, digit);
        fields->at += behind;
        item->type = LIMIT_FIELDS_DECIMAL;
        return digits <= 12 && behind >= 1 && behind <= 3;
    }
    return true;
}

// After the opening quote.
static bool take_string(struct limit_fields *fields, struct limit_fields_item *item) {
    const char *first = fields->at;
    for (; fields->at < fields->end && *fields->at != '"'; fields->at++) {
        bool escaped = take(fields, '\\');
        if (fields->at == fields->end || *fields->at < ' ' || *fields->at > '~' ||
            (escaped && !one_of(*fields->at, "\"\\"))) {
            return false;
        }
    }
    *item = (struct limit_fields_item){
        .type = LIMIT_FIELDS_STRING, .text = first, .length = (size_t)(fields->at - first)};
    return take(fields, '"');
}

// What starts with a sign of its own.
static bool take_other(struct limit_fields *fields, struct limit_fields_item *item) {
    if (take(fields, '@')) {
        return take_number(fields, item) && item->type == LIMIT_FIELDS_INTEGER;
    }
    if (take(fields, '?')) {
        return take(fields, '0') || take(fields, '1');
    }
    if (take(fields, ':')) {
        fields->at += span(fields, in_bytes);
        return take(fields, ':');
    }
    return take(fields, '%') && take(fields, '"') && take_string(fields, item);
}

static bool take_bare(struct limit_fields *fields, struct limit_fields_item *item) {
    if (fields->at == fields->end) {
        return false;
    }
    char c = *fields->at;
    if (c == '-' || digit(c)) {
        return take_number(fields, item);
    }
    if (take(fields, '"')) {
        return take_string(fields, item);
    }
    if (alpha(c) || c == '*') {
        *item = take_text(fields, LIMIT_FIELDS_TOKEN, span(fields, in_token));
        return true;
    }
    bool good = take_other(fields, item);
    *item = (struct limit_fields_item){.type = LIMIT_FIELDS_OTHER};
    return good;
}

struct limit_fields limit_fields_begin(const char *text, size_t length) {
    struct limit_fields fields = {.at = text, .end = text + length};
    skip_blanks(&fields, " ");
    return fields;
}

// A key stands before "=" only where a member begins: "r=50". A token ends before "=" by its own rules.
static bool take_key(struct limit_fields *fields, struct limit_fields_item *key) {
    size_t length = span(fields, in_key);
    *key = (struct limit_fields_item){.type = LIMIT_FIELDS_TOKEN, .text = fields->at};
    if (length > 0 && !digit(*fields->at) && !one_of(*fields->at, "-.") &&
        fields->at + length < fields->end && fields->at[length] == '=') {
        key->length = length;
        fields->at += length + 1;
        return true;
    }
    return false;
}

enum limit_fields_found limit_fields_next(struct limit_fields *fields, struct limit_fields_item *key,
                                          struct limit_fields_item *item) {
    skip_blanks(fields, " \t");
    if (fields->at == fields->end) {
        return LIMIT_FIELDS_NONE;
    }
    if (fields->members > 0) {
        if (!take(fields, ',')) {
            return LIMIT_FIELDS_MALFORMED;
        }
        skip_blanks(fields, " \t");
    }
    fields->members++;
    (void)take_key(fields, key);
    return take_bare(fields, item) ? LIMIT_FIELDS_ONE : LIMIT_FIELDS_MALFORMED;
}

enum limit_fields_found limit_fields_parameter(struct limit_fields *fields, struct limit_fields_item *key,
                                               struct limit_fields_item *value) {
    if (!take(fields, ';')) {
        return LIMIT_FIELDS_NONE;
    }
    skip_blanks(fields, " ");
    if (take_key(fields, key)) {
        return take_bare(fields, value) ? LIMIT_FIELDS_ONE : LIMIT_FIELDS_MALFORMED;
    }
    size_t length = span(fields, in_key); // a parameter without a value is a true boolean
    bool good = length > 0 && (lower(*fields->at) || *fields->at == '*');
    *key = take_text(fields, LIMIT_FIELDS_TOKEN, length);
    *value = (struct limit_fields_item){.type = LIMIT_FIELDS_OTHER};
    return good ? LIMIT_FIELDS_ONE : LIMIT_FIELDS_MALFORMED;
}
