#include "ration/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

static void goes_forward(void **state) {
    (void)state;
    uint64_t last = clock_now();
    assert_true(last > 0);
    for (int i = 0; i < 100000; i++) {
        uint64_t now = clock_now();
        assert_true(now >= last);
        last = now;
    }
}

// All processes of the machine share it, so it must be the kernel's, and in nanoseconds.
static void is_the_machines_clock(void **state) {
    (void)state;
    struct timespec before, after;
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &before), 0);
    uint64_t now = clock_now();
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &after), 0);
    assert_true(now >= (uint64_t)before.tv_sec * 1000000000ULL + (uint64_t)before.tv_nsec);
    assert_true(now <= (uint64_t)after.tv_sec * 1000000000ULL + (uint64_t)after.tv_nsec + 1);
    assert_in_range(clock_wall() / CLOCK_SECOND, (uint64_t)time(NULL) - 2, (uint64_t)time(NULL) + 2);
}

static void writes_rfc_3339(void **state) {
    (void)state;
    static const struct {
        uint64_t ns;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {999999, "1970-01-01T00:00:00.000Z"},
        {1000000, "1970-01-01T00:00:00.001Z"},
        {951782400999999999ULL, "2000-02-29T00:00:00.999Z"},
        {1769903999123456789ULL, "2026-01-31T23:59:59.123Z"},
        {1709164800000000000ULL, "2024-02-29T00:00:00.000Z"},
        {4102444800050000000ULL, "2100-01-01T00:00:00.050Z"},
        {UINT64_MAX, "2554-07-21T23:34:33.709Z"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[CLOCK_RFC3339_SIZE];
        memset(text, 'x', sizeof(text));
        clock_rfc3339(cases[i].ns, text);
        assert_string_equal(text, cases[i].text);
    }
}

static void tells_spans_as_people_read_them(void **state) {
    (void)state;
    static const struct {
        double seconds;
        const char *text;
    } cases[] = {
        {-1, "-"},
        {0, "0 s"},
        {0.04, "0 s"},
        {0.5, "0.5 s"},
        {4.02, "4 s"},
        {9.94, "9.9 s"},
        {9.96, "10 s"},
        {59.6, "60 s"},
        {119, "119 s"},
        {119.6, "2 min 0 s"},
        {303, "5 min 3 s"},
        {7199.4, "119 min 59 s"},
        {7199.6, "2 h 0 min"},
        {93758, "26 h 2 min"},
        {172799.6, "2 days 0 h"},
        {277200, "3 days 5 h"},
        {1e300, "1157407 days 9 h"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[CLOCK_SPAN_SIZE];
        assert_string_equal(clock_span(cases[i].seconds, text), cases[i].text);
    }
    char text[CLOCK_SPAN_SIZE];
    assert_string_equal(clock_span(0.0 / 0.0, text), "-");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_forward),
        cmocka_unit_test(is_the_machines_clock),
        cmocka_unit_test(writes_rfc_3339),
        cmocka_unit_test(tells_spans_as_people_read_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
