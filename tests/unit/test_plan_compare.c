// Models, tiers and ways side by side.
#include "plan/plan_compare.h"
#include "prices/prices_text.h"
#include "ration/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct price_book *book;
static struct tier_table tiers;
static struct forecast_facts facts;

static int begin(void **state) {
    static const char text[] =
        "{\"prices\": ["
        "{\"provider\": \"openai\", \"model\": \"dear\", \"input\": 10, \"output\": 20, \"date\": "
        "\"2026-10-03\","
        " \"flex\": {\"input\": 6, \"output\": 12}, \"batch\": {\"input\": 5, \"output\": 10},"
        " \"above\": {\"tokens\": 2000, \"input\": 30, \"output\": 40}},"
        "{\"provider\": \"openai\", \"model\": \"cheap\", \"input\": 1, \"output\": 2},"
        "{\"provider\": \"anthropic\", \"model\": \"claude\", \"input\": 3, \"output\": 4}]}";
    char problem[PRICES_PROBLEM_SIZE];
    struct price_list list = {0};
    (void)state;
    assert_int_equal(prices_text_read(text, sizeof(text) - 1, &list, problem), 0);
    book = price_list_book(&list, NULL);
    assert_non_null(book);
    price_list_free(&list);
    tiers = (struct tier_table){
        .count = 2,
        .tier = {{.name = "slow", .limits = {{[LIMITS_REQUESTS_MINUTE] = 60}}, .price = {2000000, 2000000}},
                 {.name = "unpriced"}}};
    facts = (struct forecast_facts){.now = CLOCK_SECOND,
                                    .artists_left = 600,
                                    .requests = 1,
                                    .input_tokens = 1000,
                                    .output_tokens = 100,
                                    .sessions = 1};
    facts.session[0].limit[0] =
        (struct forecast_limit){.unit = DIMENSION_REQUESTS, .window = CLOCK_MINUTE, .limit = 600};
    return 0;
}

static int end(void **state) {
    (void)state;
    free(book);
    return 0;
}

static void models_are_set_side_by_side(void **state) {
    (void)state;
    struct plan_compare compare;
    assert_int_equal(
        plan_compare_make("dear,claude,cheap-2026-01-01,,none", "openai", book, &tiers, &facts, &compare), 0);
    static const struct {
        const char *name;
        bool found;
        uint64_t cost[PRICE_WAYS]; // millions of nano-dollars; 0: not known
    } rows[] = {
        {"dear", true, {7200, 3600, 4320, 0}},
        {"claude", true, {2040, 0, 0, 0}},
        {"cheap-2026-01-01", true, {720, 0, 0, 0}},
        {"none", false, {0}},
    };
    assert_int_equal(compare.count, sizeof(rows) / sizeof(rows[0]));
    for (size_t i = 0; i < compare.count; i++) {
        const struct plan_compare_row *row = &compare.row[i];
        assert_string_equal(row->name, rows[i].name);
        assert_int_equal(row->entry != NULL, rows[i].found);
        for (int way = 0; way < PRICE_WAYS; way++) {
            assert_int_equal(row->priced[way], rows[i].cost[way] > 0);
            assert_int_equal(row->cost[way], rows[i].cost[way] * 1000000);
        }
        assert_in_range(row->takes, 59 * CLOCK_SECOND, 61 * CLOCK_SECOND);
    }
    plan_compare_free(&compare);
}

static void long_requests_cost_what_long_ones_do(void **state) {
    (void)state;
    struct plan_compare compare;
    facts.input_tokens = 3000;
    assert_int_equal(plan_compare_make("dear", "openai", book, &tiers, &facts, &compare), 0);
    assert_int_equal(compare.row[0].cost[PRICE_DEFAULT], 600ULL * (3000 * 30000 + 100 * 40000));
    plan_compare_free(&compare);
}

static void without_a_list_all_that_is_known(void **state) {
    (void)state;
    struct plan_compare compare;
    static const char *const names[] = {"cheap", "tier slow", "dear", "tier unpriced"};
    assert_int_equal(plan_compare_make("", "openai-chat", book, &tiers, &facts, &compare), 0);
    assert_int_equal(compare.count, 4);
    for (size_t i = 0; i < compare.count; i++) {
        assert_string_equal(compare.row[i].name, names[i]);
    }
    assert_int_equal(compare.row[1].cost[PRICE_DEFAULT], 600ULL * 1100 * 2000);
    assert_false(compare.row[1].priced[PRICE_BATCH]);
    assert_in_range(compare.row[1].takes, 595 * CLOCK_SECOND, 605 * CLOCK_SECOND); // within its own limits
    assert_int_equal(compare.row[3].takes, CLOCK_NEVER);
    plan_compare_free(&compare);
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, begin, end)
int main(void) {
    const struct CMUnitTest tests[] = {
        EACH(models_are_set_side_by_side),
        EACH(long_requests_cost_what_long_ones_do),
        EACH(without_a_list_all_that_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
