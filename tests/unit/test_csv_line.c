// Plain lines are split as libcsv splits them, which is asked directly; the others are left to it.
#include "records/csv_line.h"

#include <csv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define MOST 8
#define LENGTH_MOST 24

struct seen {
    char text[4 * LENGTH_MOST + 64];
    size_t used;
    size_t fields;
    int rows;
};

static void add(struct seen *seen, const char *text, size_t length) {
    assert_true(seen->used + length + 1 < sizeof(seen->text));
    memcpy(seen->text + seen->used, text, length);
    seen->used += length;
    seen->text[seen->used++] = '\x1f';
}

static void on_field(void *text, size_t length, void *context) {
    struct seen *seen = context;
    if (seen->fields++ < MOST) {
        add(seen, text, length);
    }
}

static void on_row(int end, void *context) {
    struct seen *seen = context;
    (void)end;
    seen->rows++;
}

static int trims_nothing(unsigned char byte) {
    (void)byte;
    return 0;
}

// True: the line and its end are one record for it.
static bool libcsv_splits(const char *line, size_t length, char delimiter, struct seen *seen) {
    struct csv_parser parser;
    *seen = (struct seen){0};
    assert_int_equal(csv_init(&parser, CSV_STRICT), 0);
    csv_set_space_func(&parser, trims_nothing);
    csv_set_delim(&parser, (unsigned char)delimiter);
    bool good = csv_parse(&parser, line, length, on_field, on_row, seen) == length && seen->rows == 0 &&
                csv_parse(&parser, "\n", 1, on_field, on_row, seen) == 1 && seen->rows == 1;
    csv_free(&parser);
    return good;
}

static bool split(const char *line, size_t length, char delimiter, struct seen *seen) {
    struct record_field field[MOST];
    char *out = malloc(CSV_LINE_ROOM(length)); // of its own, so that a byte too many is seen
    *seen = (struct seen){0};
    assert_non_null(out);
    bool good = csv_line_split(line, length, delimiter, out, field, MOST, &seen->fields);
    for (size_t i = 0; good && i < seen->fields && i < MOST; i++) {
        assert_int_equal(field[i].text[field[i].length], '\0');
        add(seen, field[i].text, field[i].length);
    }
    free(out);
    return good;
}

static void compare(const char *line, size_t length, char delimiter) {
    struct seen wanted, got;
    bool plain = split(line, length, delimiter, &got);
    bool whole = libcsv_splits(line, length, delimiter, &wanted);
    if (memchr(line, '\r', length) != NULL) {
        assert_false(plain);
        return;
    }
    assert_int_equal(plain, whole); // nothing but what is wrong, or goes on behind the line, is left
    if (plain) {
        assert_int_equal(got.fields, wanted.fields);
        assert_int_equal(got.used, wanted.used);
        assert_memory_equal(got.text, wanted.text, got.used);
    }
}

static void splits_as_libcsv_does(void **state) {
    (void)state;
    static const char *const lines[] = {"a,b,c",
                                        "a",
                                        ",",
                                        ",,",
                                        "a,",
                                        ",a",
                                        "\"\"",
                                        "\"\",",
                                        "\"a\"",
                                        "\"a,b\",c",
                                        "\"a\"\"b\"",
                                        "\"\"\"\"",
                                        "\"\"\"a\"\"\",\"\"",
                                        "a b , c",
                                        " \"a\"",
                                        "\"a\" ",
                                        "\"a",
                                        "\"a\"\"",
                                        "a\"b",
                                        "a,\"b\"c",
                                        "1,2,3,4,5,6,7,8,9,10",
                                        "\xc3\xa9,\"\xc3\xa9\"",
                                        "a\rb",
                                        "a,b\r",
                                        "\"a\rb\",c"};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        compare(lines[i], strlen(lines[i]), ',');
    }
}

// The same of lines that nobody thought of.
static void splits_what_nobody_thought_of(void **state) {
    (void)state;
    static const char letters[] = "aab,,,\"\"\" ;;\t\r\0\xc3";
    static const char delimiters[] = ",;\t|";
    unsigned seed = 1;
    for (int round = 0; round < 200000; round++) {
        char line[LENGTH_MOST];
        seed = seed * 1103515245U + 12345U;
        size_t length = 1 + seed / 65536U % LENGTH_MOST;
        for (size_t i = 0; i < length; i++) {
            seed = seed * 1103515245U + 12345U;
            line[i] = letters[seed / 65536U % (sizeof(letters) - 1)];
        }
        compare(line, length, delimiters[round % 4]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(splits_as_libcsv_does),
        cmocka_unit_test(splits_what_nobody_thought_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
