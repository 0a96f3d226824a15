#include "sim_hostile.h"

#include <string.h>

static const char *const names[] = {"-",
#define HOSTILE_NAME(id, name) name,
                                    HOSTILE_MODES(HOSTILE_NAME)
#undef HOSTILE_NAME
};

bool sim_hostile_parse(enum hostile *mode, const char *name) {
    for (size_t i = 1; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(names[i], name) != 0)
            continue;
        *mode = (enum hostile)i;
        return true;
    }
    return false;
}

const char *sim_hostile_name(enum hostile mode) {
    return names[mode];
}

/* Overwrites the beginning of the answer's text. */
static void overwrite_text(struct text *body, const char *bytes, size_t len) {
    static const char start[] = "\"Biography of ";
    char *at = memmem(body->data, body->len, start, sizeof(start) - 1);

    if (at)
        memcpy(at + 1, bytes, len);
}

static void replace_number(struct text *body, const char *name, const char *number) {
    char *at = memmem(body->data, body->len, name, strlen(name));
    struct text spoiled = {0};
    size_t head, digits;

    if (!at)
        return;
    head = (size_t)(at - body->data) + strlen(name);
    digits = strspn(body->data + head, "0123456789");
    sim_text_add(&spoiled, body->data, head);
    sim_text_puts(&spoiled, number);
    sim_text_add(&spoiled, body->data + head + digits, body->len - head - digits);
    sim_text_free(body);
    *body = spoiled;
}

void sim_hostile_spoil(enum hostile mode, struct text *body) {
    const size_t depth = 100000;

    switch (mode) {
    case HOSTILE_BAD_UTF8:
        overwrite_text(body, "\xC3(\xFF\xED\xA0\x80", 6);
        break;
    case HOSTILE_NUL:
        overwrite_text(body, "a\0b", 3);
        break;
    case HOSTILE_ESCAPED_NUL:
        overwrite_text(body, "\\u0000", 6);
        break;
    case HOSTILE_SURROGATE:
        overwrite_text(body, "\\ud800", 6);
        break;
    case HOSTILE_DEEP_JSON:
        body->len = 0;
        for (size_t i = 0; i < depth; i++)
            sim_text_puts(body, "[");
        break;
    case HOSTILE_HUGE_NUMBERS:
        replace_number(body, "\"total_tokens\":", "99999999999999999999999999999999");
        replace_number(body, "\"input_tokens\":", "-1");
        replace_number(body, "\"prompt_tokens\":", "-1");
        replace_number(body, "\"output_tokens\":", "1e308");
        replace_number(body, "\"completion_tokens\":", "1e308");
        break;
    default:
        break;
    }
}

/*
 * One deflate block of fixed codes: the literal 0, then for ever "258 bytes from 1 back", 13 bits each.
 * Codes stand with their first bit first, as a deflate stream stores them.
 */
static unsigned deflate_bit(uint64_t i) {
    static const char start[] = "110"       /* last block, fixed codes */
                                "00110000"; /* literal 0 */
    static const char match[] = "11000101"
                                "00000";

    if (i < sizeof(start) - 1)
        return start[i] == '1';
    return match[(i - (sizeof(start) - 1)) % (sizeof(match) - 1)] == '1';
}

static char gzip_byte(uint64_t at) {
    static const char header[10] = {0x1f, (char)0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
    unsigned byte = 0;

    if (at < sizeof(header))
        return header[at];
    for (unsigned i = 0; i < 8; i++)
        byte |= deflate_bit((at - sizeof(header)) * 8 + i) << i;
    return (char)byte;
}

void sim_hostile_endless(enum hostile mode, uint64_t at, char *out, size_t len) {
    for (size_t i = 0; i < len; i++)
        out[i] = mode == HOSTILE_GZIP_BOMB ? gzip_byte(at + i) : ' ';
}
