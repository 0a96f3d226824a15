#include "config/retry_errors.h"

#include "ration/outcome.h"
#include "unit_told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void knows_three_words(void **state) {
    (void)state;
    struct outcome_retry retry;
    assert_int_equal(retry_errors_parse(NULL, &retry), 0);
    assert_int_equal(retry.which, OUTCOME_AGAIN_USUAL);
    assert_int_equal(retry_errors_parse("all", &retry), 0);
    assert_int_equal(retry.which, OUTCOME_AGAIN_ALL);
    assert_int_equal(retry_errors_parse("none", &retry), 0);
    assert_int_equal(retry.which, OUTCOME_AGAIN_NONE);
    assert_int_equal(retry.listed, 0);
}

static void takes_every_class_that_an_error_line_can_have(void **state) {
    (void)state;
    for (int i = OUTCOME_DONE + 1; i < OUTCOME_CLASSES; i++) {
        struct outcome_retry retry;
        assert_int_equal(retry_errors_parse(outcome_name((enum outcome_class)i), &retry), 0);
        for (int k = OUTCOME_DONE + 1; k < OUTCOME_CLASSES; k++) {
            assert_int_equal(outcome_asked_again(&retry, outcome_name((enum outcome_class)k)), i == k);
        }
        assert_false(outcome_asked_again(&retry, "of_another_program"));
    }
}

static void takes_several_and_the_same_again(void **state) {
    (void)state;
    char text[32 * 10] = "truncated,worker_crash,in_doubt";
    struct outcome_retry retry;
    for (int i = 0; i < 20; i++) {
        (void)snprintf(text + strlen(text), sizeof(text) - strlen(text), ",refused");
    }
    assert_int_equal(retry_errors_parse(text, &retry), 0);
    memset(text, 'x', sizeof(text)); // nothing of it is kept
    assert_true(outcome_asked_again(&retry, "truncated"));
    assert_true(outcome_asked_again(&retry, "worker_crash"));
    assert_true(outcome_asked_again(&retry, "in_doubt"));
    assert_true(outcome_asked_again(&retry, "refused"));
    assert_false(outcome_asked_again(&retry, "server_fault"));
}

static void keeps_what_is_usually_kept(void **state) {
    (void)state;
    struct outcome_retry retry;
    assert_int_equal(retry_errors_parse(NULL, &retry), 0);
    assert_false(outcome_asked_again(&retry, "refused"));
    assert_false(outcome_asked_again(&retry, "in_doubt"));
    assert_true(outcome_asked_again(&retry, "worker_crash"));
    assert_true(outcome_asked_again(&retry, "of_another_program"));
}

static void refuses_other_words(void **state) {
    (void)state;
    static const char *const bad[] = {"done",          "ALL",          "Server_fault", "server_faul",
                                      "server_faults", " refused",     "refused,,all", ",refused",
                                      "refused,all",   "refused none", "refused,x",    ","};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct outcome_retry retry;
        struct unit_told told;
        told_begin(&told);
        int result = retry_errors_parse(bad[i], &retry);
        const char *text = told_end(&told);
        assert_int_equal(result, -1);
        assert_non_null(strstr(text, "--retry-errors"));
    }
}

static void names_what_it_does_not_know(void **state) {
    (void)state;
    struct outcome_retry retry;
    struct unit_told told;
    told_begin(&told);
    assert_int_equal(retry_errors_parse("refused,nonsense,overloaded", &retry), -1);
    assert_non_null(strstr(told_end(&told), "\"nonsense\""));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_three_words),
        cmocka_unit_test(takes_every_class_that_an_error_line_can_have),
        cmocka_unit_test(refuses_other_words),
        cmocka_unit_test(names_what_it_does_not_know),
        cmocka_unit_test(takes_several_and_the_same_again),
        cmocka_unit_test(keeps_what_is_usually_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
