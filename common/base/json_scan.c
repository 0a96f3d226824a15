#include "ration/json_scan.h"

#include "ration/json_walk.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

static bool is_blank(char byte) {
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static size_t blanks(const char *text, size_t length, size_t at) {
    while (at < length && is_blank(text[at])) {
        at++;
    }
    return at;
}

// The bytes of a string with its quotes, or 0.
static size_t string(const char *text, size_t length) {
    for (size_t i = 1; i < length; i++) {
        if (text[i] == '"') {
            return i + 1;
        }
        if ((unsigned char)text[i] < ' ') {
            return 0;
        }
        if (text[i] != '\\') {
            continue;
        }
        i++;
        if (i < length && text[i] == 'u') {
            for (size_t digits = 0; digits < 4; digits++) {
                i++;
                if (i >= length || !isxdigit((unsigned char)text[i])) {
                    return 0;
                }
            }
        } else if (i >= length || text[i] == '\0' || strchr("\"\\/bfnrt", text[i]) == NULL) {
            return 0;
        }
    }
    return 0;
}

static size_t digits(const char *text, size_t length, size_t at) {
    while (at < length && isdigit((unsigned char)text[at])) {
        at++;
    }
    return at;
}

static size_t number(const char *text, size_t length) {
    size_t begin = text[0] == '-';
    size_t at = digits(text, length, begin);
    if (at == begin || (text[begin] == '0' && at > begin + 1)) {
        return 0;
    }
    if (at < length && text[at] == '.') {
        size_t whole = at + 1;
        at = digits(text, length, whole);
        if (at == whole) {
            return 0;
        }
    }
    if (at < length && (text[at] == 'e' || text[at] == 'E')) {
        size_t sign = at + 1;
        sign += sign < length && (text[sign] == '+' || text[sign] == '-');
        at = digits(text, length, sign);
        if (at == sign) {
            return 0;
        }
    }
    return at;
}

static size_t literal(const char *text, size_t length) {
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t size = strlen(words[i]);
        if (length >= size && memcmp(text, words[i], size) == 0) {
            return size;
        }
    }
    return 0;
}

static size_t scalar(const char *text, size_t length) {
    if (length == 0) {
        return 0;
    }
    return text[0] == '"'                                           ? string(text, length)
           : text[0] == '-' || isdigit((unsigned char)text[0]) != 0 ? number(text, length)
                                                                    : literal(text, length);
}

// What is open around the place that is read: a bit each, set for an object.
struct nest {
    uint64_t object[JSON_SCAN_DEPTH / 64];
    size_t depth;
};

static bool inside_object(const struct nest *nest) {
    size_t last = nest->depth - 1;
    return (nest->object[last / 64] >> (last % 64) & 1) != 0;
}

static bool enter(struct nest *nest, bool object) {
    if (nest->depth == JSON_SCAN_DEPTH) {
        return false;
    }
    uint64_t bit = 1ULL << (nest->depth % 64);
    uint64_t *word = &nest->object[nest->depth / 64];
    *word = object ? *word | bit : *word & ~bit;
    nest->depth++;
    return true;
}

// From a place where a member begins past its colon, or 0.
static size_t key(const char *text, size_t length, size_t at) {
    if (at >= length || text[at] != '"') {
        return 0;
    }
    size_t size = string(text + at, length - at);
    at = blanks(text, length, at + size);
    return size > 0 && at < length && text[at] == ':' ? blanks(text, length, at + 1) : 0;
}

// Behind a value: past each bracket that closes, and the comma. The place where the next value begins; 0:
// there is none, *end is set where all is closed.
static size_t leave(const char *text, size_t length, size_t at, struct nest *nest, size_t *end) {
    for (;;) {
        if (nest->depth == 0) {
            *end = at;
            return 0;
        }
        at = blanks(text, length, at);
        if (at >= length) {
            return 0;
        }
        bool object = inside_object(nest);
        if (text[at] == ',') {
            at = blanks(text, length, at + 1);
            return object ? key(text, length, at) : at;
        }
        if (text[at] != (object ? '}' : ']')) {
            return 0;
        }
        nest->depth--;
        at++;
    }
}

long json_scan_hex(const char *digits) {
    long value = 0;
    for (int i = 0; i < 4; i++) {
        char digit = digits[i];
        int bits = digit >= '0' && digit <= '9'   ? digit - '0'
                   : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10
                   : digit >= 'A' && digit <= 'F' ? digit - 'A' + 10
                                                  : -1;
        if (bits < 0) {
            return -1;
        }
        value = value * 16 + bits;
    }
    return value;
}

size_t json_scan_value(const char *text, size_t length) {
    struct nest nest = {.depth = 0};
    size_t at = 0;
    size_t end = 0;
    do {
        if (at >= length) {
            return 0;
        }
        if (text[at] == '{' || text[at] == '[') {
            bool object = text[at] == '{';
            if (!enter(&nest, object)) {
                return 0;
            }
            size_t next = blanks(text, length, at + 1);
            if (next < length && text[next] == (object ? '}' : ']')) {
                nest.depth--;
                at = leave(text, length, next + 1, &nest, &end);
            } else {
                at = object ? key(text, length, next) : next;
            }
        } else {
            size_t size = scalar(text + at, length - at);
            at = size > 0 ? leave(text, length, at + size, &nest, &end) : 0;
        }
    } while (at > 0);
    return end;
}

bool json_scan_whole(const char *text, size_t length, struct json_piece *value) {
    size_t begin = blanks(text, length, 0);
    size_t size = json_scan_value(text + begin, length - begin);
    *value = (struct json_piece){text + begin, size};
    return size > 0 && blanks(text, length, begin + size) == length;
}

static struct json_piece piece(const char *from, const char *to) {
    return (struct json_piece){from, (size_t)(to - from)};
}

// The walk ends at the bracket that closes the whole, so that it needs no NUL.
static bool walk(const struct json_piece *whole, size_t *at, struct json_member *member) {
    if (*at == 0) {
        if (!json_walk_first(whole->text, member)) {
            return false;
        }
    } else {
        member->key = whole->text[0] == '{' ? whole->text : NULL;
        member->value_end = whole->text + *at;
        if (!json_walk_next(member)) {
            return false;
        }
    }
    *at = (size_t)(member->value_end - whole->text);
    return true;
}

bool json_scan_member(const struct json_piece *object, size_t *at, struct json_piece *name,
                      struct json_piece *value) {
    struct json_member member;
    if (object->length == 0 || object->text[0] != '{' || !walk(object, at, &member)) {
        return false;
    }
    *name = piece(member.key, member.key_end);
    *value = piece(member.value, member.value_end);
    return true;
}

bool json_scan_item(const struct json_piece *array, size_t *at, struct json_piece *value) {
    struct json_member item;
    if (array->length == 0 || array->text[0] != '[' || !walk(array, at, &item)) {
        return false;
    }
    *value = piece(item.value, item.value_end);
    return true;
}

bool json_scan_find(const struct json_piece *object, const char *name, struct json_piece *value) {
    struct json_member member;
    if (object->length == 0 || object->text[0] != '{' || !json_walk_find(object->text, name, &member)) {
        return false;
    }
    *value = piece(member.value, member.value_end);
    return true;
}
