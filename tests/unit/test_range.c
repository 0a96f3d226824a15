#include "ration/range.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void has_a_size(void **state) {
    (void)state;
    assert_int_equal(range_size((struct range){0, 0}), 0);
    assert_int_equal(range_size((struct range){5, 9}), 4);
    assert_int_equal(range_size((struct range){9, 5}), 0);
    assert_int_equal(range_size((struct range){0, UINT32_MAX}), UINT32_MAX);
}

static void fits_one_word(void **state) {
    (void)state;
    static const uint32_t ends[] = {0, 1, 31, 32, 0x7fffffff, 0x80000000, RANGE_MAX_ARTISTS, UINT32_MAX};
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        for (size_t k = 0; k < sizeof(ends) / sizeof(ends[0]); k++) {
            struct range back = range_unpack(range_pack((struct range){ends[i], ends[k]}));
            assert_int_equal(back.first, ends[i]);
            assert_int_equal(back.end, ends[k]);
        }
    }
    assert_int_equal(range_size(range_unpack(0)), 0); // an empty word is an empty range
}

static void a_portion_is_fair(void **state) {
    (void)state;
    static const uint32_t left[] = {1, 2, 3, 100, 1000, 50000, 42888, 10000000, RANGE_MAX_ARTISTS};
    static const uint32_t workers[] = {1, 2, 4, 7, 64};
    static const uint32_t in_flight[] = {1, 64, 1000, 10000};
    for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++) {
        for (size_t k = 0; k < sizeof(workers) / sizeof(workers[0]); k++) {
            for (size_t m = 0; m < sizeof(in_flight) / sizeof(in_flight[0]); m++) {
                uint32_t portion = range_portion(left[i], workers[k], in_flight[m]);
                assert_in_range(portion, 1, left[i]);
                // All workers' portions together leave something for those who are quicker.
                assert_true((uint64_t)portion * workers[k] <= left[i] || portion == 1);
                // What a death sends back is a handful of what a worker has in flight, or 4,096.
                assert_true(portion <= 4096 || portion <= 4 * in_flight[m]);
            }
        }
    }
    assert_int_equal(range_portion(0, 1, 1), 1);
    assert_int_equal(range_portion(100, 0, 0), 50); // no worker at the moment
}

static void few_orders_give_all_away(void **state) {
    (void)state;
    uint32_t left = 10000000, orders = 0, last = UINT32_MAX;
    while (left > 0) {
        uint32_t portion = range_portion(left, 16, 64);
        assert_true(portion <= last); // smaller and smaller
        last = portion;
        left -= portion;
        orders++;
    }
    assert_true(orders < 10000000 / 4096 + 500);
    assert_int_equal(last, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_a_size),
        cmocka_unit_test(fits_one_word),
        cmocka_unit_test(a_portion_is_fair),
        cmocka_unit_test(few_orders_give_all_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
