#include "schema/json_string.h"

#include <string.h>

static bool wrong(struct json_string *string, const char *words) {
    string->words = words;
    return false;
}

static char peek(const struct json_string *string) {
    return string->at < string->length ? string->text[string->at] : '\0';
}

static bool take(struct json_string *string, char byte) {
    bool taken = string->at < string->length && string->text[string->at] == byte;
    string->at += taken;
    return taken;
}

static bool read_unit(struct json_string *string, uint32_t *unit) {
    *unit = 0;
    for (int i = 0; i < 4; i++, string->at++) {
        char digit = peek(string);
        uint32_t number = digit >= '0' && digit <= '9'   ? (uint32_t)(digit - '0')
                          : digit >= 'a' && digit <= 'f' ? (uint32_t)(digit - 'a') + 10
                          : digit >= 'A' && digit <= 'F' ? (uint32_t)(digit - 'A') + 10
                                                         : 16;
        if (number > 15) {
            return wrong(string, "four hexadecimal digits must follow \\u");
        }
        *unit = *unit * 16 + number;
    }
    return true;
}

static bool read_character(struct json_string *string, char **to) {
    uint32_t unit, low;
    if (!read_unit(string, &unit)) {
        return false;
    }
    if (unit >= 0xd800 && unit < 0xe000) {
        if (unit >= 0xdc00 || !take(string, '\\') || !take(string, 'u') || !read_unit(string, &low) ||
            low < 0xdc00 || low >= 0xe000) {
            return wrong(string, "a half of a surrogate pair is no character");
        }
        unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    }
    int more = unit < 0x80 ? 0 : unit < 0x800 ? 1 : unit < 0x10000 ? 2 : 3;
    static const unsigned char first[] = {0, 0xc0, 0xe0, 0xf0};
    *(*to)++ = (char)(first[more] | (unit >> (6 * more)));
    while (more-- > 0) {
        *(*to)++ = (char)(0x80 | ((unit >> (6 * more)) & 0x3f));
    }
    return true;
}

static bool read_escape(struct json_string *string, char **to) {
    static const char letter[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
    if (take(string, 'u')) {
        return read_character(string, to);
    }
    const char *found = peek(string) != '\0' ? strchr(letter, peek(string)) : NULL;
    if (found == NULL) {
        return wrong(string, "no escape begins so");
    }
    *(*to)++ = means[found - letter];
    string->at++;
    return true;
}

// Behind the quote: the bytes up to the next one, and whether there are escapes among them.
static bool span_string(struct json_string *string, size_t *end, bool *escapes) {
    *escapes = false;
    for (size_t i = string->at; i < string->length; i++) {
        unsigned char byte = (unsigned char)string->text[i];
        if (byte == '"') {
            *end = i;
            return true;
        }
        if (byte < 0x20) {
            string->at = i;
            return wrong(string, "a control character in a string must be escaped");
        }
        if (byte == '\\') {
            *escapes = true;
            i++;
        }
    }
    string->at = string->length;
    return wrong(string, "a string does not end");
}

bool json_string_read(struct json_string *string, const char **out, size_t *length) {
    size_t end;
    bool escapes;
    string->at++; // the quote
    if (!span_string(string, &end, &escapes)) {
        return false;
    }
    *out = string->text + string->at;
    *length = end - string->at;
    if (escapes) {
        char *to = json_value_room(string->document, *length);
        *out = to;
        if (to == NULL) {
            string->starved = true;
            return false;
        }
        while (string->at < end) {
            if (!take(string, '\\')) {
                *to++ = string->text[string->at++];
            } else if (!read_escape(string, &to)) {
                return false;
            }
        }
        *length = (size_t)(to - *out);
    }
    string->at = end + 1;
    return true;
}
