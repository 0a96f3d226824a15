// What stands between the columns of a CSV file.
#include "input/input_delimiter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static void test_words(void **state) {
    (void)state;
    assert_int_equal(input_delimiter_read("comma"), ',');
    assert_int_equal(input_delimiter_read(","), ',');
    assert_int_equal(input_delimiter_read(";"), ';');
    assert_int_equal(input_delimiter_read("Semicolon"), ';');
    assert_int_equal(input_delimiter_read("tab"), '\t');
    assert_int_equal(input_delimiter_read("\\t"), '\t');
    assert_int_equal(input_delimiter_read("\t"), '\t');
    assert_int_equal(input_delimiter_read("|"), '|');
    assert_int_equal(input_delimiter_read(""), 0);
    assert_int_equal(input_delimiter_read(",,"), 0);
    assert_int_equal(input_delimiter_read("colon"), 0);
}

static void test_found(void **state) {
    (void)state;
    static const struct {
        const char *head, *id;
        char delimiter;
    } cases[] = {
        {"artist_id,name,data\n1;2;3;4;5,A,x\n", NULL, ','},
        {"artist_id;name;data\n1;A;x\n", NULL, ';'},
        {"\xef\xbb\xbf\"artist_id\";\"name\";\"data, more, and more, and more\"\n", NULL, ';'},
        {"name\tartist_id\tdata\r\n", NULL, '\t'},
        {"artist_id|name|data", NULL, '|'},
        {"id;title;text\n", NULL, ';'},
        {"sku;title, long, or short, or none\n1;x\n", "sku", ';'},
        {"a;b;c\n", "zz", ';'},
        {"text\n", "@line", ','},
        {"", NULL, ','},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char found = input_delimiter_find(cases[i].head, strlen(cases[i].head), cases[i].id);
        if (found != cases[i].delimiter) {
            fail_msg("%zu: '%c', wanted '%c'", i, found, cases[i].delimiter);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_words), cmocka_unit_test(test_found)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
