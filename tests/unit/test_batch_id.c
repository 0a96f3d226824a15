#include "exchange/batch_id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static const struct {
    const char *line;
    const char *id; // NULL: it has none
} cases[] = {
    {"{\"id\":\"b\",\"custom_id\":\"run_1_a\",\"response\":{}}", "run_1_a"},
    {"{\"id\": \"b\", \"custom_id\": \"run_1_a\"}", "run_1_a"},
    {"{ \"custom_id\" \t:\r \"x\" , \"y\":1}", "x"},
    {"{\"custom_id\":\"x\"", "x"},                                     // cut off behind it
    {"{\"response\":{\"custom_id\":\"no\"},\"custom_id\":\"x\"", "x"}, // what an answer says is no id
    {"{\"response\":{\"custom_id\":\"no\"}", NULL},
    {"{\"response\":[\"custom_id\",\"no\"],\"a\":1", NULL},
    {"{\"text\":\"\\\"custom_id\\\":\\\"no\\\"\",\"custom_id\":\"x\"}", "x"},
    {"{\"text\":\"a\\\\\",\"custom_id\":\"x\"}", "x"},
    {"{\"text\":\"custom_id\",\"a\":\"no\"}", NULL}, // a value, no key
    {"{\"custom_id\":null,\"a\":\"no\"}", NULL},
    {"{\"custom_id\":7,\"a\":\"no\"}", NULL},
    {"{\"custom_id\":\"x", NULL}, // who knows how it goes on
    {"{\"custom_id", NULL},
    {"[\"custom_id\",\"no\"]", NULL},
    {"", NULL},
    {"nonsense", NULL},
    {"{\"text\":\"cut\n{\"custom_id\":\"x\"}", "x"}, // the line before was cut in a string
};

static void the_id_of_the_object_itself_is_found(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t length = strlen(cases[i].line);
        for (size_t piece = 1; piece <= length + 1; piece++) { // in pieces of each size
            struct batch_id id = {0};
            for (size_t at = 0; at < length; at += piece) {
                (void)batch_id_read(&id, cases[i].line + at, length - at < piece ? length - at : piece);
            }
            assert_int_equal(id.found, cases[i].id != NULL);
            if (cases[i].id != NULL) {
                assert_string_equal(id.text, cases[i].id);
            }
        }
    }
}

static void one_that_is_too_long_is_none_of_ours(void **state) {
    (void)state;
    char line[400] = "{\"custom_id\":\"";
    size_t from = strlen(line);
    memset(line + from, 'a', 200);
    strncpy(line + from + 200, "\"}", 4);
    struct batch_id id = {0};
    assert_true(batch_id_read(&id, line, strlen(line)));
    assert_int_equal(strlen(id.text), BATCH_LINE_ID);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_id_of_the_object_itself_is_found),
        cmocka_unit_test(one_that_is_too_long_is_none_of_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
