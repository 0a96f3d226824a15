#include "exchange/json_tree.h"

#include "ration/byte_scan.h"
#include "ration/json_scan.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MOST 32U
#define EXACT_DIGITS 15U // of a whole number that a double always holds exactly
#define NUMBER_MOST 63U  // characters of a number, as cJSON has it

struct cursor {
    const char *at, *end;
    void *(*take)(size_t size);
    uint32_t depth;
};

// False: there is nothing but blanks.
static bool skip_blanks(struct cursor *cursor) {
    while (cursor->at < cursor->end &&
           (*cursor->at == ' ' || *cursor->at == '\n' || *cursor->at == '\t' || *cursor->at == '\r')) {
        cursor->at++;
    }
    return cursor->at < cursor->end;
}

static bool skip(struct cursor *cursor, const char *word, size_t length) {
    if ((size_t)(cursor->end - cursor->at) < length || memcmp(cursor->at, word, length) != 0) {
        return false;
    }
    cursor->at += length;
    return true;
}

// ---- strings ----

static char *put_character(char *out, uint32_t character) {
    if (character < 0x80) {
        *out++ = (char)character;
        return out;
    }
    if (character < 0x800) {
        *out++ = (char)(0xc0 | character >> 6);
    } else {
        if (character < 0x10000) {
            *out++ = (char)(0xe0 | character >> 12);
        } else {
            *out++ = (char)(0xf0 | character >> 18);
            *out++ = (char)(0x80 | (character >> 12 & 0x3f));
        }
        *out++ = (char)(0x80 | (character >> 6 & 0x3f));
    }
    *out++ = (char)(0x80 | (character & 0x3f));
    return out;
}

// \uXXXX, or two of them that are one character. NULL: they are odd.
static char *put_unicode(struct cursor *cursor, char *out) {
    long unit = cursor->end - cursor->at < 6 ? -1 : json_scan_hex(cursor->at + 2);
    if (unit <= 0 || (unit >= 0xdc00 && unit < 0xe000)) {
        return NULL;
    }
    cursor->at += 6;
    if (unit < 0xd800 || unit >= 0xe000) {
        return put_character(out, (uint32_t)unit);
    }
    bool follows = cursor->end - cursor->at >= 6 && cursor->at[0] == '\\' && cursor->at[1] == 'u';
    long second = follows ? json_scan_hex(cursor->at + 2) : -1;
    if (second < 0xdc00 || second >= 0xe000) {
        return NULL;
    }
    cursor->at += 6;
    return put_character(out, 0x10000U + ((uint32_t)(unit & 0x3ff) << 10 | (uint32_t)(second & 0x3ff)));
}

// The escape at the cursor. NULL: it is odd.
static char *put_escape(struct cursor *cursor, char *out) {
    static const char meaning[256] = {['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
                                      ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t'};
    if (cursor->end - cursor->at < 2) {
        return NULL;
    }
    if (cursor->at[1] == 'u') {
        return put_unicode(cursor, out);
    }
    char byte = meaning[(unsigned char)cursor->at[1]];
    if (byte == 0) {
        return NULL;
    }
    *out++ = byte;
    cursor->at += 2;
    return out;
}

// The quote that ends a string whose text begins at the cursor; NULL: there is none.
static const char *closing(const struct cursor *cursor) {
    size_t length = (size_t)(cursor->end - cursor->at);
    for (size_t at = 0; at < length; at++) { // an escape at the end leads beyond it
        at = byte_scan_special(cursor->at, at, length);
        if (at < length && cursor->at[at] == '"') {
            return cursor->at + at;
        }
        at += at < length && cursor->at[at] == '\\';
    }
    return NULL;
}

// The cursor stands at the opening quote. NULL: it is odd.
static char *take_string(struct cursor *cursor) {
    cursor->at++;
    const char *quote = closing(cursor);
    char *text = quote != NULL ? cursor->take((size_t)(quote - cursor->at) + 1) : NULL;
    char *out = text;
    while (text != NULL && cursor->at < quote) {
        size_t left = (size_t)(quote - cursor->at);
        const char *escape = memchr(cursor->at, '\\', left);
        size_t plain = escape != NULL ? (size_t)(escape - cursor->at) : left;
        memcpy(out, cursor->at, plain);
        out += plain;
        cursor->at += plain;
        if (escape != NULL && (out = put_escape(cursor, out)) == NULL) {
            return NULL;
        }
    }
    if (text != NULL) {
        *out = '\0';
        cursor->at = quote + 1;
    }
    return text;
}

// ---- numbers ----

static bool in_number(char byte) {
    return (byte >= '0' && byte <= '9') || byte == '+' || byte == '-' || byte == '.' || byte == 'e' ||
           byte == 'E';
}

static bool read_double(struct cursor *cursor, double *number) {
    char text[NUMBER_MOST + 1];
    size_t length = 0;
    while (length < NUMBER_MOST && cursor->at + length < cursor->end && in_number(cursor->at[length])) {
        text[length] = cursor->at[length];
        length++;
    }
    text[length] = '\0';
    char *end;
    *number = strtod(text, &end);
    cursor->at += end - text;
    return end == text + length && length > 0 && length < NUMBER_MOST;
}

static bool take_number(struct cursor *cursor, cJSON *item) {
    uint64_t whole = 0;
    const char *at = cursor->at;
    while (at < cursor->end && *at >= '0' && *at <= '9' && (size_t)(at - cursor->at) <= EXACT_DIGITS) {
        whole = whole * 10 + (uint64_t)(*at++ - '0');
    }
    size_t digits = (size_t)(at - cursor->at);
    if (digits > 0 && digits <= EXACT_DIGITS && at < cursor->end && !in_number(*at)) {
        item->valuedouble = (double)whole;
        cursor->at = at;
    } else if ((digits == 0 && *cursor->at != '-') || !read_double(cursor, &item->valuedouble)) {
        return false;
    }
    double number = item->valuedouble;
    item->type = cJSON_Number;
    item->valueint = number >= INT_MAX ? INT_MAX : number <= (double)INT_MIN ? INT_MIN : (int)number;
    return true;
}

// ---- values ----

static cJSON *take_item(const struct cursor *cursor) {
    cJSON *item = cursor->take(sizeof(*item));
    if (item != NULL) {
        *item = (cJSON){0};
    }
    return item;
}

// Behind the last of `parent`, whose first one leads to the last, as cJSON has it.
static void append(cJSON *parent, cJSON *item) {
    cJSON *first = parent->child;
    if (first == NULL) {
        parent->child = item->prev = item;
    } else {
        item->prev = first->prev;
        first->prev->next = item;
        first->prev = item;
    }
}

static bool take_word(struct cursor *cursor, cJSON *item) {
    if (skip(cursor, "null", 4)) {
        item->type = cJSON_NULL;
    } else if (skip(cursor, "false", 5)) {
        item->type = cJSON_False;
    } else if (skip(cursor, "true", 4)) {
        item->type = cJSON_True;
        item->valueint = 1;
    } else {
        return false;
    }
    return true;
}

static bool take_value(struct cursor *cursor, cJSON *item);

// "name":
static bool take_name(struct cursor *cursor, cJSON *item) {
    if (!skip_blanks(cursor) || *cursor->at != '"') {
        return false;
    }
    item->string = take_string(cursor);
    return item->string != NULL && skip_blanks(cursor) && skip(cursor, ":", 1);
}

// The cursor stands at the bracket that opens it. A NULL within a name or a text is odd, so no text is cut.
static bool take_members(struct cursor *cursor, cJSON *parent, char close) {
    bool object = close == '}';
    cursor->at++;
    parent->type = object ? cJSON_Object : cJSON_Array;
    if (!skip_blanks(cursor) || ++cursor->depth > DEPTH_MOST) {
        return false;
    }
    for (bool more = *cursor->at != close; more;) {
        cJSON *item = take_item(cursor);
        if (item == NULL || (object && !take_name(cursor, item)) || !skip_blanks(cursor) ||
            !take_value(cursor, item) || !skip_blanks(cursor)) {
            return false;
        }
        append(parent, item);
        more = *cursor->at == ',';
        cursor->at += more;
    }
    cursor->depth--;
    return skip(cursor, &close, 1);
}

// The cursor stands at its first byte.
static bool take_value(struct cursor *cursor, cJSON *item) {
    switch (*cursor->at) {
    case '"':
        item->type = cJSON_String;
        item->valuestring = take_string(cursor);
        return item->valuestring != NULL;
    case '{':
        return take_members(cursor, item, '}');
    case '[':
        return take_members(cursor, item, ']');
    case 'n':
    case 'f':
    case 't':
        return take_word(cursor, item);
    default:
        return take_number(cursor, item);
    }
}

cJSON *json_tree_parse(const char *json, size_t length, void *(*take)(size_t size)) {
    struct cursor cursor = {.at = json, .end = json + length, .take = take};
    cJSON *root = take_item(&cursor);
    bool plain = root != NULL && skip_blanks(&cursor) && (*cursor.at == '{' || *cursor.at == '[') &&
                 take_value(&cursor, root);
    return plain ? root : NULL;
}
