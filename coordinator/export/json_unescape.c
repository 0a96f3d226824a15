#include "export/json_unescape.h"

#include "ration/utf8.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#define LONGEST_CHARACTER 4U
#define REPLACEMENT 0xfffdU

static uint32_t four_digits(const char *at) {
    uint32_t value = 0;
    for (size_t i = 0; i < 4; i++) {
        unsigned char digit = (unsigned char)at[i];
        value = value * 16 + (uint32_t)(isdigit(digit) ? digit - '0' : tolower(digit) - 'a' + 10);
    }
    return value;
}

static size_t encode(uint32_t c, char *out) {
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t bytes = c < 0x800 ? 2 : c < 0x10000 ? 3 : LONGEST_CHARACTER;
    for (size_t i = bytes - 1; i > 0; i--, c >>= 6) {
        out[i] = (char)(unsigned char)(0x80U | (c & 0x3fU));
    }
    out[0] = (char)(unsigned char)(((0xf00U >> bytes) & 0xffU) | c);
    return bytes;
}

// The escape \uNNNN at `at`, or two that are one character. *step is how long it is in the text.
static uint32_t character(const char *at, const char *end, size_t *step) {
    uint32_t c = four_digits(at + 2);
    *step = 6;
    if (c >= 0xd800 && c < 0xdc00 && end - at >= 12 && at[6] == '\\' && at[7] == 'u') {
        uint32_t low = four_digits(at + 8);
        if (low >= 0xdc00 && low < 0xe000) {
            *step = 12;
            return 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        }
    }
    return c == 0 || (c >= 0xd800 && c < 0xe000) ? REPLACEMENT : c;
}

static size_t escape(const char *at, const char *end, char *out, size_t *step) {
    static const char from[] = "\"\\/bfnrt";
    static const char to[] = "\"\\/\b\f\n\r\t";
    if (at[1] == 'u') {
        return encode(character(at, end, step), out);
    }
    const char *found = strchr(from, at[1]);
    out[0] = to[found - from];
    *step = 2;
    return 1;
}

static size_t plain(const char *at, size_t length, char *out) {
    size_t whole = utf8_span(at, length);
    memcpy(out, at, whole);
    if (whole < length) {
        out[whole++] = '?';
    }
    return whole;
}

size_t json_unescape(const struct json_piece *text, char *out) {
    const char *at = text->text + 1;
    const char *end = text->text + text->length - 1;
    size_t used = 0;
    while (at < end) {
        size_t step;
        const char *next = memchr(at, '\\', (size_t)(end - at));
        if (next == at) {
            used += escape(at, end, out + used, &step);
        } else {
            step = plain(at, (size_t)((next != NULL ? next : end) - at), out + used);
            used += step;
        }
        at += step;
    }
    return used;
}
