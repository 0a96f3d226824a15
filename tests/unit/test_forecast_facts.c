#include "plan/forecast_facts.h"

#include "ration/clock.h"
#include "ration/ledger.h"
#include "unit_arena.h"
#include "view/totals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

// 210 artists, of which 200 are in flight: 285 requests a day are enough for all of them, however little is left to be booked.
static void what_is_booked_is_for_those_that_are_left(void **state) {
    (void)state;
    uint64_t now = clock_now();
    struct arena *arena = unit_arena(2, 1, 210);
    struct totals totals;
    struct forecast_facts facts;
    struct forecast forecast;
    const char *name[] = {"only"};
    ledger_configure(arena, &(struct ledger_config){.day_share = 1000000});
    ledger_set_limits(arena, 0,
                      &(struct ledger_limits){.told.of[LIMITS_REQUESTS_MINUTE] = 60000,
                                              .told.of[LIMITS_REQUESTS_DAY] = 285,
                                              .burst = 1000},
                      now);
    ledger_quota_set(arena, &(struct ledger_quota){.allowed = 220, .low_allowed = 220, .period = 1});
    for (int i = 0; i < 200; i++) {
        struct ledger_booking booking;
        struct ledger_estimate estimate = {.input = 10, .output = 10};
        assert_int_equal(ledger_admit(arena, 0, &estimate, now, 0, &booking), LEDGER_BOOKED);
    }
    totals_take(arena, now, &totals);
    struct forecast_source source = {.arena = arena, .totals = &totals, .name = name, .in_flight = 100};
    forecast_facts_take(&source, now, clock_wall(), &facts);
    assert_int_equal(facts.artists_left, 210);
    assert_int_equal(facts.quota.left, 220);
    for (uint32_t i = 0; i < FORECAST_LIMITS_MOST; i++) {
        if (facts.session[0].limit[i].window == CLOCK_DAY) {
            assert_int_equal(facts.session[0].limit[i].left, 285);
        }
    }
    forecast_live(&facts, &forecast);
    assert_true(forecast.takes < 60 * CLOCK_SECOND);
    arena_close(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_booked_is_for_those_that_are_left)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
