#include "ration/proxy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static const char *const *environment; // "name=value", NULL at the end

static const char *get(const char *name) {
    for (const char *const *at = environment; *at != NULL; at++) {
        if (strncmp(*at, name, strlen(name)) == 0 && (*at)[strlen(name)] == '=') {
            return *at + strlen(name) + 1;
        }
    }
    return NULL;
}

static void chooses_the_proxy(void **state) {
    (void)state;
    static const struct {
        const char *url;
        const char *environment[4];
        const char *variable; // NULL: no proxy
    } cases[] = {
        {"http://api.example/v1", {NULL}, NULL},
        {"http://api.example/v1", {"http_proxy=p:1"}, "http_proxy"},
        {"https://api.example/v1", {"http_proxy=p:1"}, NULL},
        {"HTTPS://api.example/v1", {"https_proxy=p:1"}, "https_proxy"},
        {"https://api.example/v1", {"HTTPS_PROXY=p:1"}, "HTTPS_PROXY"},
        {"http://api.example/v1", {"HTTP_PROXY=p:1"}, NULL},
        {"http://api.example/v1", {"http_proxy=", "all_proxy=p:1"}, "all_proxy"},
        {"https://api.example/v1", {"ALL_PROXY=p:1"}, "ALL_PROXY"},
        {"https://api.example/v1", {"all_proxy=p:1", "https_proxy=q:1"}, "https_proxy"},
        // An API on this machine is no exception,
        {"http://127.0.0.1:8000/v1", {"http_proxy=p:1"}, "http_proxy"},
        {"http://localhost/v1", {"http_proxy=p:1"}, "http_proxy"},
        // but for what no_proxy names.
        {"http://127.0.0.1:8000/v1", {"http_proxy=p:1", "no_proxy=127.0.0.1"}, NULL},
        {"http://127.0.0.1:8000/v1", {"http_proxy=p:1", "no_proxy=127.0.0.0/8"}, NULL},
        {"http://127.0.0.1:8000/v1", {"http_proxy=p:1", "no_proxy=10.0.0.0/8, 192.168.1.0/24"}, "http_proxy"},
        {"http://192.168.1.77/v1", {"http_proxy=p:1", "no_proxy=10.0.0.0/8, 192.168.1.0/26"}, "http_proxy"},
        {"http://192.168.1.57/v1", {"http_proxy=p:1", "no_proxy=10.0.0.0/8 192.168.1.0/26"}, NULL},
        {"http://[::1]:8000/v1", {"http_proxy=p:1", "no_proxy=::1"}, NULL},
        {"http://[fd00::1]/v1", {"http_proxy=p:1", "no_proxy=fd00::/8"}, NULL},
        {"http://[fe00::1]/v1", {"http_proxy=p:1", "no_proxy=fd00::/8"}, "http_proxy"},
        {"http://localhost:1/v1", {"http_proxy=p:1", "NO_PROXY=other,LOCALHOST"}, NULL},
        {"http://localhost:1/v1", {"http_proxy=p:1", "no_proxy=*"}, NULL},
        {"http://localhost:1/v1", {"http_proxy=p:1", "no_proxy="}, "http_proxy"},
        {"https://api.example/v1", {"https_proxy=p:1", "no_proxy=example"}, NULL},
        {"https://api.example/v1", {"https_proxy=p:1", "no_proxy=.example"}, NULL},
        {"https://api.example./v1", {"https_proxy=p:1", "no_proxy=api.example."}, NULL},
        {"https://notexample/v1", {"https_proxy=p:1", "no_proxy=example"}, "https_proxy"},
        {"https://api.example.org/v1", {"https_proxy=p:1", "no_proxy=api.example"}, "https_proxy"},
        {"http://127.0.0.1/v1", {"http_proxy=p:1", "no_proxy=0.0.1"}, "http_proxy"},
        // The lower one is asked first.
        {"http://a.b/v1", {"http_proxy=p:1", "no_proxy=c", "NO_PROXY=a.b"}, "http_proxy"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct proxy proxy = {NULL, NULL};
        environment = cases[i].environment;
        bool found = proxy_choose(cases[i].url, get, &proxy);
        if (found != (cases[i].variable != NULL) ||
            (found && strcmp(proxy.variable, cases[i].variable) != 0)) {
            fail_msg("%zu: %s: %s", i, cases[i].url, found ? proxy.variable : "none");
        }
        assert_true(!found || strchr(proxy.url, ':') != NULL);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(chooses_the_proxy)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
