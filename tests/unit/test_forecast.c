#include "plan/forecast.h"

#include "plan/cost.h"
#include "ration/clock.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MINUTE (60 * CLOCK_SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define WALL (1795305600ULL * CLOCK_SECOND) // 2026-11-22T00:00:00Z

static struct forecast_facts facts;
static struct forecast forecast;
static char text[FORECAST_TEXT_SIZE];

static int begin(void **state) {
    (void)state;
    facts = (struct forecast_facts){
        .now = 5000 * CLOCK_SECOND,
        .wall = WALL + 12 * HOUR,
        .artists_left = 6000,
        .requests = 1,
        .input_tokens = 100,
        .output_tokens = 400,
        .sessions = 1,
        .session = {{.name = "a"}, {.name = "b"}, {.name = "c"}},
    };
    return 0;
}

static void limit(uint32_t session, uint32_t i, enum dimension_unit unit, uint64_t window, uint64_t most) {
    facts.session[session].limit[i] =
        (struct forecast_limit){.unit = unit, .window = window, .limit = most, .left = most};
}

static void assert_seconds(uint64_t nanoseconds, double seconds) {
    double difference = (double)nanoseconds / (double)CLOCK_SECOND - seconds;
    if (fabs(difference) > 0.01 * seconds + 0.01) {
        fail_msg("%.3f s, not %.3f", (double)nanoseconds / (double)CLOCK_SECOND, seconds);
    }
}

static void assert_described(const char *wanted) {
    forecast_describe(&facts, &forecast, text);
    assert_string_equal(text, wanted);
}

static void the_tightest_limit_binds(void **state) {
    (void)state;
    limit(0, 0, DIMENSION_REQUESTS, MINUTE, 600);
    forecast_make(&facts, &forecast);
    assert_int_equal(forecast.bound, FORECAST_LIMIT);
    assert_seconds(forecast.takes, 600);
    assert_true(forecast.ends == facts.wall + forecast.takes);
    assert_described("limited by requests a minute; ends 12:10Z");
    limit(0, 1, DIMENSION_TOKENS, MINUTE, 100000); // 200 artists
    forecast_make(&facts, &forecast);
    assert_seconds(forecast.takes, 1800);
    assert_described("limited by tokens a minute; ends 12:30Z");
    limit(0, 2, DIMENSION_OUTPUT_TOKENS, MINUTE, 4000); // 10 artists
    forecast_make(&facts, &forecast);
    assert_described("limited by output tokens a minute; ends 22:00Z");
    limit(0, 3, DIMENSION_INPUT_TOKENS, MINUTE, 500); // 5 artists
    forecast_make(&facts, &forecast);
    assert_described("limited by input tokens a minute; ends 2026-11-23 08:00Z");
    facts.requests = 1.5; // each third is asked twice
    forecast_make(&facts, &forecast);
    assert_seconds(forecast.takes, 1800 * 60);
}

static void sessions_add_up(void **state) {
    (void)state;
    facts.sessions = 3;
    limit(0, 0, DIMENSION_REQUESTS, MINUTE, 100);
    limit(1, 0, DIMENSION_REQUESTS, MINUTE, 600);
    limit(1, 1, DIMENSION_TOKENS, MINUTE, 200000);
    limit(2, 0, DIMENSION_REQUESTS, MINUTE, 100);
    forecast_make(&facts, &forecast);
    assert_seconds(forecast.takes, 600);
    assert_described("limited by tokens a minute on session b; ends 12:10Z");
    facts.session[1].disabled = true;
    forecast_make(&facts, &forecast);
    assert_seconds(forecast.takes, 1800);
    assert_described("limited by requests a minute on each session; ends 12:30Z");
    facts.session[0].not_before = facts.now + 20 * MINUTE; // it misses twenty minutes
    forecast_make(&facts, &forecast);
    assert_seconds(forecast.takes, 40 * 60);
    facts.session[0].disabled = facts.session[2].disabled = true;
    forecast_make(&facts, &forecast);
    assert_described("limited by no session being left");
    assert_true(forecast.takes == CLOCK_NEVER);
}

static void latency_binds_when_too_few_are_in_flight(void **state) {
    (void)state;
    limit(0, 0, DIMENSION_REQUESTS, MINUTE, 600);
    facts.latency = 10 * CLOCK_SECOND;
    facts.in_flight = 100;
    forecast_make(&facts, &forecast);
    assert_int_equal(forecast.bound, FORECAST_LIMIT);
    facts.in_flight = 50;
    forecast_make(&facts, &forecast);
    assert_described("limited by requests in flight (latency); ends 12:20Z");
    facts.session[0].limit[0].limit = 0;
    forecast_make(&facts, &forecast);
    assert_described("limited by requests in flight (latency); ends 12:20Z");
    facts.artists_left = 50; // the last ones are all in flight
    forecast_make(&facts, &forecast);
    assert_described("ends 12:00Z");
}

static void the_first_answers_take_their_time(void **state) {
    (void)state;
    facts.begins = true;
    facts.latency = 10 * CLOCK_SECOND;
    facts.in_flight = 1000;
    forecast_make(&facts, &forecast); // six rounds of a thousand
    assert_seconds(forecast.takes, 60);
    facts.artists_left = 1000;
    forecast_make(&facts, &forecast);
    assert_int_equal(forecast.bound, FORECAST_NOTHING);
    assert_seconds(forecast.takes, 10);
    limit(0, 0, DIMENSION_REQUESTS, MINUTE, 600);
    forecast_make(&facts, &forecast);
    assert_int_equal(forecast.bound, FORECAST_LIMIT);
    assert_seconds(forecast.takes, 110);
}

// What leaves at once at the beginning is of the quota, too.
static void the_first_wave_is_taken_from_the_quotas(void **state) {
    (void)state;
    static const struct {
        uint64_t artists, quota, in_flight; // of the whole run
        uint64_t a, b;                      // requests a day of each session; 0: none
        double requests;
        uint64_t periods;
    } rows[] = {
        {362, 16, 4096, 0, 0, 1, 23},    {362, 16, 1, 0, 0, 1, 23},       {362, 16, 16, 0, 0, 1, 23},
        {362, 80, 64, 0, 0, 1, 5},       {362, 80, 10, 0, 0, 1, 5},       {362, 362, 4096, 0, 0, 1, 1},
        {362, 361, 4096, 0, 0, 1, 2},    {42888, 8000, 4096, 0, 0, 1, 6}, {42888, 8000, 65536, 0, 0, 1, 6},
        {362, 0, 4096, 20, 20, 1, 10},   {362, 0, 10, 20, 20, 1, 10},     {362, 0, 4096, 200, 162, 1, 1},
        {362, 0, 4096, 300, 62, 1, 1},   {362, 0, 4096, 62, 300, 1, 1},   {362, 0, 4096, 20, 0, 1, 1},
        {362, 100, 4096, 20, 500, 1, 4}, {100, 100, 4096, 0, 0, 2, 2},    {0, 16, 4096, 0, 0, 1, 1},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(begin(NULL), 0);
        facts.begins = true;
        facts.latency = 5 * CLOCK_SECOND;
        facts.sessions = rows[i].a != 0 || rows[i].b != 0 ? 2 : 1;
        facts.artists_left = rows[i].artists;
        facts.in_flight = rows[i].in_flight;
        facts.requests = rows[i].requests;
        facts.quota = (struct forecast_limit){
            .unit = DIMENSION_REQUESTS, .window = DAY, .limit = rows[i].quota, .left = rows[i].quota};
        limit(0, 0, DIMENSION_REQUESTS, DAY, rows[i].a);
        limit(1, 0, DIMENSION_REQUESTS, DAY, rows[i].b);
        forecast_make(&facts, &forecast);
        if (forecast.periods != rows[i].periods) {
            fail_msg("%zu: %lu periods", i, (unsigned long)forecast.periods);
        }
    }
}

static void nothing_is_known_without_limits(void **state) {
    (void)state;
    forecast_make(&facts, &forecast);
    assert_int_equal(forecast.bound, FORECAST_NOTHING);
    assert_true(forecast.takes == CLOCK_NEVER);
    assert_described("");
    facts.observed = 10;
    forecast_live(&facts, &forecast);
    assert_described("ends 12:10Z");
}

static void a_daily_quota_takes_days(void **state) {
    (void)state;
    limit(0, 0, DIMENSION_REQUESTS, MINUTE, 600);
    facts.quota = (struct forecast_limit){.unit = DIMENSION_REQUESTS,
                                          .window = DAY,
                                          .limit = 1000,
                                          .left = 400,
                                          .resets = facts.now + 6 * HOUR};
    forecast_make(&facts, &forecast);
    // 400 now, 1000 at 18:00 and on five days after it, the last 600 of them in a minute
    assert_int_equal(forecast.periods, 7);
    assert_seconds(forecast.takes, 6 * 3600.0 + 5 * 86400 + 60);
    assert_described("limited by the daily quota; ends 2026-11-27 18:01Z");
    assert_true(forecast.waits > 5 * DAY);
    facts.artists_left = 400;
    forecast_make(&facts, &forecast);
    assert_int_equal(forecast.periods, 1);
    assert_described("limited by requests a minute; ends 12:00Z");
}

static void a_day_of_tokens_binds_its_session_only(void **state) {
    (void)state;
    facts.sessions = 2;
    facts.artists_left = 30000;
    limit(0, 0, DIMENSION_REQUESTS, MINUTE, 60);
    limit(1, 0, DIMENSION_REQUESTS, MINUTE, 60);
    limit(1, 1, DIMENSION_TOKENS, DAY, 3000000); // 6000 artists: used up after 100 minutes
    forecast_make(&facts, &forecast);
    assert_seconds(forecast.takes, 60 * 400.0);
    assert_int_equal(forecast.periods, 1);
    assert_true(forecast.waits == 0);
    limit(0, 1, DIMENSION_TOKENS, DAY, 3000000);
    forecast_make(&facts, &forecast);
    assert_int_equal(forecast.periods, 3);
    assert_described("limited by tokens a day on session a; ends 2026-11-24 12:50Z");
}

static void a_stock_that_is_never_enough_never_ends(void **state) {
    (void)state;
    limit(0, 0, DIMENSION_TOKENS, DAY, 0);
    limit(0, 1, DIMENSION_REQUESTS, DAY, 1);
    forecast_make(&facts, &forecast);
    assert_true(forecast.takes > 5000 * DAY);
    facts.artists_left = UINT64_MAX;
    forecast_make(&facts, &forecast);
    assert_true(forecast.takes == CLOCK_NEVER);
    facts.artists_left = 0;
    forecast_make(&facts, &forecast);
    assert_true(forecast.waits == 0);
    assert_described("");
}

// A pause shorter than a day: the quota comes back when the pause is over.
static void a_short_pause_ends_a_period(void **state) {
    (void)state;
    limit(0, 0, DIMENSION_REQUESTS, MINUTE, 600);
    facts.artists_left = 40;
    facts.quota = (struct forecast_limit){
        .unit = DIMENSION_REQUESTS, .window = DAY, .limit = 10, .left = 0, .rests = HOUR};
    forecast_make(&facts, &forecast);
    assert_seconds(forecast.takes, 4 * 3600.0 + 4);
    facts.paused_until = facts.quota.resets = facts.now + HOUR / 2;
    forecast_make(&facts, &forecast);
    assert_seconds(forecast.takes, 3.5 * 3600 + 4);
    facts.quota.rests = 2 * DAY;
    forecast_make(&facts, &forecast);
    assert_seconds(forecast.takes, 1800 + 3 * 86400.0 + 1);
}

static void a_pause_delays(void **state) {
    (void)state;
    limit(0, 0, DIMENSION_REQUESTS, MINUTE, 600);
    facts.paused_until = facts.now + HOUR;
    forecast_make(&facts, &forecast);
    assert_seconds(forecast.takes, 4200);
    assert_described("limited by a pause; ends 13:10Z");
    facts.quota = (struct forecast_limit){
        .unit = DIMENSION_REQUESTS, .window = DAY, .limit = 9000, .resets = facts.paused_until};
    forecast_make(&facts, &forecast); // the quota is what it waits for
    assert_described("limited by the daily quota; ends 13:10Z");
    facts.paused_until = facts.now + 5 * MINUTE;
    facts.quota.resets = facts.paused_until;
    forecast_make(&facts, &forecast);
    assert_described("limited by requests a minute; ends 12:15Z");
    facts.paused_until = CLOCK_NEVER;
    forecast_make(&facts, &forecast);
    assert_described("limited by a pause");
}

static void what_is_observed_is_believed(void **state) {
    (void)state;
    limit(0, 0, DIMENSION_REQUESTS, MINUTE, 600);
    facts.observed = 9.9;
    forecast_live(&facts, &forecast);
    assert_described("limited by requests a minute; ends 12:10Z");
    facts.observed = 5; // something that no limit explains
    forecast_live(&facts, &forecast);
    assert_described("ends 12:20Z");
    facts.observed = 50; // a burst
    forecast_live(&facts, &forecast);
    assert_described("limited by requests a minute; ends 12:10Z");
    facts.observed = 0;
    forecast_live(&facts, &forecast);
    assert_described("limited by requests a minute; ends 12:10Z");
}

static void tokens_have_a_price(void **state) {
    (void)state;
    facts.requests = 1.25;
    forecast_make(&facts, &forecast);
    assert_int_equal(forecast.input_tokens, 750000);
    assert_int_equal(forecast.output_tokens, 3000000);
    assert_false(forecast.priced);
    facts.price = (struct tier_price){.input = 150000, .output = 600000};
    forecast_make(&facts, &forecast);
    assert_true(forecast.priced);
    assert_int_equal(forecast.cost, (uint64_t)(1.9125 * 1e9));
}

static void the_longest_name_fits(void **state) {
    (void)state;
    char name[400];
    memset(name, 'n', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    facts.sessions = 2;
    facts.session[0].name = name;
    limit(0, 0, DIMENSION_REQUESTS, MINUTE, 600);
    limit(1, 0, DIMENSION_TOKENS, MINUTE, 600);
    forecast_make(&facts, &forecast);
    forecast_describe(&facts, &forecast, text);
    assert_non_null(strstr(text, "; ends 12:"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_tightest_limit_binds, begin),
        cmocka_unit_test_setup(sessions_add_up, begin),
        cmocka_unit_test_setup(latency_binds_when_too_few_are_in_flight, begin),
        cmocka_unit_test_setup(the_first_answers_take_their_time, begin),
        cmocka_unit_test_setup(the_first_wave_is_taken_from_the_quotas, begin),
        cmocka_unit_test_setup(nothing_is_known_without_limits, begin),
        cmocka_unit_test_setup(a_daily_quota_takes_days, begin),
        cmocka_unit_test_setup(a_day_of_tokens_binds_its_session_only, begin),
        cmocka_unit_test_setup(a_stock_that_is_never_enough_never_ends, begin),
        cmocka_unit_test_setup(a_short_pause_ends_a_period, begin),
        cmocka_unit_test_setup(a_pause_delays, begin),
        cmocka_unit_test_setup(what_is_observed_is_believed, begin),
        cmocka_unit_test_setup(tokens_have_a_price, begin),
        cmocka_unit_test_setup(the_longest_name_fits, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
