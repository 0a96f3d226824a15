#include "ration/dimension.h"

#include "ration/clock.h"
#include "unit_random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define SECOND CLOCK_SECOND
#define MINUTE (60 * SECOND)
#define DAY (1440 * MINUTE)
#define START (1000 * SECOND)
#define ALL 1000000

static struct dimension_news said(uint64_t limit, uint64_t remaining, uint64_t reset, bool fixed) {
    return (struct dimension_news){DIMENSION_REQUESTS, 0, true, limit, remaining, reset, 1, fixed};
}

// One unit leaves at the first moment from `now` on, which is returned.
static uint64_t leave(struct dimension *dimension, uint64_t now) {
    uint64_t at = dimension_earliest(dimension, 1, ALL, now);
    dimension_take(dimension, 1, at);
    return at;
}

// One unit leaves, and its answer is there at once.
static void hear(struct dimension *dimension, const struct dimension_news *news, uint64_t now) {
    dimension_take(dimension, 1, now);
    dimension_hear(dimension, news, dimension_mark(dimension, now), now, now, false);
}

static void without_a_limit_all_leave(void **state) {
    (void)state;
    struct dimension dimension = {.unit = DIMENSION_REQUESTS, .window = MINUTE};
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(leave(&dimension, START), START);
    }
    assert_int_equal(dimension_limit(&dimension), 0);
    assert_int_equal(dimension.taken, 1000);
    assert_int_equal(dimension_remaining(&dimension, START), 0);
}

static void the_lower_limit_holds(void **state) {
    (void)state;
    struct dimension dimension = {.unit = DIMENSION_REQUESTS, .window = MINUTE, .told = 600};
    struct dimension_news news = said(1200, UINT64_MAX, UINT64_MAX, false);
    assert_int_equal(dimension_limit(&dimension), 600);
    hear(&dimension, &news, START);
    assert_int_equal(dimension_limit(&dimension), 600);
    news.limit = 300;
    hear(&dimension, &news, START + SECOND);
    assert_int_equal(dimension_limit(&dimension), 300);
    news.limit = UINT64_MAX;
    hear(&dimension, &news, START + 2 * SECOND);
    assert_int_equal(dimension_limit(&dimension), 300);
    // What an older answer says of the limit is no news.
    news.limit = 500;
    dimension_hear(&dimension, &news, dimension_mark(&dimension, START), START, START + 3 * SECOND, false);
    assert_int_equal(dimension_limit(&dimension), 300);
}

static void spreads_what_it_was_told(void **state) {
    (void)state;
    struct dimension dimension = {
        .unit = DIMENSION_REQUESTS, .window = MINUTE, .told = 60000, .burst = 1, .paced = START};
    for (uint64_t k = 0; k < 1000; k++) {
        assert_int_equal(leave(&dimension, START), START + k * CLOCK_MS);
    }
    assert_int_equal(dimension_level(&dimension, START + 2 * SECOND), 1);
    dimension_refund(&dimension, 10);
    assert_int_equal(leave(&dimension, START), START + 990 * CLOCK_MS);
    uint64_t next = dimension_earliest(&dimension, 1, ALL, START);
    dimension_give_back(&dimension, 1); // its place stays empty
    assert_int_equal(dimension_earliest(&dimension, 1, ALL, START), next);
    assert_int_equal(dimension.taken, 990);
    dimension_charge(&dimension, 100000000, START);
    assert_true(dimension_earliest(&dimension, 1, ALL, START) <= START + DAY + MINUTE);
}

// A fleet's member takes what it is granted, whatever the limit says; what comes back goes back to the fleet.
static void takes_what_is_granted(void **state) {
    (void)state;
    struct dimension dimension = {
        .unit = DIMENSION_TOKENS, .window = MINUTE, .told = 600000, .burst = 600000, .paced = START};
    dimension_take(&dimension, 500, START);
    dimension_meter(&dimension);
    assert_int_equal(dimension_stock(&dimension), 0);
    assert_true(dimension_earliest(&dimension, 1, ALL, START) > START);
    assert_true(dimension_earliest(&dimension, 1, ALL, START) <= START + SECOND);
    dimension_grant(&dimension, 100);
    assert_int_equal(dimension_earliest(&dimension, 100, ALL, START), START);
    assert_true(dimension_earliest(&dimension, 101, ALL, START) > START);
    dimension_take(&dimension, 80, START);
    dimension_refund(&dimension, 30); // of an estimate: the fleet knows that 100 may lie here
    assert_int_equal(dimension_stock(&dimension), 50);
    assert_int_equal(dimension.taken, 550);
    assert_true(dimension_known(&dimension)); // by now it knows of 50,
    assert_false(dimension_known(&dimension));
    dimension_take(&dimension, 40, START);
    dimension_refund(&dimension, 70); // and the others' may be what comes back beyond them
    assert_int_equal(dimension_stock(&dimension), 50);
    assert_int_equal(dimension.taken, 520);
    dimension_take(&dimension, 30, START);
    dimension_charge(&dimension, 25, START); // more than was estimated: the next grant pays it
    assert_int_equal(dimension_stock(&dimension), -5);
    assert_true(dimension_known(&dimension));
    dimension_refund(&dimension, 3); // a debt that the fleet knows of is not paid by what comes back
    assert_int_equal(dimension_stock(&dimension), -5);
    dimension_grant(&dimension, 6);
    assert_int_equal(dimension_earliest(&dimension, 1, ALL, START), START);
    assert_true(dimension_earliest(&dimension, 2, ALL, START) > START);
    // What answers told is forgotten, and what is granted is not.
    dimension_forget(&dimension, START);
    assert_int_equal(dimension_stock(&dimension), 1);
    assert_int_equal(dimension.metered, 1);
}

static void a_day_is_not_spread(void **state) {
    (void)state;
    struct dimension dimension = {.unit = DIMENSION_REQUESTS, .window = DAY, .told = 100};
    for (int i = 0; i < 80; i++) {
        assert_int_equal(dimension_earliest(&dimension, 1, 800000, START), START);
        dimension_take(&dimension, 1, START);
    }
    assert_int_equal(dimension_earliest(&dimension, 1, 800000, START), START + DAY);
    assert_int_equal(dimension_earliest(&dimension, 20, ALL, START), START);
    assert_int_equal(dimension_remaining(&dimension, START), 20);
    assert_int_equal(dimension_remaining(&dimension, START + DAY), 100);
    assert_int_equal(leave(&dimension, START + DAY), START + DAY);
    assert_int_equal(dimension_remaining(&dimension, START + DAY), 99);
}

static void believes_what_is_left(void **state) {
    (void)state;
    struct dimension dimension = {.unit = DIMENSION_REQUESTS, .window = DAY};
    struct dimension_news news = said(100, 10, 3600 * SECOND, true);
    hear(&dimension, &news, START);
    assert_int_equal(dimension_remaining(&dimension, START), 10);
    for (int i = 0; i < 10; i++) {
        assert_int_equal(leave(&dimension, START), START);
    }
    uint64_t then = leave(&dimension, START);
    assert_in_range(then, START + 3600 * SECOND, START + 3601 * SECOND);
    // Nobody leaves sooner because one has booked the first place of the new window.
    assert_int_equal(leave(&dimension, START), then);
    assert_int_equal(dimension_remaining(&dimension, then), 98);
}

// Five leave at once and overtake each other: what the last of them is told is more than what is left.
static void who_overtakes_brings_nothing(void **state) {
    (void)state;
    struct dimension dimension = {.unit = DIMENSION_REQUESTS, .window = DAY};
    struct dimension_news news = said(12, 11, 3600 * SECOND, true);
    uint64_t mark[5];
    hear(&dimension, &news, START);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(dimension_earliest(&dimension, 1, 500000, START), START);
        dimension_take(&dimension, 1, START);
        mark[i] = dimension_mark(&dimension, START);
    }
    uint64_t now = START + 300 * CLOCK_MS;
    for (int i = 0; i < 5; i++) {
        news = said(12, 10 - (uint64_t)i, 3600 * SECOND, true);
        dimension_hear(&dimension, &news, mark[4 - i], START, now, false);
        assert_true(dimension_earliest(&dimension, 1, 500000, now) > now + SECOND);
        assert_int_equal(dimension_remaining(&dimension, now), 6);
    }
    // What answers agree on for a while is believed: somebody gave six back.
    for (uint64_t at = now; at <= now + SECOND; at += 100 * CLOCK_MS) {
        news = said(12, 12, 3600 * SECOND, true);
        dimension_hear(&dimension, &news, mark[4], at, at, false);
    }
    assert_int_equal(dimension_remaining(&dimension, now + SECOND), 12);
}

static void the_next_window_may_be_shorter_than_assumed(void **state) {
    (void)state;
    struct dimension dimension = {.unit = DIMENSION_REQUESTS, .window = DAY};
    struct dimension_news news = said(100, 0, 3600 * SECOND, true);
    hear(&dimension, &news, START);
    uint64_t then = leave(&dimension, START);
    uint64_t mark = dimension_mark(&dimension, then);
    assert_int_equal(dimension.ends, then + DAY);
    // Of the window before.
    news = said(100, 0, SECOND, true);
    dimension_hear(&dimension, &news, mark, then - SECOND, then + SECOND, false);
    assert_int_equal(dimension_remaining(&dimension, then + SECOND), 99);
    news = said(100, 99, 600 * SECOND, true);
    dimension_hear(&dimension, &news, mark, then, then + SECOND, false);
    assert_in_range(dimension.ends, then + 600 * SECOND, then + 601 * SECOND);
    assert_int_equal(dimension_remaining(&dimension, then + SECOND), 99);
}

static void a_refusal_closes_what_seemed_open(void **state) {
    (void)state;
    struct dimension dimension = {.unit = DIMENSION_REQUESTS, .window = DAY};
    struct dimension_news news = said(100, 50, 3600 * SECOND, true);
    hear(&dimension, &news, START);
    news = said(100, 0, 3500 * SECOND, true);
    dimension_take(&dimension, 1, START + 100 * SECOND);
    uint64_t mark = dimension_mark(&dimension, START + 100 * SECOND);
    dimension_refund(&dimension, 1);
    dimension_hear(&dimension, &news, mark, START + 100 * SECOND, START + 101 * SECOND, true);
    assert_int_equal(dimension_remaining(&dimension, START + 101 * SECOND), 0);
    assert_true(dimension_earliest(&dimension, 1, ALL, START + 101 * SECOND) >= START + 3600 * SECOND);
}

static void another_window_must_insist(void **state) {
    (void)state;
    struct dimension dimension = {.unit = DIMENSION_REQUESTS, .window = MINUTE};
    struct dimension_news news = said(100, 99, SECOND, false);
    hear(&dimension, &news, START);
    assert_false(dimension_rival(&dimension, DAY));
    assert_false(dimension_rival(&dimension, DAY));
    assert_false(dimension_rival(&dimension, MINUTE));
    assert_false(dimension_rival(&dimension, DAY));
    assert_false(dimension_rival(&dimension, 3600 * SECOND));
    assert_false(dimension_rival(&dimension, 0));
    assert_false(dimension_rival(&dimension, DAY));
    assert_false(dimension_rival(&dimension, DAY));
    assert_true(dimension_rival(&dimension, DAY));
    // Answers to what left before are still understood.
    dimension_take(&dimension, 1, START + SECOND);
    uint64_t mark = dimension_mark(&dimension, START + SECOND);
    dimension_restart(&dimension, DAY, START + SECOND);
    assert_int_equal(dimension.window, DAY);
    assert_int_equal(dimension_limit(&dimension), 0);
    dimension_take(&dimension, 5, START + SECOND);
    news = said(100, 60, 40 * 864 * SECOND, false);
    dimension_hear(&dimension, &news, mark, START + SECOND, START + 2 * SECOND, false);
    assert_int_equal(dimension_remaining(&dimension, START + 2 * SECOND), 55);
}

static void names(void **state) {
    (void)state;
    char name[48];
    dimension_name(DIMENSION_REQUESTS, SECOND, name);
    assert_string_equal(name, "requests a second");
    dimension_name(DIMENSION_TOKENS, MINUTE, name);
    assert_string_equal(name, "tokens a minute");
    dimension_name(DIMENSION_INPUT_TOKENS, 3600 * SECOND, name);
    assert_string_equal(name, "input tokens an hour");
    dimension_name(DIMENSION_PROJECT_TOKENS, DAY, name);
    assert_string_equal(name, "project tokens a day");
    dimension_name(DIMENSION_OUTPUT_TOKENS, 10 * SECOND, name);
    assert_string_equal(name, "output tokens in 10 s");
    assert_string_equal(dimension_unit_name(DIMENSION_NONE), "nothing");
    assert_string_equal(dimension_unit_name(DIMENSION_UNITS), "nothing");
}

static uint64_t wild(struct unit_random *random) {
    return unit_random_below(random, 8) == 0 ? UINT64_MAX - unit_random_below(random, 3)
                                             : unit_random_next(random) >> unit_random_below(random, 64);
}

// Whatever is told and done, in whatever order.
static void nonsense_breaks_nothing(void **state) {
    (void)state;
    static const uint64_t windows[] = {1, SECOND, MINUTE, 3600 * SECOND, DAY, 31 * DAY};
    struct unit_random random = {.state = 77};
    for (int run = 0; run < 2000; run++) {
        struct dimension dimension = {.unit = DIMENSION_TOKENS,
                                      .window = windows[unit_random_below(&random, 6)]};
        dimension.told = unit_random_below(&random, 2) > 0 ? wild(&random) >> 4 : 0;
        uint64_t now = START, mark = dimension_mark(&dimension, now);
        for (int i = 0; i < 60; i++) {
            now += unit_random_next(&random) >> (24 + unit_random_below(&random, 40));
            uint64_t limit = dimension_limit(&dimension), units = wild(&random);
            struct dimension_news news =
                said(wild(&random), wild(&random), wild(&random) >> 8, unit_random_below(&random, 2) > 0);
            news.rounding = wild(&random) >> 8;
            switch (unit_random_below(&random, 6)) {
            case 0:
                dimension_take(&dimension, units >> 8, now);
                mark = dimension_mark(&dimension, now);
                break;
            case 1:
                dimension_charge(&dimension, units >> 8, now);
                break;
            case 2:
                dimension_refund(&dimension, units >> 8);
                break;
            case 3:
                dimension_restart(&dimension, windows[unit_random_below(&random, 6)], now);
                break;
            default:
                dimension_hear(&dimension, &news, mark, now - unit_random_below(&random, UINT32_MAX), now,
                               unit_random_below(&random, 4) == 0);
                break;
            }
            limit = dimension_limit(&dimension);
            assert_true(
                dimension_earliest(&dimension, units >> 8, unit_random_below(&random, ALL + 1), now) >= now);
            assert_true(dimension_remaining(&dimension, now) <= limit);
            assert_true(dimension_level(&dimension, now) <= limit);
            assert_true(limit == 0 || dimension.others_pace < limit);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_limit_all_leave),
        cmocka_unit_test(the_lower_limit_holds),
        cmocka_unit_test(spreads_what_it_was_told),
        cmocka_unit_test(takes_what_is_granted),
        cmocka_unit_test(a_day_is_not_spread),
        cmocka_unit_test(believes_what_is_left),
        cmocka_unit_test(who_overtakes_brings_nothing),
        cmocka_unit_test(the_next_window_may_be_shorter_than_assumed),
        cmocka_unit_test(a_refusal_closes_what_seemed_open),
        cmocka_unit_test(another_window_must_insist),
        cmocka_unit_test(names),
        cmocka_unit_test(nonsense_breaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
