#include "config/retry_errors.h"

#include "ration/slot.h"
#include "unit_told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static void knows_three_words(void **state) {
    (void)state;
    struct retry_errors retry;
    assert_int_equal(retry_errors_parse(NULL, &retry), 0);
    assert_int_equal(retry.which, RESUME_RETRY_USUAL);
    assert_int_equal(retry_errors_parse("all", &retry), 0);
    assert_int_equal(retry.which, RESUME_RETRY_ALL);
    assert_int_equal(retry_errors_parse("none", &retry), 0);
    assert_int_equal(retry.which, RESUME_RETRY_NONE);
    assert_int_equal(retry.count, 0);
}

static void takes_every_class_that_an_error_line_can_have(void **state) {
    (void)state;
    char all[512] = "truncated,worker_crash";
    size_t count = 2;
    for (int i = SLOT_RATE_LIMITED; i < SLOT_OUTCOMES; i++, count++) {
        (void)snprintf(all + strlen(all), sizeof(all) - strlen(all), ",%s",
                       slot_outcome_name((enum slot_outcome)i));
    }
    struct retry_errors retry;
    assert_int_equal(retry_errors_parse(all, &retry), 0);
    assert_int_equal(retry.which, RESUME_RETRY_LISTED);
    assert_int_equal(retry.count, count);
    memset(all, 'x', sizeof(all)); // the names stay
    assert_string_equal(retry.class[0], "truncated");
    assert_string_equal(retry.class[1], "worker_crash");
    for (size_t i = 2; i < count; i++) {
        assert_string_equal(retry.class[i],
                            slot_outcome_name((enum slot_outcome)(i - 2 + SLOT_RATE_LIMITED)));
    }
}

static void refuses_other_words(void **state) {
    (void)state;
    static const char *const bad[] = {"done",          "ALL",          "Server_fault", "server_faul",
                                      "server_faults", " refused",     "refused,,all", ",refused",
                                      "refused,all",   "refused none", "refused,x",    ","};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct retry_errors retry;
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
    struct retry_errors retry;
    struct unit_told told;
    told_begin(&told);
    assert_int_equal(retry_errors_parse("refused,nonsense,overloaded", &retry), -1);
    assert_non_null(strstr(told_end(&told), "\"nonsense\""));
}

static void has_room_for_so_many(void **state) {
    (void)state;
    struct retry_errors retry;
    struct unit_told told;
    char text[20 * 8] = "refused";
    for (uint32_t i = 1; i < RETRY_ERRORS_MAX; i++) {
        (void)snprintf(text + strlen(text), sizeof(text) - strlen(text), ",refused");
    }
    assert_int_equal(retry_errors_parse(text, &retry), 0);
    assert_int_equal(retry.count, RETRY_ERRORS_MAX);
    (void)snprintf(text + strlen(text), sizeof(text) - strlen(text), ",refused");
    told_begin(&told);
    int result = retry_errors_parse(text, &retry);
    (void)told_end(&told);
    assert_int_equal(result, -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_three_words),
        cmocka_unit_test(takes_every_class_that_an_error_line_can_have),
        cmocka_unit_test(refuses_other_words),
        cmocka_unit_test(names_what_it_does_not_know),
        cmocka_unit_test(has_room_for_so_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
