#include "plan/plan_cases.h"

#include "plan/cost.h"
#include "ration/clock.h"
#include "ration/money.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define DAY (86400 * CLOCK_SECOND)

static struct options options;
static struct config config;
static struct tier_table tiers;
static struct plan_estimate estimate;
static struct plan_cases cases;

static int begin(void **state) {
    (void)state;
    options = (struct options){
        .max_workers = 4, .quota_monitoring = true, .quota_threshold = 800000, .pause_duration = DAY};
    config = (struct config){.settings = {.in_flight = 1024},
                             .sessions = {.count = 1, .one = {{.name = "default"}}}};
    estimate =
        (struct plan_estimate){.artists = 6000, .left = 6000, .input_tokens = 100, .output_tokens = 400};
    tier_table_begin(&tiers);
    return 0;
}

static void make(void) {
    plan_cases_make(&options, &config, &tiers, &estimate, 5000 * CLOCK_SECOND, 1, &cases);
    assert_in_range(cases.count, 3, PLAN_CASES_MOST);
}

static void use_tier(const char *name) {
    options.tier = name;
    config.tier = *tier_table_find(&tiers, name);
    config.price = config.tier.price;
    config.sessions.one[0].limits.told.of[LIMITS_REQUESTS_MINUTE] =
        config.tier.limits.of[LIMITS_REQUESTS_MINUTE];
    config.sessions.one[0].limits.told.of[LIMITS_TOKENS_MINUTE] = config.tier.limits.of[LIMITS_TOKENS_MINUTE];
}

static const struct plan_case *find(const char *what) {
    for (uint32_t i = 0; i < cases.count; i++) {
        if (strcmp(cases.one[i].what, what) == 0) {
            return &cases.one[i];
        }
    }
    return NULL;
}

static double seconds(const struct plan_case *one) {
    assert_non_null(one);
    return (double)one->forecast.takes / (double)CLOCK_SECOND;
}

static void the_first_case_is_the_run_itself(void **state) {
    (void)state;
    config.sessions.one[0].limits.told.of[LIMITS_REQUESTS_MINUTE] = 600;
    make();
    assert_string_equal(cases.one[0].what, "");
    assert_true(fabs(seconds(&cases.one[0]) - 605.5) < 0.01); // and the last answer
    assert_int_equal(cases.one[0].facts.in_flight, 4096);
    assert_int_equal(cases.one[0].forecast.bound, FORECAST_LIMIT);
    assert_true(fabs(seconds(find("half the output tokens (200)")) - 603) < 0.01);
    assert_true(fabs(seconds(find("twice the output tokens (800)")) - 610.5) < 0.01);
    assert_null(find("twice the workers (8)"));
}

static void more_workers_are_for_latency_only(void **state) {
    (void)state;
    config.settings.in_flight = 10;
    config.sessions.one[0].limits.told.of[LIMITS_REQUESTS_MINUTE] = 60000;
    make();
    assert_int_equal(cases.one[0].forecast.bound, FORECAST_IN_FLIGHT);
    assert_true(seconds(find("twice the workers (8)")) < 0.51 * seconds(&cases.one[0]));
    options.max_workers = BOUNDS_SLOTS;
    make();
    assert_int_equal(cases.one[0].forecast.bound, FORECAST_IN_FLIGHT);
    assert_int_equal(cases.count, 3); // more cannot be
}

static void no_rate_is_promised_without_a_limit(void **state) {
    (void)state;
    make();
    for (uint32_t i = 0; i < cases.count; i++) {
        assert_true(cases.one[i].forecast.rate == 0);
        assert_true(cases.one[i].forecast.takes == CLOCK_NEVER && cases.one[i].forecast.ends == CLOCK_NEVER);
    }
    options.daily_limit = 1500; // which tells the days, but no rate within them
    make();
    assert_true(cases.one[0].forecast.rate == 0);
    assert_int_equal(cases.one[0].forecast.periods, 5);
    assert_true(fabs(seconds(&cases.one[0]) / 86400 - 4) < 0.01);
    options.daily_limit = 0;
    config.sessions.one[0].limits.told.of[LIMITS_REQUESTS_MINUTE] = 600;
    make();
    assert_true(fabs(cases.one[0].forecast.rate - 10) < 0.01);
}

static void the_next_steps_of_a_tier(void **state) {
    (void)state;
    use_tier("gpt-4o-tier-3");
    make();
    assert_non_null(find("tier gpt-4o-tier-4"));
    assert_non_null(find("tier gpt-4o-tier-5"));
    assert_null(find("tier gpt-4o-tier-2"));
    assert_null(find("tier gpt-4o-mini-tier-4"));
    assert_true(seconds(find("tier gpt-4o-tier-4")) < seconds(&cases.one[0]));
    assert_int_equal(cases.one[0].forecast.cost, money_of(&config.tier.price, 600000, 2400000));
    use_tier("gpt-4o-mini-tier-1");
    make();
    assert_int_equal(cases.count, 3 + PLAN_CASES_TIERS);
    assert_null(find("tier gpt-4o-tier-2"));
}

static void the_rest_of_a_family_without_steps(void **state) {
    (void)state;
    use_tier("anthropic-sonnet");
    make();
    assert_true(find("tier anthropic-haiku")->forecast.cost < cases.one[0].forecast.cost);
    assert_true(find("tier anthropic-opus")->forecast.cost > cases.one[0].forecast.cost);
    assert_int_equal(cases.count, 5);
    options.sessions = "sessions.json"; // which have tiers of their own
    make();
    assert_int_equal(cases.count, 3);
}

static void a_period_lasts_a_day_or_until_the_pause_is_over(void **state) {
    (void)state;
    config.sessions.one[0].limits.told.of[LIMITS_REQUESTS_MINUTE] = 600;
    options.daily_limit = 1500;
    make();
    assert_int_equal(cases.one[0].facts.quota.limit, 1200);
    assert_true(cases.one[0].facts.quota.window == DAY);
    assert_int_equal(cases.one[0].forecast.periods, 5);
    options.pause_duration = 3600 * CLOCK_SECOND; // two minutes of work, an hour of rest
    make();
    assert_true(fabs((double)cases.one[0].facts.quota.window / (double)CLOCK_SECOND - 3720) < 0.1);
    options.quota_monitoring = false;
    make();
    assert_int_equal(cases.one[0].facts.quota.limit, 1500);
    assert_int_equal(cases.one[0].forecast.periods, 4);
}

static void each_session_has_its_limits(void **state) {
    (void)state;
    config.sessions.count = 2;
    config.sessions.one[0].limits =
        (struct ledger_limits){.told.of[LIMITS_REQUESTS_MINUTE] = 600, .told.of[LIMITS_TOKENS_DAY] = 1000};
    config.sessions.one[1].limits = (struct ledger_limits){.told.of[LIMITS_INPUT_TOKENS_MINUTE] = 1,
                                                           .told.of[LIMITS_OUTPUT_TOKENS_MINUTE] = 2,
                                                           .told.of[LIMITS_REQUESTS_DAY] = 3,
                                                           .told.of[LIMITS_TOKENS_MINUTE] = 4};
    make();
    const struct forecast_session *session = cases.one[0].facts.session;
    assert_int_equal(session[0].limit[1].unit, DIMENSION_TOKENS);
    assert_true(session[0].limit[1].window == DAY);
    assert_int_equal(session[0].limit[1].limit, 800); // the share that may be used
    assert_int_equal(session[1].limit[3].limit, 2);
    assert_int_equal(session[1].limit[4].unit, DIMENSION_NONE);
}

static void identical_requests_are_sent_once_or_each(void **state) {
    use_tier("gpt-4o-tier-1");
    make();
    assert_null(find("--identical once (4500 saved)"));
    estimate.identical = 4500;
    make();
    const struct plan_case *once = find("--identical once (4500 saved)");
    assert_non_null(once);
    assert_int_equal(once->forecast.input_tokens * 4, cases.one[0].forecast.input_tokens);
    uint64_t takes = once->forecast.takes;
    estimate.once = true;
    make();
    assert_int_equal(cases.one[0].forecast.takes, takes);
    assert_null(find("--identical once (4500 saved)"));
    (void)state;
}

// "a" costs $3 and $15, "b" $1 and $5, for a million tokens.
static void use_two_sessions(void) {
    config.sessions = (struct config_sessions){.count = 2, .one = {{.name = "a"}, {.name = "b"}}};
    config.rates[0] = (struct price_rates){3000000, 3000000, 3000000, 3000000, 15000000, 15000000};
    config.rates[1] = (struct price_rates){1000000, 100000, 1250000, 2000000, 5000000, 5000000};
    config.price = (struct tier_price){3000000, 15000000};
}

static void sessions_of_different_prices_count_by_what_they_answer(void **state) {
    (void)state;
    static const struct {
        uint64_t a, b; // requests a minute; 0: not known
        bool fallback; // b
        double share;  // of a
    } rows[] = {
        {0, 0, false, 0.5},  {60, 60, false, 0.5}, {60, 180, false, 0.25},
        {60, 0, false, 0.5}, {60, 180, true, 1},   {60, 0, true, 1},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        use_two_sessions();
        config.sessions.one[0].limits.told.of[LIMITS_REQUESTS_MINUTE] = rows[i].a;
        config.sessions.one[1].limits.told.of[LIMITS_REQUESTS_MINUTE] = rows[i].b;
        config.sessions.one[1].limits.fallback = rows[i].fallback;
        make();
        assert_int_equal(cases.one[0].facts.price.input, (uint64_t)(1e6 + rows[i].share * 2e6 + 0.5));
        assert_int_equal(cases.one[0].facts.price.output, (uint64_t)(5e6 + rows[i].share * 10e6 + 0.5));
    }
    use_two_sessions();
    config.rates[1] = (struct price_rates){0}; // not known: like the other
    make();
    assert_int_equal(cases.one[0].facts.price.output, 15000000);
}

static void the_first_requests_find_nothing_kept(void **state) {
    (void)state;
    static const struct {
        uint64_t a, burst, max_cost;
        bool ramps;
        double missed;
    } rows[] = {
        {0, 0, 0, true, 1},     // one leaves alone, as limits are yet to be told
        {0, 0, 5, false, 1},    // or as costs are bounded
        {0, 0, 0, false, 4096}, // else all that may be in flight
        {600, 0, 0, true, 6},   // or what leaves in half a second, and a tenth of one's worth at once
        {600, 30, 0, false, 35},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        use_two_sessions();
        config.sessions.count = 1;
        config.max_cost = rows[i].max_cost;
        config.sessions.one[0].limits =
            (struct ledger_limits){.ramps = rows[i].ramps, .burst = rows[i].burst};
        config.sessions.one[0].limits.told.of[LIMITS_REQUESTS_MINUTE] = rows[i].a;
        make();
        assert_true(fabs(cases.one[0].facts.kept.missed - rows[i].missed) < 1e-9);
    }
}

static void what_an_earlier_run_was_billed_is_billed_again(void **state) {
    (void)state;
    use_two_sessions();
    config.sessions.count = 1;
    config.rates[0] = config.rates[1];
    config.price = (struct tier_price){1000000, 5000000};
    // 10 artists, of whose 10000 tokens of input 7200 were read and 800 written, were billed 10 % more than
    // these tokens and 1000 of output come to.
    const struct plan_past past = {
        .there = true,
        .artists = 10,
        .answers = 10,
        .tokens = {.input = 10000, .cached = 7200, .written = 800, .output = 1000},
        .cost = 1100 * (2000 * 1 + 720 + 1000 + 5000),
    };
    plan_estimate_learn(&past, &estimate);
    make();
    assert_true(fabs(cases.one[0].facts.paid - 1.1) < 1e-9);
    assert_true(fabs(cases.one[0].facts.kept.tokens - 800) < 1e-9);
    assert_int_equal(cases.one[0].forecast.input_tokens, 6000000);
    assert_int_equal(cases.one[0].forecast.output_tokens, 600000);
    assert_false(estimate.output_assumed);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(identical_requests_are_sent_once_or_each, begin),
        cmocka_unit_test_setup(the_first_case_is_the_run_itself, begin),
        cmocka_unit_test_setup(more_workers_are_for_latency_only, begin),
        cmocka_unit_test_setup(no_rate_is_promised_without_a_limit, begin),
        cmocka_unit_test_setup(the_next_steps_of_a_tier, begin),
        cmocka_unit_test_setup(the_rest_of_a_family_without_steps, begin),
        cmocka_unit_test_setup(a_period_lasts_a_day_or_until_the_pause_is_over, begin),
        cmocka_unit_test_setup(each_session_has_its_limits, begin),
        cmocka_unit_test_setup(sessions_of_different_prices_count_by_what_they_answer, begin),
        cmocka_unit_test_setup(the_first_requests_find_nothing_kept, begin),
        cmocka_unit_test_setup(what_an_earlier_run_was_billed_is_billed_again, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
