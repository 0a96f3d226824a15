#include "ration/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

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

// One rule, and each way of showing follows it.
static void knows_what_steers(void **state) {
    (void)state;
    static const struct {
        const char *text, *defused, *printable;
    } row[] = {
        {"a\x1b[2J", "a [2J", "a\\x1b[2J"},
        {"a\tb\nc\rd\x07", "a b c d ", "a\\x09b\\x0ac\\x0dd\\x07"},
        {"\x7f", " ", "\\x7f"},
        {"\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0", "   \xc2\xa0",
         "\\u0080\\u009b\\u009f\xc2\xa0"}, // C1; NBSP is none
        {"\xc2\x85x", " x", "\\u0085x"},
        {"\xe2\x80\xa8\xe2\x80\xa9", "  ", "\\u2028\\u2029"},
        {"\xe2\x80\xaa\xe2\x80\xae\xe2\x80\xaf", "  \xe2\x80\xaf", "\\u202a\\u202e\xe2\x80\xaf"},
        {"\xe2\x81\xa6\xe2\x81\xa9\xe2\x81\xa5", "  \xe2\x81\xa5", "\\u2066\\u2069\xe2\x81\xa5"},
        {"\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c", "   ", "\\u200e\\u200f\\u061c"},
        {"\xef\xbb\xbf", " ", "\\ufeff"},
        {"\xe2\x80\x8d\xe2\x80\x8c", "\xe2\x80\x8d\xe2\x80\x8c", "\xe2\x80\x8d\xe2\x80\x8c"}, // joiners
        {"\x9b\x41\xc2", "?A?", "\\x9bA\\xc2"}, // C1 of an 8-bit terminal; a cut character
        {"\xf0\x9f\x8e\xa8 \xd7\xa9\xd7\x9c", "\xf0\x9f\x8e\xa8 \xd7\xa9\xd7\x9c",
         "\xf0\x9f\x8e\xa8 \xd7\xa9\xd7\x9c"},
        {"", "", ""},
    };
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        char out[64], shown[UTF8_PRINTABLE_SIZE];
        assert_string_equal(utf8_shown(row[i].text, out, sizeof(out)), row[i].defused);
        assert_string_equal(utf8_printable(row[i].text, strlen(row[i].text), shown), row[i].printable);
        assert_int_equal(utf8_span(out, strlen(out)), strlen(out));
        char again[64];
        assert_string_equal(utf8_shown(out, again, sizeof(again)), out);
    }
}

static void mends_without_defusing(void **state) {
    (void)state;
    char text[] = "\x1b\xff\xc2\x9b\xe4\xb8";
    utf8_mend(text);
    assert_string_equal(text, "\x1b?\xc2\x9b??");
}

static void cuts_a_shown_copy(void **state) {
    (void)state;
    char out[4];
    assert_string_equal(utf8_shown("abcdef", out, sizeof(out)), "abc");
    assert_string_equal(utf8_shown("ab\xc3\xa9", out, sizeof(out)), "ab?");
}

static void finds_a_cut_character(void **state) {
    (void)state;
    static const char text[] = "a\xc3\xa9\xe4\xb8\xad\xf0\x9f\x8e\xa8";
    static const size_t whole[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10};
    for (size_t length = 0; length < sizeof(text); length++) {
        assert_int_equal(utf8_whole(text, length), whole[length]);
    }
    assert_int_equal(utf8_whole("\x80\x80\x80\x80", 4), 4); // broken, not cut
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_like_a_plain_decoder),
        cmocka_unit_test(spans_random_bytes),
        cmocka_unit_test(finds_nul),
        cmocka_unit_test(counts_characters),
        cmocka_unit_test(makes_printable),
        cmocka_unit_test(knows_what_steers),
        cmocka_unit_test(mends_without_defusing),
        cmocka_unit_test(cuts_a_shown_copy),
        cmocka_unit_test(finds_a_cut_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
