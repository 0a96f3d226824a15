#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <bsd/string.h>
#include <cjson/cJSON.h>
#include <string.h>

#include "sim_answer.h"
#include "sim_ask.h"
#include "sim_text.h"
#include "sim_utf8.h"

#define ALLOWED "artist_name,artist_data"

static bool parse(struct ask *a, enum api api, const char *body) {
    return sim_ask_parse(a, api, body, strlen(body), ALLOWED);
}

static void takes_a_stored_prompt(void **state) {
    struct ask a;

    (void)state;
    assert_true(
        parse(&a, API_RESPONSES,
              "{\"prompt\":{\"id\":\"p\",\"version\":\"1\",\"variables\":{\"artist_data\":\"1234567\","
              "\"artist_name\":\"\xE6\x9D\x8E\\n\"}},\"max_output_tokens\":9}"));
    assert_string_equal(a.subject, "\xE6\x9D\x8E\n");
    assert_string_equal(a.data, "1234567");
    assert_int_equal(a.input_chars, 9);
    assert_int_equal(a.max_output, 9);
    sim_ask_free(&a);
}

static void takes_plain_and_chat_requests(void **state) {
    struct ask a;

    (void)state;
    assert_true(parse(&a, API_RESPONSES, "{\"model\":\"m\",\"input\":\"text\"} \n"));
    assert_string_equal(a.subject, "text");
    assert_string_equal(a.model, "m");
    sim_ask_free(&a);
    assert_true(parse(
        &a, API_CHAT,
        "{\"model\":\"m\",\"max_completion_tokens\":5,\"messages\":[{\"role\":\"system\","
        "\"content\":\"abc\"},{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"de\"}]}]}"));
    assert_string_equal(a.subject, "de");
    assert_int_equal(a.input_chars, 5);
    assert_int_equal(a.max_output, 5);
    sim_ask_free(&a);
}

static void takes_messages(void **state) {
    static const char *const bad[] = {
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
        "{\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
        "{\"model\":\"m\",\"max_tokens\":0,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
        "{\"model\":\"m\",\"max_tokens\":5}",
        ("{\"model\":\"m\",\"max_tokens\":5,\"system\":1,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]"
         "}"),
        "{\"model\":\"m\",\"max_tokens\":5,\"messages\":[{\"role\":\"system\",\"content\":\"x\"}]}"};
    struct ask a;

    (void)state;
    assert_true(parse(&a, API_MESSAGES,
                      "{\"model\":\"m\",\"max_tokens\":7,\"system\":[{\"type\":\"text\",\"text\":\"abc\"}],"
                      "\"messages\":[{\"role\":\"user\",\"content\":\"de\"}]}"));
    assert_string_equal(a.subject, "de");
    assert_int_equal(a.input_chars, 5);
    assert_int_equal(a.max_output, 7);
    sim_ask_free(&a);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(parse(&a, API_MESSAGES, bad[i]));
        assert_true(*a.message);
        sim_ask_free(&a);
    }
}

static void answers_messages(void **state) {
    struct ask ask = {.model = "m", .subject = "A", .max_output = 4, .input_chars = 8};
    struct answer answer = {.number = 1, .text_bytes = 100};
    struct text out = {0};
    cJSON *tree;

    (void)state;
    sim_answer_build(&answer, &ask, API_MESSAGES, &out);
    tree = cJSON_ParseWithLength(out.data, out.len);
    assert_non_null(tree);
    assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(tree, "stop_reason")), "max_tokens");
    assert_int_equal(
        cJSON_GetNumberValue(cJSON_GetObjectItem(cJSON_GetObjectItem(tree, "usage"), "output_tokens")), 4);
    cJSON_Delete(tree);
    out.len = 0;
    sim_answer_error_anthropic(&out, "rate_limit_error", "a\"b", "enforced_spend_limit_reached", "req_1");
    assert_int_equal(
        out.len, strlen("{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"a\\\"b\","
                        "\"details\":{\"error_code\":\"enforced_spend_limit_reached\"}},"
                        "\"request_id\":\"req_1\"}\n"));
    sim_text_free(&out);
}

static void refuses_what_is_wrong(void **state) {
    static const struct {
        enum api api;
        const char *body, *code;
    } rows[] = {
        {API_RESPONSES, "", NULL},
        {API_RESPONSES, "[]", NULL},
        {API_RESPONSES, "{\"model\":\"m\",\"input\":\"x\"} x", NULL},
        {API_RESPONSES, "{\"model\":\"m\",\"input\":\"\xFF\"}", NULL},
        {API_RESPONSES, "{\"input\":\"x\"}", "missing_required_parameter"},
        {API_RESPONSES, "{\"model\":\"m\"}", "missing_required_parameter"},
        {API_RESPONSES, "{\"model\":\"m\",\"input\":\"x\",\"max_output_tokens\":1.5}", "invalid_type"},
        {API_RESPONSES, "{\"model\":\"m\",\"input\":\"x\",\"max_output_tokens\":1e300}", "invalid_type"},
        {API_RESPONSES, "{\"model\":\"m\",\"input\":\"x\",\"max_output_tokens\":0}",
         "integer_below_min_value"},
        {API_RESPONSES, "{\"prompt\":{\"id\":\"\"}}", "missing_required_parameter"},
        {API_RESPONSES, "{\"prompt\":{\"id\":\"p\",\"variables\":{\"artist\":\"x\"}}}",
         "prompt_variable_unknown"},
        {API_RESPONSES, "{\"prompt\":{\"id\":\"p\",\"variables\":{\"artist_name\":1}}}", "invalid_type"},
        {API_CHAT, "{\"model\":\"m\",\"messages\":[]}", "missing_required_parameter"},
        {API_CHAT, "{\"model\":\"m\",\"messages\":[{\"role\":\"user\"}]}", "invalid_type"},
        {API_CHAT, "{\"model\":\"m\",\"messages\":[1]}", "missing_required_parameter"},
    };
    struct ask a;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_false(parse(&a, rows[i].api, rows[i].body));
        assert_true(*a.message);
        if (rows[i].code)
            assert_string_equal(a.code, rows[i].code);
        sim_ask_free(&a);
    }
}

static void a_long_refusal_stays_utf8(void **state) {
    char body[1200] = "{\"prompt\":{\"id\":\"p\",\"variables\":{\"x";
    struct ask a;

    (void)state;
    for (int i = 0; i < 200; i++)
        (void)strlcat(body, "\xF0\x9F\x8E\xBB", sizeof(body));
    assert_true(strlcat(body, "\":\"\"}}}", sizeof(body)) < sizeof(body));
    assert_false(parse(&a, API_RESPONSES, body));
    assert_true(sim_utf8_valid(a.message, strlen(a.message)));
    sim_ask_free(&a);
}

static const char *text_of(const cJSON *tree) {
    const cJSON *output = cJSON_GetObjectItem(tree, "output");
    const cJSON *content = cJSON_GetObjectItem(cJSON_GetArrayItem(output, 0), "content");

    return cJSON_GetStringValue(cJSON_GetObjectItem(cJSON_GetArrayItem(content, 0), "text"));
}

static void an_answer_keeps_the_name(void **state) {
    static const char name[] = "a\"b\\c\x01\x7F\n\r\t\b\f/<b>\xF0\x9F\x8E\xBB";
    struct ask ask = {.model = "m", .subject = name};
    struct answer answer = {.number = 1, .text_bytes = 100};
    struct text out = {0};
    cJSON *tree;

    (void)state;
    sim_answer_build(&answer, &ask, API_RESPONSES, &out);
    tree = cJSON_ParseWithLength(out.data, out.len);
    assert_non_null(tree);
    assert_memory_equal(text_of(tree) + strlen("Biography of "), name, strlen(name));
    assert_int_equal(strlen(text_of(tree)), 100);
    assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(tree, "status")), "completed");
    cJSON_Delete(tree);
    sim_text_free(&out);
}

static void an_answer_ends_at_the_token_limit(void **state) {
    struct ask ask = {.model = "m", .subject = "\xE6\x9D\x8E", .max_output = 4};
    struct answer answer = {.number = 1, .text_bytes = 100};
    struct text out = {0};
    cJSON *tree;

    (void)state;
    sim_answer_build(&answer, &ask, API_RESPONSES, &out);
    tree = cJSON_ParseWithLength(out.data, out.len);
    assert_string_equal(text_of(tree), "Biography of \xE6\x9D\x8E. ");
    assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(tree, "status")), "incomplete");
    assert_int_equal(answer.output_tokens, 4);
    cJSON_Delete(tree);
    sim_text_free(&out);
}

static void takes_utf8_alone(void **state) {
    static const char *const bad[] = {"\x80",         "\xC0\xAF",         "\xC3",
                                      "\xE0\x80\xAF", "\xED\xA0\x80",     "\xF4\x90\x80\x80",
                                      "\xF5\x80",     "12345678\xE6\x9D", "\xF0\x9F\x8E("};

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(sim_utf8_valid(bad[i], strlen(bad[i])));
    assert_true(sim_utf8_valid("12345678\xF4\x8F\xBF\xBF\xED\x9F\xBF\xC2\x80 z", 18));
    assert_true(sim_utf8_valid("", 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_a_stored_prompt),    cmocka_unit_test(takes_plain_and_chat_requests),
        cmocka_unit_test(refuses_what_is_wrong),    cmocka_unit_test(a_long_refusal_stays_utf8),
        cmocka_unit_test(takes_messages),           cmocka_unit_test(answers_messages),
        cmocka_unit_test(an_answer_keeps_the_name), cmocka_unit_test(an_answer_ends_at_the_token_limit),
        cmocka_unit_test(takes_utf8_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
