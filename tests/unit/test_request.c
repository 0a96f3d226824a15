#include "exchange/request_id.h"
#include "ration/request.h"
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

static void writes_json_strings(void **state) {
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
static void every_byte_comes_back(void **state) {
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

static void keeps_to_the_limits_of_text(void **state) {
    (void)state;
    struct text text = {0};
    text_add(&text, "x", 1);
    volatile size_t all = SIZE_MAX; // nothing is read of so much
    text_add(&text, "x", all);
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

// The body for the artist A "B" with the data x<newline>y.
static void expect_body(const char *provider, const struct settings *settings, const char *expected) {
    const struct record record = {.id = {"1", 1}, .name = {"A \"B\"", 5}, .data = {"x\ny", 3}};
    struct text body = {0};
    char hash[REQUEST_HASH_SIZE];
    struct request_maker *maker = request_new(settings, provider_find(provider));
    assert_non_null(maker);
    assert_int_equal(request_prepare(maker, &record), 0);
    assert_int_equal(request_body(maker, &body), 0);
    assert_string_equal(finish(&body), expected);
    request_hash(maker, hash);
    assert_int_equal(strlen(hash), REQUEST_HASH_SIZE - 1);
    assert_int_equal(request_prompt_bytes(maker), 8);
    text_free(&body);
    request_free(maker);
}

// ---- requests that are there already, and what their hash covers ----

static const char *const keys[] = {"custom_id", "method", "url", "body", "metadata"};
static const enum record_kind kinds[] = {RECORD_TEXT, RECORD_TEXT, RECORD_TEXT, RECORD_JSON, RECORD_JSON};
#define ROW(method, url, body)                                                                     \
    {                                                                                              \
        {"r1", 2}, {method, sizeof(method) - 1}, {url, sizeof(url) - 1}, {body, sizeof(body) - 1}, \
            {"{\"a\":1}", 7},                                                                      \
    }

static struct settings rows_settings(enum settings_rows rows) {
    static char path[] = "/responses", other[] = "/embeddings", where[] = "a.b", value[] = "1";
    return (struct settings){.rows = rows,
                             .endpoints = 2,
                             .endpoint = {path, other},
                             .params = 1,
                             .param = {{where, value}},
                             .whole_hash = true,
                             .new_hash = true};
}

static void sends_rows_as_they_are(void **state) {
    (void)state;
    static const struct {
        struct record_field field[5];
        const char *body, *path, *problem;
        size_t endpoint;
    } cases[] = {
        {ROW("POST", "/v1/responses", "{\"x\": 1.50}"), "{\"x\": 1.50,\"a\":{\"b\":1}}", "/responses", "", 0},
        {ROW("", "/embeddings", "{\"a\":{\"b\":0, \"c\":2}}"), "{\"a\":{\"b\":1, \"c\":2}}", "/embeddings",
         "", 1},
        {ROW("", "", "{}"), "{\"a\":{\"b\":1}}", "/responses", "", 0},
        {ROW("", "/v1/other", "{}"), "{\"a\":{\"b\":1}}", "/other", "", 2},
        {ROW("PUT", "/v1/other", "{}"), NULL, NULL, "only POST is", 0},
        {ROW("", "/v1/o ther", "{}"), NULL, NULL, "is no path", 0},
        {ROW("", "/v1/../admin", "{}"), NULL, NULL, "is no path", 0},
        {ROW("", "/v1/a/..?x", "{}"), NULL, NULL, "is no path", 0},
        {ROW("", "/.%2E/admin", "{}"), NULL, NULL, "is no path", 0},
        {ROW("", "/v1/./responses", "{}"), NULL, NULL, "is no path", 0},
        {ROW("", "/v1/..\\admin", "{}"), NULL, NULL, "is no path", 0},
        {ROW("", "/v1/responses#x", "{}"), NULL, NULL, "is no path", 0},
        {ROW("", "/v1/.well/a..b?c=../d", "{}"), "{\"a\":{\"b\":1}}", "/.well/a..b?c=../d", "", 2},
        {ROW("", "/x", "[]"), NULL, NULL, "key \"body\" is missing or no object", 0},
    };
    struct settings settings = rows_settings(SETTINGS_ROWS_OPENAI);
    struct request_maker *maker = request_new(&settings, NULL);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct record record = {
            .id = cases[i].field[0], .columns = 5, .column = keys, .field = cases[i].field, .kind = kinds};
        char path[REQUEST_PATH_MOST];
        struct text body = {0};
        if (request_prepare(maker, &record) != 0 || request_body(maker, &body) != 0 ||
            request_path(maker, path) != 0) {
            assert_non_null(cases[i].problem);
            assert_non_null(strstr(request_problem(maker), cases[i].problem));
        } else {
            assert_string_equal(finish(&body), cases[i].body);
            assert_string_equal(path, cases[i].path);
            assert_int_equal(request_endpoint(maker), cases[i].endpoint);
        }
        text_free(&body);
    }
    request_free(maker);
}

static void sends_bodies_without_their_metadata(void **state) {
    (void)state;
    static const struct record_field field[] = {{"r\"1", 3}, {"", 0}, {"u", 1}, {"[1, 2]", 6}, {"{}", 2}};
    static const enum record_kind kind[] = {RECORD_TEXT, RECORD_NULL, RECORD_TEXT, RECORD_JSON, RECORD_JSON};
    const struct record record = {.columns = 5, .column = keys, .field = field, .kind = kind};
    struct settings settings = rows_settings(SETTINGS_ROWS_BODIES);
    struct request_maker *maker = request_new(&settings, NULL);
    struct text body = {0};
    assert_int_equal(request_prepare(maker, &record), 0);
    assert_int_equal(request_body(maker, &body), 0);
    assert_string_equal(
        finish(&body),
        "{\"custom_id\":\"r\\\"1\",\"method\":null,\"url\":\"u\",\"body\":[1, 2],\"a\":{\"b\":1}}");
    text_free(&body);
    request_free(maker);
}

static void knows_rows_by_their_keys(void **state) {
    (void)state;
    static const struct {
        const char *line;
        enum settings_rows rows;
    } cases[] = {
        {"{\"custom_id\":\"1\",\"body\":{}}", SETTINGS_ROWS_OPENAI},
        {"{\"custom_id\":\"1\",\"params\":{}}", SETTINGS_ROWS_ANTHROPIC},
        {"{\"model\":\"m\",\"messages\":[]}", SETTINGS_ROWS_BODIES},
        {"{\"model\":\"m\",\"input\":\"x\"}", SETTINGS_ROWS_BODIES},
        {"{\"custom_id\":\"1\",\"body\":\"x\"}", SETTINGS_ROWS_TABLE},
        {"{\"artist_id\":\"1\",\"name\":\"A\"}", SETTINGS_ROWS_TABLE},
        {"[]", SETTINGS_ROWS_TABLE},
        {"", SETTINGS_ROWS_TABLE},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(request_rows(cases[i].line, strlen(cases[i].line)), cases[i].rows);
    }
}

static void hash_with(struct settings *settings, char out[REQUEST_HASH_SIZE], char old[REQUEST_HASH_SIZE]) {
    const struct record record = {.id = {"1", 1}, .name = {"A", 1}, .data = {"x", 1}};
    struct request_maker *maker = request_new(settings, provider_find("openai"));
    assert_int_equal(request_prepare(maker, &record), 0);
    request_hash(maker, out);
    if (!request_old_hash(maker, 0, old)) {
        old[0] = '\0';
    }
    request_free(maker);
}

// Of a prompt alone as ever; where more is told, of all that is sent.
static void hashes_cover_what_is_sent(void **state) {
    (void)state;
    static char text[] = "{{name}}", one[] = "one", two[] = "two", path[] = "/responses";
    char plain[REQUEST_HASH_SIZE], first[REQUEST_HASH_SIZE], second[REQUEST_HASH_SIZE],
        old[REQUEST_HASH_SIZE];
    struct settings settings = {.prompt_template = text, .endpoints = 1, .endpoint = {path}};
    hash_with(&settings, plain, old);
    assert_string_equal(old, "");
    settings.model = one; // not said to be covered
    hash_with(&settings, first, old);
    assert_string_equal(first, plain);
    settings.whole_hash = true;
    hash_with(&settings, first, old);
    assert_string_not_equal(first, plain);
    assert_string_equal(old, plain);
    settings.model = two;
    hash_with(&settings, second, old);
    assert_string_not_equal(second, first);
    settings.new_hash = true;
    hash_with(&settings, second, old);
    assert_string_equal(old, "");
}

// Each option that changes what is sent or what a plain answer is checked with: its hash is another one.
static void hashes_cover_what_is_checked(void **state) {
    (void)state;
    static char text[] = "{{name}}", path[] = "/responses", form[] = "{\"input\":\"{{name}}\",\"max\":1}";
    static char longer[] = "{\"input\":\"{{name}}\",\"max\":2}", a[] = "a", b[] = "b", schema[] = "{}";
    const struct settings cases[] = {
        {.min_chars = 0},
        {.min_chars = 5},
        {.min_chars = 6},
        {.must_match = a},
        {.must_match = b},
        {.min_chars = 5, .must_match = a},
        {.schema = schema},
        {.whole_hash = true, .form = form},
        {.whole_hash = true, .form = longer},
        {.whole_hash = true, .form = form, .min_chars = 5},
    };
    enum { CASES = sizeof(cases) / sizeof(cases[0]) };
    char hash[CASES][REQUEST_HASH_SIZE], old[REQUEST_HASH_SIZE], plain[REQUEST_HASH_SIZE];
    for (size_t i = 0; i < CASES; i++) {
        struct settings settings = cases[i];
        settings.prompt_template = text;
        settings.endpoints = 1;
        settings.endpoint[0] = path;
        hash_with(&settings, hash[i], old);
        for (size_t other = 0; other < i; other++) {
            assert_string_not_equal(hash[i], hash[other]);
        }
        if (i == 0) {
            memcpy(plain, hash[0], sizeof(plain));
        }
        // What an answer of before may have: all without the check, then of the prompt alone.
        assert_string_equal(old, i == 0 || i == 6 ? "" : i < 6 || i < 9 ? plain : hash[7]);
    }
}

// A prompt and a check, and later a model: what stood there then is known.
static void what_was_checked_before_is_known(void **state) {
    (void)state;
    static char text[] = "{{name}}", path[] = "/responses", model[] = "one";
    char plain[REQUEST_HASH_SIZE], checked[REQUEST_HASH_SIZE], now[REQUEST_HASH_SIZE], old[REQUEST_HASH_SIZE];
    struct settings settings = {.prompt_template = text, .endpoints = 1, .endpoint = {path}};
    hash_with(&settings, plain, old);
    settings.min_chars = 5;
    hash_with(&settings, checked, old);
    settings.whole_hash = true;
    settings.model = model;
    hash_with(&settings, now, old);
    const struct record record = {.id = {"1", 1}, .name = {"A", 1}, .data = {"x", 1}};
    struct request_maker *maker = request_new(&settings, provider_find("openai"));
    assert_int_equal(request_prepare(maker, &record), 0);
    bool found_plain = false, found_checked = false;
    size_t count = 0;
    for (; request_old_hash(maker, count, old); count++) {
        assert_string_not_equal(old, now);
        found_plain = found_plain || strcmp(old, plain) == 0;
        found_checked = found_checked || strcmp(old, checked) == 0;
    }
    request_free(maker);
    assert_true(found_plain && found_checked);
    assert_int_equal(count, 3);
}

// What only asks a provider to keep the beginning is sent, and makes no other hash.
static void hashes_leave_out_what_is_kept(void **state) {
    (void)state;
    static char plain[] = "{\"input\":\"{{name}}\"}", marked[] = "{\"input\":\"{{name}}\",\"key\":1}";
    static char path[] = "/responses", text[] = "{{name}}";
    struct settings settings = {
        .prompt_template = text, .endpoints = 1, .endpoint = {path}, .form = plain, .whole_hash = true};
    char before[REQUEST_HASH_SIZE], after[REQUEST_HASH_SIZE], old[REQUEST_HASH_SIZE];
    hash_with(&settings, before, old);
    settings.form = marked;
    hash_with(&settings, after, old);
    assert_string_not_equal(after, before);
    settings.plain_form = plain;
    hash_with(&settings, after, old);
    assert_string_equal(after, before);
    for (int whole = 0; whole < 2; whole++) {
        const struct record record = {.name = {"n", 1}};
        struct request_maker *maker = request_new(&settings, NULL);
        struct text body = {0};
        settings.whole_hash = whole != 0;
        assert_int_equal(request_prepare(maker, &record), 0);
        assert_int_equal(request_body(maker, &body), 0);
        assert_string_equal(finish(&body), "{\"input\":\"n\",\"key\":1}");
        text_free(&body);
        request_free(maker);
    }
}

static char template[] = "say \"hi\"";
static char prompt[] = "p", version[] = "3", model[] = "m", served[] = "served";

static void makes_bodies(void **state) {
    (void)state;
    static const struct {
        const char *provider;
        struct settings settings;
        const char *body;
    } cases[] = {
        {"openai",
         {.prompt_id = prompt},
         "{\"prompt\":{\"id\":\"p\",\"variables\":{\"artist_name\":\"A "
         "\\\"B\\\"\",\"artist_data\":\"x\\ny\"}}}"},
        {"openai", {.prompt_template = template}, "{\"model\":\"gpt-4o-mini\",\"input\":\"say \\\"hi\\\"\"}"},
        {"openai",
         {.prompt_id = prompt, .prompt_version = version, .model = model, .max_output_tokens = 50},
         "{\"model\":\"m\",\"prompt\":{\"id\":\"p\",\"version\":\"3\",\"variables\":{\"artist_name\":"
         "\"A \\\"B\\\"\",\"artist_data\":\"x\\ny\"}},\"max_output_tokens\":50}"},
        {"openai",
         {.prompt_template = template, .model = model, .max_output_tokens = 50},
         "{\"model\":\"m\",\"input\":\"say \\\"hi\\\"\",\"max_output_tokens\":50}"},
        {"openai-chat",
         {.prompt_template = template, .model = model, .max_output_tokens = 50},
         "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"say \\\"hi\\\"\"}],"
         "\"max_completion_tokens\":50}"},
        {"mistral",
         {.prompt_template = template, .model = model, .max_output_tokens = 50},
         "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"say \\\"hi\\\"\"}],"
         "\"max_tokens\":50}"},
        {"vllm",
         {.prompt_template = template, .model = served},
         "{\"model\":\"served\",\"messages\":[{\"role\":\"user\",\"content\":\"say \\\"hi\\\"\"}]}"},
        // This API refuses a request without max_tokens.
        {"anthropic",
         {.prompt_template = template, .model = model},
         "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"say \\\"hi\\\"\"}],"
         "\"max_tokens\":1024}"},
        {"anthropic",
         {.prompt_template = template, .max_output_tokens = 50},
         "{\"model\":\"claude-haiku-4-5\",\"messages\":[{\"role\":\"user\",\"content\":\"say "
         "\\\"hi\\\"\"}],\"max_tokens\":50}"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        expect_body(cases[i].provider, &cases[i].settings, cases[i].body);
    }
}

static void makes_ids(void **state) {
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
        cmocka_unit_test(writes_json_strings),
        cmocka_unit_test(every_byte_comes_back),
        cmocka_unit_test(keeps_to_the_limits_of_text),
        cmocka_unit_test(makes_bodies),
        cmocka_unit_test(sends_rows_as_they_are),
        cmocka_unit_test(sends_bodies_without_their_metadata),
        cmocka_unit_test(knows_rows_by_their_keys),
        cmocka_unit_test(hashes_cover_what_is_sent),
        cmocka_unit_test(hashes_cover_what_is_checked),
        cmocka_unit_test(what_was_checked_before_is_known),
        cmocka_unit_test(hashes_leave_out_what_is_kept),

        cmocka_unit_test(makes_ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
