#include "scale/utilisation.h"

#include "ration/clock.h"
#include "ration/dimension.h"
#include "scale/minute_ring.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define MINUTE (60 * CLOCK_SECOND)

// Grows by 10 each quarter of a second, from a value near the end of its range.
static uint64_t fill(struct minute_ring *ring, uint64_t from, uint64_t seconds) {
    uint64_t now = from;
    for (uint64_t i = 0; i <= 4 * seconds; i++) {
        now = from + i * 250 * CLOCK_MS;
        minute_ring_note(ring, UINT64_MAX - 100 + 10 * i, now);
    }
    return now;
}

static void a_ring_knows_the_last_minute(void **state) {
    (void)state;
    struct minute_ring ring = {0};
    uint64_t elapsed;
    (void)fill(&ring, 5 * CLOCK_SECOND, 300);
    assert_int_equal(minute_ring_growth(&ring, MINUTE, &elapsed), 2400);
    assert_int_equal(elapsed, MINUTE);
    assert_int_equal(minute_ring_growth(&ring, 10 * CLOCK_SECOND, &elapsed), 400);
    assert_int_equal(elapsed, 10 * CLOCK_SECOND);
    assert_int_equal(minute_ring_growth(&ring, 1500 * CLOCK_MS, &elapsed), 60); // between two samples
    assert_int_equal(minute_ring_growth(&ring, 0, &elapsed), 0);
    assert_int_equal(elapsed, 0);
}

static void a_young_ring_knows_less(void **state) {
    (void)state;
    struct minute_ring ring = {0};
    uint64_t elapsed;
    assert_int_equal(minute_ring_growth(&ring, MINUTE, &elapsed), 0);
    assert_int_equal(elapsed, 0);
    minute_ring_note(&ring, 7, CLOCK_SECOND);
    assert_int_equal(minute_ring_growth(&ring, MINUTE, &elapsed), 0);
    (void)fill(&ring, 2 * CLOCK_SECOND, 0);
    ring = (struct minute_ring){0};
    (void)fill(&ring, CLOCK_SECOND, 20);
    assert_int_equal(minute_ring_growth(&ring, MINUTE, &elapsed), 800);
    assert_int_equal(elapsed, 20 * CLOCK_SECOND);
}

static void a_counter_that_fell_did_not_grow(void **state) {
    (void)state;
    struct minute_ring ring = {0};
    uint64_t elapsed;
    minute_ring_note(&ring, 100, CLOCK_SECOND);
    minute_ring_note(&ring, 90, 3 * CLOCK_SECOND);
    assert_int_equal(minute_ring_growth(&ring, MINUTE, &elapsed), 0);
    assert_int_equal(elapsed, 2 * CLOCK_SECOND);
}

static void shares(void **state) {
    (void)state;
    assert_int_equal(utilisation_pace(3000, MINUTE, 3000, MINUTE), 1000000);
    assert_int_equal(utilisation_pace(3000, MINUTE, 250, 10 * CLOCK_SECOND), 500000);
    assert_int_equal(utilisation_pace(3000, MINUTE, 0, MINUTE), 0);
    assert_int_equal(utilisation_pace(3000, MINUTE, 100, 0), 1000000); // as in two seconds
    assert_int_equal(utilisation_pace(60, CLOCK_SECOND, 1800, MINUTE), 500000);
    assert_int_equal(utilisation_pace(1, MINUTE, UINT64_MAX, CLOCK_SECOND), 1000000000000000);
    assert_int_equal(utilisation_gone(50, 20), 600000);
    assert_int_equal(utilisation_gone(50, 50), 0);
    assert_int_equal(utilisation_gone(50, 70), 0);
    assert_int_equal(utilisation_gone(50, 0), 1000000);
    assert_true(utilisation_spread(MINUTE));
    assert_true(utilisation_spread(60 * MINUTE));
    assert_false(utilisation_spread(1440 * MINUTE));
}

static void states(void **state) {
    (void)state;
    assert_int_equal(utilisation_state_of(0), SNAPSHOT_HEALTHY);
    assert_int_equal(utilisation_state_of(699999), SNAPSHOT_HEALTHY);
    assert_int_equal(utilisation_state_of(700000), SNAPSHOT_APPROACHING);
    assert_int_equal(utilisation_state_of(899999), SNAPSHOT_APPROACHING);
    assert_int_equal(utilisation_state_of(900000), SNAPSHOT_THROTTLED);
    assert_int_equal(utilisation_state_of(2000000), SNAPSHOT_THROTTLED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ring_knows_the_last_minute),
        cmocka_unit_test(a_young_ring_knows_less),
        cmocka_unit_test(a_counter_that_fell_did_not_grow),
        cmocka_unit_test(shares),
        cmocka_unit_test(states),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
