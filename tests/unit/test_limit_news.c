#include "limits/limit_news.h"

#include "ration/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define NO UINT64_MAX

static struct limit_entry entry(enum limit_unit unit, uint64_t window, enum limit_window_source source) {
    return (struct limit_entry){.unit = unit,
                                .window = window,
                                .source = source,
                                .limit = 100,
                                .remaining = 60,
                                .rounding = 1,
                                .reset = CLOCK_SECOND,
                                .means = LIMIT_RESET_FULL};
}

static void passes_on_what_was_said(void **state) {
    (void)state;
    struct limit_report report = {.count = 3,
                                  .entry = {entry(LIMIT_INPUT_TOKENS, CLOCK_MINUTE, LIMIT_WINDOW_TOLD),
                                            entry(LIMIT_PROJECT_TOKENS, CLOCK_MINUTE, LIMIT_WINDOW_ASSUMED),
                                            entry(LIMIT_REQUESTS, CLOCK_DAY, LIMIT_WINDOW_INFERRED)}};
    report.entry[0].rounding = 1000;
    report.entry[1].limit = NO;
    report.entry[1].means = LIMIT_RESET_ENDS;
    report.entry[2].remaining = report.entry[2].reset = NO;
    report.entry[2].means = LIMIT_RESET_UNKNOWN;
    struct ledger_news news;
    limit_news_from(&report, &news);
    assert_int_equal(news.count, 3);
    const struct dimension_news wanted[] = {
        {DIMENSION_INPUT_TOKENS, CLOCK_MINUTE, true, 100, 60, CLOCK_SECOND, 1000, false},
        {DIMENSION_PROJECT_TOKENS, CLOCK_MINUTE, false, NO, 60, CLOCK_SECOND, 1, true},
        {DIMENSION_REQUESTS, CLOCK_DAY, false, 100, NO, NO, 1, false},
    };
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(news.of[i].unit, wanted[i].unit);
        assert_int_equal(news.of[i].window, wanted[i].window);
        assert_int_equal(news.of[i].window_sure, wanted[i].window_sure);
        assert_int_equal(news.of[i].limit, wanted[i].limit);
        assert_int_equal(news.of[i].remaining, wanted[i].remaining);
        assert_int_equal(news.of[i].reset, wanted[i].reset);
        assert_int_equal(news.of[i].rounding, wanted[i].rounding);
        assert_int_equal(news.of[i].fixed, wanted[i].fixed);
    }
}

static void leaves_out_what_is_no_concern(void **state) {
    (void)state;
    struct limit_report report = {
        .count = 4,
        .entry = {entry(LIMIT_PRIORITY_INPUT_TOKENS, CLOCK_MINUTE, LIMIT_WINDOW_TOLD),
                  entry(LIMIT_TOKENS, 32 * CLOCK_DAY, LIMIT_WINDOW_TOLD),
                  entry(LIMIT_PRIORITY_OUTPUT_TOKENS, 0, LIMIT_WINDOW_UNKNOWN),
                  entry(LIMIT_TOKENS, LIMIT_MONTH, LIMIT_WINDOW_TOLD)}};
    struct ledger_news news;
    limit_news_from(&report, &news);
    assert_int_equal(news.count, 1);
    assert_int_equal(news.of[0].unit, DIMENSION_TOKENS);
    assert_int_equal(news.of[0].window, LIMIT_MONTH);
}

static void minutes_find_room_first(void **state) {
    (void)state;
    struct limit_report report = {.count = LIMIT_REPORT_MOST};
    for (uint32_t i = 0; i < report.count; i++) {
        uint64_t window = i < 12 ? CLOCK_DAY : i < 18 ? 0 : CLOCK_MINUTE;
        report.entry[i] = entry(LIMIT_REQUESTS, window, LIMIT_WINDOW_ASSUMED);
        report.entry[i].limit = i + 1;
    }
    struct ledger_news news;
    limit_news_from(&report, &news);
    assert_int_equal(news.count, LEDGER_DIMENSIONS);
    for (uint32_t i = 0; i < LEDGER_DIMENSIONS; i++) {
        assert_int_equal(news.of[i].limit, i < 6 ? 19 + i : 13 + i - 6);
    }
    report.count = 0;
    limit_news_from(&report, &news);
    assert_int_equal(news.count, 0);
}

// The headers of all tokens repeat those of the limit that binds most, which is none of all tokens. A sum, or
// a workspace's own limit, is.
static void a_repeated_limit_is_no_third_one(void **state) {
    (void)state;
    struct limit_report report = {.count = 3,
                                  .entry = {entry(LIMIT_TOKENS, CLOCK_MINUTE, LIMIT_WINDOW_TOLD),
                                            entry(LIMIT_INPUT_TOKENS, CLOCK_MINUTE, LIMIT_WINDOW_TOLD),
                                            entry(LIMIT_OUTPUT_TOKENS, CLOCK_MINUTE, LIMIT_WINDOW_TOLD)}};
    static const uint64_t output[] = {900, 60}, all[] = {100, 60}, sum[] = {1000, 160};
    struct ledger_news news;
    for (int i = 0; i < 2; i++) {
        report.entry[2].limit = output[i];
        report.entry[0].limit = all[i];
        limit_news_from(&report, &news);
        assert_int_equal(news.count, 2);
        assert_int_equal(news.of[0].unit, DIMENSION_INPUT_TOKENS);
        report.entry[0].limit = sum[i];
        limit_news_from(&report, &news);
        assert_int_equal(news.count, 3);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passes_on_what_was_said),
        cmocka_unit_test(leaves_out_what_is_no_concern),
        cmocka_unit_test(minutes_find_room_first),
        cmocka_unit_test(a_repeated_limit_is_no_third_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
