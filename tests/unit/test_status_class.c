// What a status comes to by itself.
#include "ration/status_class.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void each_status_has_a_class(void **state) {
    (void)state;
    static const struct {
        long status;
        enum outcome_class kind;
        enum blame_class blame;
    } cases[] = {
        {204, OUTCOME_SERVER_FAULT, BLAME_NOTHING},    {301, OUTCOME_REFUSED, BLAME_REFUSED},
        {400, OUTCOME_REFUSED, BLAME_REFUSED},         {401, OUTCOME_UNAUTHORISED, BLAME_REFUSED},
        {402, OUTCOME_QUOTA_EXHAUSTED, BLAME_REFUSED}, {408, OUTCOME_SERVER_FAULT, BLAME_NOTHING},
        {418, OUTCOME_REFUSED, BLAME_REFUSED},         {429, OUTCOME_RATE_LIMITED, BLAME_LIMITED},
        {500, OUTCOME_SERVER_FAULT, BLAME_NOTHING},    {503, OUTCOME_OVERLOADED, BLAME_LIMITED},
        {599, OUTCOME_SERVER_FAULT, BLAME_NOTHING},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct status_class of = status_class_of(cases[i].status);
        assert_int_equal(of.kind, cases[i].kind);
        assert_int_equal(of.blame, cases[i].blame);
        assert_int_equal(of.most > 0, of.blame == BLAME_REFUSED);
    }
    assert_true(status_class_of(301).never);
    assert_false(status_class_of(400).never);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_status_has_a_class)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
