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

// What is left costs what artists cost so far: cached, thought, tried again.
static void what_is_left_costs_what_artists_cost_so_far(void **state) {
    (void)state;
    static const struct {
        uint64_t before;
        uint32_t done, failed;
        uint64_t answers, spent, left_out, cost;
    } cases[] = {
        {0, 0, 0, 0, 0, 0, 500 * 3000},                  // nothing is known: by tokens and price
        {0, 0, 0, 0, 7000, 0, 500 * 3000},               // what is paid is nobody's yet
        {0, 100, 0, 100, 7000, 0, 400 * 70},             // an answer took less than the tokens say
        {0, 90, 10, 90, 7000, 0, 400 * 70},              // who failed cost something as well
        {100, 180, 20, 90, 7000, 0, 300 * 70},           // of this run, though earlier ones failed 10
        {0, 150, 0, 100, 7000, 200, 150 * 70},           // 50 got what others got, and others will
        {300, 300, 0, 0, 0, 0, 200 * 3000},              // a run that has just begun
        {100, 100, 0, 5, 50, 0, 400 * 3000},             // verdicts come a moment after their answers
        {0, 100, 0, 100, UINT64_MAX / 2, 0, UINT64_MAX}, // not more than a word holds
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct forecast_facts facts;
        struct forecast forecast;
        const struct snapshot look = {.wall = 1,
                                      .artists = 500,
                                      .done = cases[i].done,
                                      .failed = cases[i].failed,
                                      .sums.answers = cases[i].answers,
                                      .sums.tokens = {.input = 1000 * cases[i].answers},
                                      .cost.run.spent = cases[i].spent};
        forecast_facts_take(&(struct forecast_source){.look = &look,
                                                      .price = {3000, 3000},
                                                      .before = cases[i].before,
                                                      .left_out = cases[i].left_out},
                            &facts);
        if (cases[i].answers == 0) {
            facts.input_tokens = 1000; // before an answer they are not known
        }
        forecast_live(&facts, &forecast);
        assert_true(forecast.priced);
        assert_true(forecast.cost == cases[i].cost);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_booked_is_for_those_that_are_left),
        cmocka_unit_test(what_is_left_costs_what_artists_cost_so_far),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
