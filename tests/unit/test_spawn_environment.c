#include "crew/spawn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static void leaves_the_keys_out(void **state) {
    (void)state;
    char all[][40] = {
        "PATH=/bin",
        "OPENAI_API_KEY=sk-1",
        "HOME=/root",
        "ANTHROPIC_API_KEY=",
        "RATION_API_KEY_FILE=/key", // a path, no key
        "X=OPENAI_API_KEY=sk",
        "_API_KEY=sk-2",
        "OPENAI_API_KEY",
        "MY_API_KEYS=2",
        "A=",
        "=",
        "LANG=C.UTF-8",
    };
    static const char *const expected[] = {
        "PATH=/bin", "HOME=/root",   "RATION_API_KEY_FILE=/key", "X=OPENAI_API_KEY=sk", "MY_API_KEYS=2", "A=",
        "=",         "LANG=C.UTF-8",
    };
    enum { ALL = sizeof(all) / sizeof(all[0]), EXPECTED = sizeof(expected) / sizeof(expected[0]) };
    char *environment[ALL + 1];
    for (size_t i = 0; i < ALL; i++) {
        environment[i] = all[i];
    }
    environment[ALL] = NULL;
    char **kept = spawn_environment(environment);
    assert_non_null(kept);
    for (size_t i = 0; i < EXPECTED; i++) {
        assert_non_null(kept[i]);
        assert_string_equal(kept[i], expected[i]);
    }
    assert_null(kept[EXPECTED]);
    assert_ptr_equal(kept[0], environment[0]); // pointers into it
    assert_string_equal(environment[1], "OPENAI_API_KEY=sk-1");
    free(kept);
}

static void an_empty_one_stays_empty(void **state) {
    (void)state;
    char key[] = "OPENAI_API_KEY=sk";
    char *nothing[] = {NULL};
    char *only_keys[] = {key, key, NULL};
    char **kept = spawn_environment(nothing);
    assert_non_null(kept);
    assert_null(kept[0]);
    free(kept);
    kept = spawn_environment(only_keys);
    assert_non_null(kept);
    assert_null(kept[0]);
    free(kept);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaves_the_keys_out),
        cmocka_unit_test(an_empty_one_stays_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
