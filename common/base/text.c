#include "ration/text.h"

#include "ration/byte_scan.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_FIRST 512U

void text_clear(struct text *text) {
    text->length = 0;
    text->failed = false;
}

void text_free(struct text *text) {
    free(text->bytes);
    *text = (struct text){0};
}

void text_shrink(struct text *text, size_t keep) {
    if (text->capacity > keep && text->length <= keep) {
        char *shrunk = realloc(text->bytes, keep);
        if (shrunk != NULL) {
            text->bytes = shrunk;
            text->capacity = keep;
        }
    }
}

// Room for `more` bytes, where to write them; NULL when out of memory.
static char *reserve(struct text *text, size_t more) {
    if (text->failed) {
        return NULL;
    }
    if (more > text->capacity - text->length) {
        size_t need;
        if (__builtin_add_overflow(text->length, more, &need) || need > SIZE_MAX / 2) {
            text->failed = true;
            return NULL;
        }
        size_t capacity = text->capacity < TEXT_FIRST ? TEXT_FIRST : text->capacity;
        while (capacity < need) {
            capacity *= 2;
        }
        char *grown = realloc(text->bytes, capacity);
        if (grown == NULL) {
            text->failed = true;
            return NULL;
        }
        text->bytes = grown;
        text->capacity = capacity;
    }
    return text->bytes + text->length;
}

void text_add(struct text *text, const char *bytes, size_t length) {
    char *at = length > 0 ? reserve(text, length) : NULL;
    if (at != NULL) {
        memcpy(at, bytes, length);
        text->length += length;
    }
}

void text_add_string(struct text *text, const char *string) {
    text_add(text, string, strlen(string));
}

void text_add_u64(struct text *text, uint64_t number) {
    char digits[20];
    size_t at = sizeof(digits);
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    text_add(text, digits + at, sizeof(digits) - at);
}

// How a byte below 0x20, a quote or a backslash is written; the number of bytes.
static size_t escape(unsigned char byte, char out[6]) {
    static const char hex[] = "0123456789abcdef";
    static const char letter[32] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
    out[0] = '\\';
    if (byte >= 0x20) {
        out[1] = (char)byte;
        return 2;
    }
    if (letter[byte] != 0) {
        out[1] = letter[byte];
        return 2;
    }
    memcpy(out + 1, "u00", 3);
    out[4] = hex[byte >> 4];
    out[5] = hex[byte & 15];
    return 6;
}

void text_add_escaped(struct text *text, const char *bytes, size_t length) {
    size_t from = 0;
    for (size_t i = byte_scan_special(bytes, 0, length); i < length;
         i = byte_scan_special(bytes, i + 1, length)) {
        char out[6];
        size_t size = escape((unsigned char)bytes[i], out);
        text_add(text, bytes + from, i - from);
        text_add(text, out, size);
        from = i + 1;
    }
    text_add(text, bytes + from, length - from);
}

void text_add_json(struct text *text, const char *bytes, size_t length) {
    text_add(text, "\"", 1);
    text_add_escaped(text, bytes, length);
    text_add(text, "\"", 1);
}

void text_add_json_string(struct text *text, const char *string) {
    if (string == NULL) {
        text_add(text, "null", 4);
    } else {
        text_add_json(text, string, strlen(string));
    }
}
