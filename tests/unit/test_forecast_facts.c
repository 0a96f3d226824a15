#include "plan/forecast_facts.h"

#include "ration/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

// 210 artists, of which 200 are in flight: 285 requests a day are enough for all of them, however little is
// left to be booked.
static void what_is_booked_is_for_those_that_are_left(void **state) {
    (void)state;
    struct forecast_facts facts;
    struct forecast forecast;
    const struct snapshot look = {
        .at = CLOCK_HOUR,
        .wall = clock_wall(),
        .artists = 210,
        .wanted = 2,
        .sessions = 1,
        .session_name = {"only"},
        .session[0] =
            {.booked_requests = 200,
             .dimension =
                 {{.unit = DIMENSION_REQUESTS, .window = CLOCK_MINUTE, .limit = 60000, .remaining = 800},
                  {.unit = DIMENSION_REQUESTS, .window = CLOCK_DAY, .limit = 285, .remaining = 85}}},
        .sums.booked_requests = 200,
        .quota = {.allowed = 220, .low_allowed = 220, .used = 200, .period = 1},
    };
    forecast_facts_take(&(struct forecast_source){.look = &look, .in_flight = 100}, &facts);
    assert_int_equal(facts.artists_left, 210);
    assert_int_equal(facts.quota.left, 220);
    for (uint32_t i = 0; i < FORECAST_LIMITS_MOST; i++) {
        if (facts.session[0].limit[i].window == CLOCK_DAY) {
            assert_int_equal(facts.session[0].limit[i].left, 285);
        }
    }
    forecast_live(&facts, &forecast);
    assert_true(forecast.takes < 60 * CLOCK_SECOND);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_booked_is_for_those_that_are_left)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
