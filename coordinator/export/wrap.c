#include "export/wrap.h"

#include "ration/utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define LEAST 16U // columns of text, however narrow the terminal is

// Unicode's East Asian Width W and F, and what stands over the character before it, in blocks. Terminals
// differ in the details; a line that is a column longer is no harm.
static const struct {
    uint32_t first, last;
    unsigned columns;
} widths[] = {
    {0x0300, 0x036f, 0},   {0x0591, 0x05bd, 0},   {0x064b, 0x065f, 0},   {0x1100, 0x115f, 2},
    {0x1ab0, 0x1aff, 0},   {0x1dc0, 0x1dff, 0},   {0x200b, 0x200d, 0},   {0x20d0, 0x20ff, 0},
    {0x2e80, 0x303e, 2},   {0x3041, 0xa4cf, 2},   {0xac00, 0xd7a3, 2},   {0xf900, 0xfaff, 2},
    {0xfe00, 0xfe0f, 0},   {0xfe20, 0xfe2f, 0},   {0xfe30, 0xfe6f, 2},   {0xff00, 0xff60, 2},
    {0xffe0, 0xffe6, 2},   {0x1f300, 0x1f64f, 2}, {0x1f680, 0x1f6ff, 2}, {0x1f900, 0x1f9ff, 2},
    {0x20000, 0x3fffd, 2},
};

static unsigned columns_of(uint32_t character) {
    for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
        if (character >= widths[i].first && character <= widths[i].last) {
            return widths[i].columns;
        }
    }
    return 1;
}

struct shown {
    char bytes[12];
    size_t length, step; // bytes it is, and was
    unsigned columns;
};

static void show(const char *text, size_t length, struct shown *shown) {
    uint32_t character;
    enum utf8_kind kind = utf8_look(text, length, &shown->step, &character);
    if (text[0] == '\t' || text[0] == ' ') {
        *shown = (struct shown){" ", 1, 1, 1};
    } else if (kind == UTF8_PLAIN) {
        for (size_t i = 0; i < shown->step; i++) {
            shown->bytes[i] = text[i];
        }
        shown->length = shown->step;
        shown->columns = columns_of(character);
    } else {
        int n = snprintf(shown->bytes, sizeof(shown->bytes), shown->step > 1 ? "\\u%04x" : "\\x%02x",
                         (unsigned)character & 0xffffU);
        shown->length = shown->columns = (unsigned)n;
    }
}

// How many bytes of the line, which has no break of its own, stand on the next line; *next is where the one
// after it begins.
static size_t fit(const char *text, size_t length, unsigned room, size_t *next) {
    struct shown shown;
    size_t at = 0, word = 0;
    unsigned columns = 0;
    while (at < length) {
        show(text + at, length - at, &shown);
        if (columns + shown.columns > room && at > 0) {
            bool blank = shown.bytes[0] == ' ';
            size_t end = blank || word == 0 ? at : word;
            *next = blank ? at + 1 : end;
            return end;
        }
        columns += shown.columns;
        at += shown.step;
        word = shown.bytes[0] == ' ' ? at : word;
    }
    *next = length;
    return length;
}

static void put_line(struct text *out, const char *text, size_t length, unsigned indent) {
    struct shown shown;
    for (unsigned i = 0; i < indent && length > 0; i++) {
        text_add(out, " ", 1);
    }
    for (size_t at = 0; at < length; at += shown.step) {
        show(text + at, length - at, &shown);
        text_add(out, shown.bytes, shown.length);
    }
    text_add(out, "\n", 1);
}

void wrap_put(struct text *out, const char *text, size_t length, unsigned indent, unsigned width) {
    unsigned room = width == 0 ? UINT32_MAX : width > indent + LEAST ? width - indent : LEAST;
    do {
        size_t line = 0;
        while (line < length && text[line] != '\n') {
            line++;
        }
        size_t end = line; // with CRLF, the CR is no part of it
        end -= line < length && end > 0 && text[end - 1] == '\r';
        size_t begin = 0;
        do {
            size_t next;
            size_t fits = fit(text + begin, end - begin, room, &next);
            while (fits > 0 && begin + fits < end && text[begin + fits - 1] == ' ') {
                fits--; // no blanks at the end of a line that was wrapped
            }
            put_line(out, text + begin, fits, indent);
            begin += next;
        } while (begin < end);
        line += line < length;
        text += line;
        length -= line;
    } while (length > 0);
}
