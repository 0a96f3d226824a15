// Names with commas between them, and in them.
#include "config/name_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void parts_names(void **state) {
    (void)state;
    static const struct {
        const char *text, *names[4];
    } cases[] = {
        {"a", {"a"}},      {"a,b", {"a", "b"}},       {"a,", {"a"}},
        {",a", {"", "a"}}, {"a,,b", {"a", "", "b"}},  {"width\\, cm,b", {"width, cm", "b"}},
        {"\\,", {","}},    {"a\\\\,b", {"a\\", "b"}}, {"a\\b\\", {"a\\b\\"}},
        {"", {NULL}},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *text = cases[i].text;
        size_t n = 0;
        while (*text != '\0') {
            char *name = name_list_next(&text);
            assert_non_null(cases[i].names[n]);
            assert_string_equal(name, cases[i].names[n++]);
            free(name);
        }
        assert_null(cases[i].names[n]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(parts_names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
