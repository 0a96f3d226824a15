#include "exchange/request.h"
#include "ration/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

static char *finish(struct text *text) {
    text_add(text, "", 1);
    assert_false(text->failed);
    return text->bytes;
}

static void test_json_strings(void **state) {
    (void)state;
    struct text text = {0};
    text_add_json(&text, "a\"b\\c\n\t\r\b\f\x01\x1f\x7f/é漢🎻<b>",
                  strlen("a\"b\\c\n\t\r\b\f\x01\x1f\x7f/é漢🎻<b>"));
    assert_string_equal(finish(&text), "\"a\\\"b\\\\c\\n\\t\\r\\b\\f\\u0001\\u001f\x7f/é漢🎻<b>\"");
    text_clear(&text);
    text_add_json_string(&text, NULL);
    text_add_u64(&text, 0);
    text_add_u64(&text, UINT64_MAX);
    assert_string_equal(finish(&text), "null018446744073709551615");
    text_free(&text);
}

// Every byte that may stand in a text comes back from a JSON parser as it went in.
static void test_json_round_trip(void **state) {
    (void)state;
    char all[256];
    size_t length = 0;
    for (int c = 1; c < 128; c++) {
        all[length++] = (char)c;
    }
    all[length] = '\0';
    struct text text = {0};
    for (size_t from = 0; from < length; from++) {
        text_clear(&text);
        text_add_json(&text, all + from, length - from);
        cJSON *parsed = cJSON_ParseWithLength(text.bytes, text.length);
        assert_non_null(parsed);
        assert_string_equal(parsed->valuestring, all + from);
        cJSON_Delete(parsed);
    }
    text_free(&text);
}

static void test_text_limits(void **state) {
    (void)state;
    struct text text = {0};
    text_add(&text, "x", 1);
    assert_null(text_reserve(&text, SIZE_MAX));
    assert_true(text.failed);
    text_add(&text, "y", 1);
    assert_int_equal(text.length, 1);
    text_clear(&text);
    for (int i = 0; i < 5000; i++) {
        text_add_string(&text, "0123456789");
    }
    assert_int_equal(text.length, 50000);
    text_clear(&text);
    text_shrink(&text, 1024);
    assert_int_equal(text.capacity, 1024);
    text_free(&text);
}

static void expect_body(const char *provider, const struct settings *settings,
                        const struct prompt_rendering *rendering, const char *expected) {
    struct text body = {0};
    assert_int_equal(request_body(settings, provider_find(provider), rendering, &body), 0);
    assert_string_equal(finish(&body), expected);
    text_free(&body);
}

static void test_bodies(void **state) {
    (void)state;
    struct prompt_rendering stored = {
        .variables = 2, .variable = {{"artist_name", "A \"B\"", 5}, {"artist_data", "x\ny", 3}}};
    struct prompt_rendering text = {.text = "say \"hi\"", .length = 8};
    struct settings plain = {.prompt_id = "p"};
    struct settings full = {.prompt_id = "p", .prompt_version = "3", .model = "m", .max_output_tokens = 50};
    expect_body("openai", &plain, &stored,
                "{\"prompt\":{\"id\":\"p\",\"variables\":{\"artist_name\":\"A "
                "\\\"B\\\"\",\"artist_data\":\"x\\ny\"}}}");
    expect_body("openai", &plain, &text, "{\"model\":\"gpt-4o-mini\",\"input\":\"say \\\"hi\\\"\"}");
    expect_body("openai", &full, &stored,
                "{\"model\":\"m\",\"prompt\":{\"id\":\"p\",\"version\":\"3\",\"variables\":{\"artist_name\":"
                "\"A \\\"B\\\"\","
                "\"artist_data\":\"x\\ny\"}},\"max_output_tokens\":50}");
    expect_body("openai", &full, &text,
                "{\"model\":\"m\",\"input\":\"say \\\"hi\\\"\",\"max_output_tokens\":50}");
    expect_body("openai-chat", &full, &text,
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"say \\\"hi\\\"\"}],"
                "\"max_completion_tokens\":50}");
    expect_body("mistral", &full, &text,
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"say \\\"hi\\\"\"}],"
                "\"max_tokens\":50}");
    expect_body("vllm", &(struct settings){.model = "served"}, &text,
                "{\"model\":\"served\",\"messages\":[{\"role\":\"user\",\"content\":\"say \\\"hi\\\"\"}]}");
}

// The API refuses a request without max_tokens.
static void test_messages(void **state) {
    (void)state;
    struct prompt_rendering text = {.text = "say \"hi\"", .length = 8};
    expect_body("anthropic", &(struct settings){.model = "m"}, &text,
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"say \\\"hi\\\"\"}],"
                "\"max_tokens\":1024}");
    expect_body("anthropic", &(struct settings){.max_output_tokens = 50}, &text,
                "{\"model\":\"claude-haiku-4-5\",\"messages\":[{\"role\":\"user\",\"content\":\"say "
                "\\\"hi\\\"\"}],\"max_tokens\":50}");
}

static void test_url(void **state) {
    (void)state;
    static const char base[] = "http://127.0.0.1:1/v1";
    char *url = request_url(base, provider_find("openai"));
    assert_string_equal(url, "http://127.0.0.1:1/v1/responses");
    free(url);
    url = request_url(base, provider_find("anthropic"));
    assert_string_equal(url, "http://127.0.0.1:1/v1/messages");
    free(url);
    url = request_url(base, provider_find("openai-chat"));
    assert_string_equal(url, "http://127.0.0.1:1/v1/chat/completions");
    free(url);
}

static void test_ids(void **state) {
    (void)state;
    char id[REQUEST_ID_SIZE], artist[600];
    assert_int_equal(request_id("run", "a b/é~", strlen("a b/é~"), 12, id),
                     strlen("run/a%20b%2FC3%A9~/12") + 1);
    assert_string_equal(id, "run/a%20b%2F%C3%A9~/12");
    (void)memset(artist, '/', sizeof(artist));
    for (size_t length = 160; length < sizeof(artist); length++) {
        size_t size = request_id("run", artist, length, UINT64_MAX, id);
        assert_true(size < REQUEST_ID_SIZE);
        assert_int_equal(size, strlen(id));
        assert_string_equal(id + size - 21, "/18446744073709551615");
        assert_int_equal((size - 21 - 4) % 3, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_strings), cmocka_unit_test(test_json_round_trip),
        cmocka_unit_test(test_text_limits),  cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_messages),     cmocka_unit_test(test_url),
        cmocka_unit_test(test_ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
