#include "view/history.h"
#include "view/rates.h"

#include "ration/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static struct rates_point at(uint64_t ms, uint64_t artists) {
    return (struct rates_point){.at = ms * CLOCK_MS + 1,
                                .artists = artists,
                                .requests = 2 * artists,
                                .tokens = 10 * artists,
                                .answers = artists,
                                .latency_ms = 400 * artists};
}

static void pace_between_two_points(void **state) {
    (void)state;
    struct rates_point from = at(1000, 50), to = at(3000, 90);
    struct rates_pace pace = rates_between(&from, &to);
    assert_true(pace.artists > 19.99 && pace.artists < 20.01);
    assert_true(pace.requests > 39.99 && pace.requests < 40.01);
    assert_true(pace.tokens > 199.9 && pace.tokens < 200.1);
    assert_true(pace.latency_ms > 399.9 && pace.latency_ms < 400.1);
    // Too near, or backwards: not known. Counters that fell did not move. Without an answer no latency is
    // known.
    struct rates_point near = at(1100, 60), less = at(3000, 10);
    assert_true(rates_between(&from, &near).artists < 0);
    assert_true(rates_between(&to, &from).artists < 0);
    assert_true(rates_between(&from, &less).artists == 0);
    assert_true(rates_between(&from, &less).latency_ms < 0);
}

static void pace_of_the_last_seconds(void **state) {
    (void)state;
    struct rates rates = {0};
    struct rates_point point = at(0, 0);
    assert_true(rates_now(&rates, &point).artists < 0);
    rates_add(&rates, &point);
    assert_true(rates_now(&rates, &point).artists < 0);
    // 20 a second for a minute, then 40: after 16 seconds only the new pace counts.
    uint64_t artists = 0;
    for (uint64_t ms = 50; ms <= 60000; ms += 50) {
        point = at(ms, ++artists);
        rates_add(&rates, &point);
    }
    assert_true(rates_now(&rates, &point).artists > 19.9 && rates_now(&rates, &point).artists < 20.1);
    for (uint64_t ms = 60050; ms <= 77000; ms += 50) {
        point = at(ms, artists += 2);
        rates_add(&rates, &point);
    }
    assert_true(rates_now(&rates, &point).artists > 39.9 && rates_now(&rates, &point).artists < 40.1);
}

static void history_halves_itself(void **state) {
    (void)state;
    struct history history;
    struct rates_point point = at(0, 0);
    history_begin(&history, &point);
    for (uint64_t second = 1; second <= 3600; second++) {
        point = at(second * 1000, second * 7);
        history_add(&history, &point, second * CLOCK_SECOND, 50);
        assert_true(history.shown.count <= SNAPSHOT_HISTORY);
    }
    assert_int_equal(history.shown.interval, 32 * CLOCK_SECOND);
    assert_true(history.shown.count >= SNAPSHOT_HISTORY / 2);
    assert_true(history.shown.count * history.shown.interval >= 3500 * CLOCK_SECOND);
    for (uint64_t i = 0; i < history.shown.count; i++) {
        assert_true(history.shown.artists[i] > 6.99F && history.shown.artists[i] < 7.01F);
        assert_true(history.shown.latency[i] > 399.0F && history.shown.latency[i] < 401.0F);
        assert_true(history.shown.use[i] == 50.0F);
    }
}

static void history_keeps_what_is_not_known(void **state) {
    (void)state;
    struct history history;
    struct rates_point point = at(0, 0);
    history_begin(&history, &point);
    for (uint64_t second = 1; second <= SNAPSHOT_HISTORY + 1; second++) {
        point = at(second * 1000, 0);
        history_add(&history, &point, second * CLOCK_SECOND, second % 2 == 0 ? 30 : -1);
    }
    assert_true(history.shown.artists[0] == 0 && history.shown.latency[0] < 0);
    assert_true(history.shown.use[0] == 30.0F); // the mean of what is known
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pace_between_two_points),
        cmocka_unit_test(pace_of_the_last_seconds),
        cmocka_unit_test(history_halves_itself),
        cmocka_unit_test(history_keeps_what_is_not_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
