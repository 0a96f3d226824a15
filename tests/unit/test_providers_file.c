#include "config/providers_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define MOST 4U
static struct provider_row row[MOST];
static size_t count;

static void assert_read(const char *text) {
    char problem[PROVIDERS_FILE_PROBLEM_SIZE];
    if (providers_file_parse(text, strlen(text), row, MOST, &count, problem) != 0) {
        fail_msg("%s", problem);
    }
}

static void forget(void) {
    for (size_t i = 0; i < count; i++) {
        provider_row_free(&row[i]);
    }
}

static void assert_refused(const char *text, const char *says) {
    static const struct provider_row nothing[MOST];
    char problem[PROVIDERS_FILE_PROBLEM_SIZE] = "";
    memset(row, 0, sizeof(row));
    assert_int_equal(providers_file_parse(text, strlen(text), row, MOST, &count, problem), -1);
    if (strstr(problem, says) == NULL) {
        fail_msg("%s\nis told as: %s", text, problem);
    }
    assert_null(strstr(problem, "secret"));
    assert_int_equal(count, 0);
    assert_memory_equal(row, nothing, sizeof(row));
}

static void assert_member_refused(const char *member, const char *says) {
    char text[1024];
    (void)snprintf(text, sizeof(text), "{\"providers\":[{\"name\":\"a\",\"base_url\":\"http://h\",%s}]}",
                   member);
    assert_refused(text, says);
}

static void reads_all_that_a_provider_may_have(void **state) {
    (void)state;
    assert_int_equal(setenv("TEAM_SECRET", "of the team", 1), 0);
    assert_read(
        "{\"providers\": [\n"
        "{\"name\": \"a\", \"base_url\": \"https://h/v1\", \"base_url_env\": \"A_URL\", \"key_env\": "
        "\"A_KEY\",\n"
        " \"shape\": \"responses\", \"path\": \"/r/{model}\", \"models_path\": \"/m\", \"model\": \"x\",\n"
        " \"auth\": {\"header\": \"X-Key\"}, \"headers\": {\"X-Team\": \"b c\", \"X-Env\": "
        "\"${TEAM_SECRET}\"},\n"
        " \"query\": {\"api-version\": \"2 3\", \"q\": \"\"}, \"limit_key\": \"most\", \"limit_default\": "
        "5,\n"
        " \"charging\": \"actual\", \"limits\": \"groq\", \"stored_prompts\": true, \"key_optional\": "
        "true, \"caching\": \"marks\", \"cached\": \"returned\"},\n"
        "{\"name\": \"b\", \"like\": \"a\", \"path\": \"/b\", \"models_path\": null, \"auth\": "
        "\"none\"}]}\n");
    assert_int_equal(count, 2);
    const struct provider *a = &row[0].provider, *b = &row[1].provider;
    assert_int_equal(a->shape, PROVIDER_RESPONSES);
    assert_string_equal(a->path, "/r/{model}");
    assert_int_equal(a->auth, PROVIDER_AUTH_HEADER);
    assert_string_equal(a->auth_name, "X-Key");
    assert_string_equal(a->header[0], "X-Team: b c");
    assert_string_equal(a->header[1], "X-Env: of the team");
    assert_null(a->header[2]);
    assert_string_equal(a->query, "api-version=2%203&q=");
    assert_int_equal(a->limit_default, 5);
    assert_int_equal(a->charging, PROVIDER_CHARGES_ACTUAL);
    assert_string_equal(a->dialect, "groq");
    assert_int_equal(a->caching, PROVIDER_CACHES_MARKED);
    assert_true(a->cached == PROVIDER_RETURNS_CACHED && b->cached == PROVIDER_RETURNS_CACHED);
    assert_true(a->stored_prompts && a->key_optional);
    assert_string_equal(b->name, "b");
    assert_string_equal(b->path, "/b");
    assert_null(b->models_path);
    assert_int_equal(b->auth, PROVIDER_AUTH_NONE);
    assert_string_equal(b->header[1], "X-Env: of the team");
    assert_string_equal(b->base_url, "https://h/v1");
    forget();
}

static void what_is_left_out_is_as_openai_has_it(void **state) {
    (void)state;
    assert_read("{\"providers\":[{\"name\":\"ollama\",\"base_url\":\"http://h\",\"key_env\":\"K\"}]}");
    assert_int_equal(row[0].provider.shape, PROVIDER_CHAT);
    assert_string_equal(row[0].provider.path, "/chat/completions");
    assert_int_equal(row[0].provider.auth, PROVIDER_AUTH_BEARER);
    assert_string_equal(row[0].provider.limit_key, "max_tokens");
    assert_null(row[0].provider.model);
    forget();
}

static void what_is_wrong_is_told_with_its_line(void **state) {
    (void)state;
    assert_refused("", "line 1: is not JSON");
    assert_refused("{\"providers\":\n[{]}", "line 2: is not JSON");
    assert_refused("[]", "must be {\"providers\"");
    assert_refused("{\"providers\":[],\"x\":1}", "must be {\"providers\"");
    assert_refused("{\"providers\":[]}", "holds 0 providers; it must be 1 to 4");
    assert_refused("{\"providers\":[1,2,3,4,5]}", "holds 5 providers");
    assert_refused("{\"providers\":[1]}", "provider 1: is not an object");
    assert_refused(
        "{\"providers\":[\n{\"name\":\"a\",\"like\":\"ollama\"},\n{\"name\":\"a\",\"like\":\"vllm\"}]}",
        "line 3: provider 2 (a): its name is another provider's already");
    assert_refused("{\"providers\":[{\"base_url\":\"http://h\",\"key_env\":\"K\"}]}", "has no \"name\"");
    assert_refused("{\"providers\":[{\"name\":\"a\",\"key_env\":\"K\"}]}", "has no \"base_url\"");
    assert_refused("{\"providers\":[{\"name\":\"a\",\"base_url\":\"http://h\"}]}", "has no \"key_env\"");
    assert_refused("{\"providers\":[{\"name\":\"a b\"}]}", "\"name\" is not 1 to 31 letters");
}

static void each_member_is_checked(void **state) {
    (void)state;
    static const struct {
        const char *member, *says;
    } cases[] = {
        {"\"shape\":\"soap\"", "\"shape\" is not one of responses, chat, messages"},
        {"\"charging\":1", "\"charging\" is not one of estimate, most, actual"},
        {"\"limits\":\"x\"", "\"limits\" is not one of none"},
        {"\"caching\":\"yes\"", "\"caching\" is not one of unknown, itself, key, marks"},
        {"\"cached\":true", "\"cached\" is not one of counted, free, returned"},
        {"\"auth\":\"header\"", "\"auth\" is not \"bearer\""},
        {"\"auth\":{\"header\":\"a b\"}", "\"auth\" is not"},
        {"\"auth\":{\"header\":\"a\",\"query\":\"b\"}", "\"auth\" is not"},
        {"\"headers\":{\"X\":\"secret\\nY: 1\"}", "\"headers\" the value of X is empty, not printable"},
        {"\"headers\":{\"Authorization\":\"secret\"}", "not to be given as a header"},
        {"\"headers\":{\"content-type\":\"secret\"}", "not to be given as a header: requests are JSON"},
        {"\"headers\":{\"X Y\":\"secret\"}", "'Name: value'"},
        {"\"headers\":{\"X\":\"${NOT_SET_AT_ALL}\"}", "a ${VARIABLE} that is not set"},
        {"\"query\":{\"\":\"secret\"}", "NAME=VALUE"},
        {"\"query\":\"a=b\"", "\"query\" is not an object"},
        {"\"path\":\"x\"", "\"path\" does not begin with /"},
        {"\"path\":\"\"", "\"path\" is not a text"},
        {"\"key_optional\":1", "\"key_optional\" is not true or false"},
        {"\"limit_default\":1.5", "\"limit_default\" is not a whole number"},
        {"\"like\":\"nobody\"", "\"like\" is not the name of a provider"},
        {"\"colour\":\"red\"", "\"colour\" is not a member that a provider has"},
        {"\"sk-secret\":\"red\"", "\"…\" is not a member"},
        {"\"model\":\"a\",\"model\":\"b\"", "\"model\" is not a member that stands once"},
        {"\"key_env\":\"K\",\"shape\":\"messages\"", "has no \"limit_default\""},
        {"\"key_env\":\"K\",\"stored_prompts\":true", "needs the shape responses"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_member_refused(cases[i].member, cases[i].says);
    }
}

static void more_headers_than_there_is_room_for_are_refused(void **state) {
    (void)state;
    char member[600] = "\"key_env\":\"K\",\"headers\":{";
    for (int i = 0; i < 17; i++) {
        char one[24];
        (void)snprintf(one, sizeof(one), "%s\"X-%d\":\"v\"", i > 0 ? "," : "", i);
        (void)strncat(member, one, sizeof(member) - strlen(member) - 1);
    }
    (void)strncat(member, "}", sizeof(member) - strlen(member) - 1);
    assert_member_refused(member, "more than 16 headers");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_all_that_a_provider_may_have),
        cmocka_unit_test(what_is_left_out_is_as_openai_has_it),
        cmocka_unit_test(what_is_wrong_is_told_with_its_line),
        cmocka_unit_test(each_member_is_checked),
        cmocka_unit_test(more_headers_than_there_is_room_for_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
