#include "ration/utf8.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define ONES 0x0101010101010101ULL
#define HIGHS 0x8080808080808080ULL

// A byte >= 0x80 or a NUL is among the eight. (word - ONES) borrows into the top bit of the first zero byte.
static int is_special(uint64_t word) {
    return (((word - ONES) | word) & HIGHS) != 0;
}

static int is_continuation(unsigned char byte) {
    return (byte & 0xc0) == 0x80;
}

// Length of the well-formed sequence at `at`, which has `left` bytes; 0 when it is ill-formed.
static size_t sequence(const unsigned char *at, size_t left) {
    unsigned char lead = at[0];
    if (lead == 0) {
        return 0;
    }
    if (lead < 0x80) {
        return 1;
    }
    size_t need = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (lead < 0xc2 || lead > 0xf4 || left < need) {
        return 0;
    }
    // Only the second byte has narrower bounds, and only after these leads.
    unsigned char low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (at[1] < low || at[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < need; i++) {
        if (!is_continuation(at[i])) {
            return 0;
        }
    }
    return need;
}

size_t utf8_span(const char *text, size_t length) {
    const unsigned char *at = (const unsigned char *)text;
    size_t i = 0;
    while (i < length) {
        uint64_t word;
        while (length - i >= sizeof(word)) {
            memcpy(&word, at + i, sizeof(word));
            if (is_special(word)) {
                break;
            }
            i += sizeof(word);
        }
        // Up to eight bytes one by one, then the fast way again.
        for (size_t stop = length - i > 8 ? i + 8 : length; i < stop;) {
            size_t step = sequence(at + i, length - i);
            if (step == 0) {
                return i;
            }
            i += step;
        }
    }
    return length;
}

size_t utf8_count(const char *text, size_t length) {
    size_t count = 0;
    for (size_t i = 0; i < length; i++) {
        count += !is_continuation((unsigned char)text[i]);
    }
    return count;
}

const char *utf8_printable(const char *text, size_t length, char out[UTF8_PRINTABLE_SIZE]) {
    size_t used = 0;
    for (size_t i = 0; i < length;) {
        const unsigned char *at = (const unsigned char *)text + i;
        size_t step = sequence(at, length - i);
        int plain = step > 1 || (step == 1 && *at >= 0x20 && *at != 0x7f);
        size_t need = plain ? step : 4;
        if (used + need + sizeof("...") > UTF8_PRINTABLE_SIZE) {
            memcpy(out + used, "...", 3);
            used += 3;
            break;
        }
        if (plain) {
            memcpy(out + used, at, step);
        } else {
            snprintf(out + used, UTF8_PRINTABLE_SIZE - used, "\\x%02x", *at);
        }
        used += need;
        i += plain ? step : 1;
    }
    out[used] = '\0';
    return out;
}
