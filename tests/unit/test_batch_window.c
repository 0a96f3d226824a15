#include "config/batch_window.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void each_api_has_its_windows(void **state) {
    (void)state;
    static const struct {
        const char *provider, *given;
        bool own, good;
        const char *asked;
        uint64_t hours; // after which a part is cancelled; 0: it is not
    } cases[] = {
        {"openai", NULL, true, true, "24h", 0},
        {"openai", "24h", true, true, "24h", 0},
        {"openai", "48h", true, false, "", 0},
        {"openai", "1h", false, true, "1h", 0}, // whoever is like it has words of his own
        {"openai-chat", "asap", false, true, "asap", 0},
        {"openai-chat", "7d", true, false, "", 0},
        {"azure", NULL, true, true, "24h", 72},
        {"azure", NULL, false, true, "24h", 72},
        {"azure", "1h", true, true, "24h", 1},
        {"azure", "7d", true, true, "24h", 168},
        {"azure", "8d", true, false, "", 0},
        {"azure", "soon", true, false, "", 0},
        {"groq", NULL, true, true, "24h", 0},
        {"groq", "7d", true, true, "7d", 0},
        {"groq", "1h", true, false, "", 0},
        {"groq", "8d", true, false, "", 0},
        {"anthropic", NULL, true, true, "24h", 0},
        {"anthropic", "7d", true, false, "", 0},
        {"mistral", "7d", true, true, "7d", 0},
        {"mistral", "169h", true, false, "", 0},
        {"mistral", "day", true, false, "", 0},
        {"together", NULL, true, true, "24h", 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct batch_window window = {0};
        const struct provider *provider = provider_find(cases[i].provider);
        assert_non_null(provider);
        const char *wrong = batch_window_make(cases[i].given, provider, cases[i].own, &window);
        if ((wrong == NULL) != cases[i].good) {
            fail_msg("%s, %s: %s", cases[i].provider, cases[i].given, wrong != NULL ? wrong : "good");
        }
        if (cases[i].good) {
            assert_string_equal(window.asked, cases[i].asked);
            assert_int_equal(window.hours, batch_window_hours(cases[i].asked));
            assert_int_equal(window.patience, cases[i].hours * 3600);
        }
    }
}

static void a_window_has_its_hours(void **state) {
    (void)state;
    static const struct {
        const char *window;
        uint32_t hours;
    } cases[] = {{"24h", 24}, {"1h", 1},  {"7d", 168}, {"168h", 168},
                 {"169h", 0}, {"8d", 0},  {"0h", 0},   {"24", 0},
                 {"h", 0},    {"", 0},    {"24hh", 0}, {"-1h", 0},
                 {"+1h", 0},  {"1 h", 0}, {"1D", 0},   {"9999999999999999999999h", 0}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(batch_window_hours(cases[i].window), cases[i].hours);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_api_has_its_windows),
                                       cmocka_unit_test(a_window_has_its_hours)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
