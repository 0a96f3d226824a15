#include "exchange/routes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static void make(struct routes *routes, const char *provider) {
    char first[] = "http://one/v1", second[] = "http://two/v1";
    static const struct key keys[] = {{.text = "sk-1"}, {.text = ""}, {.text = "sk-3"}};
    struct settings settings = {.sessions = 3, .session_url = {first, second, first}};
    const struct provider *row = provider_find(provider);
    const struct provider *const rows[] = {row, row, row};
    assert_int_equal(routes_make(routes, &settings, rows, keys), 0);
    assert_int_equal(routes->count, 3);
}

static void each_session_has_its_own(void **state) {
    (void)state;
    struct routes routes;
    make(&routes, "openai");
    assert_string_equal(routes.route[0].url[0], "http://one/v1/responses");
    assert_string_equal(routes.route[1].url[0], "http://two/v1/responses");
    assert_string_equal(routes.route[2].url[0], "http://one/v1/responses");
    assert_int_equal(routes.route[0].head.lines, 3);
    assert_string_equal(routes.route[0].head.line[0], "Authorization: Bearer sk-1");
    assert_string_equal(routes.route[0].head.line[1], "Content-Type: application/json");
    assert_string_equal(routes.route[0].head.line[2], "Expect:");
    assert_string_equal(routes.route[2].head.line[0], "Authorization: Bearer sk-3");
    routes_free(&routes);
    assert_int_equal(routes.count, 0);
    routes_free(&routes); // nothing is left to free
}

static void without_a_key_there_is_no_line_for_it(void **state) {
    (void)state;
    struct routes routes;
    make(&routes, "openai");
    assert_int_equal(routes.route[1].head.lines, 2);
    assert_string_equal(routes.route[1].head.line[0], "Content-Type: application/json");
    routes_free(&routes);
}

static void a_provider_may_need_more(void **state) {
    (void)state;
    struct routes routes;
    make(&routes, "anthropic");
    assert_string_equal(routes.route[0].url[0], "http://one/v1/messages");
    assert_int_equal(routes.route[0].head.lines, 4);
    assert_non_null(strstr(routes.route[0].head.line[0], "sk-1"));
    assert_true(strncmp(routes.route[0].head.line[1], "anthropic-version: ", 19) == 0);
    routes_free(&routes);
}

static void make_one(struct routes *routes, const struct provider *provider, const char *model,
                     const char *text) {
    char url[] = "https://host/v1", named[64];
    struct key key = {.text = ""};
    (void)snprintf(key.text, sizeof(key.text), "%s", text);
    (void)snprintf(named, sizeof(named), "%s", model);
    struct settings settings = {.sessions = 1, .session_url = {url}, .session_model = {named}};
    assert_int_equal(routes_make(routes, &settings, &provider, &key), 0);
}

static void the_model_and_parameters_stand_in_the_url(void **state) {
    (void)state;
    struct routes routes;
    make_one(&routes, provider_find("azure-deployments"), "my model/4", "sk-1");
    assert_string_equal(routes.route[0].url[0], "https://host/v1/deployments/my%20model%2F4/chat/completions"
                                                "?api-version=2024-10-21");
    assert_string_equal(routes.route[0].head.line[0], "api-key: sk-1");
    routes_free(&routes);
}

static void a_key_may_stand_in_the_url(void **state) {
    (void)state;
    struct routes routes;
    struct provider provider = *provider_find("openai-chat");
    provider.auth = PROVIDER_AUTH_QUERY;
    provider.auth_name = "key";
    make_one(&routes, &provider, "m", "a+b");
    assert_string_equal(routes.route[0].url[0], "https://host/v1/chat/completions?key=a%2Bb");
    assert_int_equal(routes.route[0].head.lines, 2);
    routes_free(&routes);
    provider.query = "alt=json";
    make_one(&routes, &provider, "m", "a+b");
    assert_string_equal(routes.route[0].url[0], "https://host/v1/chat/completions?alt=json&key=a%2Bb");
    routes_free(&routes);
    make_one(&routes, &provider, "m", "");
    assert_string_equal(routes.route[0].url[0], "https://host/v1/chat/completions?alt=json");
    routes_free(&routes);
    provider.auth = PROVIDER_AUTH_NONE;
    make_one(&routes, &provider, "m", "sk-1");
    assert_string_equal(routes.route[0].url[0], "https://host/v1/chat/completions?alt=json");
    assert_int_equal(routes.route[0].head.lines, 2);
    routes_free(&routes);
}

// Nothing is signed that is not sent.
static void keys_of_aws_sign(void **state) {
    (void)state;
    struct routes routes;
    struct provider provider = *provider_find("bedrock");
    provider.auth = PROVIDER_AUTH_AWS;
    provider.auth_name = "us-east-1:bedrock";
    make_one(&routes, &provider, "m", "AKIA1:secret/+");
    const struct route *route = &routes.route[0];
    assert_string_equal(route->head.signing, "aws:amz:us-east-1:bedrock");
    assert_string_equal(route->head.credentials, "AKIA1:secret/+");
    assert_int_equal(route->head.lines, 1);
    routes_free(&routes);
    make_one(&routes, &provider, "m", "AKIA1:secret/+:token=");
    assert_string_equal(route->head.credentials, "AKIA1:secret/+");
    assert_int_equal(route->head.lines, 2);
    assert_string_equal(route->head.line[0], "X-Amz-Security-Token: token=");
    assert_string_equal(route->head.line[1], "Content-Type: application/json");
    routes_free(&routes);
}

static void has_room_for_every_provider(void **state) {
    (void)state;
    const struct provider *provider;
    for (size_t i = 0; (provider = provider_at(i)) != NULL; i++) {
        struct routes routes;
        make(&routes, provider->name);
        for (uint32_t session = 0; session < routes.count; session++) {
            assert_in_range(routes.route[session].head.lines, 2, ROUTE_LINES);
        }
        routes_free(&routes);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_session_has_its_own),
        cmocka_unit_test(without_a_key_there_is_no_line_for_it),
        cmocka_unit_test(a_provider_may_need_more),
        cmocka_unit_test(the_model_and_parameters_stand_in_the_url),
        cmocka_unit_test(a_key_may_stand_in_the_url),
        cmocka_unit_test(keys_of_aws_sign),
        cmocka_unit_test(has_room_for_every_provider),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
