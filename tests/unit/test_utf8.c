#include "ration/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>
#include <string.h>

// Decodes bit by bit and only then looks at the value: slow, and made another way than the code under test.
static size_t plain_span(const unsigned char *at, size_t length) {
    size_t i = 0;
    while (i < length && at[i] != 0) {
        size_t n = at[i] < 0x80         ? 1
                   : (at[i] >> 5) == 6  ? 2
                   : (at[i] >> 4) == 14 ? 3
                   : (at[i] >> 3) == 30 ? 4
                                        : 0;
        static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
        if (n == 0 || length - i < n) {
            return i;
        }
        uint32_t value = n == 1 ? at[i] : at[i] & (0x7fU >> n);
        for (size_t k = 1; k < n; k++) {
            if ((at[i + k] & 0xc0) != 0x80) {
                return i;
            }
            value = value << 6 | (at[i + k] & 0x3f);
        }
        if (value < least[n] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
            return i;
        }
        i += n;
    }
    return i;
}

static void spans_like_a_plain_decoder(void **state) {
    (void)state;
    // Every two bytes, in a word of ASCII and at its end; every lead with bounds of the second byte.
    for (unsigned a = 0; a < 256; a++) {
        for (unsigned b = 0; b < 256; b++) {
            unsigned char text[] = "abcdefgh??\x80\x80xyzklmno";
            text[8] = (unsigned char)a;
            text[9] = (unsigned char)b;
            for (size_t length = 9; length < sizeof(text); length++) {
                assert_int_equal(utf8_span((const char *)text, length), plain_span(text, length));
            }
        }
    }
}

// Repeatable numbers that look random.
static unsigned below(unsigned limit) {
    static uint64_t state = 88172645463325252ULL;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)(state % limit);
}

static void spans_random_bytes(void **state) {
    (void)state;
    static const char *const piece[] = {"a",
                                        "plain ascii text",
                                        "\xc3\xa9",
                                        "\xe4\xb8\xad",
                                        "\xf0\x9f\x8e\xa8",
                                        "\xed\xa0\x80",
                                        "\xc0\xaf",
                                        "\xf4\x90\x80\x80",
                                        "\xef\xbf\xbf",
                                        "\xf4\x8f\xbf\xbf",
                                        "\xe0\x9f\xbf",
                                        "\x80"};
    for (int round = 0; round < 20000; round++) {
        unsigned char text[256];
        size_t length = 0;
        unsigned pieces = below(12);
        for (unsigned i = 0; i < pieces; i++) {
            // Faulty pieces seldom, so that long good texts come up as well.
            unsigned kinds = below(8) == 0 ? (unsigned)(sizeof(piece) / sizeof(piece[0])) : 5;
            const char *p = piece[below(kinds)];
            memcpy(text + length, p, strlen(p));
            length += strlen(p);
        }
        assert_int_equal(utf8_span((const char *)text, length), plain_span(text, length));
    }
}

static void finds_nul(void **state) {
    (void)state;
    assert_int_equal(utf8_span("abc\0def", 7), 3);
    assert_int_equal(utf8_span("abcdefghijkl\0mnopqrst", 21), 12);
    assert_int_equal(utf8_span("", 0), 0);
}

static void counts_characters(void **state) {
    (void)state;
    assert_int_equal(utf8_count("a\xc3\xa9\xe4\xb8\xad\xf0\x9f\x8e\xa8", 10), 4);
}

static void makes_printable(void **state) {
    (void)state;
    char out[UTF8_PRINTABLE_SIZE];
    assert_string_equal(utf8_printable("a\nb\x7f\xff\xc3\xa9", 7, out), "a\\x0ab\\x7f\\xff\xc3\xa9");
    char text[300];
    memset(text, 'x', sizeof(text));
    utf8_printable(text, sizeof(text), out);
    assert_true(strlen(out) < UTF8_PRINTABLE_SIZE);
    assert_string_equal(out + strlen(out) - 4, "x...");
    memset(text, '\n', sizeof(text));
    utf8_printable(text, sizeof(text), out);
    assert_true(strlen(out) < UTF8_PRINTABLE_SIZE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_like_a_plain_decoder),
        cmocka_unit_test(spans_random_bytes),
        cmocka_unit_test(finds_nul),
        cmocka_unit_test(counts_characters),
        cmocka_unit_test(makes_printable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
