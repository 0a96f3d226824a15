#include "sim_text.h"

#include <err.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static void reserve(struct text *t, size_t more) {
    size_t cap = t->cap ? t->cap : 512;
    char *data;

    if (t->cap - t->len >= more)
        return;
    if (more > SIZE_MAX / 4 || t->len > SIZE_MAX / 4)
        errx(1, "fatal: a text of more than %zu bytes was asked for", SIZE_MAX / 4);
    while (cap - t->len < more)
        cap *= 2;
    data = realloc(t->data, cap);
    if (!data)
        errx(1, "fatal: no memory for a text of %zu bytes", cap);
    t->data = data;
    t->cap = cap;
}

void sim_text_add(struct text *t, const void *bytes, size_t len) {
    if (!len)
        return;
    reserve(t, len);
    memcpy(t->data + t->len, bytes, len);
    t->len += len;
}

void sim_text_puts(struct text *t, const char *s) {
    sim_text_add(t, s, strlen(s));
}

void sim_text_number(struct text *t, uint64_t n) {
    char digits[20];
    size_t at = sizeof(digits);

    do
        digits[--at] = (char)('0' + n % 10);
    while (n /= 10);
    sim_text_add(t, digits + at, sizeof(digits) - at);
}

void sim_text_hex(struct text *t, uint64_t n) {
    char digits[16];
    size_t at = sizeof(digits);

    while (at) {
        digits[--at] = "0123456789abcdef"[n & 15];
        n >>= 4;
    }
    sim_text_add(t, digits, sizeof(digits));
}

static void add_escape(struct text *t, unsigned char c) {
    char unicode[6] = {'\\', 'u', '0', '0', "01"[c >> 4 & 1], "0123456789abcdef"[c & 15]};
    char pair[2] = {'\\', 0};

    switch (c) {
    case '"':
    case '\\':
        pair[1] = (char)c;
        break;
    case '\n':
        pair[1] = 'n';
        break;
    case '\r':
        pair[1] = 'r';
        break;
    case '\t':
        pair[1] = 't';
        break;
    case '\b':
        pair[1] = 'b';
        break;
    case '\f':
        pair[1] = 'f';
        break;
    default:
        sim_text_add(t, unicode, sizeof(unicode));
        return;
    }
    sim_text_add(t, pair, sizeof(pair));
}

void sim_text_add_json(struct text *t, const char *bytes, size_t len) {
    size_t start = 0;

    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)bytes[i];

        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        sim_text_add(t, bytes + start, i - start);
        add_escape(t, c);
        start = i + 1;
    }
    sim_text_add(t, bytes + start, len - start);
}

void sim_text_add_json_string(struct text *t, const char *s) {
    if (!s) {
        sim_text_puts(t, "null");
        return;
    }
    sim_text_puts(t, "\"");
    sim_text_add_json(t, s, strlen(s));
    sim_text_puts(t, "\"");
}

void sim_text_reset(struct text *t, size_t keep) {
    t->len = 0;
    if (t->cap > keep)
        sim_text_free(t);
}

void sim_text_free(struct text *t) {
    free(t->data);
    *t = (struct text){0};
}

static bool is_continuation(char c) {
    return ((unsigned char)c & 0xC0) == 0x80;
}

uint64_t sim_text_count_chars(const char *bytes, size_t len) {
    uint64_t chars = 0;

    for (size_t i = 0; i < len; i++)
        chars += !is_continuation(bytes[i]);
    return chars;
}

size_t sim_text_prefix_of_chars(const char *bytes, size_t len, uint64_t chars) {
    size_t i = 0;

    for (; i < len; i++)
        if (!is_continuation(bytes[i]) && chars-- == 0)
            break;
    return i;
}

size_t sim_text_prefix_of_bytes(const char *bytes, size_t len, size_t max) {
    if (len <= max)
        return len;
    while (max && is_continuation(bytes[max]))
        max--;
    return max;
}
