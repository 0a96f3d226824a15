// Departures that were booked for moments of their own, when processes wake late: what is kept between them,
// what is made good, and by how much all that follow shift.
#include "rules/spacing.h"

#include "ration/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define GAP (20 * CLOCK_MS)
#define START (1000 * CLOCK_SECOND)
#define MS(n) (START + (n)*CLOCK_MS)

static void one_that_is_late_is_not_followed_at_once(void **state) {
    (void)state;
    static const struct {
        uint64_t slack, now;
        bool leaves;
        uint64_t again, full_at, lost;
    } rows[] = {
        // the bucket is full again at MS(20)
        {0, MS(19), false, MS(20), MS(20), 0},      {0, MS(20), true, 0, MS(40), 0},
        {0, MS(27), true, 0, MS(47), 7 * CLOCK_MS}, {5 * CLOCK_MS, MS(14), false, MS(15), MS(20), 0},
        {5 * CLOCK_MS, MS(15), true, 0, MS(40), 0}, {UINT64_MAX, MS(0), true, 0, MS(40), 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct spacing spacing = spacing_leave(MS(20), GAP, rows[i].slack, rows[i].now);
        assert_int_equal(spacing.leaves, rows[i].leaves);
        assert_int_equal(spacing.again, rows[i].again);
        assert_int_equal(spacing.full_at, rows[i].full_at);
        assert_int_equal(spacing.lost, rows[i].lost);
    }
}

// Three gaps late, and the bucket holds as many: they leave together, and the fourth does not.
static void what_is_late_is_made_good_within_the_slack(void **state) {
    (void)state;
    uint64_t full_at = spacing_emptied(0, 3 * GAP, START), left = 0;
    for (struct spacing spacing;; full_at = spacing.full_at, left++) {
        spacing = spacing_leave(full_at, GAP, 3 * GAP, START + 3 * GAP);
        if (!spacing.leaves) {
            assert_int_equal(spacing.again, START + 4 * GAP);
            break;
        }
        assert_int_equal(spacing.lost, 0);
    }
    assert_int_equal(left, 4);
}

static void after_a_refusal_nothing_is_in_the_bucket(void **state) {
    (void)state;
    struct spacing spacing = spacing_leave(spacing_emptied(MS(0), 3 * GAP, MS(500)), GAP, 3 * GAP, MS(500));
    assert_true(spacing.leaves);
    spacing = spacing_leave(spacing.full_at, GAP, 3 * GAP, MS(501));
    assert_int_equal(spacing.again, MS(520));
}

// One that was due at 0 wakes when the next, due at 20 ms, has left: one departure is lost, not two.
static void who_is_overtaken_shifts_the_rest_by_what_was_lost(void **state) {
    (void)state;
    struct spacing second = spacing_leave(MS(0), GAP, 0, MS(20));
    assert_int_equal(second.lost, 20 * CLOCK_MS);
    assert_int_equal(spacing_shift(0, second.lost, MS(20), MS(20)), 0);
    struct spacing first = spacing_leave(second.full_at, GAP, 0, MS(40));
    assert_true(first.leaves);
    assert_int_equal(spacing_shift(0, second.lost + first.lost, MS(0), MS(40)), 20 * CLOCK_MS);
    // A rest is no lateness: what leaves when it was booked for shifts nothing.
    assert_int_equal(spacing_shift(7, 500 * CLOCK_MS, MS(60), MS(60)), 7);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_is_late_is_not_followed_at_once),
        cmocka_unit_test(what_is_late_is_made_good_within_the_slack),
        cmocka_unit_test(after_a_refusal_nothing_is_in_the_bucket),
        cmocka_unit_test(who_is_overtaken_shifts_the_rest_by_what_was_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
