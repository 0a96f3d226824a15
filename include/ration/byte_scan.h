// Finds what must be looked at in a text or in the strings of JSON, many bytes at once. Pure; any process.
#ifndef RATION_BYTE_SCAN_H
#define RATION_BYTE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

// How many bytes from `at` on are surely ASCII, and no NUL: there may be a few more.
static inline size_t byte_scan_ascii(const char *bytes, size_t at, size_t length) {
    size_t from = at;
#ifdef __SSE2__
    for (__m128i piece; length - at >= sizeof(piece); at += sizeof(piece)) {
        memcpy(&piece, bytes + at, sizeof(piece));
        piece = _mm_or_si128(piece, _mm_cmpeq_epi8(piece, _mm_setzero_si128()));
        if (_mm_movemask_epi8(piece) != 0) {
            break;
        }
    }
#else
    // (word - ones) borrows into the top bit of the first zero byte.
    const uint64_t ones = 0x0101010101010101ULL, highest = 0x8080808080808080ULL;
    for (uint64_t word; length - at >= sizeof(word); at += sizeof(word)) {
        memcpy(&word, bytes + at, sizeof(word));
        if ((((word - ones) | word) & highest) != 0) {
            break;
        }
    }
#endif
    return at - from;
}

// A quote, a backslash, or a control character below a blank.
static inline bool byte_scan_is_special(char byte) {
    return (unsigned char)byte < 0x20 || byte == '"' || byte == '\\';
}

// The first such byte from `at` on, which is no more than `length`; or `length`.
static inline size_t byte_scan_special(const char *bytes, size_t at, size_t length) {
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), control = _mm_set1_epi8(0x1f);
    for (__m128i piece; length - at >= sizeof(piece); at += sizeof(piece)) {
        memcpy(&piece, bytes + at, sizeof(piece));
        __m128i found = _mm_or_si128(_mm_cmpeq_epi8(piece, quote), _mm_cmpeq_epi8(piece, backslash));
        found = _mm_or_si128(found, _mm_cmpeq_epi8(_mm_min_epu8(piece, control), piece));
        int places = _mm_movemask_epi8(found);
        if (places != 0) {
            return at + (size_t)__builtin_ctz((unsigned)places);
        }
    }
#else
    const uint64_t ones = 0x0101010101010101ULL, highest = 0x8080808080808080ULL;
    for (uint64_t word; length - at >= sizeof(word); at += sizeof(word)) {
        memcpy(&word, bytes + at, sizeof(word));
        uint64_t quote = word ^ ('"' * ones), backslash = word ^ ('\\' * ones);
        uint64_t control = (word - 0x20 * ones) & ~word;
        uint64_t found = control | ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash);
        if ((found & highest) != 0) { // may be so although none is
            break;
        }
    }
#endif
    while (at < length && !byte_scan_is_special(bytes[at])) {
        at++;
    }
    return at;
}

#endif
