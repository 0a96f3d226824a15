#include "crew/worker_environment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

struct row {
    const char *variable;
    bool usual, examined; // whether it passes; and with LD_PRELOAD
};

static const struct row rows[] = {
    {"PATH=/bin", true, true},
    {"HOME=/root", true, true},
    {"TZ=UTC", true, true},
    {"LANG=C.UTF-8", true, true},
    {"LC_ALL=C", true, true},
    {"LC_=", true, true},
    {"https_proxy=http://user:password@proxy:3128", true, true}, // the worker goes through it
    {"NO_PROXY=localhost", true, true},
    {"SSL_CERT_FILE=/ca.pem", true, true},
    {"SSL_CERT_DIR=/ca", true, true},
    {"OPENSSL_CONF=/openssl.cnf", true, true},
    {"RES_OPTIONS=timeout:1", true, true},
    {"LD_LIBRARY_PATH=/opt/lib", true, true},
    {"ASAN_OPTIONS=detect_leaks=1", true, true},
    {"RATION_CRASH=worker:claimed:1", true, true},
    {"FAULT_FILE=/fault", false, true},
    {"EDITOR=vi", false, true},
    {"RATION_MAX_WORKERS=3", false, true},
    {"X=OPENAI_API_KEY=sk", false, true}, // the name is X
    {"OPENAI_API_KEY=sk-1", false, false},
    {"ANTHROPIC_API_KEY=", false, false},
    {"_API_KEY=sk-2", false, false},
    {"MY_API_KEYS=sk-3", false, false},
    {"openai_api_key=sk-4", false, false},
    {"GITHUB_TOKEN=t", false, false},
    {"CLIENT_SECRET=s", false, false},
    {"AWS_ACCESS_KEY_ID=a", false, false},
    {"AWS_PROFILE=a", false, false},
    {"PGPASSWORD=p", false, false},
    {"GOOGLE_APPLICATION_CREDENTIALS=/c.json", false, false},
    {"DATABASE_URL=postgres://user:password@host/db", false, false},
    {"SSLKEYLOGFILE=/tmp/keys", false, false},
    {"CURL_HOME=/curl", false, false},
    {"CURL_CA_BUNDLE=/ca.pem", false, false},
    {"PATHS=/bin", false, true},
    {"PATH HOME=/bin", false, true},
    {"path=/bin", false, true},
    {"PATH", false, false}, // no variable at all
    {"=", false, true},
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static void passes_what_is_of_use(void **state) {
    (void)state;
    static char preload[] = "LD_PRELOAD=/lib/examiner.so";
    static char nothing[] = "LD_PRELOAD=";
    for (int examined = 0; examined <= 1; examined++) {
        char *environment[ROWS + 2] = {examined ? preload : nothing};
        for (size_t i = 0; i < ROWS; i++) {
            environment[i + 1] = (char *)(uintptr_t)rows[i].variable;
        }
        char **kept = worker_environment_make(environment);
        assert_non_null(kept);
        assert_ptr_equal(kept[0], environment[0]);
        size_t at = 1;
        for (size_t i = 0; i < ROWS; i++) {
            bool passes = kept[at] == rows[i].variable;
            if (passes != (examined ? rows[i].examined : rows[i].usual)) {
                fail_msg("%s %s%s", rows[i].variable, passes ? "passes" : "stays out",
                         examined ? " with LD_PRELOAD" : "");
            }
            at += passes;
        }
        assert_null(kept[at]);
        free(kept);
    }
}

static void an_empty_one_stays_empty(void **state) {
    (void)state;
    char key[] = "OPENAI_API_KEY=sk";
    char *nothing[] = {NULL};
    char *only_keys[] = {key, key, NULL};
    char **kept = worker_environment_make(nothing);
    assert_non_null(kept);
    assert_null(kept[0]);
    free(kept);
    kept = worker_environment_make(only_keys);
    assert_non_null(kept);
    assert_null(kept[0]);
    free(kept);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passes_what_is_of_use),
        cmocka_unit_test(an_empty_one_stays_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
