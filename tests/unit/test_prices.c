// The three shapes of price lists, what follows where they have gaps, and the list that comes with the
// program.
#include "prices/prices.h"
#include "prices/prices_built_in.h"
#include "prices/prices_text.h"
#include "ration/clock.h"
#include "ration/provider.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct price_book *read_text(const char *text, char problem[PRICES_PROBLEM_SIZE]) {
    struct price_list list = {0};
    struct price_book *book = NULL;
    if (prices_text_read(text, strlen(text), &list, problem) == 0) {
        book = price_list_book(&list, NULL);
        assert_non_null(book);
    }
    price_list_free(&list);
    return book;
}

static struct price_book *read_file(const char *path) {
    char text[16384], problem[PRICES_PROBLEM_SIZE] = "";
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t length = fread(text, 1, sizeof(text) - 1, file);
    (void)fclose(file);
    text[length] = '\0';
    struct price_book *book = read_text(text, problem);
    assert_string_equal(problem, "");
    return book;
}

static void rates(const struct price_rates *is, const uint64_t wanted[PRICE_KINDS]) {
    const uint64_t have[PRICE_KINDS] = {is->input,        is->cached, is->written,
                                        is->written_hour, is->output, is->reasoning};
    for (int i = 0; i < PRICE_KINDS; i++) {
        assert_int_equal(have[i], wanted[i]);
    }
}
#define RATES(is, ...) rates(&(is), (const uint64_t[PRICE_KINDS]){__VA_ARGS__})

static void litellm_is_read_as_it_is(void **state) {
    (void)state;
    struct price_book *book = read_file("tests/data/prices/litellm.json");
    const struct price_entry *row = price_book_find(book, "anthropic", "claude-haiku-4-5-20251001");
    RATES(row->price.rates[PRICE_DEFAULT], 1000000, 100000, 1250000, 2000000, 5000000, 5000000);
    assert_false(row->known[PRICE_BATCH]);
    RATES(row->price.rates[PRICE_FLEX], 1000000, 100000, 1250000, 2000000, 5000000, 5000000);
    RATES(row->price.rates[PRICE_BATCH], 500000, 50000, 625000, 1000000, 2500000, 2500000);
    row = price_book_find(book, "bedrock", "us.anthropic.claude-haiku-4-5-20251001-v1:0");
    RATES(row->price.rates[PRICE_DEFAULT], 1100000, 110000, 1100000, 1100000, 5500000, 5500000);
    row = price_book_find(book, "openai", "gpt-4o-mini");
    RATES(row->price.rates[PRICE_DEFAULT], 150000, 75000, 150000, 150000, 600000, 600000);
    RATES(row->price.rates[PRICE_BATCH], 75000, 75000, 75000, 75000, 300000, 300000);
    RATES(row->price.rates[PRICE_PRIORITY], 250000, 125000, 250000, 250000, 1000000, 1000000);
    assert_true(row->known[PRICE_BATCH] && row->known[PRICE_PRIORITY] && !row->known[PRICE_FLEX]);
    assert_string_equal(price_book_find(book, "azure", "gpt-4o")->provider, "azure");
    assert_string_equal(price_book_find(book, "groq", "openai/gpt-oss-20b")->model, "openai/gpt-oss-20b");
    row = price_book_find(book, "gemini", "gemini-thinker");
    RATES(row->price.rates[PRICE_DEFAULT], 1250000, 125000, 1250000, 1250000, 10000000, 12000000);
    RATES(row->price.rates[PRICE_FLEX], 625000, 625000, 625000, 625000, 5000000, 6000000);
    assert_int_equal(row->price.above, 200000);
    RATES(row->price.rates_above[PRICE_DEFAULT], 2500000, 250000, 2500000, 2500000, 15000000, 18000000);
    RATES(row->price.rates_above[PRICE_FLEX], 2500000, 1250000, 2500000, 2500000, 15000000, 18000000);
    RATES(row->price.rates_above[PRICE_PRIORITY], 4500000, 4500000, 4500000, 4500000, 27000000, 32400000);
    row = price_book_find(book, "dashscope", "long-windows"); // never too little
    assert_int_equal(row->price.above, 128000);
    RATES(row->price.rates_above[PRICE_DEFAULT], 3000000, 3000000, 3000000, 3000000, 4000000, 4000000);
    row = price_book_find(book, "dashscope", "ranges");
    assert_int_equal(row->price.above, 256000);
    RATES(row->price.rates[PRICE_DEFAULT], 50000, 50000, 50000, 50000, 400000, 400000);
    RATES(row->price.rates_above[PRICE_DEFAULT], 250000, 250000, 250000, 250000, 2000000, 2000000);
    row = price_book_find(book, "nobody", "tiny"); // to the millionth of a millionth of a dollar
    RATES(row->price.rates[PRICE_DEFAULT], 1, 1, 1, 1, 102500, 102500);
    static const char *const none[] = {"sample_spec",   "1024-x-1024/picture-maker",
                                       "half-a-price",  "no-numbers",
                                       "below-nothing", "text-embedding-3-small"};
    for (size_t i = 0; i < COUNT(none); i++) {
        assert_null(price_book_find(book, "openai", none[i]));
    }
    assert_int_equal(book->count, 9);
    free(book);
}

static void models_dev_is_read_as_it_is(void **state) {
    (void)state;
    struct price_book *book = read_file("tests/data/prices/models_dev.json");
    const struct price_entry *row = price_book_find(book, "anthropic", "claude-haiku-4-5");
    RATES(row->price.rates[PRICE_DEFAULT], 1000000, 100000, 1250000, 2000000, 5000000, 5000000);
    row = price_book_find(book, "openai", "gpt-5.4");
    assert_int_equal(row->price.above, 272000); // exactly, not 200000
    RATES(row->price.rates_above[PRICE_DEFAULT], 5000000, 500000, 5000000, 5000000, 22500000, 22500000);
    RATES(row->price.rates[PRICE_PRIORITY], 5000000, 500000, 5000000, 5000000, 30000000, 30000000);
    RATES(row->price.rates_above[PRICE_PRIORITY], 10000000, 1000000, 10000000, 10000000, 45000000, 45000000);
    assert_true(row->known[PRICE_PRIORITY] && !row->known[PRICE_BATCH]);
    row = price_book_find(book, "gemini", "gemini-old");
    assert_int_equal(row->price.above, 200000);
    RATES(row->price.rates[PRICE_DEFAULT], 1250000, 1250000, 1250000, 1250000, 10000000, 12000000);
    assert_non_null(price_book_find(book, "together", "openai/gpt-oss-20b"));
    assert_int_equal(book->count, 4); // no picture, and nothing without a price
    free(book);
}

static void the_own_form_says_all(void **state) {
    (void)state;
    struct price_book *book = read_file("tests/data/prices/own.json");
    const struct price_entry *row = price_book_find(book, "anthropic", "claude-haiku-4-5");
    RATES(row->price.rates[PRICE_DEFAULT], 1000000, 100000, 1250000, 2000000, 5000000, 6000000);
    RATES(row->price.rates[PRICE_BATCH], 500000, 50000, 625000, 1000000, 2500000, 3000000);
    RATES(row->price.rates[PRICE_FLEX], 600000, 600000, 750000, 1200000, 3000000, 3600000);
    assert_int_equal(row->price.above, 200000);
    RATES(row->price.rates_above[PRICE_DEFAULT], 2000000, 2000000, 2500000, 4000000, 7500000, 9000000);
    RATES(row->price.rates_above[PRICE_BATCH], 1000000, 1000000, 1250000, 2000000, 3750000, 4500000);
    assert_int_equal(row->date, 20260927);
    row = price_book_find(book, "whoever", "anywhere");
    RATES(row->price.rates[PRICE_DEFAULT], 1, 1, 1, 1, 1000000000000, 1000000000000);
    assert_int_equal(row->until, 20261231);
    free(book);
}

static void what_is_wrong_is_told_with_its_place(void **state) {
    (void)state;
    static const struct {
        const char *text, *told;
    } cases[] = {
        {"", "line 1, column 1: is not JSON"},
        {"{\"a\": {\"input_cost_per_token\": 1,\n \"b\": }}", "line 2, column 7: is not JSON"},
        {"{}{}", "line 1, column 3: is not JSON"},
        {"{\"a\": \"\xff\"}", "line 1, column 8: is not JSON"},
        {"[]", "is not a JSON object"},
        {"7", "is not a JSON object"},
        {"{}", "has no price of any model"},
        {"{\"a\": 1}", "has no price of any model"},
        {"{\"prices\": []}", "has no price of any model"},
        {"{\"prices\": [], \"x\": 1}", "has more than {\"prices\""},
        {"{\"prices\": [7]}", "price 1 (no model yet) is not an object"},
        {"{\"prices\": [{\"model\": \"m\", \"input\": 1}]}",
         "price 1 (m) is not complete: model, input and output are needed"},
        {"{\"prices\": [{\"input\": 1, \"output\": 1}]}", "price 1 (no model yet) is not complete"},
        {"{\"prices\": [{\"model\": \"m\", \"input\": -1, \"output\": 1}]}",
         "price 1 (m): \"input\" is not a number from 0 to 1000000 with at most six decimals"},
        {"{\"prices\": [{\"model\": \"m\", \"input\": 0.0000001, \"output\": 1}]}",
         "\"input\" is not a number"},
        {"{\"prices\": [{\"model\": \"m\", \"input\": \"1\", \"output\": 1}]}", "\"input\" is not a number"},
        {"{\"prices\": [{\"model\": \"m\", \"inputs\": 1, \"output\": 1}]}", "\"inputs\" is not a key"},
        {"{\"prices\": [{\"model\": \"m\", \"input\": 1, \"input\": 2, \"output\": 1}]}",
         "\"input\" is not a key that stands once"},
        {"{\"prices\": [{\"model\": \"m\", \"input\": 1, \"output\": 1, \"date\": \"soon\"}]}",
         "\"date\" is not a date like 2026-10-03"},
        {"{\"prices\": [{\"model\": \"m\", \"input\": 1, \"output\": 1, \"date\": \"2026-13-01\"}]}",
         "\"date\" is not"},
        {"{\"prices\": [{\"model\": \"m\", \"input\": 1, \"output\": 1, \"batch\": {\"input\": 1}}]}",
         "\"batch\" is not an object with input and output"},
        {"{\"prices\": [{\"model\": \"m\", \"input\": 1, \"output\": 1, \"above\": {\"input\": 1}}]}",
         "\"above\" is not an object with tokens"},
        {"{\"prices\": [{\"model\": \"m\", \"input\": 1, \"output\": 1}, {\"model\": \"\"}]}",
         "price 2 (no model yet): \"model\" is not a text"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char problem[PRICES_PROBLEM_SIZE] = "";
        assert_null(read_text(cases[i].text, problem));
        if (strstr(problem, cases[i].told) == NULL) {
            fail_msg("%s: told \"%s\", not \"%s\"", cases[i].text, problem, cases[i].told);
        }
    }
}

static void the_built_in_list_is_good(void **state) {
    (void)state;
    struct price_book *book = prices_take(0, NULL);
    assert_non_null(book);
    static const struct {
        const char *provider, *model;
        uint64_t input, output;
    } facts[] = {
        {"anthropic", "claude-haiku-4-5", 1000000, 5000000},
        {"anthropic", "claude-haiku-4-5-20251001", 1000000, 5000000},
        {"openai", "gpt-4o-mini", 150000, 600000},
        {"openai", "gpt-6-luna", 100000, 500000},
        {"azure", "gpt-4o-2024-08-06", 2500000, 10000000},
        {"openrouter", "anthropic/claude-sonnet-5.5", 2000000, 10000000},
    };
    for (size_t i = 0; i < COUNT(facts); i++) {
        const struct price_entry *row = price_book_find(book, facts[i].provider, facts[i].model);
        assert_non_null(row);
        assert_int_equal(row->price.rates[PRICE_DEFAULT].input, facts[i].input);
        assert_int_equal(row->price.rates[PRICE_DEFAULT].output, facts[i].output);
    }
    for (uint32_t i = 0; i < book->count; i++) {
        assert_true(book->entry[i].date >= 20260101 && book->entry[i].date <= 20991231);
    }
    // what a provider asks where nobody says which model
    for (size_t i = 0; provider_at(i) != NULL; i++) {
        const struct provider *provider = provider_at(i);
        if (provider->model != NULL && !provider->key_optional) {
            assert_non_null(price_book_find(book, provider->name, provider->model));
        }
    }
    free(book);
}

#define AT(days) ((uint64_t)(days)*CLOCK_DAY + 5)
static void a_price_gets_old(void **state) {
    (void)state;
    static const struct {
        uint32_t date, until;
        uint64_t wall;
        uint32_t old;
        bool ended;
    } cases[] = {
        {20261003, 0, AT(20729), 0, false},        // the day itself: 2026-10-03
        {20261003, 0, AT(20819), 0, false},        // 90 days
        {20261003, 0, AT(20820), 91, false},       // one more
        {20261003, 0, AT(10), 0, false},           // a clock that is wrong
        {0, 0, AT(20820), 0, false},               // nobody knows
        {20261003, 20261231, AT(20818), 0, false}, // 2026-12-31
        {20261003, 20261231, AT(20819), 1, true},
        {20240229, 0, AT(19782 + 100), 100, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct price_entry entry = {.date = cases[i].date, .until = cases[i].until};
        bool ended = true;
        assert_int_equal(prices_old(&entry, cases[i].wall, &ended), cases[i].old);
        assert_int_equal(ended, cases[i].ended);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(litellm_is_read_as_it_is),  cmocka_unit_test(models_dev_is_read_as_it_is),
        cmocka_unit_test(the_own_form_says_all),     cmocka_unit_test(what_is_wrong_is_told_with_its_place),
        cmocka_unit_test(the_built_in_list_is_good), cmocka_unit_test(a_price_gets_old),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
