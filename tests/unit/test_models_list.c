#include "plan/models_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static struct models_list read_list(const char *text, const char *model) {
    struct models_list list;
    models_list_read(text, strlen(text), model, &list);
    return list;
}

static void names_are_found_as_each_api_lists_them(void **state) {
    (void)state;
    static const struct {
        const char *listed, *model;
        bool found;
    } cases[] = {
        {"gpt-6-luna", "gpt-6-luna", true},    {"gpt-6-luna", "gpt-6", false},
        {"gpt-6-luna", "gpt-6-luna-2", false}, {"models/gemini-3.5-flash", "gemini-3.5-flash", true},
        {"llama3.2:latest", "llama3.2", true}, {"llama3.2:1b", "llama3.2:3b", false},
        {"org/model", "org/model:free", true}, {"a", "", false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[128];
        (void)snprintf(text, sizeof(text),
                       "{\"object\":\"list\",\"data\":[{\"id\":\"zzz\"},{\"id\":\"%s\"}]}", cases[i].listed);
        struct models_list list = read_list(text, cases[i].model);
        assert_true(list.readable && list.whole);
        assert_int_equal(list.found, cases[i].found);
    }
    assert_true(read_list("[{\"id\":\"a/b\"}]", "a/b").found); // a list alone
    assert_true(read_list("{\"data\":[{\"id\":\"m-2507\",\"aliases\":[\"m-latest\"]}]}", "m-latest").found);
}

static void the_end_of_a_model_is_read(void **state) {
    (void)state;
    assert_string_equal(
        read_list("{\"data\":[{\"id\":\"m\",\"shutdown_date\":\"2027-01-14\"}]}", "m").shutdown,
        "2027-01-14");
    assert_string_equal(read_list("{\"data\":[{\"id\":\"m\",\"shutdown_date\":null}]}", "m").shutdown, "");
    assert_string_equal(
        read_list("{\"data\":[{\"id\":\"m\",\"deprecation\":\"2026-12-01T00:00:00Z\"}]}", "m").shutdown,
        "2026-12-01");
    assert_string_equal(
        read_list("{\"data\":[{\"id\":\"m\",\"shutdown_date\":\"soon, perhaps\"}]}", "m").shutdown, "");
}

static void what_may_be_meant_is_named(void **state) {
    (void)state;
    static const char list[] = "{\"data\":[{\"id\":\"gpt-6-luna\"},{\"id\":\"o9\"}],\"has_more\":true}";
    assert_string_equal(read_list(list, "gpt-6-lunar").near, "gpt-6-luna");
    assert_false(read_list(list, "gpt-6-lunar").whole);
    assert_string_equal(read_list(list, "something-else").near, "");
}

static void what_is_no_list_says_nothing(void **state) {
    (void)state;
    static const char *const texts[] = {"",
                                        "null",
                                        "[]",
                                        "{\"data\":[]}",
                                        "{\"data\":{}}",
                                        "{\"data\":[1]}",
                                        "<html>",
                                        "{\"data\":[{\"id\":1}]}",
                                        "{\"data\":[{\"id\":\"m\""};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct models_list list = read_list(texts[i], "m");
        assert_false(list.readable || list.found);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found_as_each_api_lists_them),
        cmocka_unit_test(the_end_of_a_model_is_read),
        cmocka_unit_test(what_may_be_meant_is_named),
        cmocka_unit_test(what_is_no_list_says_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
