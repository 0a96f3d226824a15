#include "config/config_retries.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static struct settings take(struct options_retries retries, uint64_t attempts) {
    struct settings settings = {0};
    struct options options = {
        .attempts = attempts,
        .retries = retries,
        .backoff = SETTINGS_BACKOFF_LINEAR,
        .backoff_initial = 7,
        .backoff_max = 8,
        .rate_limit_cooldown = 9,
    };
    config_retries_take(&options, &settings);
    return settings;
}

static void assert_attempts(const struct settings *settings, uint32_t server, uint32_t network,
                            uint32_t overloaded, uint32_t invalid) {
    assert_int_equal(settings->attempts_server, server);
    assert_int_equal(settings->attempts_network, network);
    assert_int_equal(settings->attempts_overloaded, overloaded);
    assert_int_equal(settings->attempts_invalid, invalid);
}

static void takes_the_usual_ones(void **state) {
    (void)state;
    struct settings settings = take((struct options_retries){0}, 4);
    assert_int_equal(settings.attempts, 4);
    assert_attempts(&settings, 4, 4, 20, 4);
    assert_int_equal(settings.backoff, SETTINGS_BACKOFF_LINEAR);
    assert_int_equal(settings.backoff_initial, 7);
    assert_int_equal(settings.backoff_max, 8);
    assert_int_equal(settings.rate_limit_cooldown, 9);
}

static void takes_those_of_a_class(void **state) {
    (void)state;
    struct settings settings = take((struct options_retries){.network_fault = 7}, 2);
    assert_attempts(&settings, 2, 7, 20, 2);
    settings = take((struct options_retries){1, 3, 1000, 2}, 5);
    assert_attempts(&settings, 1, 3, 1000, 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_usual_ones),
        cmocka_unit_test(takes_those_of_a_class),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
