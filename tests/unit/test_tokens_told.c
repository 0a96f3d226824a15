#include "view/tokens_told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void says_each_kind_that_there_was(void **state) {
    (void)state;
    static const struct {
        struct tokens tokens;
        const char *text;
    } table[] = {
        {{0}, "0 input, 0 output"},
        {{.input = 120, .output = 45}, "120 input, 45 output"},
        {{.input = 120, .cached = 100, .output = 45}, "120 input (100 cached), 45 output"},
        {{.input = 120, .cached = 100, .written = 9, .written_hour = 8, .output = 45, .reasoning = 11},
         "120 input (100 cached, 9 written to a cache, 8 written for an hour), 45 output (11 thought)"},
        {{.input = 120, .written = 9, .output = 45}, "120 input (9 written to a cache), 45 output"},
        {{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX},
         "18446744073709551615 input (18446744073709551615 cached, 18446744073709551615 written to a cache, "
         "18446744073709551615 written for an hour), 18446744073709551615 output (18446744073709551615 "
         "thought)"},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char text[TOKENS_TOLD_SIZE];
        tokens_told(&table[i].tokens, text);
        assert_string_equal(text, table[i].text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(says_each_kind_that_there_was)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
