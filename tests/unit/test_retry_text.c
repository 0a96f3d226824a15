// Waits that a server tells in the words of its message alone.
#include "limits/retry_text.h"
#include "ration/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void reads_known_words(void **state) {
    (void)state;
    static const struct {
        const char *message;
        uint64_t wait; // milliseconds
    } good[] = {
        {"Rate limit reached for m in organization org-1 on requests per min (RPM): Limit 500, Used 500, "
         "Requested 1. Please try again in 694ms. Visit https://api.example/limits to learn more.",
         694},
        {"Please try again in 1.2s.", 1200},
        {"Please try again in 7m12s. Need more tokens?", 432000},
        {"Please try again in 6m0s", 360000},
        {"Please try again in 2m59.56s.", 179560},
        {"Please try again in 20 seconds.", 20000},
        {"please TRY AGAIN IN 1 minute 30 seconds, or later", 90000},
        {"Please retry in 34.074824224s.", 34074},
        {"Please retry after 5 seconds", 5000},
        {"try again in 0s", 0},
        {"try again in 30h", 3600000}, // but a text: no longer than an hour
        {"try again in 300d.", 3600000},
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        uint64_t wait = 1;
        if (!retry_text_read(good[i].message, &wait) || wait / CLOCK_MS != good[i].wait) {
            fail_msg("%s: %llu ms", good[i].message, (unsigned long long)(wait / CLOCK_MS));
        }
    }
}

static void believes_nothing_else(void **state) {
    (void)state;
    static const char *const none[] = {
        "",
        "Too many requests",
        "Please try again in ",
        "Please try again in a while",
        "try again in 20",
        "try again in 20 months",
        "try again in -5s",
        "try again in 5sheep",
        "try again in 99999999999999999999s",
        "try again in 1e9s",
        "694ms",
    };
    uint64_t wait;
    assert_false(retry_text_read(NULL, &wait));
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        if (retry_text_read(none[i], &wait)) {
            fail_msg("%s: %llu", none[i], (unsigned long long)wait);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_known_words),
        cmocka_unit_test(believes_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
