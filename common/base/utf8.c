#include "ration/utf8.h"

#include "ration/byte_scan.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

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
        i += byte_scan_ascii(text, i, length);
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

size_t utf8_whole(const char *text, size_t length) {
    size_t last = length;
    while (last > 0 && length - last < 3 && is_continuation((unsigned char)text[last - 1])) {
        last--;
    }
    bool cut = last > 0 && (unsigned char)text[last - 1] >= 0xc0 &&
               sequence((const unsigned char *)text + last - 1, length - last + 1) == 0;
    return cut ? last - 1 : length;
}

size_t utf8_count(const char *text, size_t length) {
    size_t count = 0;
    for (size_t i = 0; i < length; i++) {
        count += !is_continuation((unsigned char)text[i]);
    }
    return count;
}

// What steers a terminal or breaks a line (Unicode: Cc, Zl, Zp), and what reorders or disturbs the text
// around it (Bidi_Control, the deprecated format characters, interlinear annotations, the byte order mark).
// Joiners stay: names are written with them.
static bool steers(uint32_t c) {
    static const struct {
        uint32_t first, last;
    } range[] = {
        {0x0000, 0x001f}, {0x007f, 0x009f}, {0x061c, 0x061c}, {0x200e, 0x200f},
        {0x2028, 0x202e}, {0x2066, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb},
    };
    for (size_t i = 0; i < sizeof(range) / sizeof(range[0]); i++) {
        if (c >= range[i].first && c <= range[i].last) {
            return true;
        }
    }
    return false;
}

enum utf8_kind utf8_look(const char *text, size_t length, size_t *step, uint32_t *character) {
    const unsigned char *at = (const unsigned char *)text;
    size_t bytes = sequence(at, length);
    *step = bytes > 0 ? bytes : 1;
    *character = at[0];
    if (bytes == 0) {
        return at[0] == 0 ? UTF8_STEERS : UTF8_BROKEN;
    }
    if (bytes > 1) {
        *character = at[0] & (0x7fU >> bytes);
        for (size_t i = 1; i < bytes; i++) {
            *character = *character << 6 | (at[i] & 0x3fU);
        }
    }
    return steers(*character) ? UTF8_STEERS : UTF8_PLAIN;
}

static void replace(char *text, bool steering) {
    char *out = text;
    size_t step;
    uint32_t character;
    for (size_t left = strlen(text); left > 0; left -= step, text += step) {
        enum utf8_kind kind = utf8_look(text, left, &step, &character);
        if (kind == UTF8_BROKEN || (kind == UTF8_STEERS && steering)) {
            *out++ = kind == UTF8_BROKEN ? '?' : ' ';
        } else {
            memmove(out, text, step);
            out += step;
        }
    }
    *out = '\0';
}

void utf8_mend(char *text) {
    replace(text, false);
}

void utf8_defuse(char *text) {
    replace(text, true);
}

const char *utf8_shown(const char *text, char *out, size_t size) {
    size_t length = strlen(text);
    length = length < size ? length : size - 1;
    memcpy(out, text, length);
    out[length] = '\0';
    utf8_defuse(out);
    return out;
}

const char *utf8_printable(const char *text, size_t length, char out[UTF8_PRINTABLE_SIZE]) {
    size_t used = 0;
    for (size_t i = 0; i < length;) {
        size_t step;
        uint32_t character;
        char shown[12];
        enum utf8_kind kind = utf8_look(text + i, length - i, &step, &character);
        if (kind == UTF8_PLAIN) {
            memcpy(shown, text + i, step);
            shown[step] = '\0';
        } else {
            (void)snprintf(shown, sizeof(shown), step > 1 ? "\\u%04x" : "\\x%02x",
                           (unsigned)character & 0xffffU);
        }
        size_t need = strlen(shown);
        if (used + need + sizeof("...") > UTF8_PRINTABLE_SIZE) {
            memcpy(out + used, "...", 3);
            used += 3;
            break;
        }
        memcpy(out + used, shown, need);
        used += need;
        i += step;
    }
    out[used] = '\0';
    return out;
}
