#include "config/listen_address.h"
#include "http/http_access.h"
#include "http/http_route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define TOKEN "0123456789abcdef"

static struct listen_address listen_at(const char *text) {
    struct listen_address listen;
    const char *wrong;
    if (listen_address_parse(text, &listen, &wrong) != 0) {
        fail_msg("%s: %s", text, wrong);
    }
    return listen;
}

static void reads_addresses(void **state) {
    (void)state;
    static const struct {
        const char *text, *printed;
        bool loopback, wildcard;
    } good[] = {
        {"127.0.0.1:8080", "127.0.0.1:8080", true, false},
        {"127.9.9.9:0", "127.9.9.9:0", true, false},
        {"localhost:65535", "127.0.0.1:65535", true, false},
        {"LocalHost:1", "127.0.0.1:1", true, false},
        {"[::1]:8080", "[::1]:8080", true, false},
        {"0.0.0.0:80", "0.0.0.0:80", false, true},
        {"[::]:80", "[::]:80", false, true},
        {"192.168.1.5:80", "192.168.1.5:80", false, false},
        {"[fe80::1]:80", "[fe80::1]:80", false, false},
    };
    char printed[LISTEN_ADDRESS_TEXT];
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct listen_address listen = listen_at(good[i].text);
        listen_address_print(&listen, printed);
        assert_string_equal(printed, good[i].printed);
        assert_int_equal(listen.loopback, good[i].loopback);
        assert_int_equal(listen.wildcard, good[i].wildcard);
    }
}

static void refuses_what_is_no_address(void **state) {
    (void)state;
    static const char *const bad[] = {
        "",
        ":",
        "8080",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:65536",
        "127.0.0.1:-1",
        "127.0.0.1: 1",
        "127.0.0.1:+1",
        "127.0.0.1:1x",
        "example.org:80",
        "::1:8080",
        "[::1]",
        "[::1]8080",
        "[::1:8080",
        "[::1] :80",
        "[127.0.0.1]:80",
        "256.0.0.1:80",
        ":8080",
        "[]:80",
        "127.1:80",
        "http://127.0.0.1:80",
    };
    struct listen_address listen;
    const char *wrong;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(listen_address_parse(bad[i], &listen, &wrong), -1);
        assert_non_null(wrong);
    }
}

static void knows_its_own_names(void **state) {
    (void)state;
    struct listen_address here = listen_at("127.0.0.1:8080");
    struct listen_address lan = listen_at("192.168.1.5:80");
    struct listen_address all = listen_at("0.0.0.0:80");
    static const char *const own[] = {"127.0.0.1",   "127.0.0.1:8080", "127.0.0.1:9", "localhost",
                                      "LOCALHOST:1", "[::1]",          "[::1]:8080",  "127.5.5.5:1"};
    static const char *const other[] = {"",
                                        "evil.example",
                                        "evil.example:8080",
                                        "192.168.1.5",
                                        "localhost.evil.example",
                                        "127.0.0.1.evil.example",
                                        "127.0.0.1:8080:9",
                                        "127.0.0.1:x",
                                        "[::1",
                                        "[::2]:80",
                                        "::1",
                                        "localhost:80/",
                                        "127.0.0.1@evil.example"};
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        assert_true(listen_address_is_own(&here, own[i]));
        assert_true(listen_address_is_own(&lan, own[i]));
    }
    for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
        assert_false(listen_address_is_own(&here, other[i]));
    }
    assert_true(listen_address_is_own(&lan, "192.168.1.5:80"));
    assert_false(listen_address_is_own(&lan, "192.168.1.6:80"));
    assert_true(listen_address_is_own(&all, "machine.example:80"));
    assert_false(listen_address_is_own(&all, ""));
}

static enum http_verdict check(const char *where, enum http_who who, struct http_caller caller) {
    struct listen_address listen = listen_at(where);
    return http_access_check(&listen, NULL, TOKEN, who, &caller);
}

#define HERE "127.0.0.1:8080"

static void reading_needs_the_right_host_and_no_foreign_page(void **state) {
    (void)state;
    assert_int_equal(check(HERE, HTTP_READERS, (struct http_caller){.host = HERE}), HTTP_ALLOWED);
    assert_int_equal(check(HERE, HTTP_READERS, (struct http_caller){.host = NULL}), HTTP_WRONG_HOST);
    assert_int_equal(check(HERE, HTTP_ANYONE, (struct http_caller){.host = "evil.example"}), HTTP_WRONG_HOST);
    assert_int_equal(check(HERE, HTTP_READERS, (struct http_caller){.host = HERE, .origin = "http://" HERE}),
                     HTTP_ALLOWED);
    assert_int_equal(
        check(HERE, HTTP_READERS, (struct http_caller){.host = HERE, .origin = "https://evil.example"}),
        HTTP_FOREIGN_ORIGIN);
    assert_int_equal(check(HERE, HTTP_READERS, (struct http_caller){.host = HERE, .origin = "null"}),
                     HTTP_FOREIGN_ORIGIN);
    // Another port is another server.
    assert_int_equal(
        check(HERE, HTTP_READERS, (struct http_caller){.host = HERE, .origin = "http://127.0.0.1:9999"}),
        HTTP_FOREIGN_ORIGIN);
    // A link from elsewhere opens the page.
    assert_int_equal(check(HERE, HTTP_ANYONE, (struct http_caller){.host = HERE, .fetch_site = "cross-site"}),
                     HTTP_ALLOWED);
}

static void changing_needs_the_token(void **state) {
    (void)state;
    struct http_caller caller = {.host = HERE};
    static const char *const wrong[] = {"Bearer ",
                                        "Bearer 0123456789abcdeg",
                                        "Bearer 0123456789abcde",
                                        "Bearer 0123456789abcdef0",
                                        "Bearer  0123456789abcdef",
                                        "Bearer 0123456789ABCDEF"};
    assert_int_equal(check(HERE, HTTP_HOLDERS, caller), HTTP_TOKEN_MISSING);
    caller.authorization = "Basic " TOKEN;
    assert_int_equal(check(HERE, HTTP_HOLDERS, caller), HTTP_TOKEN_MISSING);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        caller.authorization = wrong[i];
        assert_int_equal(check(HERE, HTTP_HOLDERS, caller), HTTP_TOKEN_WRONG);
    }
    caller.authorization = "bearer " TOKEN;
    assert_int_equal(check(HERE, HTTP_HOLDERS, caller), HTTP_ALLOWED);
    caller.fetch_site = "same-origin";
    assert_int_equal(check(HERE, HTTP_HOLDERS, caller), HTTP_ALLOWED);
    caller.fetch_site = "none";
    assert_int_equal(check(HERE, HTTP_HOLDERS, caller), HTTP_ALLOWED);
    caller.fetch_site = "same-site"; // another port of this machine
    assert_int_equal(check(HERE, HTTP_HOLDERS, caller), HTTP_FOREIGN_ORIGIN);
    caller.fetch_site = "cross-site";
    assert_int_equal(check(HERE, HTTP_HOLDERS, caller), HTTP_FOREIGN_ORIGIN);
    struct listen_address listen = listen_at(HERE);
    caller.fetch_site = NULL;
    assert_int_equal(http_access_check(&listen, NULL, NULL, HTTP_HOLDERS, &caller), HTTP_NO_TOKEN_SET);
    caller.authorization = "Bearer ";
    assert_int_equal(http_access_check(&listen, NULL, NULL, HTTP_HOLDERS, &caller), HTTP_NO_TOKEN_SET);
}

static void from_other_machines_reading_needs_it_too(void **state) {
    (void)state;
    struct http_caller caller = {.host = "192.168.1.5:80"};
    assert_int_equal(check("192.168.1.5:80", HTTP_ANYONE, caller), HTTP_ALLOWED);
    assert_int_equal(check("192.168.1.5:80", HTTP_READERS, caller), HTTP_TOKEN_MISSING);
    caller.authorization = "Bearer " TOKEN;
    assert_int_equal(check("192.168.1.5:80", HTTP_READERS, caller), HTTP_ALLOWED);
    assert_int_equal(check("0.0.0.0:80", HTTP_READERS, caller), HTTP_ALLOWED);
    caller.host = "192.168.1.6";
    assert_int_equal(check("192.168.1.5:80", HTTP_READERS, caller), HTTP_WRONG_HOST);
}

static struct listen_names named(const char *text) {
    struct listen_names names;
    const char *wrong;
    if (listen_names_parse(text, &names, &wrong) != 0) {
        fail_msg("%s: %s", text, wrong);
    }
    return names;
}

static void other_names_are_those_that_were_given(void **state) {
    (void)state;
    struct listen_names names = named("Ration.Example.com,front,10.0.0.5");
    static const char *const its[] = {"ration.example.com", "RATION.example.com:8443", "front",
                                      "front:", "10.0.0.5:80"};
    static const char *const others[] = {"",
                                         ":80",
                                         "example.com",
                                         "evil.ration.example.com",
                                         "ration.example.com.evil.example",
                                         "ration.example.com,front",
                                         "front:80x",
                                         "front:80:80",
                                         "fron",
                                         "10.0.0.55"};
    static const char *const bad[] = {"",      ",",        "a,",  ",a",    "a,,b", "a b", "http://a",
                                      "a:443", "a/ration", "*.a", "[::1]", "-a",   ".a",  "a\n"};
    char longest[LISTEN_NAMES_TEXT + 1], name[255];
    struct listen_names none;
    const char *wrong;
    for (size_t i = 0; i < sizeof(its) / sizeof(its[0]); i++) {
        assert_true(listen_names_has(&names, its[i]));
        assert_false(listen_names_has(NULL, its[i]));
    }
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        assert_false(listen_names_has(&names, others[i]));
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(listen_names_parse(bad[i], &none, &wrong), -1);
        assert_non_null(wrong);
        assert_false(listen_names_has(&none, "a"));
    }
    memset(name, 'a', sizeof(name));
    name[254] = '\0';
    assert_int_equal(listen_names_parse(name, &none, &wrong), -1);
    memset(longest, 'a', sizeof(longest));
    for (size_t i = 200; i < sizeof(longest); i += 200) {
        longest[i] = ',';
    }
    longest[LISTEN_NAMES_TEXT] = '\0';
    assert_int_equal(listen_names_parse(longest, &none, &wrong), -1);
    longest[LISTEN_NAMES_TEXT - 1] = '\0';
    assert_int_equal(listen_names_parse(longest, &none, &wrong), 0);
}

// A proxy brings people from other machines: by its name nothing is read without the token.
static void by_the_name_of_a_proxy_reading_needs_the_token(void **state) {
    (void)state;
    struct listen_address listen = listen_at(HERE);
    struct listen_names names = named("ration.example.com");
    static const struct {
        const char *host, *origin, *authorization;
        enum http_who who;
        enum http_verdict verdict;
    } cases[] = {
        {"ration.example.com", NULL, NULL, HTTP_ANYONE, HTTP_ALLOWED},
        {"ration.example.com", NULL, NULL, HTTP_READERS, HTTP_TOKEN_MISSING},
        {"ration.example.com", NULL, "Bearer " TOKEN, HTTP_READERS, HTTP_ALLOWED},
        {"ration.example.com", "https://ration.example.com", "Bearer " TOKEN, HTTP_HOLDERS, HTTP_ALLOWED},
        {"ration.example.com:8443", "https://ration.example.com:8443", "Bearer " TOKEN, HTTP_HOLDERS,
         HTTP_ALLOWED},
        {"ration.example.com", "https://ration.example.com", NULL, HTTP_HOLDERS, HTTP_TOKEN_MISSING},
        {"ration.example.com", "https://evil.example", "Bearer " TOKEN, HTTP_HOLDERS, HTTP_FOREIGN_ORIGIN},
        {"evil.example", NULL, "Bearer " TOKEN, HTTP_READERS, HTTP_WRONG_HOST},
        {HERE, NULL, NULL, HTTP_READERS, HTTP_ALLOWED},
        {HERE, "https://ration.example.com", "Bearer " TOKEN, HTTP_HOLDERS, HTTP_FOREIGN_ORIGIN},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct http_caller caller = {
            .host = cases[i].host, .origin = cases[i].origin, .authorization = cases[i].authorization};
        assert_int_equal(http_access_check(&listen, &names, TOKEN, cases[i].who, &caller), cases[i].verdict);
    }
}

static void verdicts_have_a_status(void **state) {
    (void)state;
    assert_int_equal(http_access_status(HTTP_WRONG_HOST), 421);
    assert_int_equal(http_access_status(HTTP_FOREIGN_ORIGIN), 403);
    assert_int_equal(http_access_status(HTTP_NO_TOKEN_SET), 403);
    assert_int_equal(http_access_status(HTTP_TOKEN_MISSING), 401);
    assert_int_equal(http_access_status(HTTP_TOKEN_WRONG), 401);
    assert_non_null(http_access_words(HTTP_TOKEN_WRONG));
}

static void routes(void **state) {
    (void)state;
    static const char *const changing[] = {"/rate-limiter/reset", "/pause", "/resume", "/stop", "/workers"};
    static const char *const reading[] = {
        "/", "/metrics", "/healthz", "/queue/status", "/queue/requests", "/api/ai/queue-status", "/events"};
    static const char *const none[] = {"",     "//",     "/metrics/", "/Metrics",
                                       "/../", "/queue", "/stop/",    "metrics"};
    for (size_t i = 0; i < sizeof(changing) / sizeof(changing[0]); i++) {
        const struct http_route *route = http_route_find(changing[i]);
        assert_non_null(route);
        assert_int_equal(route->who, HTTP_HOLDERS);
        assert_true(http_route_takes(route, "POST"));
        assert_false(http_route_takes(route, "GET"));
        assert_false(http_route_takes(route, "HEAD"));
        assert_string_equal(http_route_allow(route), "POST");
    }
    for (size_t i = 0; i < sizeof(reading) / sizeof(reading[0]); i++) {
        const struct http_route *route = http_route_find(reading[i]);
        assert_non_null(route);
        assert_int_not_equal(route->who, HTTP_HOLDERS);
        assert_true(http_route_takes(route, "GET"));
        assert_true(http_route_takes(route, "HEAD"));
        assert_false(http_route_takes(route, "POST"));
        assert_false(http_route_takes(route, "get"));
    }
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        assert_null(http_route_find(none[i]));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_addresses),
        cmocka_unit_test(refuses_what_is_no_address),
        cmocka_unit_test(knows_its_own_names),
        cmocka_unit_test(reading_needs_the_right_host_and_no_foreign_page),
        cmocka_unit_test(changing_needs_the_token),
        cmocka_unit_test(from_other_machines_reading_needs_it_too),
        cmocka_unit_test(other_names_are_those_that_were_given),
        cmocka_unit_test(by_the_name_of_a_proxy_reading_needs_the_token),
        cmocka_unit_test(verdicts_have_a_status),
        cmocka_unit_test(routes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
