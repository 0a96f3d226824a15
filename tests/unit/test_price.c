#include "ration/price.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void kinds_are_charged_apart(void **state) {
    (void)state;
    // Dollars a million: input 1, cached 0.1, written 1.25, for an hour 2, output 5, reasoning 6.
    struct price price = {.rates[PRICE_DEFAULT] = {1000000, 100000, 1250000, 2000000, 5000000, 6000000}};
    static const struct {
        struct tokens tokens;
        uint64_t nano;
    } cases[] = {
        {{0}, 0},
        {{.input = 1000}, 1000000},
        {{.input = 1000, .cached = 1000}, 100000},
        {{.input = 1000, .cached = 200, .written = 300, .written_hour = 400},
         100000 + 20000 + 375000 + 800000},
        {{.input = 10, .output = 100}, 10000 + 500000},
        {{.input = 10, .output = 100, .reasoning = 60}, 10000 + 200000 + 360000},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(price_cost(&price, PRICE_DEFAULT, &cases[i].tokens), cases[i].nano);
        assert_int_equal(price_cost(&price, PRICE_BATCH, &cases[i].tokens), 0);
    }
}

static void long_requests_have_rates_of_their_own(void **state) {
    (void)state;
    struct price price = price_plain(1000000, 2000000);
    price.above = 200000;
    price.rates_above[PRICE_DEFAULT] = price_plain(3000000, 4000000).rates[PRICE_DEFAULT];
    struct tokens tokens = {.input = 200000, .output = 1};
    assert_int_equal(price_cost(&price, PRICE_DEFAULT, &tokens), 200000000 + 2000);
    tokens.input++;
    assert_int_equal(price_cost(&price, PRICE_DEFAULT, &tokens), 600003000 + 4000);
}

static void a_plain_price_is_that_of_input_and_output(void **state) {
    (void)state;
    struct price price = price_plain(250000, 1250000);
    struct tokens tokens = {.input = 7, .cached = 3, .written = 2, .output = 5, .reasoning = 4};
    assert_int_equal(price_cost(&price, PRICE_FLEX, &tokens), 7 * 250 + 5 * 1250);
    assert_int_equal(price_cost(&price, PRICE_BATCH, &tokens), (7 * 250 + 5 * 1250) / 2);
}

static void parts_of_a_billionth_are_rounded_up_once(void **state) {
    (void)state;
    struct price price = price_plain(1, 1);
    assert_int_equal(price_cost(&price, PRICE_DEFAULT, &(struct tokens){.input = 1, .output = 1}), 1);
    assert_int_equal(price_cost(&price, PRICE_DEFAULT, &(struct tokens){.input = 1000, .output = 1}), 2);
    price = price_plain(1000000000000, 1000000000000);
    assert_int_equal(price_cost(&price, PRICE_DEFAULT, &(struct tokens){.input = UINT64_MAX}), UINT64_MAX);
}

static void the_most_is_that_of_the_dearest_kind(void **state) {
    (void)state;
    struct price price = price_plain(250000, 1250000);
    struct tier_price most = price_most(&price, PRICE_DEFAULT, false);
    assert_true(most.input == 250000 && most.output == 1250000);
    price.rates[PRICE_DEFAULT].written_hour = 500000;
    price.rates[PRICE_DEFAULT].reasoning = 1500000;
    price.rates[PRICE_FLEX].output = 1600000;
    price.rates[PRICE_PRIORITY].output = 9000000;
    price.rates_above[PRICE_DEFAULT].input = 9000000; // there are none
    most = price_most(&price, PRICE_DEFAULT, true);
    assert_true(most.input == 500000 && most.output == 1600000);
    assert_int_equal(price_most(&price, PRICE_PRIORITY, false).output, 9000000); // that has to be asked for
    price.rates[PRICE_BATCH].output = 8000000; // so has this, and it is answered in no other way
    assert_int_equal(price_most(&price, PRICE_DEFAULT, false).output, 1600000);
    assert_int_equal(price_most(&price, PRICE_BATCH, false).output, 8000000);
    assert_int_equal(price_most(&price, PRICE_BATCH, false).input, 125000);
    price.above = 200000;
    most = price_most(&price, PRICE_DEFAULT, true);
    assert_true(most.input == 9000000 && most.output == 0);
    most = price_most(&price, PRICE_DEFAULT, false);
    assert_true(most.input == 500000 && most.output == 1600000);
}

// Two prices, and one of neither of which anything costs more.
static void the_dearer_of_two_is_no_less_than_each(void **state) {
    (void)state;
    struct price one = price_plain(10, 40), other = price_plain(20, 30);
    one.rates[PRICE_DEFAULT].written = 50;
    one.rates[PRICE_FLEX].reasoning = 60;
    other.above = 1000;
    other.rates_above[PRICE_DEFAULT] = (struct price_rates){.input = 70, .output = 35};
    price_raise(&one, &other);
    assert_int_equal(one.above, 1000);
    assert_int_equal(one.rates[PRICE_DEFAULT].input, 20);
    assert_int_equal(one.rates[PRICE_DEFAULT].written, 50);
    assert_int_equal(one.rates[PRICE_DEFAULT].output, 40);
    assert_int_equal(one.rates_above[PRICE_DEFAULT].input, 70);
    assert_int_equal(one.rates_above[PRICE_DEFAULT].output, 40); // of the one that has no longer ones
    other.above = 500;
    price_raise(&one, &other);
    assert_int_equal(one.above, 500);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_are_charged_apart),
        cmocka_unit_test(long_requests_have_rates_of_their_own),
        cmocka_unit_test(a_plain_price_is_that_of_input_and_output),
        cmocka_unit_test(the_most_is_that_of_the_dearest_kind),
        cmocka_unit_test(parts_of_a_billionth_are_rounded_up_once),
        cmocka_unit_test(the_dearer_of_two_is_no_less_than_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
