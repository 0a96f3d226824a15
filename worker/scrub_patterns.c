#include "scrub_patterns.h"

#include <ctype.h>
#include <string.h>

#define KEPT 16U // keys in use at one time: one for each session, and now and then one of before
#define ANY_BYTE (1U << SCRUB_PATTERNS)

static struct scrub_patterns kept[KEPT];

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

static void note(uint16_t table[256], unsigned char byte, unsigned bits) {
    table[byte] = (uint16_t)(table[byte] | bits);
}

// `letter` may be written as it is in one byte, or in another way that begins with another.
static void note_letter(uint16_t table[256], char letter, unsigned bit) {
    note(table, (unsigned char)tolower((unsigned char)letter), bit);
    note(table, (unsigned char)toupper((unsigned char)letter), bit);
    note(table, '-', letter == '+' ? bit : 0);
    note(table, '_', letter == '/' ? bit : 0);
}

// Behind the letters, which alone have been noted yet.
static void note_scan(struct scrub_patterns *patterns) {
    patterns->scan = (struct scrub_scan){0};
    for (unsigned byte = 0; byte < 256; byte++) {
        scrub_scan_note(&patterns->scan, (unsigned char)byte, (uint8_t)patterns->first[byte],
                        (uint8_t)patterns->second[byte]);
    }
}

static void note_beginnings(struct scrub_patterns *patterns) {
    static const char escapes[] = SCRUB_ESCAPES, gaps[] = SCRUB_GAPS;
    for (size_t i = 0; i < SCRUB_PATTERNS; i++) {
        unsigned bit = 1U << i;
        note_letter(patterns->first, patterns->pattern[i][0], bit);
        note_letter(patterns->second, patterns->pattern[i][1], bit);
    }
    note_scan(patterns);
    for (size_t i = 0; i < SCRUB_PATTERNS; i++) {
        unsigned bit = 1U << i;
        for (const char *gap = gaps; *gap != '\0'; gap++) {
            note(patterns->second, (unsigned char)*gap, bit);
        }
        for (const char *escape = escapes; *escape != '\0'; escape++) {
            note(patterns->second, (unsigned char)*escape, bit);
        }
    }
    // What is escaped goes on with anything.
    for (size_t byte = 0; byte < 256; byte++) {
        note(patterns->second, (unsigned char)byte, ANY_BYTE);
    }
    for (const char *escape = escapes; *escape != '\0'; escape++) {
        note(patterns->first, (unsigned char)*escape, ANY_BYTE);
    }
}

static char *behind(const char *text) {
    return (char *)(uintptr_t)text + strlen(text) + 1;
}

static void make(struct scrub_patterns *patterns, const char *key) {
    size_t length = strlen(key);
    char *at = patterns->text;
    memcpy(at, key, length + 1);
    patterns->pattern[0] = at;
    for (size_t before = 0; before < 3; before++) {
        at = behind(at);
        encode(key, length, before, at);
        patterns->pattern[1 + before] = at;
    }
    at = behind(at);
    encode_hex(key, length, at);
    patterns->pattern[4] = at;
    patterns->shortest = length;
    for (size_t i = 1; i < SCRUB_PATTERNS; i++) {
        size_t letters = strlen(patterns->pattern[i]);
        patterns->shortest = letters < patterns->shortest ? letters : patterns->shortest;
    }
    note_beginnings(patterns);
}

const struct scrub_patterns *scrub_patterns_of(const struct key *key) {
    // The keys of the sessions stand in a row.
    struct scrub_patterns *patterns = &kept[(uintptr_t)key / sizeof(*key) % KEPT];
    if (patterns->shortest == 0 || strcmp(patterns->text, key->text) != 0) {
        explicit_bzero(patterns->first, sizeof(patterns->first));
        explicit_bzero(patterns->second, sizeof(patterns->second));
        make(patterns, key->text);
    }
    return patterns;
}

void scrub_patterns_wipe(void) {
    for (size_t i = 0; i < KEPT; i++) {
        if (kept[i].shortest > 0) {
            explicit_bzero(&kept[i], sizeof(kept[i]));
        }
    }
}
