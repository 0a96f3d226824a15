#include "plan/cost.h"

#include "ration/money.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct tier_price opus = {15000000, 75000000};
static const struct tier_price mini = {150000, 600000};

static void tokens_cost_what_the_price_says(void **state) {
    (void)state;
    assert_int_equal(money_of(&opus, 0, 0), 0);
    assert_int_equal(money_of(&opus, 1000000, 0), 15 * MONEY_DOLLAR);
    assert_int_equal(money_of(&opus, 1000000, 1000000), 90 * MONEY_DOLLAR);
    assert_int_equal(money_of(&mini, 1, 0), 150);
    assert_int_equal(money_of(&mini, 45, 75), 45 * 150 + 75 * 600);
    assert_int_equal(money_of(&(struct tier_price){1, 0}, 1, 0), 1); // a thousandth is rounded up
    assert_int_equal(money_of(&(struct tier_price){1, 0}, 1000, 0), 1);
    assert_int_equal(money_of(&(struct tier_price){1, 0}, 1001, 0), 2);
    assert_int_equal(money_of(&(struct tier_price){TIER_PRICE_MOST, TIER_PRICE_MOST}, UINT64_MAX, UINT64_MAX),
                     UINT64_MAX);
}

static void dollars_are_read_exactly(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint64_t nano;
    } good[] = {
        {"1", MONEY_DOLLAR},
        {"12.50", 12500000000},
        {"0.1", 100000000},
        {"0.000000001", 1},
        {"007.3", 7300000000},
        {"1000000000", MONEY_MOST_DOLLARS * MONEY_DOLLAR},
        {"999999999.999999999", MONEY_MOST_DOLLARS * MONEY_DOLLAR - 1},
    };
    static const char *const bad[] = {"",
                                      "0",
                                      "0.0",
                                      "-1",
                                      "+1",
                                      " 1",
                                      "1 ",
                                      "$1",
                                      ".5",
                                      "1.",
                                      "1,5",
                                      "1e3",
                                      "0x10",
                                      "nan",
                                      "inf",
                                      "1.5.2",
                                      "0.0000000001",
                                      "1000000001",
                                      "1000000000.1",
                                      "99999999999999999999"};
    uint64_t nano;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_int_equal(money_parse(good[i].text, &nano), 0);
        assert_int_equal(nano, good[i].nano);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (money_parse(bad[i], &nano) == 0) {
            fail_msg("taken: \"%s\"", bad[i]);
        }
    }
}

static void assert_printed(uint64_t nano, const char *expected) {
    char text[MONEY_TEXT_SIZE];
    money_print(nano, text);
    assert_string_equal(text, expected);
}

static void dollars_are_printed(void **state) {
    (void)state;
    assert_printed(0, "$0.0000");
    assert_printed(49999, "$0.0000");
    assert_printed(50000, "$0.0001");
    assert_printed(12345678, "$0.0123");
    assert_printed(MONEY_DOLLAR, "$1.00");
    assert_printed(1234567890, "$1.23");
    assert_printed(1235000000, "$1.24");
    assert_printed(UINT64_MAX, "$18446744073.71");
}

#define EACH (100 * 150 + 200 * 600) // nano-dollars of one answer

// A run of 1000 artists; each answer had 100 input and 200 output tokens.
static struct snapshot after(uint32_t done, uint64_t booked) {
    return (struct snapshot){
        .artists = 1000,
        .done = done,
        .sums.outcome = {[OUTCOME_DONE] = done},
        .sums.tokens.input = 100ULL * done,
        .sums.tokens.output = 200ULL * done,
        .sums.spent_requests = done,
        .sums.spent_tokens = 300ULL * done,
        .sums.booked_requests = booked,
        .sums.booked_tokens = 300 * booked,
        .cost.run.spent = done * EACH,
    };
}

static void says_what_is_spent_and_to_be_spent(void **state) {
    (void)state;
    const struct cost_watch watch = {.price = mini};
    struct snapshot now = after(10, 4);
    struct cost_spent cost = cost_look(&watch, &now);
    assert_int_equal(cost.in_flight, 4 * EACH);
    assert_true(cost.priced);
    assert_int_equal(cost.spent, 10 * EACH);
    // Before the first answer all is taken for the dearer kind.
    now = after(0, 4);
    cost = cost_look(&watch, &now);
    assert_int_equal(cost.in_flight, 1200 * 600);
    assert_int_equal(cost.spent, 0);
    // What was paid for in vain counts: the ledger's word is the one.
    now = after(10, 4);
    now.cost.run.spent = 12 * EACH;
    assert_int_equal(cost_look(&watch, &now).spent, 12 * EACH);
    // Nothing of a batch is a request: what its parts have set aside.
    now = after(10, 0);
    now.cost.booked = 777;
    assert_int_equal(cost_look(&watch, &now).in_flight, 777);
    // An estimate below the usual input is all input.
    now = after(10, 4);
    now.sums.booked_tokens = 40;
    assert_int_equal(cost_look(&watch, &now).in_flight, 40 * 150);
}

// Where earlier runs' costs are taken from.
static void knows_what_earlier_runs_spent(void **state) {
    (void)state;
    static const struct {
        const char *what;
        struct cost_past past;
        uint64_t spent, doubt;
    } cases[] = {
        {"nothing is left", {0}, 0, 0},
        {"lines alone", {.lines = 7}, 7, 0},
        {"a killed run: the arena knows it, the record is older",
         {.arena = true,
          .arena_run = "a",
          .left = {50, 9},
          .record = true,
          .record_run = "a",
          .told = {40, 2},
          .booked = 30,
          .lines = 45},
         50,
         9},
        {"a killed run whose last line was written, and not committed",
         {.arena = true, .arena_run = "a", .left = {50, 9}, .lines = 53},
         53,
         6},
        {"lines that somebody has brought along",
         {.arena = true, .arena_run = "a", .left = {50, 1}, .lines = 53},
         53,
         0},
        {"the machine was down: what was in flight is in doubt",
         {.record = true, .record_run = "a", .told = {40, 2}, .booked = 30, .lines = 20},
         40,
         32},
        {"and lines came after the record",
         {.record = true, .record_run = "a", .told = {40, 2}, .booked = 30, .lines = 60},
         60,
         32},
        {"a run that ended well", {.record = true, .record_run = "a", .told = {40, 2}, .lines = 40}, 40, 2},
        {"a resume that died before its record: its arena has counted the one before",
         {.arena = true,
          .arena_run = "b",
          .left = {55, 3},
          .record = true,
          .record_run = "a",
          .told = {40, 2},
          .booked = 30,
          .lines = 45},
         55,
         3},
        {"an arena of before the record's run",
         {.arena = true,
          .arena_run = "a",
          .left = {30, 3},
          .record = true,
          .record_run = "b",
          .told = {40, 2}},
         40,
         2},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ledger_paid paid = cost_paid(&cases[i].past);
        if (paid.spent != cases[i].spent || paid.doubt != cases[i].doubt) {
            fail_msg("%s: %u and %u", cases[i].what, (unsigned)paid.spent, (unsigned)paid.doubt);
        }
    }
}

static void describes_it(void **state) {
    (void)state;
    char text[COST_TEXT_SIZE];
    struct cost_spent cost = {.priced = true, .spent = 250000000, .all = 250000000};
    cost_describe(&cost, text);
    assert_string_equal(text, "$0.2500");
    cost.doubt = cost.all_doubt = 10000000;
    cost_describe(&cost, text);
    assert_string_equal(text, "$0.2500 and at most $0.0100 in doubt");
    cost.all = 5000000000;
    cost_describe(&cost, text);
    assert_string_equal(text, "$0.2500 and at most $0.0100 in doubt; $5.00 by all runs of this output and at "
                              "most $0.0100 in doubt");
}

static void writes_amounts_to_the_billionth(void **state) {
    (void)state;
    static const struct {
        uint64_t nano;
        const char *text;
    } cases[] = {{1250, "0.00000125"},    {0, "0"},
                 {1, "0.000000001"},      {1000000000, "1"},
                 {1500000000, "1.5"},     {12345678901, "12.345678901"},
                 {100000000000ULL, "100"}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[MONEY_TEXT_SIZE];
        uint64_t read;
        money_decimal(cases[i].nano, text);
        assert_string_equal(text, cases[i].text);
        assert_true(money_read(strtod(text, NULL), &read));
        assert_int_equal(read, cases[i].nano);
    }
    uint64_t read;
    assert_true(money_read(3999999.999999999, &read) && read == 3999999999999999ULL);
    assert_false(money_read(-1, &read));
    assert_false(money_read(1e30, &read));
}

static void costs_nothing_where_no_price_is_known(void **state) {
    (void)state;
    struct snapshot now = after(10, 4);
    now.cost.run.spent = 0; // the ledger knows no price either
    struct cost_spent cost = cost_look(&(struct cost_watch){0}, &now);
    assert_int_equal(cost.in_flight, 0);
    assert_int_equal(cost.spent, 0);
    assert_false(cost.priced);
}

// A sample of ten, and a hundred times as many; "$1, $0.10 read, $1.25 written" for a million tokens.
static void the_whole_fills_a_cache_once(void **state) {
    (void)state;
    static const struct price_rates rates = {
        .input = 1000000, .cached = 100000, .written = 1250000, .written_hour = 2000000};
    static const struct {
        uint64_t spent;
        struct tokens tokens;
        uint64_t whole;
    } rows[] = {
        {5000000, {.input = 1000}, 500000000}, // nothing is kept
        {5000000, {.input = 1000, .cached = 900, .written = 100}, 4885000 * 100 + 115000},
        {5000000, {.input = 1000, .cached = 900, .written_hour = 100}, 4810000 * 100 + 190000},
        {5000000, {.input = 1000, .cached = 900}, 4910000 * 100 + 90000}, // the first one did not find it
        {5000000, {.input = 1000, .written = 1000}, 500000000},           // nobody ever read it
        {100, {.input = 1000, .cached = 900, .written = 100}, 10000},     // by another price
        {UINT64_MAX, {.input = 1000}, UINT64_MAX},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_true(cost_of_whole(rows[i].spent, &rows[i].tokens, 10, &rates, 100) == rows[i].whole);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_cost_what_the_price_says),
        cmocka_unit_test(dollars_are_read_exactly),
        cmocka_unit_test(dollars_are_printed),
        cmocka_unit_test(says_what_is_spent_and_to_be_spent),
        cmocka_unit_test(costs_nothing_where_no_price_is_known),
        cmocka_unit_test(knows_what_earlier_runs_spent),
        cmocka_unit_test(describes_it),
        cmocka_unit_test(the_whole_fills_a_cache_once),
        cmocka_unit_test(writes_amounts_to_the_billionth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
