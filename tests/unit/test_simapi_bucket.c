#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sim_bucket.h"

#define SECOND UINT64_C(1000000000)

static void lets_all_through_without_a_limit(void **state) {
    struct bucket b;

    (void)state;
    sim_bucket_init(&b, 0, BUCKET_MINUTE_NS, 0, 5);
    assert_true(sim_bucket_has(&b, 5, UINT64_MAX));
    sim_bucket_take(&b, 5, UINT64_MAX);
    assert_int_equal(sim_bucket_wait_ns(&b, 6, 1), 0);
    assert_int_equal(sim_bucket_reset_ns(&b, 6), 0);
}

static void the_wait_is_exact(void **state) {
    struct bucket b;
    uint64_t wait;

    (void)state;
    sim_bucket_init(&b, 7, BUCKET_MINUTE_NS, 1, 0);
    sim_bucket_take(&b, 0, 1);
    wait = sim_bucket_wait_ns(&b, 0, 1);
    assert_int_equal(wait, BUCKET_MINUTE_NS / 7 + 1);
    assert_false(sim_bucket_has(&b, wait - 1, 1));
    assert_true(sim_bucket_has(&b, wait, 1));
    assert_int_equal(sim_bucket_wait_ns(&b, wait, 2), BUCKET_NEVER);
}

/* Taking whenever possible for an hour gives the burst and an hour's limit, although 60 s / 7,001 is no
 * integer. */
static void nothing_is_rounded_away(void **state) {
    const uint64_t limit = 7001, hour = 60 * BUCKET_MINUTE_NS;
    struct bucket b;
    uint64_t now = 0, taken = 0;

    (void)state;
    sim_bucket_init(&b, limit, BUCKET_MINUTE_NS, 10, 0);
    for (; now <= hour; now += sim_bucket_wait_ns(&b, now, 1)) {
        assert_true(sim_bucket_has(&b, now, 1));
        sim_bucket_take(&b, now, 1);
        taken++;
    }
    assert_in_range(taken, 10 + 60 * limit - 1, 10 + 60 * limit);
}

static void settles_what_was_taken(void **state) {
    struct bucket b;

    (void)state;
    sim_bucket_init(&b, 600, BUCKET_MINUTE_NS, 0, 0);
    sim_bucket_take(&b, 0, 500);
    sim_bucket_settle(&b, 0, 500, 100);
    assert_int_equal(sim_bucket_remaining(&b, 0), 500);
    assert_int_equal(sim_bucket_reset_ns(&b, 0), 10 * SECOND);
    sim_bucket_settle(&b, 0, 500, 0);
    assert_int_equal(sim_bucket_remaining(&b, 0), 600);
    sim_bucket_take(&b, 0, 600);
    sim_bucket_settle(&b, 0, 600, 700);
    assert_int_equal(sim_bucket_remaining(&b, 0), 0);
    assert_int_equal(sim_bucket_wait_ns(&b, 0, 1), 101 * SECOND / 10);
}

static void time_never_goes_back(void **state) {
    struct bucket b;

    (void)state;
    sim_bucket_init(&b, 60, BUCKET_MINUTE_NS, 0, 100 * SECOND);
    sim_bucket_take(&b, 100 * SECOND, 60);
    assert_int_equal(sim_bucket_remaining(&b, 90 * SECOND), 0);
    assert_int_equal(sim_bucket_remaining(&b, 110 * SECOND), 10);
    assert_int_equal(sim_bucket_remaining(&b, 105 * SECOND), 10);
    assert_int_equal(sim_bucket_remaining(&b, UINT64_MAX), 60);
}

static void stands_the_largest_numbers(void **state) {
    const uint64_t day = UINT64_C(86400) * SECOND;
    struct bucket b;

    (void)state;
    sim_bucket_init(&b, BUCKET_LIMIT_MAX, day, 0, 0);
    sim_bucket_take(&b, 0, BUCKET_LIMIT_MAX);
    assert_int_equal(sim_bucket_reset_ns(&b, 0), day);
    assert_int_equal(sim_bucket_remaining(&b, UINT64_MAX), BUCKET_LIMIT_MAX);
}

static void drain_stops_at_empty(void **state) {
    struct bucket b;

    (void)state;
    sim_bucket_init(&b, 60, BUCKET_MINUTE_NS, 1, 0);
    sim_bucket_take(&b, 0, 1);
    sim_bucket_drain(&b, SECOND / 2, 1);
    assert_int_equal(sim_bucket_wait_ns(&b, SECOND / 2, 1), SECOND);
    sim_bucket_drain(&b, SECOND / 2, 1);
    assert_int_equal(sim_bucket_wait_ns(&b, SECOND / 2, 1), SECOND);
}

static void has_fixed_windows(void **state) {
    const uint64_t day = 10 * SECOND, first = 5 * SECOND;
    struct bucket b;

    (void)state;
    sim_bucket_init_fixed(&b, 3, day, first);
    assert_int_equal(sim_bucket_reset_ns(&b, first + SECOND), 9 * SECOND);
    sim_bucket_take(&b, first + SECOND, 3);
    assert_int_equal(sim_bucket_remaining(&b, first + day - 1), 0);
    assert_int_equal(sim_bucket_wait_ns(&b, first + day - 1, 1), 1);
    assert_int_equal(sim_bucket_wait_ns(&b, first, 4), BUCKET_NEVER);
    assert_int_equal(sim_bucket_remaining(&b, first + day), 3);
    sim_bucket_take(&b, first + 3 * day + SECOND, 2);
    assert_int_equal(sim_bucket_remaining(&b, first + 4 * day - 1), 1);
    assert_int_equal(sim_bucket_reset_ns(&b, first + 3 * day + SECOND), 9 * SECOND);
    assert_int_equal(sim_bucket_remaining(&b, first + 4 * day), 3);
}

/* The period inferred from limit, remaining and reset is right, however much the bucket holds. */
static void tells_the_reset_of_other_capacities(void **state) {
    static const uint64_t capacities[] = {1, 20, 500, 700};
    struct bucket b;

    (void)state;
    for (size_t i = 0; i < sizeof(capacities) / sizeof(capacities[0]); i++) {
        uint64_t remaining, reset;

        sim_bucket_init(&b, 500, BUCKET_MINUTE_NS, capacities[i], 0);
        sim_bucket_take(&b, 0, 1);
        remaining = sim_bucket_remaining(&b, 0);
        reset = sim_bucket_reset_ns(&b, 0);
        if (remaining >= 500)
            assert_int_equal(reset, 0);
        else
            assert_int_equal(reset * 500 / (500 - remaining), BUCKET_MINUTE_NS);
    }
}

static void a_bucket_may_change(void **state) {
    struct bucket b;

    (void)state;
    sim_bucket_init(&b, 60, BUCKET_MINUTE_NS, 0, 0);
    sim_bucket_take(&b, 0, 50);
    /* Up to the change the old limit counts: 10 of 60 are left, and 5 came back. */
    sim_bucket_change(&b, 5 * SECOND, 600, 0);
    assert_int_equal(sim_bucket_remaining(&b, 5 * SECOND), 15);
    assert_int_equal(sim_bucket_remaining(&b, 6 * SECOND), 25);
    sim_bucket_change(&b, 6 * SECOND, 600, 4);
    assert_int_equal(sim_bucket_remaining(&b, 6 * SECOND), 4);
    sim_bucket_change(&b, 6 * SECOND, 0, 0);
    assert_true(sim_bucket_has(&b, 6 * SECOND, 1000));
    sim_bucket_change(&b, 7 * SECOND, 30, 0);
    assert_int_equal(sim_bucket_remaining(&b, 7 * SECOND), 30);
}

static void a_window_may_change(void **state) {
    struct bucket b;

    (void)state;
    sim_bucket_init_fixed(&b, 10, 100 * SECOND, 0);
    sim_bucket_take(&b, 0, 8);
    sim_bucket_change(&b, SECOND, 20, 5);
    assert_int_equal(sim_bucket_remaining(&b, SECOND), 12);
    sim_bucket_change(&b, SECOND, 6, 0);
    assert_int_equal(sim_bucket_remaining(&b, SECOND), 0);
    assert_int_equal(sim_bucket_wait_ns(&b, SECOND, 1), 99 * SECOND);
    assert_int_equal(sim_bucket_remaining(&b, 100 * SECOND), 6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lets_all_through_without_a_limit),
        cmocka_unit_test(the_wait_is_exact),
        cmocka_unit_test(nothing_is_rounded_away),
        cmocka_unit_test(settles_what_was_taken),
        cmocka_unit_test(time_never_goes_back),
        cmocka_unit_test(stands_the_largest_numbers),
        cmocka_unit_test(drain_stops_at_empty),
        cmocka_unit_test(has_fixed_windows),
        cmocka_unit_test(tells_the_reset_of_other_capacities),
        cmocka_unit_test(a_bucket_may_change),
        cmocka_unit_test(a_window_may_change),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
