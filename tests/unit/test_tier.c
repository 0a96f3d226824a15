#include "ration/tier.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct tier_table table;

static int set_up(void **state) {
    (void)state;
    tier_table_begin(&table);
    return 0;
}

static void assert_tier(const char *name, uint64_t requests, uint64_t tokens, uint64_t input,
                        uint64_t output) {
    const struct tier *tier = tier_table_find(&table, name);
    assert_non_null(tier);
    assert_string_equal(tier->name, name);
    assert_int_equal(tier->limits.of[LIMITS_REQUESTS_MINUTE], requests);
    assert_int_equal(tier->limits.of[LIMITS_TOKENS_MINUTE], tokens);
    assert_int_equal(tier->price.input, input);
    assert_int_equal(tier->price.output, output);
}

static void has_built_in_tiers(void **state) {
    (void)state;
    assert_tier("anthropic-opus", 40, 0, 15000000, 75000000);
    assert_tier("anthropic-sonnet", 50, 0, 3000000, 15000000);
    assert_tier("anthropic-haiku", 60, 0, 250000, 1250000);
    assert_tier("gpt-4o-mini-tier-3", 5000, 4000000, 150000, 600000);
    assert_tier("gpt-4o-tier-1", 500, 30000, 2500000, 10000000);
    assert_false(tier_table_find(&table, "anthropic-opus")->unchecked);
    assert_true(tier_table_find(&table, "gpt-4o-tier-1")->unchecked);
    assert_null(tier_table_find(&table, "anthropic"));
    for (size_t i = 0; i < table.count; i++) { // no name twice
        assert_ptr_equal(tier_table_find(&table, table.tier[i].name), &table.tier[i]);
    }
}

static int add_text(const char *json, char *problem, size_t size) {
    size_t length = strlen(json);
    char *copy = malloc(length > 0 ? length : 1); // so that reading beyond it is seen
    (void)memcpy(copy, json, length);
    problem[0] = '\0';
    int result = tier_table_add(&table, copy, length, problem, size);
    free(copy);
    return result;
}

// Whatever limit an account can have, a tier can have.
static void has_every_row_of_limits(void **state) {
    (void)state;
    char problem[256], text[256];
    for (int row = 0; row < LIMITS_ROWS; row++) {
        (void)snprintf(text, sizeof(text), "{\"tiers\":[{\"name\":\"one\",\"%s\":12}]}",
                       limits_kind((enum limits_row)row)->name);
        assert_int_equal(add_text(text, problem, sizeof(problem)), 0);
        assert_int_equal(tier_table_find(&table, "one")->limits.of[row], 12);
    }
}

static void takes_more_from_a_file(void **state) {
    (void)state;
    char problem[256];
    size_t before = table.count;
    assert_int_equal(
        add_text("{\"tiers\":[{\"name\":\"mine\",\"requests_per_minute\":7,\"tokens_per_minute\":8000,"
                 "\"input_dollars_per_million\":0.15,\"output_dollars_per_million\":0.000001},"
                 "{\"name\":\"anthropic-opus\",\"output_dollars_per_million\":25},{\"name\":\"x\"}]} \n",
                 problem, sizeof(problem)),
        0);
    assert_string_equal(problem, "");
    assert_int_equal(table.count, before + 2);
    assert_tier("mine", 7, 8000, 150000, 1);
    assert_tier("anthropic-opus", 0, 0, 0, 25000000); // replaced as a whole
    assert_tier("x", 0, 0, 0, 0);
    assert_false(tier_priced(&tier_table_find(&table, "x")->price));
    assert_true(tier_priced(&tier_table_find(&table, "mine")->price));
    assert_int_equal(add_text("{\"tiers\":[]}", problem, sizeof(problem)), 0);
    char *names = tier_table_names(&table);
    assert_true(strncmp(names, "anthropic-opus, anthropic-sonnet, ", 34) == 0);
    assert_string_equal(names + strlen(names) - 9, ", mine, x");
    free(names);
}

// Six decimals arrive as they were written.
static void prices_are_exact(void **state) {
    (void)state;
    for (uint64_t micro = 0; micro < 3000000; micro += 7) {
        char json[128], problem[256];
        uint64_t price = micro * 333667 % (TIER_PRICE_MOST + 1);
        (void)snprintf(json, sizeof(json),
                       "{\"tiers\":[{\"name\":\"p\",\"input_dollars_per_million\":%llu.%06llu}]}",
                       (unsigned long long)price / 1000000, (unsigned long long)price % 1000000);
        assert_int_equal(tier_table_add(&table, json, strlen(json), problem, sizeof(problem)), 0);
        assert_int_equal(tier_table_find(&table, "p")->price.input, price);
    }
}

static void refuses(const char *json, const char *says) {
    char problem[256];
    tier_table_begin(&table);
    if (add_text(json, problem, sizeof(problem)) == 0 || strstr(problem, says) == NULL) {
        fail_msg("%s: says only: %s", json, problem);
    }
}

static void refuses_what_is_no_tier(void **state) {
    (void)state;
    static const char *const whole[] = {"",    " ", "{", "null", "[]", "{\"tiers\":[]} x", "{\"tiers\":[]}{}",
                                        "\xff"};
    for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
        refuses(whole[i], i == 3 || i == 4 ? "must be" : "is not one JSON object");
    }
    refuses("{}", "must be");
    refuses("{\"tiers\":{}}", "must be");
    refuses("{\"tiers\":[],\"more\":1}", "must be");
    refuses("{\"tiers\":[7]}", "tier 1 is not an object");
    refuses("{\"tiers\":[{\"name\":\"a\"},{}]}", "tier 2 has no name");
    refuses("{\"tiers\":[{\"name\":\"a\"},{\"name\":\"a\"}]}", "tier 2: \"a\" stands twice");
    refuses("{\"tiers\":[{\"name\":\"a\",\"name\":\"b\"}]}", "a key that stands once");
    refuses("{\"tiers\":[{\"name\":\"a\",\"rpm\":1}]}", "\"rpm\" is not a key");
    static const char *const names[] = {
        "\"\"", "\"a b\"", "\"\xc3\xa9\"",
        "7",    "null",    "\"0123456789012345678901234567890123456789012345678901234567890123\""};
    static const char *const counts[] = {"0", "-1", "1.5", "1e13", "\"5\"", "true", "1e999"};
    static const char *const prices[] = {"-0.1", "1000000.1", "0.0000001", "\"1\"", "null", "1e999"};
    char json[256];
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        (void)snprintf(json, sizeof(json), "{\"tiers\":[{\"name\":%s}]}", names[i]);
        refuses(json, "\"name\" is not a name");
    }
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        (void)snprintf(json, sizeof(json), "{\"tiers\":[{\"name\":\"a\",\"tokens_per_minute\":%s}]}",
                       counts[i]);
        refuses(json, "\"tokens_per_minute\" is not a whole number");
    }
    for (size_t i = 0; i < sizeof(prices) / sizeof(prices[0]); i++) {
        (void)snprintf(json, sizeof(json), "{\"tiers\":[{\"name\":\"a\",\"input_dollars_per_million\":%s}]}",
                       prices[i]);
        refuses(json, "\"input_dollars_per_million\" is not a number");
    }
}

static void refuses_more_than_it_holds(void **state) {
    (void)state;
    char json[64], problem[256];
    while (table.count < TIER_MOST) {
        (void)snprintf(json, sizeof(json), "{\"tiers\":[{\"name\":\"t%zu\"}]}", table.count);
        assert_int_equal(add_text(json, problem, sizeof(problem)), 0);
    }
    assert_int_equal(add_text("{\"tiers\":[{\"name\":\"t99\"}]}", problem, sizeof(problem)), 0); // replaces
    assert_int_equal(add_text("{\"tiers\":[{\"name\":\"over\"}]}", problem, sizeof(problem)), -1);
    assert_non_null(strstr(problem, "more than 256"));
    char *names = tier_table_names(&table);
    assert_non_null(strstr(names, ", t255"));
    free(names);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(has_built_in_tiers, set_up),
        cmocka_unit_test_setup(has_every_row_of_limits, set_up),
        cmocka_unit_test_setup(takes_more_from_a_file, set_up),
        cmocka_unit_test_setup(prices_are_exact, set_up),
        cmocka_unit_test_setup(refuses_what_is_no_tier, set_up),
        cmocka_unit_test_setup(refuses_more_than_it_holds, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
