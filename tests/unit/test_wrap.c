// Texts from outside, in a terminal.
#include "export/show_row.h"
#include "export/wrap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const char *wrapped(const char *text, unsigned indent, unsigned width) {
    static char out[4096];
    struct text lines = {0};
    wrap_put(&lines, text, strlen(text), indent, width);
    assert_false(lines.failed);
    assert_true(lines.length < sizeof(out));
    memcpy(out, lines.bytes, lines.length);
    out[lines.length] = '\0';
    text_free(&lines);
    return out;
}

static void wraps_where_words_end(void **state) {
    static const struct {
        const char *text;
        unsigned indent, width;
        const char *lines;
    } cases[] = {
        {"", 2, 20, "\n"},
        {"short", 2, 20, "  short\n"},
        {"aaaa bbbb cccc dddd eeee", 0, 20, "aaaa bbbb cccc dddd\neeee\n"},
        {"aaaa bbbb cccc ddddd", 0, 20, "aaaa bbbb cccc ddddd\n"},
        {"aaaa bbbb cccc dddddd", 0, 20, "aaaa bbbb cccc\ndddddd\n"},
        {"aaaaaaaaaaaaaaaaaaaaaaaaa", 0, 20, "aaaaaaaaaaaaaaaaaaaa\naaaaa\n"},
        {"aaaa bbbb cccc dddd eeee", 2, 0, "  aaaa bbbb cccc dddd eeee\n"},
        {"one\r\ntwo\n\nthree\n", 1, 40, " one\n two\n\n three\n"},
        {"a\tb", 0, 20, "a b\n"},
        // No line is too narrow for a word.
        {"aaaa bbbb", 30, 20, "                              aaaa bbbb\n"},
        // Two columns each; a mark over a letter takes none.
        {"\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5"
         "\xe6\x97\xa5",
         0, 16,
         "\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\n"
         "\xe6\x97\xa5\n"},
        {"eeeeeeeeeeeeeeee\xcc\x81", 0, 16, "eeeeeeeeeeeeeeee\xcc\x81\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_string_equal(wrapped(cases[i].text, cases[i].indent, cases[i].width), cases[i].lines);
    }
}

static void nothing_steers_the_terminal(void **state) {
    (void)state;
    assert_string_equal(wrapped("\033]0;x\007 \xe2\x80\xae \xff \x7f \xc2\x9b[31m \xe2\x80\xa8 a\rb", 0, 0),
                        "\\x1b]0;x\\x07 \\u202e \\xff \\x7f \\u009b[31m \\u2028 a\\x0db\n");
}

// Whatever the bytes: each line is printable UTF-8, and not wider than asked.
static void any_bytes_become_lines(void **state) {
    uint32_t seed = 1;
    (void)state;
    for (unsigned round = 0; round < 3000; round++) {
        char text[200];
        size_t length = round % sizeof(text);
        struct text lines = {0};
        for (size_t i = 0; i < length; i++) {
            seed = seed * 1664525 + 1013904223;
            text[i] = (char)(seed >> 24);
        }
        wrap_put(&lines, text, length, 3, 40);
        assert_int_equal(lines.bytes[lines.length - 1], '\n');
        for (size_t i = 0; i < lines.length; i++) {
            unsigned char byte = (unsigned char)lines.bytes[i];
            assert_true(byte == '\n' || (byte >= ' ' && byte != 0x7f));
        }
        text_free(&lines);
    }
}

static const char *shown(const char *line, const struct record *record, enum export_state state,
                         struct show_row_how how) {
    static char out[4096];
    struct export_row row = {.record = record, .state = state, .id = {"i\0331", 3}};
    struct result_walk walk;
    struct text text = {0};
    if (line != NULL) {
        assert_true(result_walk_begin(&walk, line, strlen(line)));
        row.walk = &walk;
    }
    show_row_put(&text, &row, &how);
    assert_false(text.failed);
    memcpy(out, text.bytes, text.length);
    out[text.length] = '\0';
    text_free(&text);
    return out;
}

static void shows_rows(void **state) {
    static const char *const columns[] = {"artist_id", "name", "long_column_name_of_some", NULL};
    const struct record_field field[] = {{"i1", 2}, {"Ann\nB", 5}, {"", 0}};
    const struct record record = {.id = field[0], .columns = 3, .column = columns, .field = field};
    const struct show_row_how plain = {0, false}, colours = {40, true};
    (void)state;
    assert_string_equal(shown(NULL, &record, EXPORT_OPEN, plain),
                        "i\\x1b1 · open\n  name  Ann\n        B\n  long_column_name_of_some\n\n");
    assert_string_equal(shown("{\"id\":\"1\",\"response_text\":\"two\\n\\nlines\",\"model\":\"m\\u001b\"}",
                              NULL, EXPORT_DONE, plain),
                        "i\\x1b1 · done · m\\x1b\n  two\n\n  lines\n\n");
    assert_string_equal(
        shown("{\"id\":\"1\",\"response_json\":{\"a\":\"\\nx\",\"bb\":[1]}}", NULL, EXPORT_DONE, plain),
        "i\\x1b1 · done\n  a\n      x\n  bb  [1]\n\n");
    assert_string_equal(shown("{\"id\":\"1\",\"response_json\":{\"a\":1},\"invalid\":\"the value at /a\"}",
                              NULL, EXPORT_DONE, plain),
                        "i\\x1b1 · done\n  the value at /a\n  a  1\n\n");
    assert_string_equal(
        shown("{\"id\":\"1\",\"class\":\"refused\",\"status\":400,\"message\":\"no\"}", NULL, EXPORT_FAILED,
              colours),
        "\033[1mi\\x1b1\033[0m · \033[31mfailed\033[0m\033[2m · refused · status 400\033[0m\n  no\n\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wraps_where_words_end),
        cmocka_unit_test(nothing_steers_the_terminal),
        cmocka_unit_test(any_bytes_become_lines),
        cmocka_unit_test(shows_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
