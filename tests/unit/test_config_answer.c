#include "config/config_answer.h"
#include "unit_directory.h"
#include "unit_told.h"

#include <bsd/string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct unit_directory directory;
static struct unit_told told;
static struct settings settings;

static int set_up(void **state) {
    (void)state;
    directory_make(&directory);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    directory_remove(&directory);
    return 0;
}

static int take(const struct options *options, const char *provider) {
    settings_free(&settings);
    told_begin(&told);
    int result = config_answer_take(options, provider_find(provider), &settings);
    (void)told_end(&told);
    return result;
}

static const char *schema_file(const char *text) {
    return directory_write(&directory, "schema.json", text, strlen(text));
}

static void takes_a_schema(void **state) {
    (void)state;
    static const char strict[] =
        "{\"type\":\"object\",\"properties\":{\"a\":{}},\"required\":[\"a\"],\"additionalProperties\":false}";
    struct options options = {.schema = schema_file(strict), .on_invalid = SETTINGS_INVALID_RETRY};
    assert_int_equal(take(&options, "openai"), 0);
    assert_string_equal(settings.schema, strict);
    assert_int_equal(settings.on_invalid, SETTINGS_INVALID_RETRY);
    assert_string_equal(told.text, "");
    char marked[200] = "\xef\xbb\xbf"; // which editors put there
    (void)strlcat(marked, strict, sizeof(marked));
    options.schema = schema_file(marked);
    assert_int_equal(take(&options, "openai"), 0);
    assert_string_equal(settings.schema, strict);
    settings_free(&settings);
}

static void tells_what_is_not_checked_or_not_sent(void **state) {
    (void)state;
    struct options options = {.schema = schema_file("{\"minimum\":1,\n\"format\":\"date\"}")};
    assert_int_equal(take(&options, "openai"), 0);
    assert_non_null(strstr(told.text, "schema.json:2: format is sent and not checked here"));
    assert_non_null(strstr(
        told.text, "schema.json:1: it is sent with strict false, because the schema is not of type object"));
    assert_int_equal(take(&options, "anthropic"), 0);
    assert_non_null(strstr(told.text, "schema.json:1: /minimum and its like are sent as words"));
    assert_null(strstr(told.text, "strict"));
    settings_free(&settings);
}

static void takes_what_plain_texts_must_be(void **state) {
    (void)state;
    struct options options = {.min_chars = 50, .must_match = "\\.$"};
    assert_int_equal(take(&options, "openai"), 0);
    assert_int_equal(settings.min_chars, 50);
    assert_string_equal(settings.must_match, "\\.$");
    assert_null(settings.schema);
    settings_free(&settings);
}

static void refuses_what_cannot_be(void **state) {
    (void)state;
    const struct {
        struct options options;
        const char *says;
    } cases[] = {
        {{.schema = schema_file("{\n\"type\":1}")}, "schema.json:2: /type must be one of"},
        {{.schema = directory_file(&directory, "missing")}, "--schema"},
        {{.schema = "x", .min_chars = 1},
         "--min-chars is for plain texts; with --schema, say minLength in the schema"},
        {{.schema = "x", .must_match = "a"},
         "--must-match is for plain texts; with --schema, say pattern in the schema"},
        {{.must_match = "a**"}, "--must-match a**: the pattern is not understood at its byte 3"},
        {{.on_invalid = SETTINGS_INVALID_KEEP}, "--on-invalid says what follows a check"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(take(&cases[i].options, "openai"), -1);
        if (strstr(told.text, cases[i].says) == NULL) {
            fail_msg("says only: %s", told.text);
        }
    }
    settings_free(&settings);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_a_schema),
        cmocka_unit_test(tells_what_is_not_checked_or_not_sent),
        cmocka_unit_test(takes_what_plain_texts_must_be),
        cmocka_unit_test(refuses_what_cannot_be),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
