#include "exchange/routes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void make(struct routes *routes, const char *provider) {
    char first[] = "http://one/v1", second[] = "http://two/v1";
    static const struct key keys[] = {{"sk-1"}, {""}, {"sk-3"}};
    struct settings settings = {.sessions = 3, .session_url = {first, second, first}};
    assert_int_equal(routes_make(routes, &settings, provider_find(provider), keys), 0);
    assert_int_equal(routes->count, 3);
}

static void each_session_has_its_own(void **state) {
    (void)state;
    struct routes routes;
    make(&routes, "openai");
    assert_string_equal(routes.route[0].url[0], "http://one/v1/responses");
    assert_string_equal(routes.route[1].url[0], "http://two/v1/responses");
    assert_string_equal(routes.route[2].url[0], "http://one/v1/responses");
    assert_int_equal(routes.route[0].lines, 3);
    assert_string_equal(routes.route[0].line[0], "Authorization: Bearer sk-1");
    assert_string_equal(routes.route[0].line[1], "Content-Type: application/json");
    assert_string_equal(routes.route[0].line[2], "Expect:");
    assert_string_equal(routes.route[2].line[0], "Authorization: Bearer sk-3");
    routes_free(&routes);
    assert_int_equal(routes.count, 0);
    routes_free(&routes); // nothing is left to free
}

static void without_a_key_there_is_no_line_for_it(void **state) {
    (void)state;
    struct routes routes;
    make(&routes, "openai");
    assert_int_equal(routes.route[1].lines, 2);
    assert_string_equal(routes.route[1].line[0], "Content-Type: application/json");
    routes_free(&routes);
}

static void a_provider_may_need_more(void **state) {
    (void)state;
    struct routes routes;
    make(&routes, "anthropic");
    assert_string_equal(routes.route[0].url[0], "http://one/v1/messages");
    assert_int_equal(routes.route[0].lines, ROUTE_LINES);
    assert_non_null(strstr(routes.route[0].line[0], "sk-1"));
    assert_true(strncmp(routes.route[0].line[1], "anthropic-version: ", 19) == 0);
    routes_free(&routes);
}

static void has_room_for_every_provider(void **state) {
    (void)state;
    const struct provider *provider;
    for (size_t i = 0; (provider = provider_at(i)) != NULL; i++) {
        struct routes routes;
        make(&routes, provider->name);
        for (uint32_t session = 0; session < routes.count; session++) {
            assert_in_range(routes.route[session].lines, 2, ROUTE_LINES);
        }
        routes_free(&routes);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_session_has_its_own),
        cmocka_unit_test(without_a_key_there_is_no_line_for_it),
        cmocka_unit_test(a_provider_may_need_more),
        cmocka_unit_test(has_room_for_every_provider),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
