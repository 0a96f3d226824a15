// The ways to ask, side by side.
#include "plan/plan_cases.h"
#include "plan/plan_ways.h"
#include "prices/prices_text.h"
#include "ration/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct options options;
static struct config config;
static struct plan_estimate estimate;
static struct tier_table tiers;
static struct plan_cases cases;
static struct plan_ways ways;

// The run of 1,000 rows of 1,000 tokens, answered with 500 each, by that model.
static void plan(const char *provider, const char *model, bool batch) {
    static const char text[] =
        "{\"prices\": ["
        "{\"provider\": \"openai\", \"model\": \"all\", \"input\": 2, \"output\": 8, "
        "\"flex\": {\"input\": 1, \"output\": 4}, \"batch\": {\"input\": 0.5, \"output\": 2}},"
        "{\"provider\": \"openai\", \"model\": \"usual\", \"input\": 2, \"output\": 8},"
        "{\"provider\": \"anthropic\", \"model\": \"claude\", \"input\": 2, \"output\": 8}]}";
    char problem[PRICES_PROBLEM_SIZE];
    struct price_list list = {0};
    assert_int_equal(prices_text_read(text, sizeof(text) - 1, &list, problem), 0);
    free(config.prices);
    options = (struct options){.max_workers = 4, .batch = batch, .batch_window = "24h"};
    config = (struct config){.settings = {.in_flight = 64, .batch = batch},
                             .provider = provider_find(provider),
                             .prices = price_list_book(&list, NULL),
                             .sessions = {.count = 1, .one = {{.name = "default", .provider = provider}}}};
    price_list_free(&list);
    config.settings.session_model[0] = (char *)(uintptr_t)model;
    config.settings.session_form[0] = (char *)(uintptr_t) "";
    const struct price_entry *row = price_book_find(config.prices, provider, model);
    if (row != NULL) {
        config.prices->session[0] = (struct price_session){.ground = PRICE_OF_ASKED, .price = row->price};
        config.rates[0] = row->price.rates[batch ? PRICE_BATCH : PRICE_DEFAULT];
    }
    config.sessions.one[0].limits.told.of[LIMITS_REQUESTS_MINUTE] = 600;
    estimate =
        (struct plan_estimate){.artists = 1000, .left = 1000, .input_tokens = 1000, .output_tokens = 500};
    tier_table_begin(&tiers);
    plan_cases_make(&options, &config, &tiers, &estimate, 5000 * CLOCK_SECOND, CLOCK_SECOND, &cases);
    plan_ways_make(&options, &config, &estimate, &cases.one[0].facts, &ways);
}

static int end(void **state) {
    (void)state;
    free(config.prices);
    config.prices = NULL;
    return 0;
}

static void each_way_has_its_time_and_price(void **state) {
    (void)state;
    static const struct {
        const char *provider, *model;
        bool there[PRICE_WAYS], usual;
        uint64_t cents[PRICE_WAYS]; // 0: not known
    } rows[] = {
        {"openai", "all", {true, true, true}, false, {600, 150, 300}},
        {"openai", "usual", {true, true, true}, true, {600, 300, 0}},
        {"openai", "none", {true, false, true}, false, {0}},
        {"anthropic", "claude", {true, true, false}, true, {600, 300, 0}},
        {"vllm", "all", {true, false, false}, false, {0}},
        {"openrouter", "all", {true, false, false}, false, {600}},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        plan(rows[i].provider, rows[i].model, false);
        for (int way = 0; way < PRICE_WAYS; way++) {
            assert_int_equal(ways.way[way].there, rows[i].there[way]);
            assert_int_equal(ways.way[way].priced, rows[i].cents[way] > 0);
            assert_int_equal(ways.way[way].cost, rows[i].cents[way] * 10000000);
        }
        assert_int_equal(ways.way[PRICE_BATCH].usual, rows[i].usual);
        assert_int_equal(plan_ways_several(&ways), rows[i].there[PRICE_BATCH] || rows[i].there[PRICE_FLEX]);
        assert_in_range(ways.way[PRICE_DEFAULT].takes, 99 * CLOCK_SECOND, 120 * CLOCK_SECOND);
    }
}

static void whichever_way_is_planned_the_three_are_the_same(void **state) {
    (void)state;
    plan("openai", "all", false);
    struct plan_ways before = ways;
    assert_true(cases.one[0].forecast.cost == before.way[PRICE_DEFAULT].cost);
    plan("openai", "all", true);
    for (int way = 0; way < PRICE_WAYS; way++) {
        assert_int_equal(ways.way[way].cost, before.way[way].cost);
        assert_int_equal(ways.way[way].takes, before.way[way].takes);
    }
    assert_int_equal(ways.way[PRICE_BATCH].takes, CLOCK_DAY);
    const struct forecast *batch = &cases.one[0].forecast;
    assert_int_equal(batch->bound, FORECAST_WINDOW);
    assert_int_equal(batch->takes, CLOCK_DAY);
    assert_int_equal(batch->ends, CLOCK_DAY + CLOCK_SECOND);
    assert_int_equal(batch->cost, before.way[PRICE_BATCH].cost);
}

static void the_window_is_the_providers(void **state) {
    (void)state;
    static const struct {
        const char *provider, *text;
        uint64_t window;
    } rows[] = {
        {"together", "24h", CLOCK_DAY},  {"together", "7d", 7 * CLOCK_DAY},
        {"together", "1h", CLOCK_HOUR},  {"together", "soon", CLOCK_NEVER},
        {"together", "0h", CLOCK_NEVER}, {"together", "169h", CLOCK_NEVER},
        {"together", "8d", CLOCK_NEVER}, {"together", "", CLOCK_NEVER},
        {"together", NULL, CLOCK_DAY},   {"openai", NULL, CLOCK_DAY},
        {"azure", NULL, 3 * CLOCK_DAY},  {"azure", "5h", 5 * CLOCK_HOUR},
        {"azure", "8d", CLOCK_NEVER},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        options.batch_window = rows[i].text;
        assert_true(plan_ways_window(&options, provider_find(rows[i].provider)) == rows[i].window);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(each_way_has_its_time_and_price, end),
        cmocka_unit_test_teardown(whichever_way_is_planned_the_three_are_the_same, end),
        cmocka_unit_test(the_window_is_the_providers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
