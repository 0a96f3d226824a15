// The API's words, wherever they stand in a body, and the status that an error stands for.
#include "exchange/answer.h"
#include "exchange/answer_words.h"
#include "exchange/json_memory.h"
#include "ration/utf8.h"

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

static struct answer read_bytes(const char *body, size_t length) {
    struct answer answer;
    char *copy = malloc(length + 1);
    (void)memcpy(copy, body, length);
    answer_read(PROVIDER_CHAT, copy, length, &joined, &answer);
    free(copy);
    return answer;
}

static bool same(const char *got, const char *wanted) {
    return wanted == NULL ? got == NULL : got != NULL && strcmp(got, wanted) == 0;
}

static void reads_the_words_of_an_error(void **state) {
    (void)state;
    static const struct {
        const char *body, *message, *code, *type;
        long status;
    } table[] = {
        {"{\"error\":\"down\"}", "down", NULL, NULL, 0},
        {"{\"error\":{\"message\":\"m\"}}", "m", NULL, NULL, 0},
        {"{\"error\":{\"message\":\"m\",\"type\":\"t\",\"code\":\"c\"}}", "m", "c", "t", 0},
        {"{\"error\":{\"message\":{\"detail\":\"m\"},\"code\":429}}", "m", "429", NULL, 429},
        {"{\"error\":{\"message\":\"m\",\"code\":\"429\"}}", "m", "429", NULL, 429},
        {"{\"error\":{\"message\":\"m\",\"type\":\"rate_limit_error\"}}", "m", NULL, "rate_limit_error", 429},
        {"{\"error\":{\"message\":\"m\",\"code\":\"insufficient_quota\",\"type\":\"requests\"}}", "m",
         "insufficient_quota", "requests", 402},
        {"{\"error\":{\"code\":503,\"message\":\"m\",\"status\":\"UNAVAILABLE\"}}", "m", "503", "UNAVAILABLE",
         503},
        {"{\"error\":{\"message\":\"m\",\"status\":\"RESOURCE_EXHAUSTED\"}}", "m", "RESOURCE_EXHAUSTED",
         "RESOURCE_EXHAUSTED", 429},
        {"[{\"error\":{\"code\":400,\"message\":\"m\",\"status\":\"INVALID_ARGUMENT\"}}]", "m", "400",
         "INVALID_ARGUMENT", 400},
        {"{\"error\":[{\"message\":\"m\",\"code\":401}]}", "m", "401", NULL, 401},
        {"{\"error\":{\"message\":\"Provider returned error\",\"code\":502,\"metadata\":{\"raw\":\"m\"}}}",
         "Provider returned error: m", "502", NULL, 502},
        {"{\"error\":true,\"message\":\"m\",\"statusCode\":403}", "m", "403", NULL, 403},
        {"{\"error\":\"Unauthorized\",\"message\":\"m\",\"statusCode\":401}", "m", "Unauthorized", NULL, 401},
        {"{\"error\":\"invalid_client\",\"error_description\":\"m\"}", "m", "invalid_client", NULL, 0},
        {"{\"errors\":[{\"message\":\"m\",\"code\":10000}]}", "m", "10000", NULL, 0},
        {"{\"success\":false,\"errors\":[{\"message\":\"m\"},{\"message\":\"n\"}]}", "m", NULL, NULL, 0},
        {"{\"message\":\"m\"}", "m", NULL, NULL, 0},
        {"{\"message\":\"m\",\"request_id\":\"r\"}", "m", NULL, NULL, 0},
        {"{\"object\":\"error\",\"message\":\"m\",\"type\":\"BadRequestError\",\"param\":null,\"code\":400}",
         "m", "400", "BadRequestError", 400},
        {"{\"object\":\"error\",\"message\":{\"detail\":[{\"loc\":[\"body\",\"max_tokens\"],\"msg\":\"m\"}]},"
         "\"type\":\"invalid_request_error\",\"code\":null}",
         "body.max_tokens: m", NULL, "invalid_request_error", 400},
        {"{\"detail\":\"m\"}", "m", NULL, NULL, 0},
        {"{\"detail\":[{\"loc\":[\"body\",\"messages\",0],\"msg\":\"m\",\"type\":\"missing\"},{\"msg\":\"n\"}"
         "]}",
         "body.messages.0: m; n", NULL, NULL, 0},
        {"{\"detail\":{\"error\":{\"message\":\"m\"}}}", "m", NULL, NULL, 0},
        {"{\"type\":\"about:blank\",\"title\":\"Forbidden\",\"status\":403,\"detail\":\"m\"}", "Forbidden: m",
         "403", "about:blank", 403},
        {"{\"title\":\"Forbidden\",\"status\":403}", "Forbidden", "403", NULL, 403},
        {"{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"m\"}}", "m", NULL,
         "overloaded_error", 529},
        {"{\"__type\":\"ThrottlingException\",\"message\":\"m\"}", "m", NULL, "ThrottlingException", 429},
        {"{\"statusCode\":429,\"message\":\"m\"}", "m", "429", NULL, 429},
        {"{\"msg\":\"m\",\"code\":1302}", "m", "1302", NULL, 0},
        {"{\"choices\":[{\"error\":{\"code\":502,\"message\":\"m\"},\"finish_reason\":\"error\",\"message\":{"
         "\"content\":\"half\"}}]}",
         "m", "502", NULL, 502},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct answer answer = read_bytes(table[i].body, strlen(table[i].body));
        if (!answer.failed || answer.complete || !same(answer.error_message, table[i].message) ||
            !same(answer.error_code, table[i].code) || !same(answer.error_type, table[i].type) ||
            answer.error_status != table[i].status) {
            fail_msg("%s gave %d \"%s\" %s %s %ld", table[i].body, answer.failed, answer.error_message,
                     answer.error_code, answer.error_type, answer.error_status);
        }
    }
}

// What stands beside an answer and says nothing is no error.
static void sees_no_error_where_none_is(void **state) {
    (void)state;
    static const char *const nothing[] = {"null", "{}",    "\"\"",
                                          "[]",   "false", "{\"message\":null,\"code\":null}"};
    for (size_t i = 0; i < COUNT(nothing); i++) {
        char body[256];
        (void)snprintf(
            body, sizeof(body),
            "{\"error\":%s,\"message\":\"m\",\"detail\":\"d\",\"choices\":[{\"message\":{\"content\":"
            "\"A\"},\"error\":%s,\"finish_reason\":\"stop\"}]}",
            nothing[i], nothing[i]);
        struct answer answer = read_bytes(body, strlen(body));
        if (answer.failed || !answer.complete) {
            fail_msg("%s", body);
        }
    }
}

static void reads_bodies_without_json(void **state) {
    (void)state;
    static const struct {
        const char *body, *words;
    } table[] = {
        {"upstream connect error or disconnect", "upstream connect error or disconnect"},
        {" Too\r\nmany\t\trequests \n", "Too many requests"},
        {"<html><head><title>504 Gateway\nTime-out</title></head><body><h1>nginx</h1></body></html>",
         "504 Gateway Time-out: nginx"},
        {"<!DOCTYPE html>\n<HTML><HEAD><STYLE>a{b}</STYLE><script>var "
         "a='<b>';</script></HEAD><body>No&nbsp;way "
         "&amp; &lt;out&gt;<br/>here<!-- not <this> --></body>",
         "No way & <out> here"},
        {"<?xml version=\"1.0\"?><Error><Code>Busy</Code><Message>m</Message></Error>", "Busy m"},
        {"\x1b[31mred\xc2\x9b!\xe2\x80\xaetxt", "[31mred ! txt"},
        {"half \xff byte", "half \xef\xbf\xbd byte"},
        {"<title>never closed", "never closed"},
        {"{\"outcome\": \"no room\"}", "{\"outcome\": \"no room\"}"},
        {"{}", NULL},
        {"<", NULL},
        {"", NULL},
        {"{\"error\":{\"message\":\"cut off", "{\"error\":{\"message\":\"cut off"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct answer answer = read_bytes(table[i].body, strlen(table[i].body));
        assert_false(answer.complete || answer.failed);
        assert_non_null(answer.complaint);
        if (!same(answer.error_message, table[i].words)) {
            fail_msg("%s gave \"%s\"", table[i].body, answer.error_message);
        }
    }
}

static void keeps_to_its_bounds(void **state) {
    (void)state;
    size_t length = 1 << 20;
    char *body = malloc(length + 1);
    for (size_t i = 0; i < length; i += 2) {
        (void)memcpy(body + i, "é", 2);
    }
    struct answer answer = read_bytes(body, length);
    assert_int_equal(strlen(answer.error_message), ANSWER_WORDS_MOST);
    assert_int_equal(utf8_span(answer.error_message, ANSWER_WORDS_MOST), ANSWER_WORDS_MOST);
    (void)memset(body, '<', length);
    answer = read_bytes(body, length);
    assert_true(answer.error_message == NULL || strlen(answer.error_message) <= ANSWER_WORDS_MOST);
    (void)memset(body, 'x', length);
    (void)memcpy(body, "{\"error\":{\"message\":\"", 21);
    (void)memcpy(body + length - 3, "\"}}", 3);
    answer = read_bytes(body, length);
    assert_true(answer.failed);
    assert_int_equal(strlen(answer.error_message), ANSWER_WORDS_MOST);
    body[0] = '\0';
    for (int i = 0; i < 200; i++) {
        (void)memcpy(body + (size_t)i * 11, "{\"message\":", 11);
    }
    (void)memcpy(body + 2200, "\"m\"", 3);
    (void)memset(body + 2203, '}', 200);
    answer = read_bytes(body, 2403); // deeper than words are looked for
    assert_true(answer.parsed && !answer.failed && answer.body_words);
    free(body);
}

static int end(void **state) {
    (void)state;
    text_free(&joined);
    json_memory_free();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_words_of_an_error),
        cmocka_unit_test(sees_no_error_where_none_is),
        cmocka_unit_test(reads_bodies_without_json),
        cmocka_unit_test(keeps_to_its_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
