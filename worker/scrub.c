#include "scrub.h"

#include "scrub_patterns.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define STRIDE 8U    // bytes that are looked at before it is asked whether one may begin a key
#define GAPS_MOST 4U // blanks, line breaks or invisible characters between two letters of a key

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

// ---- searching ----

static size_t any_match(const struct cursor *cursor, const struct scrub_patterns *patterns, unsigned which) {
    size_t size = 0;
    for (size_t i = 0; i < SCRUB_PATTERNS && size == 0; i++) {
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

// Which patterns may begin with these two bytes.
static inline unsigned beginning(const struct scrub_patterns *patterns, const unsigned char *at) {
    return patterns->first[at[0]] & patterns->second[at[1]];
}

// The next place before `end` at which one may begin, or `end`. One byte more can be read.
static size_t next_beginning(const struct scrub_patterns *patterns, const char *text, size_t at, size_t end) {
    for (;;) {
        at += scrub_scan_skip(&patterns->scan, text, at, end);
        // It stops at a beginning, or what is like one, or for want of bytes.
        for (size_t stop = end - at > STRIDE ? at + STRIDE : end; at < stop; at++) {
            if (beginning(patterns, (const unsigned char *)text + at) != 0) {
                return at;
            }
        }
        if (at == end) {
            return end;
        }
    }
}

// Of those that may begin there. Behind a blank their second letter must follow, or what may stand for it.
static unsigned possible(const struct scrub_patterns *patterns, const char *text) {
    const unsigned char *at = (const unsigned char *)text;
    const unsigned all = (1U << SCRUB_PATTERNS) - 1;
    if (strchr(SCRUB_ESCAPES, text[0]) != NULL) {
        return all;
    }
    unsigned which = beginning(patterns, at) & all;
    return at[1] <= ' ' ? which & patterns->second[at[2]] : which;
}

static size_t find_one(const struct key *key, const char *text, size_t length, size_t at, size_t *found) {
    if (strlen(key->text) < SCRUB_SHORT_KEY) {
        return find_plain(key, text, length, at, found);
    }
    const struct scrub_patterns *patterns = scrub_patterns_of(key);
    *found = 0;
    if (length < patterns->shortest) {
        return length;
    }
    size_t end = length - patterns->shortest + 1; // each letter takes a byte at least
    while (at < end && (at = next_beginning(patterns, text, at, end)) < end) {
        unsigned which = possible(patterns, text + at);
        *found = which == 0 ? 0 : any_match(&(struct cursor){text + at, text + length}, patterns, which);
        if (*found > 0) {
            return at;
        }
        at++;
    }
    return length;
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
