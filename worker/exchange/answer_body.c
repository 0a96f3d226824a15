#include "exchange/answer_body.h"

#include "ration/json_scan.h"
#include "ration/utf8.h"

#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd" // U+FFFD
#define REPLACEMENT_LENGTH (sizeof(REPLACEMENT) - 1)
#define BYTE_ORDER_MARK "\xef\xbb\xbf"
#define ESCAPE_LENGTH ((size_t)6) // \uXXXX

// ---- bytes that are no UTF-8 ----

// Each ill-formed sequence becomes one character: its first byte and the continuation bytes behind it.
static size_t ill_formed(const char *at, size_t left) {
    size_t length = 1;
    while (*at != '\0' && length < left && length < 4 && ((unsigned char)at[length] & 0xc0) == 0x80) {
        length++;
    }
    return length;
}

static void replace_bytes(struct answer_body *body, const char *bytes, size_t length) {
    for (size_t at = 0; at < length;) {
        size_t good = utf8_span(bytes + at, length - at);
        text_add(&body->own, bytes + at, good);
        at += good;
        if (at < length) {
            text_add(&body->own, REPLACEMENT, REPLACEMENT_LENGTH);
            body->replaced++;
            at += ill_formed(bytes + at, length - at);
        }
    }
    body->bytes = body->own.bytes;
    body->length = body->own.length;
}

// ---- escapes that stand for no character ----

// Of the escape at `at`, how many bytes it has, and in *good whether they stand for a character.
static size_t escape(const char *at, size_t left, bool *good) {
    *good = true;
    if (left < 2 || at[1] != 'u') {
        return left < 2 ? left : 2;
    }
    long unit = left < ESCAPE_LENGTH ? -1 : json_scan_hex(at + 2);
    if (unit < 0) {
        *good = left < ESCAPE_LENGTH; // cut: the parser sees it
        return 2;
    }
    if (unit >= 0xd800 && unit < 0xdc00 && left >= 2 * ESCAPE_LENGTH && at[6] == '\\' && at[7] == 'u') {
        long second = json_scan_hex(at + ESCAPE_LENGTH + 2);
        if (second >= 0xdc00 && second < 0xe000) {
            return 2 * ESCAPE_LENGTH;
        }
    }
    *good = unit != 0 && (unit < 0xd800 || unit >= 0xe000);
    return ESCAPE_LENGTH;
}

// The next escape from `at` on that stands for no character, and its length; `length`: there is none.
static size_t bad_escape(const char *bytes, size_t at, size_t length, size_t *size) {
    while (at < length) {
        const char *found = memchr(bytes + at, '\\', length - at);
        bool good;
        if (found == NULL) {
            return length;
        }
        at = (size_t)(found - bytes);
        *size = escape(found, length - at, &good);
        if (!good) {
            return at;
        }
        at += *size;
    }
    return length;
}

static void replace_escapes(struct answer_body *body) {
    size_t size = 0;
    size_t bad = bad_escape(body->bytes, 0, body->length, &size);
    if (bad == body->length) {
        return;
    }
    struct text out = {0};
    size_t at = 0;
    while (bad < body->length) {
        text_add(&out, body->bytes + at, bad - at);
        text_add(&out, REPLACEMENT, REPLACEMENT_LENGTH);
        body->replaced++;
        at = bad + size;
        bad = bad_escape(body->bytes, at, body->length, &size);
    }
    text_add(&out, body->bytes + at, body->length - at);
    text_free(&body->own);
    body->own = out;
    body->bytes = out.bytes;
    body->length = out.length;
}

// ---- a stream of events ----

static bool begins(const char *bytes, size_t length, const char *with) {
    size_t size = strlen(with);
    return length >= size && memcmp(bytes, with, size) == 0;
}

static bool is_stream(const struct answer_body *body) {
    static const char *const first[] = {"data:", "event:", "id:", "retry:", ":"};
    size_t at = 0;
    while (at < body->length &&
           (body->bytes[at] == '\n' || body->bytes[at] == '\r' || body->bytes[at] == ' ')) {
        at++;
    }
    for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++) {
        if (begins(body->bytes + at, body->length - at, first[i])) {
            return true;
        }
    }
    return false;
}

// The data of one line: a comma before each that begins an object, else it goes on with the last one.
static void add_data(struct text *list, const char *data, size_t length) {
    if (length > 0 && data[0] == ' ') {
        data++;
        length--;
    }
    if (length == 0 || begins(data, length, "[DONE]")) {
        return;
    }
    text_add(list, data[0] == '{' ? "," : "\n", list->length > 1);
    text_add(list, data, length);
}

static void make_list(struct answer_body *body) {
    struct text list = {0};
    text_add(&list, "[", 1);
    for (size_t at = 0; at < body->length;) {
        const char *line = body->bytes + at;
        size_t left = body->length - at;
        const char *end = memchr(line, '\n', left);
        size_t length = end != NULL ? (size_t)(end - line) : left;
        at += length + 1;
        length -= length > 0 && line[length - 1] == '\r';
        if (begins(line, length, "data:")) {
            add_data(&list, line + 5, length - 5);
        }
    }
    text_add(&list, "]", 1);
    text_free(&body->own);
    body->own = list;
    body->bytes = list.bytes;
    body->length = list.length;
    body->stream = true;
}

bool answer_body_make(struct answer_body *body, const char *bytes, size_t length) {
    *body = (struct answer_body){0};
    bytes = length > 0 ? bytes : ""; // NULL, where there is no body
    if (begins(bytes, length, BYTE_ORDER_MARK)) {
        bytes += sizeof(BYTE_ORDER_MARK) - 1;
        length -= sizeof(BYTE_ORDER_MARK) - 1;
    }
    body->bytes = bytes;
    body->length = length;
    if (utf8_span(bytes, length) != length) {
        replace_bytes(body, bytes, length);
    }
    if (!body->own.failed) {
        replace_escapes(body);
    }
    if (!body->own.failed && is_stream(body)) {
        make_list(body);
    }
    return !body->own.failed;
}

void answer_body_free(struct answer_body *body) {
    text_free(&body->own);
}
