#include "exchange/answer_status.h"
#include "exchange/classify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct outcome of(long status, enum outcome_hint hint, struct answer answer) {
    static struct answer kept;
    kept = answer;
    struct outcome_facts facts = {.fault = EXCHANGE_WHOLE, .status = status, .hint = hint, .answer = &kept};
    return outcome_of(&facts);
}

static enum outcome_class by_status(long status) {
    return of(status, OUTCOME_NO_HINT, (struct answer){0}).kind;
}

static enum outcome_class by_error(long status, const char *type, const char *code) {
    return of(status, OUTCOME_NO_HINT,
              (struct answer){.parsed = true,
                              .failed = true,
                              .error_type = type,
                              .error_code = code,
                              .error_status = answer_status_of(code != NULL ? code : type)})
        .kind;
}

static void judges_by_the_status(void **state) {
    (void)state;
    static const struct {
        long status;
        enum outcome_class kind;
    } table[] = {
        {400, OUTCOME_REFUSED},      {404, OUTCOME_REFUSED},         {413, OUTCOME_REFUSED},
        {422, OUTCOME_REFUSED},      {418, OUTCOME_REFUSED},         {401, OUTCOME_UNAUTHORISED},
        {403, OUTCOME_UNAUTHORISED}, {402, OUTCOME_QUOTA_EXHAUSTED}, {408, OUTCOME_SERVER_FAULT},
        {409, OUTCOME_SERVER_FAULT}, {429, OUTCOME_RATE_LIMITED},    {500, OUTCOME_SERVER_FAULT},
        {502, OUTCOME_SERVER_FAULT}, {504, OUTCOME_SERVER_FAULT},    {520, OUTCOME_SERVER_FAULT},
        {503, OUTCOME_OVERLOADED},   {529, OUTCOME_OVERLOADED},      {301, OUTCOME_REFUSED},
        {307, OUTCOME_REFUSED},      {204, OUTCOME_SERVER_FAULT},    {200, OUTCOME_SERVER_FAULT},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        assert_int_equal(by_status(table[i].status), table[i].kind);
    }
    assert_string_equal(of(302, OUTCOME_NO_HINT, (struct answer){0}).code, "redirect");
}

static void judges_by_the_code_of_an_error(void **state) {
    (void)state;
    static const char *const quota[] = {"insufficient_quota", "credit_balance_exhausted",
                                        "organization_spend_limit_exceeded", "project_spend_limit_exceeded",
                                        "organization_usage_limit_exceeded"};
    for (size_t i = 0; i < sizeof(quota) / sizeof(quota[0]); i++) {
        assert_int_equal(by_error(429, NULL, quota[i]), OUTCOME_QUOTA_EXHAUSTED);
        assert_int_equal(by_error(429, quota[i], "429"), OUTCOME_QUOTA_EXHAUSTED);
    }
    assert_int_equal(by_error(429, "requests", "rate_limit_exceeded"), OUTCOME_RATE_LIMITED);
    assert_int_equal(by_error(400, "invalid_request_error", NULL), OUTCOME_REFUSED);
    struct answer spend = {.parsed = true,
                           .failed = true,
                           .error_type = "rate_limit_error",
                           .error_detail = "enforced_spend_limit_reached"};
    assert_int_equal(of(429, OUTCOME_NO_HINT, spend).kind, OUTCOME_QUOTA_EXHAUSTED);
    // A code among the words of a message is none.
    struct answer words = {.parsed = true, .failed = true, .error_message = "insufficient_quota"};
    struct outcome outcome = of(429, OUTCOME_NO_HINT, words);
    assert_int_equal(outcome.kind, OUTCOME_RATE_LIMITED);
    assert_string_equal(outcome.message, "insufficient_quota");
}

static void judges_as_anthropic_means_it(void **state) {
    (void)state;
    static const struct {
        long status;
        const char *type;
        enum outcome_class kind;
    } table[] = {
        {400, "invalid_request_error", OUTCOME_REFUSED}, {401, "authentication_error", OUTCOME_UNAUTHORISED},
        {402, "billing_error", OUTCOME_QUOTA_EXHAUSTED}, {403, "permission_error", OUTCOME_UNAUTHORISED},
        {404, "not_found_error", OUTCOME_REFUSED},       {413, "request_too_large", OUTCOME_REFUSED},
        {429, "rate_limit_error", OUTCOME_RATE_LIMITED}, {500, "api_error", OUTCOME_SERVER_FAULT},
        {504, "timeout_error", OUTCOME_SERVER_FAULT},    {529, "overloaded_error", OUTCOME_OVERLOADED},
        {500, "overloaded_error", OUTCOME_OVERLOADED},   {200, "overloaded_error", OUTCOME_OVERLOADED},
        {403, "billing_error", OUTCOME_QUOTA_EXHAUSTED}, {200, "rate_limit_error", OUTCOME_RATE_LIMITED},
        {400, "overloaded_error", OUTCOME_REFUSED},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        assert_int_equal(by_error(table[i].status, table[i].type, NULL), table[i].kind);
    }
    // Partial text before a refusal is no answer.
    struct answer refused = {
        .parsed = true, .finish_reason = "content_filter", .text = "I", .text_length = 1};
    assert_int_equal(of(200, OUTCOME_NO_HINT, refused).kind, OUTCOME_REFUSED);
    struct answer paused = {.parsed = true, .finish_reason = "pause_turn", .text = "I", .text_length = 1};
    assert_int_equal(of(200, OUTCOME_NO_HINT, paused).kind, OUTCOME_SERVER_FAULT);
}

static void heeds_should_retry(void **state) {
    (void)state;
    struct answer none = {0};
    assert_int_equal(of(400, OUTCOME_SHOULD_RETRY, none).kind, OUTCOME_SERVER_FAULT);
    assert_int_equal(of(500, OUTCOME_SHOULD_NOT_RETRY, none).kind, OUTCOME_REFUSED);
    assert_int_equal(of(429, OUTCOME_SHOULD_NOT_RETRY, none).kind, OUTCOME_RATE_LIMITED);
    assert_int_equal(of(503, OUTCOME_SHOULD_NOT_RETRY, none).kind, OUTCOME_OVERLOADED);
    assert_int_equal(of(401, OUTCOME_SHOULD_RETRY, none).kind, OUTCOME_UNAUTHORISED);
}

static void an_answer_needs_a_text_and_an_ending(void **state) {
    (void)state;
    struct answer done = {
        .parsed = true, .complete = true, .text = "x", .text_length = 1, .finish_reason = "stop"};
    assert_int_equal(of(200, OUTCOME_NO_HINT, done).kind, OUTCOME_DONE);
    struct answer empty = {.parsed = true, .finish_reason = "stop"};
    assert_int_equal(of(200, OUTCOME_NO_HINT, empty).kind, OUTCOME_SERVER_FAULT);
    assert_string_equal(of(200, OUTCOME_NO_HINT, empty).code, "empty_answer");
    struct answer refusal = {.parsed = true, .finish_reason = "stop", .refusal = "I cannot"};
    assert_int_equal(of(200, OUTCOME_NO_HINT, refusal).kind, OUTCOME_REFUSED);
    struct answer filtered = {.parsed = true, .finish_reason = "content_filter"};
    assert_int_equal(of(200, OUTCOME_NO_HINT, filtered).kind, OUTCOME_REFUSED);
    assert_int_equal(by_error(200, NULL, "server_error"), OUTCOME_SERVER_FAULT);
    assert_int_equal(by_error(200, NULL, "rate_limit_exceeded"), OUTCOME_RATE_LIMITED);
    assert_int_equal(by_error(200, NULL, "insufficient_quota"), OUTCOME_QUOTA_EXHAUSTED);
    assert_int_equal(by_error(200, NULL, "invalid_prompt"), OUTCOME_REFUSED);
}

// What an answer is that came whole, under any 2xx, and what it costs to ask again.
static void judges_whole_bodies(void **state) {
    (void)state;
    static const struct {
        long status;
        struct answer answer;
        enum outcome_class kind;
        uint32_t most_such;
        const char *code;
    } table[] = {
        {201, {.parsed = true, .complete = true, .finish_reason = "stop"}, OUTCOME_DONE, 0, NULL},
        {202, {.parsed = true, .complete = true, .finish_reason = "stop"}, OUTCOME_DONE, 0, NULL},
        {203, {.parsed = true, .complete = true, .finish_reason = "stop"}, OUTCOME_DONE, 0, NULL},
        {204, {.parsed = true, .complete = true, .finish_reason = "stop"}, OUTCOME_SERVER_FAULT, 0, NULL},
        {206, {.parsed = true, .complete = true, .finish_reason = "stop"}, OUTCOME_SERVER_FAULT, 0, NULL},
        {200, {.parsed = true, .finish_reason = "stop"}, OUTCOME_SERVER_FAULT, 3, "empty_answer"},
        {200, {.parsed = true, .text = "x", .text_length = 1}, OUTCOME_SERVER_FAULT, 2, "incomplete_answer"},
        {200, {.parsed = true, .finish_reason = "tool_calls"}, OUTCOME_SERVER_FAULT, 2, "incomplete_answer"},
        {200, {.parsed = true, .finish_reason = "novel"}, OUTCOME_SERVER_FAULT, 2, "incomplete_answer"},
        {200, {.parsed = true, .finish_reason = "abort"}, OUTCOME_SERVER_FAULT, 0, "incomplete_answer"},
        {200, {.parsed = true, .other_shape = true}, OUTCOME_SERVER_FAULT, 2, "other_shape"},
        {200, {0}, OUTCOME_SERVER_FAULT, 0, "unparsable_answer"},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct outcome outcome = of(table[i].status, OUTCOME_NO_HINT, table[i].answer);
        assert_int_equal(outcome.kind, table[i].kind);
        assert_int_equal(outcome.most_such, table[i].most_such);
        assert_int_equal(outcome.of_answer, table[i].code != NULL);
        assert_true(table[i].code == NULL ? outcome.code == NULL : strcmp(outcome.code, table[i].code) == 0);
    }
}

// An error inside a 200 is what the status would be.
static void judges_errors_inside_of_an_answer(void **state) {
    (void)state;
    static const struct {
        long stands_for;
        enum outcome_class kind;
    } table[] = {{429, OUTCOME_RATE_LIMITED}, {402, OUTCOME_QUOTA_EXHAUSTED}, {400, OUTCOME_REFUSED},
                 {401, OUTCOME_UNAUTHORISED}, {503, OUTCOME_OVERLOADED},      {529, OUTCOME_OVERLOADED},
                 {500, OUTCOME_SERVER_FAULT}, {0, OUTCOME_SERVER_FAULT}};
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct answer answer = {.parsed = true,
                                .failed = true,
                                .error_code = "429",
                                .error_message = "m",
                                .error_status = table[i].stands_for};
        struct outcome outcome = of(200, OUTCOME_NO_HINT, answer);
        assert_int_equal(outcome.kind, table[i].kind);
        assert_string_equal(outcome.code, "429");
        assert_string_equal(outcome.message, "m");
    }
}

static struct outcome truncated(enum settings_truncated policy, const char *text) {
    static struct answer answer;
    answer = (struct answer){.parsed = true,
                             .finish_reason = "length",
                             .text = text,
                             .text_length = text ? 1 : 0,
                             .complete = text != NULL};
    struct outcome_facts facts = {.status = 200, .answer = &answer, .on_truncated = policy};
    return outcome_of(&facts);
}

static void a_cut_answer_is_told_as_one(void **state) {
    (void)state;
    assert_int_equal(truncated(SETTINGS_TRUNCATED_KEEP, "x").kind, OUTCOME_DONE);
    struct outcome outcome = truncated(SETTINGS_TRUNCATED_FAIL, "x");
    assert_true(outcome.kind != OUTCOME_DONE && outcome.truncated && outcome.final);
    outcome = truncated(SETTINGS_TRUNCATED_RETRY, "x");
    assert_true(outcome.kind == OUTCOME_SERVER_FAULT && outcome.truncated && !outcome.final);
    outcome = truncated(SETTINGS_TRUNCATED_KEEP, NULL);
    assert_true(outcome.kind != OUTCOME_DONE && outcome.truncated && outcome.final);
}

static enum outcome_class by_fault(enum exchange_fault fault, long status) {
    struct answer none = {0};
    struct outcome_facts facts = {.fault = fault, .status = status, .answer = &none};
    struct outcome outcome = outcome_of(&facts);
    assert_non_null(outcome.message);
    return outcome.kind;
}

static void judges_by_how_it_broke(void **state) {
    (void)state;
    static const struct {
        enum exchange_fault fault;
        long status;
        enum outcome_class kind;
    } table[] = {
        {EXCHANGE_BROKEN, 0, OUTCOME_NETWORK_FAULT},     {EXCHANGE_BROKEN, 200, OUTCOME_NETWORK_FAULT},
        {EXCHANGE_BROKEN, 400, OUTCOME_NETWORK_FAULT},   {EXCHANGE_BROKEN, 429, OUTCOME_RATE_LIMITED},
        {EXCHANGE_TIMED_OUT, 503, OUTCOME_OVERLOADED},   {EXCHANGE_TIMED_OUT, 0, OUTCOME_NETWORK_FAULT},
        {EXCHANGE_TOO_LARGE, 200, OUTCOME_SERVER_FAULT}, {EXCHANGE_TOO_LARGE, 400, OUTCOME_REFUSED},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (by_fault(table[i].fault, table[i].status) != table[i].kind) {
            fail_msg("row %zu: %s", i, outcome_name(by_fault(table[i].fault, table[i].status)));
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judges_by_the_status),
        cmocka_unit_test(judges_by_the_code_of_an_error),
        cmocka_unit_test(heeds_should_retry),
        cmocka_unit_test(judges_as_anthropic_means_it),
        cmocka_unit_test(an_answer_needs_a_text_and_an_ending),
        cmocka_unit_test(judges_whole_bodies),
        cmocka_unit_test(judges_errors_inside_of_an_answer),
        cmocka_unit_test(a_cut_answer_is_told_as_one),
        cmocka_unit_test(judges_by_how_it_broke),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
