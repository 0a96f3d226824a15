#include "scrub.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#define GAPS_MOST 4U // blanks, line breaks or invisible characters between two letters of a key
#define BASE64_SIZE (KEY_MAX * 2U)
#define HEX_SIZE (KEY_MAX * 2U + 1)

struct cursor {
    const char *at, *end;
};

static bool begins(const struct cursor *cursor, const char *with) {
    size_t length = strlen(with);
    return (size_t)(cursor->end - cursor->at) >= length && memcmp(cursor->at, with, length) == 0;
}

// What may stand between two letters without a reader seeing it, or as a line was folded.
static size_t gap(const struct cursor *cursor) {
    static const char *const between[] = {
        " ",        "\t",           "\n",           "\r",           "\\n",          "\xc2\xa0",
        "\xc2\xad", "\xe2\x80\x8b", "\xe2\x80\x8c", "\xe2\x80\x8d", "\xe2\x81\xa0", "\xef\xbb\xbf"};
    unsigned char byte = cursor->at < cursor->end ? (unsigned char)*cursor->at : 0;
    if (byte > ' ' && byte < 0x80 && byte != '\\') {
        return 0;
    }
    for (size_t i = 0; i < sizeof(between) / sizeof(between[0]); i++) {
        if (begins(cursor, between[i])) {
            return strlen(between[i]);
        }
    }
    return 0;
}

static int digit_of(char byte) {
    return byte >= '0' && byte <= '9'      ? byte - '0'
           : isxdigit((unsigned char)byte) ? tolower(byte) - 'a' + 10
                                           : -1;
}

// So many hexadecimal digits as a byte; -1: they are not, or it is none.
static int hex_byte(const struct cursor *cursor, size_t skip, size_t digits) {
    int value = 0;
    if ((size_t)(cursor->end - cursor->at) < skip + digits) {
        return -1;
    }
    for (size_t i = 0; i < digits; i++) {
        int digit = digit_of(cursor->at[skip + i]);
        if (digit < 0 || value > 15) {
            return -1;
        }
        value = value * 16 + digit;
    }
    return value;
}

// A character as XML writes it: &#45; or &#x2d;
static int entity(const struct cursor *cursor, size_t *taken) {
    const char *at = cursor->at + 2;
    bool hex = at < cursor->end && (*at == 'x' || *at == 'X');
    int value = 0;
    at += hex;
    for (; at < cursor->end && *at != ';'; at++) {
        int digit = digit_of(*at);
        if (digit < 0 || (!hex && digit > 9) || value > 255) {
            return -1;
        }
        value = value * (hex ? 16 : 10) + digit;
    }
    *taken = (size_t)(at - cursor->at) + 1;
    return at < cursor->end && value < 128 ? value : -1;
}

// The next letter, however it is written; -1: it is no letter of a key. Moves behind it.
static int letter(struct cursor *cursor) {
    int value = -1;
    size_t taken = 1;
    char byte = *cursor->at;
    if (byte != '%' && byte != '\\' && byte != '&') { // as it is
        cursor->at++;
        return (unsigned char)byte;
    }
    if (begins(cursor, "%25")) { // escaped twice
        value = hex_byte(cursor, 3, 2);
        taken = 5;
    } else if (begins(cursor, "%")) {
        value = hex_byte(cursor, 1, 2);
        taken = 3;
    } else if (begins(cursor, "\\u00")) {
        value = hex_byte(cursor, 4, 2);
        taken = 6;
    } else if (begins(cursor, "\\x")) {
        value = hex_byte(cursor, 2, 2);
        taken = 4;
    } else if (begins(cursor, "&#")) {
        value = entity(cursor, &taken);
    }
    if (value < 0) {
        taken = 1;
        value = (unsigned char)*cursor->at;
    }
    cursor->at += taken;
    return value;
}

// Bytes of `pattern` at the cursor, written in whatever way; 0: it is not there.
static size_t match(struct cursor cursor, const char *pattern) {
    const char *begin = cursor.at;
    for (const char *wanted = pattern; *wanted != '\0'; wanted++) {
        for (size_t gaps = 0, size; wanted != pattern && gaps < GAPS_MOST && (size = gap(&cursor)) > 0;
             gaps++) {
            cursor.at += size;
        }
        if (cursor.at >= cursor.end) {
            return 0;
        }
        int got = letter(&cursor);
        bool same = got < 128 && tolower(got) == tolower((unsigned char)*wanted);
        // The letters of base64 that differ in its two alphabets.
        same = same || (got == '-' && *wanted == '+') || (got == '_' && *wanted == '/');
        if (!same) {
            return 0;
        }
    }
    return (size_t)(cursor.at - begin);
}

// ---- the patterns ----

#define PATTERNS 5U

// The key itself; its base64 behind 0, 1 and 2 other bytes, without what depends on its neighbours;
// hexadecimal.
struct patterns {
    const char *pattern[PATTERNS];
    char base64[3][BASE64_SIZE];
    char hex[HEX_SIZE];
    // Which of them may have this byte as their first, and as their second, as bits.
    uint8_t first[256];
    uint8_t second[256];
    uint8_t escaped[256]; // all, of those that may go on with any byte
};

// The letters that are the same whatever stands before and behind.
static void encode(const char *key, size_t length, size_t before, char *out) {
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t used = 0;
    for (size_t bit = (6 - before * 8 % 6) % 6; bit + 6 <= length * 8; bit += 6) {
        unsigned value = (unsigned)(unsigned char)key[bit / 8] << 8;
        value |= bit / 8 + 1 < length ? (unsigned char)key[bit / 8 + 1] : 0U;
        out[used++] = alphabet[value >> (10 - bit % 8) & 63];
    }
    out[used] = '\0';
}

static void encode_hex(const char *key, size_t length, char *out) {
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < length; i++) {
        out[2 * i] = hex[(unsigned char)key[i] >> 4];
        out[2 * i + 1] = hex[(unsigned char)key[i] & 15];
    }
    out[2 * length] = '\0';
}

// `letter` may be written as it is in one byte, or in another way that begins with another.
static void note_letter(uint8_t table[256], char letter, uint8_t bit) {
    static const char escapes[] = "%\\&";
    table[tolower((unsigned char)letter)] |= bit;
    table[toupper((unsigned char)letter)] |= bit;
    table['-'] |= letter == '+' ? bit : 0;
    table['_'] |= letter == '/' ? bit : 0;
    for (const char *escape = escapes; *escape != '\0'; escape++) {
        table[(unsigned char)*escape] |= bit;
    }
}

static void note_beginnings(struct patterns *patterns) {
    static const char gaps[] = " \t\n\r\xc2\xe2\xef"; // the first bytes of gap()
    memset(patterns->first, 0, sizeof(patterns->first));
    memset(patterns->second, 0, sizeof(patterns->second));
    for (size_t i = 0; i < PATTERNS; i++) {
        uint8_t bit = (uint8_t)(1U << i);
        note_letter(patterns->first, patterns->pattern[i][0], bit);
        note_letter(patterns->second, patterns->pattern[i][1], bit);
        for (const char *gap_byte = gaps; *gap_byte != '\0'; gap_byte++) {
            patterns->second[(unsigned char)*gap_byte] |= bit;
        }
    }
    // What is escaped goes on with anything.
    patterns->escaped['%'] = patterns->escaped['\\'] = patterns->escaped['&'] = UINT8_MAX;
}

static void make(struct patterns *patterns, const char *key, size_t length) {
    patterns->pattern[0] = key;
    for (size_t before = 0; before < 3; before++) {
        encode(key, length, before, patterns->base64[before]);
        patterns->pattern[1 + before] = patterns->base64[before];
    }
    encode_hex(key, length, patterns->hex);
    patterns->pattern[4] = patterns->hex;
    note_beginnings(patterns);
}

static size_t any_match(const struct cursor *cursor, const struct patterns *patterns, uint8_t which) {
    size_t size = 0;
    for (size_t i = 0; i < PATTERNS && size == 0; i++) {
        if ((which >> i & 1) != 0) {
            size = match(*cursor, patterns->pattern[i]);
        }
    }
    return size;
}

static size_t find_plain(const struct key *key, const char *text, size_t length, size_t at, size_t *found) {
    size_t key_length = strlen(key->text);
    const char *place = key_length > 0 ? memmem(text + at, length - at, key->text, key_length) : NULL;
    *found = place != NULL ? key_length : 0;
    return place != NULL ? (size_t)(place - text) : length;
}

static size_t find_one(const struct key *key, const char *text, size_t length, size_t at, size_t *found) {
    static struct patterns patterns; // 9 kB; wiped below
    if (strlen(key->text) < SCRUB_SHORT_KEY) {
        return find_plain(key, text, length, at, found);
    }
    make(&patterns, key->text, strlen(key->text));
    *found = 0;
    while (at + 1 < length) {
        unsigned char byte = (unsigned char)text[at];
        uint8_t which =
            patterns.first[byte] & (patterns.second[(unsigned char)text[at + 1]] | patterns.escaped[byte]);
        *found = which != 0 ? any_match(&(struct cursor){text + at, text + length}, &patterns, which) : 0;
        if (*found > 0) {
            break;
        }
        at++;
    }
    explicit_bzero(&patterns, sizeof(patterns));
    return *found > 0 ? at : length;
}

size_t scrub_find(const struct key *key, const char *text, size_t length, size_t at, size_t *found) {
    size_t first = find_one(key, text, length, at, found);
    for (const struct key *older = key->older; older != NULL; older = older->older) {
        size_t size = 0;
        size_t place =
            strlen(older->text) < SCRUB_SHORT_KEY ? length : find_one(older, text, length, at, &size);
        if (place < first) {
            first = place;
            *found = size;
        }
    }
    return first;
}
