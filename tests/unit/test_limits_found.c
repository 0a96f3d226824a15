// What was found out of limits comes back as it was kept; what somebody else has written there does no harm.
#include "output/limits_found.h"

#include "ration/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void comes_back(void **state) {
    (void)state;
    static const struct silent_known known[] = {
        {SILENT_RATE, 10204081, 20, 0}, {SILENT_PLACES, 0, 0, 16}, {SILENT_NONE, 0, 0, 0}};
    struct snapshot *look = calloc(1, sizeof(*look));
    char text[LIMITS_FOUND_MOST];
    assert_non_null(look);
    look->sessions = 3;
    for (uint32_t i = 0; i < 3; i++) {
        look->session[i].silent = known[i];
        (void)snprintf(look->session_name[i], sizeof(look->session_name[i]), "key %u", i);
    }
    limits_found_write(look, text);
    assert_string_equal(text, "rate 10204081 20 key 0\nplaces 16 key 1\n");
    for (uint32_t i = 0; i < 3; i++) {
        struct silent_known back = limits_found_of(text, look->session_name[i]);
        assert_memory_equal(&back, &known[i], sizeof(back));
    }
    free(look);
}

static void nonsense_is_nothing(void **state) {
    (void)state;
    static const char *const texts[] = {
        "",
        "\n\n",
        "rate",
        "rate 5",
        "rate 5 6",
        "rate  5 6 default",
        "rate 0 6 default",
        "rate -5 6 default",
        "rate 99999999999999999999999999 6 default",
        "rate 5 99999999999 default",
        "places 0 default",
        "places x default",
        "pace 5 6 default",
        "rate 5 6 other\nplaces 7 others",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        assert_int_equal(limits_found_of(texts[i], "default").form, SILENT_NONE);
    }
}

static void says_it_in_words(void **state) {
    (void)state;
    static const struct {
        struct silent_known known;
        const char *words;
    } cases[] = {
        {{SILENT_NONE, 0, 0, 0}, "finds out the limit"},
        {{SILENT_RATE, 10204081, 20, 0}, "finds out the limit: about 98 a second"},
        {{SILENT_RATE, 204 * CLOCK_MS, 20, 0}, "finds out the limit: about 4.9 a second"},
        {{SILENT_RATE, 12 * CLOCK_SECOND, 1, 0}, "finds out the limit: about 5.0 a minute"},
        {{SILENT_PLACES, 0, 0, 16}, "finds out the limit: about 16 at once"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char words[SILENT_WORDS];
        silent_words(&cases[i].known, words);
        assert_string_equal(words, cases[i].words);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_back),
        cmocka_unit_test(nonsense_is_nothing),
        cmocka_unit_test(says_it_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
