// What a fleet grants to this machine, as the ledger keeps it.
#include "ration/arena_check.h"
#include "ration/ledger.h"
#include "ration/ledger_breaker.h"
#include "ration/ledger_budget.h"

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

// It may leave again at once, as far as the fleet believes so much to lie here; more than that is the
// others'.
static void what_comes_back_stays_as_far_as_it_is_known(void **state) {
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
    assert_int_equal(meter.granted, 1000);
    assert_int_equal(admit(arena, 400, &booking), LEDGER_BOOKED);
    ledger_cancel(arena, 0, &booking);
    assert_int_equal(look(arena, DIMENSION_TOKENS).taken, 100);
    assert_int_equal(look(arena, DIMENSION_TOKENS).granted, 1000);
    // It is told that 500 lie here.
    assert_int_equal(admit(arena, 400, &booking), LEDGER_BOOKED);
    assert_int_equal(look(arena, DIMENSION_TOKENS).granted, 1000);
    (void)ledger_settle(arena, 0, &booking, &usage, NOW);
    meter = look(arena, DIMENSION_TOKENS);
    assert_int_equal(meter.taken, 200);
    assert_int_equal(meter.granted, 700);
    // Who has no work gives the rest back.
    assert_true(ledger_meter_look(arena, 0, TOKENS, false, &meter));
    assert_int_equal(meter.granted, 200);
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

// ---- money and the daily quota of a fleet ----
#define DOLLAR 1000000000ULL

static struct arena *shared(void) {
    struct arena *arena = unit_arena(4, 1, 100);
    const struct ledger_limits limits = {.told.of[LIMITS_REQUESTS_MINUTE] = 600000, .burst = 1000};
    ledger_set_limits(arena, 0, &limits, NOW);
    // A dollar for each token of an answer, which may have ten.
    ledger_configure(arena, &(struct ledger_config){.day_share = 1000000,
                                                    .price = {0, 1000000000000},
                                                    .longest_answer = 10,
                                                    .cost_most = 1000 * DOLLAR});
    ledger_quota_set(arena, &(struct ledger_quota){.allowed = 1000, .low_allowed = 500, .period = 1});
    ledger_budget_begin(arena, LEDGER_BUDGET_MONEY, 1000 * DOLLAR, 1);
    ledger_budget_begin(arena, LEDGER_BUDGET_DAY, 900, 4);
    slot_prepare(arena, 0);
    slot_prepare(arena, 1);
    ledger_dearer(arena, 0, &(struct ledger_price){0}); // what an answer costs is known
    ledger_dearer(arena, 0, &(struct ledger_price){0});
    return arena;
}

static struct ledger_budget_look budget(struct arena *arena, enum ledger_budget which, uint64_t keep) {
    struct ledger_budget_look look;
    assert_true(ledger_budget_look(arena, which, keep, &look));
    return look;
}

static void settle_for(struct arena *arena, const struct ledger_booking *booking, uint64_t cost) {
    (void)ledger_settle(arena, 0, booking,
                        &(struct ledger_usage){.tokens.output = 4, .cost_known = true, .cost = cost}, NOW);
}

static void money_leaves_as_far_as_granted(void **state) {
    (void)state;
    struct arena *arena = shared();
    struct ledger_booking booking, other;
    assert_true(ledger_budget_grant(arena, LEDGER_BUDGET_DAY, 9, 9));
    assert_int_equal(admit(arena, 4, &booking), LEDGER_LATER);
    assert_in_range(booking.departs, NOW + 1, NOW + CLOCK_SECOND);
    assert_int_equal(budget(arena, LEDGER_BUDGET_MONEY, UINT64_MAX).short_of, 10 * DOLLAR);
    assert_int_equal(budget(arena, LEDGER_BUDGET_MONEY, UINT64_MAX).short_of, 0);
    assert_true(ledger_budget_grant(arena, LEDGER_BUDGET_MONEY, 15 * DOLLAR, 0));
    assert_int_equal(admit(arena, 4, &booking), LEDGER_BOOKED);
    assert_int_equal(admit(arena, 4, &other), LEDGER_LATER); // five are left
    struct ledger_budget_look look = budget(arena, LEDGER_BUDGET_MONEY, 2 * DOLLAR);
    assert_int_equal(look.booked, 10 * DOLLAR);
    assert_int_equal(look.granted, 12 * DOLLAR); // three were given back
    settle_for(arena, &booking, 4 * DOLLAR);
    look = budget(arena, LEDGER_BUDGET_MONEY, UINT64_MAX);
    assert_int_equal(look.taken, 4 * DOLLAR);
    // what it did not cost is here again
    assert_int_equal(look.granted - look.taken - look.booked, 8 * DOLLAR);
    assert_true(ledger_budget_grant(arena, LEDGER_BUDGET_MONEY, 2 * DOLLAR, 0));
    assert_int_equal(admit(arena, 4, &booking), LEDGER_BOOKED);
    settle_for(arena, &booking, 13 * DOLLAR); // dearer than anybody could tell
    look = budget(arena, LEDGER_BUDGET_MONEY, UINT64_MAX);
    assert_int_equal(look.granted, 17 * DOLLAR); // the fleet is told
    assert_int_equal(admit(arena, 4, &booking), LEDGER_LATER);
    assert_null(arena_check(arena, NULL));
    arena_close(arena);
}

static void a_dead_workers_money_stays_taken(void **state) {
    (void)state;
    struct arena *arena = shared();
    struct ledger_booking booking;
    assert_true(ledger_budget_grant(arena, LEDGER_BUDGET_DAY, 9, 9));
    assert_true(ledger_budget_grant(arena, LEDGER_BUDGET_MONEY, 10 * DOLLAR, 0));
    assert_int_equal(admit(arena, 4, &booking), LEDGER_BOOKED);
    assert_true(ledger_reclaim(arena, 0));
    struct ledger_budget_look look = budget(arena, LEDGER_BUDGET_MONEY, 0);
    assert_int_equal(look.taken, 10 * DOLLAR);
    assert_int_equal(look.booked, 0);
    arena_close(arena);
}

static void requests_of_the_day_leave_as_far_as_granted(void **state) {
    (void)state;
    struct arena *arena = shared();
    struct ledger_booking booking, low;
    struct ledger_quota quota;
    assert_true(ledger_budget_grant(arena, LEDGER_BUDGET_MONEY, 100 * DOLLAR, 0));
    ledger_quota_look(arena, &quota);
    assert_int_equal(quota.used, 100); // by the whole fleet
    assert_int_equal(quota.period, 4);
    assert_int_equal(admit(arena, 4, &booking), LEDGER_LATER);
    assert_int_equal(booking.departs, CLOCK_NEVER); // it is rung when some of it is granted
    assert_int_equal(budget(arena, LEDGER_BUDGET_DAY, 0).short_of, 1);
    assert_true(ledger_budget_grant(arena, LEDGER_BUDGET_DAY, 2, 1));
    assert_int_equal(admit(arena, 4, &booking), LEDGER_BOOKED);
    const struct ledger_estimate estimate = {.output = 4, .low = true};
    assert_int_equal(ledger_admit(arena, 0, &estimate, NOW, 0, &low), LEDGER_LATER);
    struct ledger_budget_look look = budget(arena, LEDGER_BUDGET_DAY, UINT64_MAX);
    assert_int_equal(look.short_of, 0);
    assert_true(look.low);
    ledger_cancel(arena, 0, &booking);
    assert_int_equal(ledger_admit(arena, 0, &estimate, NOW, 0, &low), LEDGER_BOOKED);
    assert_int_equal(budget(arena, LEDGER_BUDGET_DAY, 0).granted, 1);
    assert_int_equal(admit(arena, 4, &booking), LEDGER_LATER);
    assert_null(arena_check(arena, NULL));
    arena_close(arena);
}

// What another machine was told: a breaker, an overload, an account without money.
static void what_others_were_told_holds_here(void **state) {
    (void)state;
    struct arena *arena = metered();
    struct ledger_booking booking;
    assert_true(ledger_grant(arena, 0, REQUESTS, 100));
    assert_true(ledger_grant(arena, 0, TOKENS, 1000));
    assert_true(ledger_breaker_hold(arena, 0, NOW + CLOCK_SECOND, NOW));
    assert_int_equal(admit(arena, 4, &booking), LEDGER_LATER);
    assert_true(ledger_breaker_free(arena, 0, NOW));
    assert_int_equal(admit(arena, 4, &booking), LEDGER_BOOKED); // the probe
    assert_true(booking.probe);
    struct ledger_booking other;
    assert_int_equal(admit(arena, 4, &other), LEDGER_LATER);
    assert_true(ledger_breaker_over(arena, 0)); // an answer came elsewhere
    assert_int_equal(admit(arena, 4, &other), LEDGER_BOOKED);
    assert_false(other.probe);
    ledger_cancel(arena, 0, &booking);
    assert_int_equal(admit(arena, 4, &booking), LEDGER_BOOKED);
    ledger_cancel(arena, 0, &booking);
    ledger_cancel(arena, 0, &other);
    const enum ledger_hold holds[] = {LEDGER_SLOW, LEDGER_PARK};
    for (size_t i = 0; i < 2; i++) { // what follows begins with one request
        assert_true(ledger_reset_holds(arena, NOW));
        assert_true(ledger_hold_heard(arena, 0, holds[i], NOW + 1, NOW));
        struct ledger_estimate estimate = {.output = 4};
        assert_int_equal(ledger_admit(arena, 0, &estimate, NOW + 1, 0, &booking), LEDGER_BOOKED);
        assert_int_equal(ledger_admit(arena, 0, &estimate, NOW + 1, 0, &other), LEDGER_LATER);
        ledger_cancel(arena, 0, &booking);
    }
    assert_null(arena_check(arena, NULL));
    arena_close(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_leaves_without_a_grant),
        cmocka_unit_test(money_leaves_as_far_as_granted),
        cmocka_unit_test(a_dead_workers_money_stays_taken),
        cmocka_unit_test(requests_of_the_day_leave_as_far_as_granted),
        cmocka_unit_test(what_comes_back_stays_as_far_as_it_is_known),
        cmocka_unit_test(a_busy_guard_is_told),
        cmocka_unit_test(what_others_were_told_holds_here),
        cmocka_unit_test(no_more_is_booked_than_granted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
