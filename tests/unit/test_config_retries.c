#include "config/config_retries.h"

#include "unit_told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static struct settings take(const char *text, uint64_t attempts) {
    struct settings settings = {0};
    struct options options = {
        .attempts = attempts,
        .retries = text,
        .backoff = SETTINGS_BACKOFF_LINEAR,
        .backoff_initial = 7,
        .backoff_max = 8,
        .rate_limit_cooldown = 9,
    };
    assert_int_equal(config_retries_take(&options, &settings), 0);
    return settings;
}

static void assert_attempts(const struct settings *settings, uint32_t server, uint32_t network,
                            uint32_t overloaded) {
    assert_int_equal(settings->attempts_server, server);
    assert_int_equal(settings->attempts_network, network);
    assert_int_equal(settings->attempts_overloaded, overloaded);
}

static void takes_the_usual_ones(void **state) {
    (void)state;
    struct settings settings = take(NULL, 4);
    assert_int_equal(settings.attempts, 4);
    assert_attempts(&settings, 4, 4, 20);
    assert_int_equal(settings.backoff, SETTINGS_BACKOFF_LINEAR);
    assert_int_equal(settings.backoff_initial, 7);
    assert_int_equal(settings.backoff_max, 8);
    assert_int_equal(settings.rate_limit_cooldown, 9);
}

static void takes_those_of_a_class(void **state) {
    (void)state;
    struct settings settings = take("network_fault=7", 2);
    assert_attempts(&settings, 2, 7, 20);
    settings = take("overloaded=1000,server_fault=1,network_fault=03,", 5);
    assert_attempts(&settings, 1, 3, 1000);
    settings = take("overloaded=3,overloaded=4", 5); // the last one counts
    assert_attempts(&settings, 5, 5, 4);
}

static void refuses_what_is_none(void **state) {
    (void)state;
    static const char *const bad[][2] = {
        {"x=1", "\"x=1\" is not CLASS=N"},
        {"server_fault", "\"server_fault\" is not CLASS=N"},
        {"=1", "\"=1\" is not CLASS=N"},
        {"rate_limited=3", "is not CLASS=N"},
        {"server_fault=1,,", "\"\" is not CLASS=N"},
        {",", "\"\" is not CLASS=N"},
        {"overloaded=1 ,server_fault=1", "\"overloaded=1 \" is not a number of attempts from 1 to 1000"},
        {"server_fault=", "\"server_fault=\" is not a number of attempts from 1 to 7"},
        {"server_fault=0", "from 1 to 7"},
        {"server_fault=8", "from 1 to 7"},
        {"network_fault=-1", "from 1 to 7"},
        {"network_fault=1.5", "from 1 to 7"},
        {"overloaded=1001", "from 1 to 1000"},
        {"overloaded=18446744073709551617", "from 1 to 1000"},
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct unit_told told;
        struct settings settings = {0};
        struct options options = {.attempts = 5, .retries = bad[i][0]};
        told_begin(&told);
        int result = config_retries_take(&options, &settings);
        (void)told_end(&told);
        assert_int_equal(result, -1);
        if (strstr(told.text, bad[i][1]) == NULL) {
            fail_msg("%s is told as %s", bad[i][0], told.text);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_usual_ones),
        cmocka_unit_test(takes_those_of_a_class),
        cmocka_unit_test(refuses_what_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
