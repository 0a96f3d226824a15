// What is JSON as RFC 8259 has it, and what only looks like it.
#include "ration/json_walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void test_valid(void **state) {
    static const struct {
        const char *text;
        bool value, object;
    } cases[] = {
        {"{}", true, true},
        {" \r\n\t{\"a\":[0, -0.5e+10]} \n", true, true},
        {"[1]", true, false},
        {"0", true, false},
        {"01", false, false},
        {"02134", false, false},
        {"1.", false, false},
        {".5", false, false},
        {"+1", false, false},
        {"{\"seed\":007}", false, false},
        {"{\"a\":\"x\ty\"}", false, false},
        {"{\"a\":\"x\ny\"}", false, false},
        {"\"\\u12\"", false, false},
        {"\"\\ud800\"", false, false},
        {"\v1", false, false},
        {"\xef\xbb\xbf{}", false, false},
        {"{} {}", false, false},
        {"", false, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t length = strlen(cases[i].text);
        if (json_walk_valid(cases[i].text, length, true) != cases[i].value ||
            json_walk_valid(cases[i].text, length, false) != cases[i].object) {
            fail_msg("%zu: %s", i, cases[i].text);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_valid)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
