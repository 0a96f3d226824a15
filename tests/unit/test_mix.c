// When a batch is too late for a deadline.
#include "config/options_check.h"
#include "ration/clock.h"
#include "run/mix.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define NOW (1000 * CLOCK_DAY)

static void the_rest_is_asked_alone_when_it_needs_the_time_that_is_left(void **state) {
    (void)state;
    static const struct {
        uint64_t seconds, left, each; // until the deadline; each: milliseconds
        bool due;
    } rows[] = {
        {3600, 0, 1000, false},    // nothing is left to ask
        {3600, 1000, 1000, false}, // 1,000 s of 3,480, of which a fifth is kept
        {3600, 2784, 1000, false},
        {3600, 2785, 1000, true},
        {1370, 1000, 1000, false},
        {1369, 1000, 1000, true},
        {120, 1, 1, true},
        {121, 1, 1, false},
        {0, 1, 1, true},
        {3600, 1, 0, true}, // how long one takes is not known
        {UINT32_MAX, UINT32_MAX, 2000, true},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(
            mix_is_due(NOW, NOW + rows[i].seconds * CLOCK_SECOND, rows[i].left, rows[i].each * CLOCK_MS),
            rows[i].due);
    }
    assert_true(mix_is_due(NOW, NOW - CLOCK_DAY, 1, CLOCK_MS)); // it has passed
    assert_true(mix_is_due(NOW, NOW + CLOCK_DAY, 1, CLOCK_NEVER));
}

static void a_deadline_is_a_time_in_utc(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint64_t seconds; // 0: it is none
    } rows[] = {
        {"2026-12-24T06:00Z", 1798092000},
        {"2026-12-24T06:00:30Z", 1798092030},
        {"2028-02-29T00:00Z", 1835395200},
        {"2027-02-29T00:00Z", 0},
        {"2027-02-31T00:00Z", 0},
        {"2026-12-24T06:00", 0},
        {"2026-12-24T06:00+01:00", 0},
        {"2026-12-24", 0},
        {"", 0},
        {"tomorrow", 0},
        {"2026-12-24T06:00Z ", 0},
        {"2026-12-24T25:00Z", 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char problem[OPTIONS_PROBLEM_SIZE];
        uint64_t deadline = 0;
        assert_int_equal(options_check_deadline(rows[i].text, &deadline, problem),
                         rows[i].seconds > 0 ? 0 : -1);
        assert_int_equal(deadline / CLOCK_SECOND, rows[i].seconds);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rest_is_asked_alone_when_it_needs_the_time_that_is_left),
        cmocka_unit_test(a_deadline_is_a_time_in_utc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
