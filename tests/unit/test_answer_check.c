#include "exchange/answer_check.h"
#include "exchange/classify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static char schema[] =
    "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}},\"required\":[\"a\"]}";
static char pattern[] = "^[A-Z].*\\.$";
static char costly[] = "^(a+)+$";
static const struct settings of_schema = {.schema = schema};
static const struct settings of_text = {.min_chars = 5, .must_match = pattern};
static const struct settings of_costly = {.must_match = costly};

static const struct {
    const struct settings *settings;
    const char *text;
    const char *code, *words; // NULL: it is what was asked for
    const char *json;         // NULL: none
} cases[] = {
    {&of_schema, "{\"a\":1}", NULL, NULL, "{\"a\":1}"},
    {&of_schema, " \n{\"a\":1}\t", NULL, NULL, "{\"a\":1}"},
    {&of_schema, "```json\n{\"a\":1}\n```", NULL, NULL, "{\"a\":1}"},
    {&of_schema, "```\n{\"a\":1}```\n", NULL, NULL, "{\"a\":1}"},
    {&of_schema, "{\"a\":\"1\"}", "schema", "the value at /a must be an integer, and is a string",
     "{\"a\":\"1\"}"},
    {&of_schema, "{}", "schema", "the answer lacks the property \"a\"", "{}"},
    {&of_schema, "Here: {\"a\":1}", "no_json", "the answer is not JSON at its byte 1: no value begins so",
     NULL},
    {&of_schema, "```", "no_json", "the answer is not JSON at its byte 1: no value begins so", NULL},
    {&of_schema, "``````", "no_json", "the answer is not JSON at its byte 1: no value begins so", NULL},
    {&of_schema, "```json\n```", "no_json", "the answer is not JSON at its byte 1: the text ends too early",
     NULL},
    {&of_text, "It is.", NULL, NULL, NULL},
    {&of_text, "  It.  \n\n", "too_short", "the answer must have at least 5 characters, and has 3", NULL},
    {&of_text, "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9.", "no_match",
     "the answer must match the pattern ^[A-Z].*\\.$", NULL},
    {&of_costly, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "too_costly",
     "the answer takes too many steps to match with the pattern ^(a+)+$", NULL},
};

static void finds_what_is_wrong(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct answer_check check;
        struct answer answer = {.text = cases[i].text, .text_length = strlen(cases[i].text)};
        struct answer_fault fault;
        assert_int_equal(answer_check_open(&check, cases[i].settings), 0);
        answer_check_run(&check, &answer, &fault);
        assert_false(fault.starved);
        assert_int_equal(fault.code == NULL, cases[i].code == NULL);
        if (cases[i].code != NULL) {
            assert_string_equal(fault.code, cases[i].code);
            assert_string_equal(fault.words, cases[i].words);
        }
        assert_int_equal(answer.json == NULL, cases[i].json == NULL);
        if (cases[i].json != NULL) {
            assert_int_equal(answer.json_length, strlen(cases[i].json));
            assert_memory_equal(answer.json, cases[i].json, answer.json_length);
        }
        answer_check_close(&check);
    }
}

static void asks_nothing_where_nothing_is_said(void **state) {
    (void)state;
    const struct settings none = {0};
    struct answer_check check;
    struct answer answer = {.text = "x", .text_length = 1};
    struct answer_fault fault;
    assert_int_equal(answer_check_open(&check, &none), 0);
    answer_check_run(&check, &answer, &fault);
    assert_null(fault.code);
    assert_null(answer.json);
    answer_check_close(&check);
}

// ---- what it comes to ----

static struct outcome outcome_with(enum settings_invalid on_invalid, enum settings_truncated on_truncated,
                                   bool cut) {
    static const struct answer_fault fault = {.code = "schema", .words = "the answer is wrong"};
    const struct answer answer = {.parsed = true,
                                  .complete = true,
                                  .text = "x",
                                  .text_length = 1,
                                  .finish_reason = cut ? "length" : "stop"};
    const struct outcome_facts facts = {.status = 200,
                                        .answer = &answer,
                                        .on_truncated = on_truncated,
                                        .invalid = &fault,
                                        .on_invalid = on_invalid};
    return outcome_of(&facts);
}

static void is_a_class_of_its_own(void **state) {
    (void)state;
    for (int i = SETTINGS_INVALID_REPAIR; i <= SETTINGS_INVALID_FAIL; i++) {
        struct outcome outcome = outcome_with((enum settings_invalid)i, SETTINGS_TRUNCATED_KEEP, false);
        assert_int_equal(outcome.blame, BLAME_WORKS); // the session has answered
        if (i == SETTINGS_INVALID_KEEP) {
            assert_int_equal(outcome.kind, OUTCOME_DONE);
            continue;
        }
        assert_int_equal(outcome.kind, OUTCOME_INVALID_ANSWER);
        assert_string_equal(outcome.code, "schema");
        assert_string_equal(outcome.message, "the answer is wrong");
        assert_true(outcome.of_answer && !outcome.truncated);
        assert_int_equal(outcome.final, i == SETTINGS_INVALID_FAIL);
    }
}

static void is_cut_first(void **state) {
    (void)state;
    struct outcome outcome = outcome_with(SETTINGS_INVALID_REPAIR, SETTINGS_TRUNCATED_KEEP, true);
    assert_true(outcome.truncated && outcome.final);
    assert_string_equal(outcome.code, "truncated");
    outcome = outcome_with(SETTINGS_INVALID_REPAIR, SETTINGS_TRUNCATED_RETRY, true);
    assert_true(outcome.truncated && !outcome.final);
    outcome = outcome_with(SETTINGS_INVALID_KEEP, SETTINGS_TRUNCATED_KEEP, true);
    assert_int_equal(outcome.kind, OUTCOME_DONE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_is_wrong),
        cmocka_unit_test(asks_nothing_where_nothing_is_said),
        cmocka_unit_test(is_a_class_of_its_own),
        cmocka_unit_test(is_cut_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
