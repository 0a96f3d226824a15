#include "exchange/answer.h"
#include "exchange/json_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct text joined;

static struct answer read_bytes(enum provider_shape shape, const char *body, size_t length) {
    struct answer answer;
    // At the end of its own allocation, so that reading beyond it is seen.
    char *copy = malloc(length + 1);
    (void)memcpy(copy, body, length);
    answer_read(shape, copy, length, &joined, &answer);
    free(copy); // the answer does not point into the body
    return answer;
}

static struct answer read_text(enum provider_shape shape, const char *body) {
    return read_bytes(shape, body, strlen(body));
}

#define MESSAGE(parts) "{\"type\":\"message\",\"content\":[" parts "]}"
#define PART(text) "{\"type\":\"output_text\",\"text\":\"" text "\"}"

static void reads_responses(void **state) {
    (void)state;
    struct answer answer =
        read_text(PROVIDER_RESPONSES,
                  "{\"id\":\"resp_1\",\"model\":\"m\",\"status\":\"completed\",\"error\":null,\"output\":[{"
                  "\"type\":\"reasoning\"}," MESSAGE(PART("One ") "," PART("two")) "," MESSAGE(
                      PART(" \\u00e9\\ud83c\\udfbb\\n")) "],"
                                                         "\"usage\":{\"input_tokens\":7,\"output_tokens\":9,"
                                                         "\"total_tokens\":16}} \n");
    assert_true(answer.parsed && answer.complete);
    assert_false(answer.failed);
    assert_int_equal(answer.text_length, strlen("One two\n\n é🎻\n"));
    assert_memory_equal(answer.text, "One two\n\n é🎻\n", answer.text_length);
    assert_string_equal(answer.id, "resp_1");
    assert_string_equal(answer.model, "m");
    assert_string_equal(answer.finish_reason, "stop");
    assert_int_equal(answer.tokens.input, 7);
    assert_int_equal(answer.tokens.output, 9);
    assert_int_equal(answer.total_tokens, 16);
}

static void tells_how_responses_ended(void **state) {
    (void)state;
    struct answer answer =
        read_text(PROVIDER_RESPONSES, "{\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":"
                                      "\"max_output_tokens\"},\"output\":[" MESSAGE(PART("cut")) "]}");
    assert_true(answer.complete && answer_truncated(&answer));
    answer = read_text(PROVIDER_RESPONSES,
                       "{\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"content_filter\"},"
                       "\"output\":[]}");
    assert_false(answer.complete);
    assert_string_equal(answer.finish_reason, "content_filter");
    answer = read_text(
        PROVIDER_RESPONSES,
        "{\"status\":\"failed\",\"error\":{\"code\":\"server_error\",\"message\":\"x\"},\"output\":[]}");
    assert_true(answer.failed && !answer.complete);
    assert_string_equal(answer.error_code, "server_error");
    answer =
        read_text(PROVIDER_RESPONSES, "{\"status\":\"in_progress\",\"output\":[" MESSAGE(PART("half")) "]}");
    assert_false(answer.complete);
    answer = read_text(PROVIDER_RESPONSES, "{\"output\":[" MESSAGE(PART("no status")) "]}");
    assert_false(answer.complete);
    answer = read_text(PROVIDER_RESPONSES, "{\"status\":\"completed\",\"output\":[" MESSAGE(PART("")) "]}");
    assert_true(answer.parsed && !answer.complete);
    answer = read_text(PROVIDER_RESPONSES, "{\"status\":\"completed\",\"output\":[" MESSAGE(
                                               "{\"type\":\"refusal\",\"refusal\":\"no\"}") "]}");
    assert_string_equal(answer.refusal, "no");
}

static void reads_chat_answers(void **state) {
    (void)state;
    struct answer answer =
        read_text(PROVIDER_CHAT,
                  "{\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"message\":{\"content\":\"Hi\"},"
                  "\"finish_reason\":\"length\"}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}");
    assert_true(answer.complete && answer_truncated(&answer));
    assert_memory_equal(answer.text, "Hi", 2);
    assert_int_equal(answer.total_tokens, 7);
    assert_false(read_text(PROVIDER_CHAT, "{\"choices\":[{\"message\":{\"content\":\"Hi\"}}]}").complete);
    assert_false(read_text(PROVIDER_CHAT, "{\"choices\":[]}").complete);
    assert_false(read_text(PROVIDER_CHAT, "{\"choices\":{\"0\":1}}").complete);
    assert_false(read_text(PROVIDER_CHAT,
                           "{\"choices\":[{\"message\":{\"content\":null},\"finish_reason\":\"stop\"}]}")
                     .complete);
}

#define SAYS(text) "{\"type\":\"text\",\"text\":\"" text "\"}"

static void reads_messages(void **state) {
    (void)state;
    struct answer answer = read_text(
        PROVIDER_MESSAGES,
        "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":["
        "{\"type\":\"thinking\",\"thinking\":\"hm\"}," SAYS("One ") "," SAYS(
            "two") "],"
                   "\"stop_reason\":\"end_turn\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":7,"
                   "\"cache_creation_input_tokens\":20,\"cache_read_input_tokens\":300,"
                   "\"output_tokens\":9}}");
    assert_true(answer.complete);
    assert_false(answer.failed);
    assert_int_equal(answer.text_length, strlen("One two"));
    assert_memory_equal(answer.text, "One two", answer.text_length);
    assert_string_equal(answer.id, "msg_1");
    assert_string_equal(answer.model, "m");
    assert_string_equal(answer.finish_reason, "stop");
    assert_int_equal(answer.tokens.input, 327);
    assert_int_equal(answer.tokens.output, 9);
    assert_int_equal(answer.total_tokens, 336);
}

static void tells_how_messages_ended(void **state) {
    (void)state;
    static const struct {
        const char *stop, *finish;
        bool complete;
    } table[] = {
        {"end_turn", "stop", true},           {"stop_sequence", "stop", true},
        {"max_tokens", "length", true},       {"model_context_window_exceeded", "length", true},
        {"refusal", "content_filter", false}, {"pause_turn", "pause_turn", false},
        {"tool_use", "tool_use", false},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char body[256];
        (void)snprintf(body, sizeof(body), "{\"content\":[" SAYS("x") "],\"stop_reason\":\"%s\"}",
                       table[i].stop);
        struct answer answer = read_text(PROVIDER_MESSAGES, body);
        assert_string_equal(answer.finish_reason, table[i].finish);
        assert_int_equal(answer.complete, table[i].complete);
        assert_int_equal(answer_truncated(&answer), strcmp(table[i].finish, "length") == 0);
    }
    assert_false(read_text(PROVIDER_MESSAGES, "{\"content\":[" SAYS("x") "],\"stop_reason\":null}").complete);
    assert_false(read_text(PROVIDER_MESSAGES, "{\"content\":[" SAYS("x") "]}").complete);
    assert_false(read_text(PROVIDER_MESSAGES, "{\"content\":[],\"stop_reason\":\"end_turn\"}").complete);
    struct answer answer = read_text(
        PROVIDER_MESSAGES,
        "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"m\",\"details\":"
        "{\"error_code\":\"enforced_spend_limit_reached\"}},\"request_id\":\"req_1\"}");
    assert_true(answer.failed && !answer.complete);
    assert_string_equal(answer.error_type, "rate_limit_error");
    assert_string_equal(answer.error_detail, "enforced_spend_limit_reached");
    assert_string_equal(answer.error_message, "m");
}

static void reads_errors(void **state) {
    (void)state;
    struct answer answer =
        read_text(PROVIDER_RESPONSES, "{\"error\":{\"message\":\"m\",\"type\":\"t\",\"param\":\"p\","
                                      "\"code\":\"c\"}}");
    assert_true(answer.failed);
    assert_string_equal(answer.error_message, "m");
    assert_string_equal(answer.error_type, "t");
    assert_string_equal(answer.error_param, "p");
    assert_string_equal(answer.error_code, "c");
    answer = read_text(PROVIDER_RESPONSES,
                       "{\"error\":{\"code\":42,\"message\":null,\"details\":{\"error_code\":\"d\"}}}");
    assert_string_equal(answer.error_code, "42");
    assert_true(answer.body_words);
    assert_non_null(strstr(answer.error_message, "\"code\":42"));
    assert_string_equal(answer.error_detail, "d");
    answer = read_text(PROVIDER_CHAT, "{\"error\":\"down\"}");
    assert_true(answer.failed);
    assert_string_equal(answer.error_message, "down");
}

static void stands_what_is_no_json(void **state) {
    (void)state;
    static const char *const bad[] = {"", " ", "{", "null", "[]", "\"x\"", "<html>", "x {}", "{\"a\":1,}x"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct answer answer = read_text(PROVIDER_RESPONSES, bad[i]);
        assert_false(answer.parsed || answer.complete);
        assert_non_null(answer.complaint);
    }
}

// Cut anywhere, a body is not an answer.
static void stands_a_cut_at_every_byte(void **state) {
    (void)state;
    const char *whole = "{\"id\":\"r\",\"status\":\"completed\",\"output\":[" MESSAGE(
        PART("\\u00e9é")) "],\"usage\":{\"input_tokens\":1}}";
    for (size_t length = 0; length < strlen(whole); length++) {
        assert_false(read_bytes(PROVIDER_RESPONSES, whole, length).parsed);
    }
    assert_true(read_text(PROVIDER_RESPONSES, whole).complete);
}

static void stands_hostile_numbers(void **state) {
    (void)state;
    struct answer answer =
        read_text(PROVIDER_RESPONSES,
                  "{\"usage\":{\"input_tokens\":1e400,\"output_tokens\":-5,\"total_tokens\":\"nine\"}}");
    assert_int_equal(answer.tokens.input + answer.tokens.output + answer.total_tokens, 0);
    answer = read_text(PROVIDER_RESPONSES,
                       "{\"usage\":{\"input_tokens\":1e300,\"output_tokens\":1e7,\"total_tokens\":1}}");
    assert_int_equal(answer.tokens.input, 0);
    assert_int_equal(answer.tokens.output, 10000000);
    assert_int_equal(answer.total_tokens, 10000000);
    answer = read_text(PROVIDER_RESPONSES, "{\"usage\":{\"input_tokens\":10000001,\"output_tokens\":9e11}}");
    assert_int_equal(answer.tokens.input + answer.tokens.output + answer.total_tokens, 0);
}

static void stands_hostile_shapes(void **state) {
    (void)state;
    size_t length = 1 << 20;
    char *body = malloc(length);
    (void)memset(body, '[', length);
    assert_false(read_bytes(PROVIDER_RESPONSES, body, length).parsed);
    for (size_t i = 0; i < length; i += 2) { // a million small values would take forty times their size
        body[i] = '1';
        body[i + 1] = ',';
    }
    (void)memcpy(body, "{\"a\":[", 6);
    (void)memcpy(body + length - 4, "11]}", 4);
    assert_false(read_bytes(PROVIDER_RESPONSES, body, length).parsed);
    free(body);
    assert_false(
        read_text(PROVIDER_RESPONSES, "{\"status\":[],\"output\":{\"a\":{}},\"usage\":3,\"error\":7}")
            .complete);
    assert_true(
        read_text(PROVIDER_RESPONSES, "{\"status\":\"completed\",\"status\":\"failed\",\"output\":[" MESSAGE(
                                          PART("first of two keys counts")) "]}")
            .complete);
}

static int end(void **state) {
    (void)state;
    text_free(&joined);
    json_memory_free();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_responses),          cmocka_unit_test(tells_how_responses_ended),
        cmocka_unit_test(reads_chat_answers),       cmocka_unit_test(reads_messages),
        cmocka_unit_test(tells_how_messages_ended), cmocka_unit_test(reads_errors),
        cmocka_unit_test(stands_what_is_no_json),   cmocka_unit_test(stands_a_cut_at_every_byte),
        cmocka_unit_test(stands_hostile_numbers),   cmocka_unit_test(stands_hostile_shapes),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
