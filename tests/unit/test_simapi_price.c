// The simulator's bill, which judges ration's: made by hand here.
#include "sim_price.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void bills_by_model_and_kind(void **state) {
    (void)state;
    struct prices prices = {0};
    static const struct billed plain = {.input = 100, .output = 10};
    static const struct billed parts = {
        .input = 100, .cached = 40, .written = 20, .written_hour = 10, .output = 10, .reasoning = 4};
    assert_int_equal(sim_price_bill(&prices, "m", &plain, false), 0);
    assert_true(sim_price_add(&prices, ":input=2,output=10"));
    assert_true(sim_price_add(&prices, "a:b:input=0.15,cached=0.075,written=0.3,written_hour=0.6,output=0.6,"
                                       "reasoning=1.2"));
    assert_int_equal(sim_price_bill(&prices, "m", &plain, false), 100 * 2000 + 10 * 10000);
    assert_int_equal(sim_price_bill(&prices, "m", &parts, false), 100 * 2000 + 10 * 10000);
    assert_int_equal(sim_price_bill(&prices, "a:b", &parts, false),
                     30 * 150 + 40 * 75 + 20 * 300 + 10 * 600 + 6 * 600 + 4 * 1200);
    assert_true(sim_price_add(&prices, "tiny:input=0.000001,output=0"));
    assert_int_equal(sim_price_bill(&prices, "m", &plain, true), 100 * 1000 + 10 * 5000);
    assert_int_equal(sim_price_bill(&prices, "tiny", &plain, false), 1); // a tenth, rounded up
}

static void refuses_what_is_no_price(void **state) {
    (void)state;
    static const char *const wrong[] = {"",
                                        "input=1,output=2",
                                        ":input=1",
                                        ":output=1",
                                        ":input=x,output=1",
                                        ":input=1,output=0.1234567",
                                        ":input=1,output=2,",
                                        ":in=1,output=2",
                                        ":input=,output=2",
                                        ":input=1.,output=2"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct prices prices = {0};
        if (sim_price_add(&prices, wrong[i])) {
            fail_msg("\"%s\" is taken for a price", wrong[i]);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(bills_by_model_and_kind),
                                       cmocka_unit_test(refuses_what_is_no_price)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
