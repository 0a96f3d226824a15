// What is a whole answer: endings, contents in all their forms, bodies that are not quite valid, streams.
#include "exchange/answer.h"
#include "exchange/answer_usage.h"
#include "exchange/json_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static struct text joined;

static struct answer read_bytes(enum provider_shape shape, const char *body, size_t length) {
    struct answer answer;
    char *copy = malloc(length + 1); // at the end of its own allocation
    (void)memcpy(copy, body, length);
    answer_read(shape, copy, length, &joined, &answer);
    free(copy);
    return answer;
}

static struct answer read_text(enum provider_shape shape, const char *body) {
    return read_bytes(shape, body, strlen(body));
}

static void assert_text(const struct answer *answer, const char *text, const char *body) {
    if (text == NULL ? answer->complete
                     : !answer->complete || answer->text_length != strlen(text) ||
                           memcmp(answer->text, text, answer->text_length) != 0) {
        fail_msg("%s gave %.*s", body, (int)answer->text_length, answer->text != NULL ? answer->text : "");
    }
}

// ---- endings ----

static void tells_whole_answers_from_cut_ones(void **state) {
    (void)state;
    static const struct {
        const char *word; // as JSON
        const char *finish_reason;
        bool complete;
    } table[] = {
        {"\"stop\"", "stop", true},
        {"\"STOP\"", "stop", true},
        {"\"FINISH_REASON_STOP\"", "stop", true},
        {"\"eos\"", "stop", true},
        {"\"eos_token\"", "stop", true},
        {"\"end_turn\"", "stop", true},
        {"\"stop_sequence\"", "stop", true},
        {"\"COMPLETE\"", "stop", true},
        {"\"length\"", "length", true},
        {"\"max_tokens\"", "length", true},
        {"\"MAX_TOKENS\"", "length", true},
        {"\"max_output_tokens\"", "length", true},
        {"\"model_length\"", "length", true},
        {"\"model_context_window_exceeded\"", "length", true},
        {"\"token_limit\"", "length", true},
        {"\"ERROR_LIMIT\"", "length", true},
        {"\"content_filter\"", "content_filter", false},
        {"\"SAFETY\"", "content_filter", false},
        {"\"guardrail_intervened\"", "content_filter", false},
        {"\"ERROR_TOXIC\"", "content_filter", false},
        {"\"refusal\"", "content_filter", false},
        {"\"sensitive\"", "content_filter", false},
        {"\"abort\"", "abort", false},
        {"\"error\"", "error", false},
        {"\"insufficient_system_resource\"", "insufficient_system_resource", false},
        {"\"network_error\"", "network_error", false},
        {"\"USER_CANCEL\"", "USER_CANCEL", false},
        {"\"tool_calls\"", "tool_calls", false},
        {"\"function_call\"", "function_call", false},
        {"\"pause_turn\"", "pause_turn", false},
        {"\"what_comes_next_year\"", "what_comes_next_year", false},
        {"\"stopp\"", "stopp", false},
        {"\"\"", NULL, false},
        {"null", NULL, false},
        {"7", NULL, false},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        static const enum provider_shape shapes[] = {PROVIDER_CHAT, PROVIDER_MESSAGES};
        for (size_t shape = 0; shape < COUNT(shapes); shape++) {
            char body[256];
            (void)snprintf(body, sizeof(body),
                           shape == 0
                               ? "{\"choices\":[{\"message\":{\"content\":\"Half\"},\"finish_reason\":%s}]}"
                               : "{\"content\":[{\"type\":\"text\",\"text\":\"Half\"}],\"stop_reason\":%s}",
                           table[i].word);
            struct answer answer = read_text(shapes[shape], body);
            assert_text(&answer, table[i].complete ? "Half" : NULL, body);
            assert_true(table[i].finish_reason == NULL
                            ? answer.finish_reason == NULL
                            : strcmp(answer.finish_reason, table[i].finish_reason) == 0);
            assert_int_equal(answer_truncated(&answer),
                             table[i].finish_reason != NULL && strcmp(table[i].finish_reason, "length") == 0);
        }
    }
}

static void tells_how_responses_ended(void **state) {
    (void)state;
    static const struct {
        const char *ending;
        const char *finish_reason;
        bool complete, failed;
    } table[] = {
        {"\"status\":\"completed\"", "stop", true, false},
        {"\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"max_output_tokens\"}", "length",
         true, false},
        {"\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"max_tokens\"}", "length", true,
         false},
        {"\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"content_filter\"}", "content_filter",
         false, false},
        {"\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"stop\"}", "incomplete", false,
         false},
        {"\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"new\"}", "new", false, false},
        {"\"status\":\"incomplete\",\"incomplete_details\":null", "incomplete", false, false},
        {"\"status\":\"incomplete\"", "incomplete", false, false},
        {"\"status\":\"failed\"", "failed", false, true},
        {"\"status\":\"cancelled\"", "cancelled", false, false},
        {"\"status\":\"in_progress\"", "in_progress", false, false},
        {"\"status\":\"queued\"", "queued", false, false},
        {"\"status\":null", NULL, false, false},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        char body[320];
        (void)snprintf(body, sizeof(body),
                       "{\"output\":[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":"
                       "\"Half\"}]}],%s}",
                       table[i].ending);
        struct answer answer = read_text(PROVIDER_RESPONSES, body);
        assert_text(&answer, table[i].complete ? "Half" : NULL, body);
        assert_int_equal(answer.failed, table[i].failed);
        assert_true(table[i].finish_reason == NULL
                        ? answer.finish_reason == NULL
                        : strcmp(answer.finish_reason, table[i].finish_reason) == 0);
    }
}

// ---- contents ----

static void reads_the_contents_of_chat_answers(void **state) {
    (void)state;
    static const struct {
        const char *message;
        const char *text; // NULL: there is none
    } table[] = {
        {"{\"content\":\"A\"}", "A"},
        {"{\"content\":[{\"type\":\"text\",\"text\":\"A\"}]}", "A"},
        {"{\"content\":[{\"type\":\"text\",\"text\":\"A\"},{\"type\":\"text\",\"text\":\" b\"}]}", "A b"},
        {"{\"content\":[{\"type\":\"output_text\",\"text\":\"A\"}]}", "A"},
        {"{\"content\":[\"A\",\"b\"]}", "Ab"},
        {"{\"content\":[{\"text\":\"A\"}]}", "A"},
        {"{\"content\":{\"type\":\"text\",\"text\":\"A\"}}", "A"},
        {"{\"content\":[{\"type\":\"text\",\"text\":{\"value\":\"A\",\"annotations\":[]}}]}", "A"},
        {"{\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"hm\"}]},"
         "{\"type\":\"text\",\"text\":\"A\"}]}",
         "A"},
        {"{\"content\":[{\"type\":\"reasoning\",\"text\":\"hm\"},{\"type\":\"text\",\"text\":\"A\"}]}", "A"},
        {"{\"reasoning_content\":\"hm\",\"reasoning\":\"hm\",\"content\":\"A\"}", "A"},
        {"{\"reasoning_content\":\"hm\",\"content\":\"\"}", NULL},
        {"{\"reasoning_content\":\"hm\",\"content\":null}", NULL},
        {"{\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\"}]}", NULL},
        {"{\"content\":[]}", NULL},
        {"{\"content\":\" \\n\"}", NULL},
        {"{\"content\":null,\"refusal\":\"no\"}", NULL},
        {"{\"content\":\"half\",\"refusal\":\"no\"}", NULL},
        {"{\"content\":[{\"type\":\"refusal\",\"refusal\":\"no\"}]}", NULL},
        {"{\"content\":7}", NULL},
        {"null", NULL},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        char body[320];
        (void)snprintf(body, sizeof(body), "{\"choices\":[{\"message\":%s,\"finish_reason\":\"stop\"}]}",
                       table[i].message);
        struct answer answer = read_text(PROVIDER_CHAT, body);
        assert_text(&answer, table[i].text, body);
        assert_int_equal(answer.refusal != NULL, strstr(body, "\"no\"") != NULL);
    }
}

static void reads_the_contents_of_responses(void **state) {
    (void)state;
    static const struct {
        const char *output, *text;
    } table[] = {
        {"[{\"type\":\"message\",\"content\":\"A\"}]", "A"},
        {"[{\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"A\"}]}]", "A"},
        {"[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"Let me look.\"}]},"
         "{\"type\":\"web_search_call\"},"
         "{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"The answer\"}]}]",
         "Let me look.\n\nThe answer"},
        {"[{\"type\":\"message\",\"content\":\"A\"},{\"type\":\"message\",\"content\":[]}]", "A"},
        {"[{\"type\":\"message\",\"content\":[]},{\"type\":\"message\",\"content\":\"A\"}]", "A"},
        {"[{\"type\":\"reasoning\",\"content\":[{\"type\":\"reasoning_text\",\"text\":\"hm\"}]},"
         "{\"type\":\"message\",\"content\":\"A\"}]",
         "A"},
        {"[{\"type\":\"message\",\"content\":[{\"type\":\"refusal\",\"refusal\":\"no\"}]}]", NULL},
        {"[{\"type\":\"message\",\"content\":[{\"type\":\"refusal\"}]}]", NULL},
        {"[]", NULL},
        {"\"A\"", "A"},
        {"7", NULL},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        char body[400];
        (void)snprintf(body, sizeof(body), "{\"status\":\"completed\",\"output\":%s}", table[i].output);
        struct answer answer = read_text(PROVIDER_RESPONSES, body);
        assert_text(&answer, table[i].text, body);
    }
}

static void reads_the_contents_of_messages(void **state) {
    (void)state;
    static const struct {
        const char *content, *text;
    } table[] = {
        {"\"A\"", "A"},
        {"[{\"text\":\"A\"}]", "A"},
        {"[{\"type\":\"thinking\",\"thinking\":\"hm\"},{\"type\":\"text\",\"text\":\"A\"}]", "A"},
        {"[{\"type\":\"redacted_thinking\",\"data\":\"hm\"}]", NULL},
        {"[]", NULL},
        {"null", NULL},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        char body[256];
        (void)snprintf(body, sizeof(body), "{\"content\":%s,\"stop_reason\":\"end_turn\"}", table[i].content);
        struct answer answer = read_text(PROVIDER_MESSAGES, body);
        assert_text(&answer, table[i].text, body);
    }
}

// ---- bodies that are not quite valid ----

#define CHAT(text) "{\"choices\":[{\"message\":{\"content\":\"" text "\"},\"finish_reason\":\"stop\"}]}"
#define BAD "\xef\xbf\xbd"

static void repairs_characters_that_are_none(void **state) {
    (void)state;
    static const struct {
        const char *body, *text;
        uint32_t replaced;
    } table[] = {
        {CHAT("a\\ud800b"), "a" BAD "b", 1},
        {CHAT("a\\udc00"), "a" BAD, 1},
        {CHAT("\\ud83c\\ud83c\\udfbb"), BAD "🎻", 1},
        {CHAT("\\ud800\\n"), BAD "\n", 1},
        {CHAT("a\\u0000b"), "a" BAD "b", 1},
        {CHAT("a\\\\u0000b"), "a\\u0000b", 0},
        {CHAT("a\\\\\\u0000b"), "a\\" BAD "b", 1},
        {CHAT("a\\uzzzzb"), "a" BAD "zzzzb", 1},
        {CHAT("a\xff"), "a" BAD, 1},
        {CHAT("a\xff\xff"), "a" BAD BAD, 2},
        {CHAT("a\xed\xa0\x80z"), "a" BAD "z", 1},
        {CHAT("a\xc3"), "a" BAD, 1},
        {CHAT("é\xe2\x82"), "é" BAD, 1},
        {CHAT("\\u00e9\\ud83c\\udfbb"), "é🎻", 0},
        {"\xef\xbb\xbf" CHAT("a"), "a", 0},
        {"\n\n \t" CHAT("a"), "a", 0},
        {CHAT("a") "\n\n", "a", 0},
        {CHAT("a") "\ndata: [DONE]\n", "a", 0},
        {CHAT("a") "[DONE]", "a", 0},
        {CHAT("a") CHAT("b"), "a", 0},
        {CHAT("a") "</html>", "a", 0},
        {"[" CHAT("a") "]", "a", 0},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct answer answer = read_text(PROVIDER_CHAT, table[i].body);
        assert_text(&answer, table[i].text, table[i].body);
        assert_int_equal(answer.replaced, table[i].replaced);
    }
    static const char nul[] = CHAT("a\0b");
    struct answer answer = read_bytes(PROVIDER_CHAT, nul, sizeof(nul) - 1);
    assert_text(&answer, "a" BAD "b", "a NUL");
    static const char behind[] = CHAT("a") "\0\0";
    answer = read_bytes(PROVIDER_CHAT, behind, sizeof(behind) - 1);
    assert_text(&answer, "a", "NULs behind");
}

// ---- streams that nobody asked for ----

static void reads_streams(void **state) {
    (void)state;
    static const struct {
        enum provider_shape shape;
        const char *body, *text;
    } table[] = {
        {PROVIDER_CHAT, "data: " CHAT("a") "\n\n", "a"},
        {PROVIDER_CHAT, "data: " CHAT("a") "\n\ndata: [DONE]\n\n", "a"},
        {PROVIDER_CHAT,
         ": a comment\n\ndata: {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"delta\":{\"role\":\"assistant\","
         "\"content\":\"One \"}}]}\r\n\r\ndata: {\"choices\":[{\"delta\":{\"content\":\"two\"},"
         "\"finish_reason\":null}]}\n\ndata: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
         "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}\n\ndata: [DONE]\n\n",
         "One two"},
        {PROVIDER_CHAT, "data: {\"choices\":[{\"delta\":{\"content\":\"One \"}}]}\n\ndata: [DONE]\n\n", NULL},
        {PROVIDER_CHAT,
         "data: {\"choices\":[{\"delta\":{\"content\":\"One \"}}]}\n\ndata: {\"error\":{\"code\":429}}\n\n",
         NULL},
        {PROVIDER_CHAT, "data: {\"choices\":[{\"delta\":{\"content\":\"On", NULL},
        {PROVIDER_RESPONSES,
         "event: response.created\ndata: "
         "{\"type\":\"response.created\",\"response\":{\"status\":\"in_progress\"}"
         "}\n\nevent: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"id\":\"r\","
         "\"status\":\"completed\",\"output\":[{\"type\":\"message\",\"content\":\"A\"}]}}\n\n",
         "A"},
        {PROVIDER_MESSAGES,
         "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"usage\":{"
         "\"input_tokens\":3}}}\n\ndata: "
         "{\"type\":\"content_block_delta\",\"delta\":{\"type\":\"thinking_delta\","
         "\"thinking\":\"hm\"}}\n\ndata: "
         "{\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\","
         "\"text\":\"A\"}}\n\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},"
         "\"usage\":{\"output_tokens\":4}}\n\ndata: {\"type\":\"message_stop\"}\n\n",
         "A"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct answer answer = read_text(table[i].shape, table[i].body);
        assert_text(&answer, table[i].text, table[i].body);
    }
    struct answer answer = read_text(PROVIDER_MESSAGES, table[7].body);
    assert_int_equal(answer.tokens.input * 10 + answer.tokens.output, 34);
    answer = read_text(PROVIDER_CHAT, table[4].body);
    assert_true(answer.failed);
    assert_int_equal(answer.error_status, 429);
}

static void reads_other_shapes(void **state) {
    (void)state;
    struct answer answer = read_text(PROVIDER_RESPONSES, CHAT("a"));
    assert_true(answer.parsed && answer.other_shape && !answer.complete && !answer.failed);
    assert_non_null(strstr(answer.complaint, "chat completions"));
    answer =
        read_text(PROVIDER_CHAT, "{\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"a\"}],"
                                 "\"stop_reason\":\"end_turn\"}");
    assert_non_null(strstr(answer.complaint, "Anthropic's messages"));
    answer = read_text(PROVIDER_MESSAGES, "{\"object\":\"response\",\"output\":[],\"status\":\"completed\"}");
    assert_non_null(strstr(answer.complaint, "responses"));
    answer = read_text(PROVIDER_CHAT, "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}]}");
    assert_true(answer.other_shape);
    assert_non_null(strstr(answer.complaint, "--base-url"));
}

// ---- usage ----

static void reads_the_usage(void **state) {
    (void)state;
    static const struct {
        const char *usage; // the member's value
        uint64_t input, output, total;
        bool estimated;
    } table[] = {
        {"{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15}", 10, 5, 15, false},
        {"{\"prompt_tokens\":10,\"completion_tokens\":null,\"total_tokens\":2610}", 10, 2600, 2610, false},
        {"{\"prompt_tokens\":10,\"completion_tokens\":0,\"total_tokens\":2610}", 10, 2600, 2610, false},
        {"{\"prompt_tokens\":10,\"total_tokens\":2610}", 10, 2600, 2610, false},
        {"{\"completion_tokens\":2600,\"total_tokens\":2610}", 10, 2600, 2610, false},
        {"{\"prompt_tokens\":\"10\",\"completion_tokens\":\"5\",\"total_tokens\":\"15\"}", 10, 5, 15, false},
        {"{\"prompt_tokens\":10.0,\"completion_tokens\":4.5}", 10, 5, 15, false},
        {"{\"input_tokens\":10,\"output_tokens\":5}", 10, 5, 15, false},
        {"{\"promptTokens\":10,\"completionTokens\":5}", 10, 5, 15, false},
        {"{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":115}", 10, 105, 115, false},
        {"{\"total_tokens\":2610}", 70, 2540, 2610, true},
        {"{\"total_tokens\":7}", 6, 1, 7, true},
        {"{\"prompt_tokens\":10}", 10, 3, 13, true},
        {"{\"prompt_tokens\":10,\"completion_tokens\":null,\"total_tokens\":10}", 10, 3, 13, true},
        {"{\"prompt_tokens\":10,\"completion_tokens\":-5}", 10, 3, 13, true},
        {"{\"completion_tokens\":5}", 70, 5, 75, true},
        {"{\"prompt_tokens\":\"many\",\"completion_tokens\":\"12 tokens\"}", 70, 3, 73, true},
        {"{\"prompt_tokens\":1e300,\"completion_tokens\":1e300}", 70, 3, 73, true},
        {"null", 70, 3, 73, true},
        {"{}", 70, 3, 73, true},
        {"[]", 70, 3, 73, true},
        {"7", 70, 3, 73, true},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        char body[320];
        (void)snprintf(body, sizeof(body),
                       "{\"choices\":[{\"message\":{\"content\":\"123456789\"},\"finish_reason\":\"stop\"}],"
                       "\"usage\":%s}",
                       table[i].usage);
        struct answer answer = read_text(PROVIDER_CHAT, body);
        answer_usage_fill(&answer, 70);
        if (answer.tokens.input != table[i].input || answer.tokens.output != table[i].output ||
            answer.total_tokens != table[i].total || answer.estimated != table[i].estimated) {
            fail_msg("%s gave %llu %llu %llu %d", table[i].usage, (unsigned long long)answer.tokens.input,
                     (unsigned long long)answer.tokens.output, (unsigned long long)answer.total_tokens,
                     answer.estimated);
        }
    }
    // Nothing came and nothing was told: what was booked stands.
    struct answer answer = read_text(PROVIDER_CHAT, "{\"choices\":[]}");
    answer_usage_fill(&answer, 70);
    assert_false(answer.estimated);
    assert_int_equal(answer.tokens.input + answer.tokens.output + answer.total_tokens, 0);
}

static int end(void **state) {
    (void)state;
    text_free(&joined);
    json_memory_free();
    return 0;
}

// Embeddings, rerankings: what any JSON object says is kept to the digit, and what is no output is not
// guessed.
static void keeps_any_json(void **state) {
    (void)state;
    static const struct {
        const char *body, *text; // text NULL: the body itself
        uint64_t input, output, total;
        bool estimated;
    } table[] = {
        {"{\"data\":[{\"embedding\":[2.50,1e-07,-0.0,12345678901234567890]}],"
         "\"usage\":{\"prompt_tokens\":3,\"total_tokens\":3}}",
         NULL, 3, 0, 3, false},
        {"{\"a\":1.0,\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":0,\"total_tokens\":3}}", NULL, 3, 0,
         3, false},
        {"{\"a\":\"]}\\\"\",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}", NULL, 3, 2, 5, false},
        {" \n{\"a\" : 1.10}\n and more", "{\"a\" : 1.10}", 70, 3, 73, true},
        {"{\n\t\"a\": 1.10\r\n}", "{  \"a\": 1.10  }", 70, 4, 74, true},
        {"\xEF\xBB\xBF{\"a\": 1}", "{\"a\": 1}", 70, 2, 72, true},
        {"[ {\"a\": 1.0}, 2]", "{\"a\": 1.0}", 70, 3, 73, true},
        {"{\"a\":\"x\xFF\"}", "{\"a\":\"x\xEF\xBF\xBD\"}", 70, 3, 73, true},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct answer answer = read_text(PROVIDER_OPAQUE, table[i].body);
        answer_usage_fill(&answer, 70);
        assert_text(&answer, table[i].text != NULL ? table[i].text : table[i].body, table[i].body);
        if (answer.tokens.input != table[i].input || answer.tokens.output != table[i].output ||
            answer.total_tokens != table[i].total || answer.estimated != table[i].estimated) {
            fail_msg("%s gave %llu %llu %llu %d", table[i].body, (unsigned long long)answer.tokens.input,
                     (unsigned long long)answer.tokens.output, (unsigned long long)answer.total_tokens,
                     answer.estimated);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_whole_answers_from_cut_ones),
        cmocka_unit_test(tells_how_responses_ended),
        cmocka_unit_test(reads_the_contents_of_chat_answers),
        cmocka_unit_test(reads_the_contents_of_responses),
        cmocka_unit_test(reads_the_contents_of_messages),
        cmocka_unit_test(repairs_characters_that_are_none),
        cmocka_unit_test(reads_streams),
        cmocka_unit_test(reads_other_shapes),
        cmocka_unit_test(reads_the_usage),
        cmocka_unit_test(keeps_any_json),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
