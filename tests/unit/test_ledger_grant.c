// What a fleet grants to this machine, as the ledger keeps it.
#include "ration/arena_check.h"
#include "ration/ledger.h"

#include "ration/clock.h"
#include "ration/guard.h"
#include "ration/slot.h"
#include "unit_arena.h"
#include "unit_random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define NOW (7 * CLOCK_HOUR)
#define REQUESTS DIMENSION_REQUESTS, CLOCK_MINUTE
#define TOKENS DIMENSION_TOKENS, CLOCK_MINUTE

static struct arena *metered(void) {
    struct arena *arena = unit_arena(4, 1, 100);
    const struct ledger_limits limits = {.told.of[LIMITS_REQUESTS_MINUTE] = 600000,
                                         .told.of[LIMITS_TOKENS_MINUTE] = 600000000,
                                         .burst = 1000,
                                         .cached = PROVIDER_COUNTS_CACHED};
    ledger_set_limits(arena, 0, &limits, NOW);
    ledger_configure(arena, &(struct ledger_config){.day_share = 1000000});
    slot_prepare(arena, 0);
    slot_prepare(arena, 1);
    assert_true(ledger_meter(arena, 0, REQUESTS));
    assert_true(ledger_meter(arena, 0, TOKENS));
    return arena;
}

static struct ledger_meter look(struct arena *arena, enum dimension_unit unit) {
    struct ledger_meter meter;
    assert_true(ledger_meter_look(arena, 0, unit, CLOCK_MINUTE, true, &meter));
    return meter;
}

static enum ledger_admission admit(struct arena *arena, uint64_t tokens, struct ledger_booking *booking) {
    return ledger_admit(arena, 0, &(struct ledger_estimate){.output = tokens}, NOW, 0, booking);
}

static void nothing_leaves_without_a_grant(void **state) {
    (void)state;
    struct arena *arena = metered();
    struct ledger_booking booking;
    assert_false(ledger_meter(arena, 0, DIMENSION_REQUESTS, CLOCK_DAY));
    assert_int_equal(admit(arena, 10, &booking), LEDGER_LATER);
    assert_in_range(booking.departs, NOW + 1, NOW + CLOCK_SECOND);
    assert_true(ledger_grant(arena, 0, REQUESTS, 2));
    assert_int_equal(admit(arena, 10, &booking), LEDGER_LATER); // each dimension must have some
    assert_true(ledger_grant(arena, 0, TOKENS, 15));
    assert_int_equal(admit(arena, 10, &booking), LEDGER_BOOKED);
    assert_int_equal(look(arena, DIMENSION_REQUESTS).short_of, 1);
    assert_int_equal(look(arena, DIMENSION_TOKENS).short_of, 10); // that was before the grants
    assert_int_equal(look(arena, DIMENSION_TOKENS).short_of, 0);
    assert_int_equal(admit(arena, 10, &booking), LEDGER_LATER); // five tokens are left
    assert_int_equal(admit(arena, 7, &booking), LEDGER_LATER);
    assert_int_equal(look(arena, DIMENSION_TOKENS).short_of, 10); // the larger of both
    assert_int_equal(look(arena, DIMENSION_REQUESTS).taken, 1);
    assert_int_equal(look(arena, DIMENSION_TOKENS).taken, 10);
    assert_null(arena_check(arena, NULL));
    arena_close(arena);
}

static void what_comes_back_goes_to_the_fleet(void **state) {
    (void)state;
    struct arena *arena = metered();
    struct ledger_booking booking;
    assert_true(ledger_grant(arena, 0, REQUESTS, 10));
    assert_true(ledger_grant(arena, 0, TOKENS, 1000));
    assert_int_equal(admit(arena, 400, &booking), LEDGER_BOOKED);
    const struct ledger_usage usage = {.outcome = OUTCOME_DONE, .tokens = {.input = 40, .output = 60}};
    (void)ledger_settle(arena, 0, &booking, &usage, NOW);
    struct ledger_meter meter = look(arena, DIMENSION_TOKENS);
    assert_int_equal(meter.taken, 100);
    assert_int_equal(meter.granted, 700); // 600 may be taken still, as before the settlement
    assert_int_equal(admit(arena, 400, &booking), LEDGER_BOOKED);
    ledger_cancel(arena, 0, &booking);
    assert_int_equal(look(arena, DIMENSION_TOKENS).taken, 100);
    assert_int_equal(look(arena, DIMENSION_TOKENS).granted, 300);
    // Who has no work gives the rest back.
    assert_true(ledger_meter_look(arena, 0, TOKENS, false, &meter));
    assert_int_equal(meter.granted, 100);
    assert_int_equal(admit(arena, 1, &booking), LEDGER_LATER);
    assert_null(arena_check(arena, NULL));
    arena_close(arena);
}

static void a_busy_guard_is_told(void **state) {
    (void)state;
    struct arena *arena = metered();
    struct ledger_meter meter;
    assert_true(guard_try(arena, GUARD_LEDGER, 1));
    assert_false(ledger_grant(arena, 0, REQUESTS, 1));
    assert_false(ledger_meter_look(arena, 0, REQUESTS, true, &meter));
    guard_unlock(arena, GUARD_LEDGER, 1);
    assert_int_equal(look(arena, DIMENSION_REQUESTS).granted, 0);
    arena_close(arena);
}

// Never more is booked than was granted, whatever happens in whatever order; and what a dead worker had
// booked is taken.
static void no_more_is_booked_than_granted(void **state) {
    (void)state;
    struct arena *arena = metered();
    enum { OPEN = 16 };
    struct unit_random random = {20};
    struct ledger_booking open[OPEN];
    uint32_t count = 0;
    uint64_t granted = 0, departed = 0;
    for (int step = 0; step < 4000; step++) {
        uint32_t what = unit_random_below(&random, 8);
        if (what == 0) {
            uint64_t units = unit_random_below(&random, 5);
            granted += units;
            assert_true(ledger_grant(arena, 0, REQUESTS, units));
            assert_true(ledger_grant(arena, 0, TOKENS, units * 100));
        } else if (what < 5 && count < OPEN) {
            count += admit(arena, 1 + unit_random_below(&random, 150), &open[count]) == LEDGER_BOOKED;
        } else if (count > 0) {
            const struct ledger_usage usage = {.outcome = OUTCOME_DONE, .tokens = {.output = 1}};
            (void)ledger_settle(arena, 0, &open[--count], &usage, NOW);
            departed++;
        }
        assert_true(departed + count <= granted);
        struct ledger_meter meter = look(arena, DIMENSION_TOKENS);
        assert_true((int64_t)(meter.granted - meter.taken) >= 0);
        assert_int_equal(look(arena, DIMENSION_REQUESTS).taken, departed + count);
    }
    assert_true(departed > 100);
    assert_true(ledger_reclaim(arena, 0));
    slot_clear(arena, 0);
    assert_int_equal(look(arena, DIMENSION_REQUESTS).taken, departed + count);
    assert_null(arena_check(arena, NULL));
    arena_close(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_leaves_without_a_grant),
        cmocka_unit_test(what_comes_back_goes_to_the_fleet),
        cmocka_unit_test(a_busy_guard_is_told),
        cmocka_unit_test(no_more_is_booked_than_granted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
