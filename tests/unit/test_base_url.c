#include "config/base_url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void accepts_urls(void **state) {
    (void)state;
    static const char *const good[] = {
        "https://api.openai.com/v1",
        "http://localhost",
        "HTTP://LOCALHOST:8080/v1/",
        "https://h:1",
        "https://h:65535/",
        "http://[::1]:8080/v1",
        "http://[::1]",
        "https://a-b_c.example/x%20y",
        "http://127.0.0.1:1/v1",
        "https://h/a/b/c/../d/",
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        if (base_url_problem(good[i]) != NULL) {
            fail_msg("%s: %s", good[i], base_url_problem(good[i]));
        }
    }
}

static void refuses_what_is_none(void **state) {
    (void)state;
    static const char *const bad[] = {
        "",
        "api.openai.com/v1",
        "ftp://h/v1",
        "https:/h/v1",
        "https//h/v1",
        "file:///etc/passwd",
        "https://",
        "https:///v1",
        "http://:80/v1",
        "https://h:/v1",
        "https://h:0/v1",
        "https://h:65536/v1",
        "https://h:123456/v1",
        "https://h:80x/v1",
        "https://h:-1/v1",
        "https://h:80:90/v1",
        "https://user@h/v1",
        "https://user:secret@h/v1",
        "https://h/v1?key=1",
        "https://h/v1#x",
        "https://h?x",
        "https://h\\v1",
        "https://h /v1",
        " https://h/v1",
        "https://h/v1\n",
        "https://h/v1\r\nX: y",
        "https://h\xc3\xa9/v1",
        "https://h/\x7f",
        "https://h*/v1",
        "https://[::1/v1",
        "https://[::1]x/v1",
        "https://h,i/v1",
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (base_url_problem(bad[i]) == NULL) {
            fail_msg("accepted: %s", bad[i]);
        }
    }
}

static void knows_where_the_key_stays_private(void **state) {
    (void)state;
    static const char *const private[] = {
        "https://api.openai.com/v1", "HTTPS://h",           "http://localhost:80/v1", "http://LocalHost",
        "http://127.0.0.1/v1",       "http://127.1.2.3:99", "http://[::1]:8080/v1",
    };
    static const char *const open[] = {
        "http://api.openai.com/v1",  "http://localhost.example/v1", "http://1.127.0.0.1/v1",
        "http://[::2]/v1",           "http://localhos/v1",          "http://192.168.0.1/v1",
        "http://128.0.0.1",          "http://[fe80::1]/",           "http://127.0.0.1.example.com",
        "http://127.example.com/v1",
    };
    for (size_t i = 0; i < sizeof(private) / sizeof(private[0]); i++) {
        if (!base_url_private(private[i])) {
            fail_msg("private: %s", private[i]);
        }
    }
    for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++) {
        if (base_url_private(open[i])) {
            fail_msg("not private: %s", open[i]);
        }
    }
}

static void sees_the_path_of_an_endpoint(void **state) {
    (void)state;
    char out[64];
    static const char *const cases[][2] = {
        {"https://api.openai.com/v1/chat/completions", "https://api.openai.com/v1"},
        {"https://api.openai.com/v1/chat/completions/", "https://api.openai.com/v1"},
        {"https://api.openai.com/v1/responses?x=1", "https://api.openai.com/v1"},
        {"https://api.anthropic.com/v1/messages#a", "https://api.anthropic.com/v1"},
        {"http://localhost:8000/v1//Completions//", "http://localhost:8000/v1"},
        {"http://localhost/responses", "http://localhost"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_true(base_url_endpoint(cases[i][0], out, sizeof(out)));
        assert_string_equal(out, cases[i][1]);
    }
    static const char *const bases[] = {"https://api.openai.com/v1",
                                        "https://host/responses/v1",
                                        "https://host/my-responses",
                                        "https://responses",
                                        "",
                                        "/"};
    for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
        assert_false(base_url_endpoint(bases[i], out, sizeof(out)));
    }
    assert_false(base_url_endpoint("https://api.openai.com/v1/responses", out, 10));
}

// No password of a refused URL is told, wherever it stands.
static void shows_no_secret(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"https://api.example/v1", "https://api.example/v1"},
        {"http//api", "http//api"},
        {"api.example/v1", "api.example/v1"},
        {"localhost:8000", "localhost:8000"},
        {"http://user:HUSH@api.example/v1", "http://***@api.example/v1"},
        {"http://HUSH@api.example/v1", "http://***@api.example/v1"},
        {"user:HUSH@api.example", "***@api.example"},
        {"https:/user:HUSH@api.example", "***@api.example"},
        {"ftp://user:HU@SH@api.example/v1", "ftp://***@api.example/v1"},
        {"http://user:HU/SH?HU#SH@api.example/v1", "http://***@api.example/v1"},
        {"user:http://HUSH@api.example/v1", "user:http://***@api.example/v1"},
        {"https://api.example/v1?key=HUSH", "https://api.example/v1?***"},
        {"https://api.example/v1#HUSH", "https://api.example/v1?***"},
        {"sk-proj-HUSHHUSHHUSH", "***"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char shown[BASE_URL_SHOWN_SIZE];
        assert_string_equal(base_url_shown(cases[i][0], shown), cases[i][1]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_no_secret),
        cmocka_unit_test(accepts_urls),
        cmocka_unit_test(refuses_what_is_none),
        cmocka_unit_test(knows_where_the_key_stays_private),
        cmocka_unit_test(sees_the_path_of_an_endpoint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
