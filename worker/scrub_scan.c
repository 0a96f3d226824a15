#include "scrub_scan.h"

#define PIECE ((size_t)16)

void scrub_scan_note(struct scrub_scan *scan, unsigned char byte, uint8_t first, uint8_t second) {
    uint8_t *place[] = {&scan->first[0][byte & 15], &scan->first[1][byte >> 4], &scan->second[0][byte & 15],
                        &scan->second[1][byte >> 4]};
    for (size_t i = 0; i < 4; i++) {
        *place[i] = (uint8_t)(*place[i] | (i < 2 ? first : second));
    }
}

#if defined(__x86_64__)

#include <tmmintrin.h>

// SSSE3, which nearly all processors have and the compiler may not take for granted.
#define HERE __attribute__((target("ssse3")))

// The same for all keys. A bit for each group of bytes that have one half in common, so that none is wrong.
enum { CONTROL = 1, BLANK = 2, PERCENT = 4, BACKSLASH = 8, TWO = 16, MARK = 32 };
static const uint8_t others[2][16] = {
    {BLANK, 0, TWO, 0, 0, PERCENT, PERCENT, 0, 0, CONTROL, CONTROL, 0, BACKSLASH, CONTROL, 0, MARK},
    {CONTROL, 0, BLANK | PERCENT, 0, 0, BACKSLASH, 0, 0, 0, 0, 0, 0, TWO, 0, TWO | MARK, 0},
};
static const uint8_t escapes[2][16] = {
    {0, 0, 0, 0, 0, PERCENT, PERCENT, 0, 0, 0, 0, 0, BACKSLASH, 0, 0, 0},
    {0, 0, PERCENT, 0, 0, BACKSLASH, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
};

HERE static inline __m128i load(const void *from) {
    return _mm_loadu_si128(from);
}

HERE static inline __m128i look_up(const uint8_t table[2][16], __m128i bytes) {
    const __m128i half = _mm_set1_epi8(15);
    __m128i upper = _mm_and_si128(_mm_srli_epi16(bytes, 4), half);
    return _mm_and_si128(_mm_shuffle_epi8(load(table[0]), _mm_and_si128(bytes, half)),
                         _mm_shuffle_epi8(load(table[1]), upper));
}

// All bits of each byte that has any.
HERE static inline __m128i whole(__m128i bytes) {
    return _mm_xor_si128(_mm_cmpeq_epi8(bytes, _mm_setzero_si128()), _mm_set1_epi8(-1));
}

HERE static size_t skip(const struct scrub_scan *scan, const char *text, size_t at, size_t end) {
    size_t from = at;
    for (; end - at >= PIECE; at += PIECE) {
        __m128i bytes = load(text + at), behind = load(text + at + 1);
        __m128i second = _mm_or_si128(look_up(scan->second, behind), whole(look_up(others, behind)));
        __m128i found = _mm_and_si128(look_up(scan->first, bytes), second);
        found = _mm_or_si128(found, look_up(escapes, bytes));
        unsigned places = (unsigned)_mm_movemask_epi8(whole(found));
        if (places != 0) {
            return at - from + (size_t)__builtin_ctz(places);
        }
    }
    return at - from;
}

size_t scrub_scan_skip(const struct scrub_scan *scan, const char *text, size_t at, size_t end) {
    return __builtin_cpu_supports("ssse3") ? skip(scan, text, at, end) : 0;
}

#else

size_t scrub_scan_skip(const struct scrub_scan *scan, const char *text, size_t at, size_t end) {
    (void)scan, (void)text, (void)at, (void)end;
    return 0;
}

#endif
