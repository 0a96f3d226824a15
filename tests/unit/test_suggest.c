// "Did you mean": what is near enough to be meant, and what is not.
#include "config/suggest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void counts_what_to_change(void **state) {
    (void)state;
    static const struct {
        const char *a, *b;
        size_t distance;
    } cases[] = {
        {"", "", 0},
        {"a", "", 1},
        {"", "abc", 3},
        {"input", "input", 0},
        {"input", "inptu", 1},
        {"input", "nput", 1},
        {"input", "inputt", 1},
        {"input", "imput", 1},
        {"ab", "ba", 1},
        {"abc", "ca", 3},
        {"stop", "pots", 3},
        {"Model", "model", 0},
        {"max_cost", "max-cost", 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(suggest_distance(cases[i].a, cases[i].b, 9), cases[i].distance);
        assert_int_equal(suggest_distance(cases[i].b, cases[i].a, 9), cases[i].distance);
    }
}

static void is_bounded(void **state) {
    (void)state;
    char longest[200];
    memset(longest, 'a', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    assert_int_equal(suggest_distance("abcdef", "uvwxyz", 2), 3);
    assert_int_equal(suggest_distance("a", "abcdef", 2), 3);
    assert_int_equal(suggest_distance(longest, longest, 2), 3);
    assert_int_equal(suggest_distance(longest, "a", 2), 3);
    longest[SUGGEST_LONGEST] = '\0';
    assert_int_equal(suggest_distance(longest, longest, 2), 0);
}

static const char *nearest(const char *word) {
    static const char *const known[] = {"input", "in-flight", "max-workers", "max-cost",
                                        "model", "status",    "stop",        "ps"};
    struct suggest suggest;
    suggest_begin(&suggest, word);
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        suggest_offer(&suggest, known[i]);
    }
    const char *best = suggest_best(&suggest);
    return best != NULL ? best : "";
}

static void finds_what_was_meant(void **state) {
    (void)state;
    assert_string_equal(nearest("inptu"), "input");
    assert_string_equal(nearest("stauts"), "status");
    assert_string_equal(nearest("max_workers"), "max-workers");
    assert_string_equal(nearest("workers"), "max-workers"); // a part of it
    assert_string_equal(nearest("MODLE"), "model");
    assert_string_equal(nearest("sp"), "ps");
    assert_string_equal(nearest("max-costs"), "max-cost");
    // Nothing is better than a wrong guess.
    assert_string_equal(nearest(""), "");
    assert_string_equal(nearest("x"), "");
    assert_string_equal(nearest("temperature"), "");
    assert_string_equal(nearest("work"), "");
}

static void finds_a_word_of_a_list(void **state) {
    (void)state;
    char near[SUGGEST_LONGEST];
    suggest_of_list("retyr", "retry|skip|fail", '|', near);
    assert_string_equal(near, "retry");
    suggest_of_list("opnai", "anthropic, openai, groq", ',', near);
    assert_string_equal(near, "openai");
    suggest_of_list("gpt4o", "gpt-4o-mini-tier-1, gpt-4o-tier-1, gpt-4o-tier-2", ',', near);
    assert_string_equal(near, "gpt-4o-tier-1");
    suggest_of_list("GPT-4o mini", "gpt-4o-tier-1, gpt-4o-mini-tier-1", ',', near);
    assert_string_equal(near, "gpt-4o-mini-tier-1");
    suggest_of_list("nothing", "retry|skip|fail", '|', near);
    assert_string_equal(near, "");
    suggest_of_list("x", "", '|', near);
    assert_string_equal(near, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_what_to_change),
        cmocka_unit_test(is_bounded),
        cmocka_unit_test(finds_what_was_meant),
        cmocka_unit_test(finds_a_word_of_a_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
