#include "ration/breaker.h"

#include "ration/clock.h"
#include "unit_random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define START (1000 * CLOCK_SECOND)
#define TIMEOUT (60 * CLOCK_SECOND)
#define FIRST CLOCK_SECOND

static const struct breaker_config config = {.threshold = 5, .timeout = TIMEOUT};

static void fail_times(struct breaker *breaker, int times, uint64_t in_flight, uint64_t now) {
    for (int i = 0; i < times; i++) {
        breaker_failed(breaker, &config, false, in_flight, now);
    }
}

static void opens_after_failures_in_a_row(void **state) {
    (void)state;
    struct breaker breaker = {0};
    fail_times(&breaker, 4, 0, START);
    breaker_succeeded(&breaker);
    fail_times(&breaker, 4, 0, START);
    assert_int_equal(breaker_earliest(&breaker, START), START);
    assert_int_equal(breaker.state, BREAKER_CLOSED);
    fail_times(&breaker, 1, 0, START);
    assert_int_equal(breaker.state, BREAKER_OPEN);
    assert_int_equal(breaker_earliest(&breaker, START), START + FIRST);
    assert_int_equal(breaker_earliest(&breaker, START + 2 * TIMEOUT), START + 2 * TIMEOUT);
    assert_int_equal(breaker.opened, 1);
}

static void many_that_fail_together_are_no_outage_yet(void **state) {
    (void)state;
    struct breaker breaker = {0};
    fail_times(&breaker, 24, 100, START);
    assert_int_equal(breaker.state, BREAKER_CLOSED);
    fail_times(&breaker, 1, 100, START);
    assert_int_equal(breaker.state, BREAKER_OPEN);
}

static void one_probe_decides(void **state) {
    (void)state;
    struct breaker breaker = {0};
    fail_times(&breaker, 5, 0, START);
    uint64_t then = START + TIMEOUT;
    assert_true(breaker_leaves(&breaker));
    assert_false(breaker_leaves(&breaker));
    assert_true(breaker_earliest(&breaker, then) == CLOCK_NEVER);
    fail_times(&breaker, 50, 0, then); // of some that left before
    assert_int_equal(breaker.state, BREAKER_HALF_OPEN);
    breaker_failed(&breaker, &config, true, 0, then);
    assert_true(breaker_earliest(&breaker, then) > then + FIRST);
    assert_int_equal(breaker.opened, 1); // the same outage
    assert_true(breaker_leaves(&breaker));
    breaker_succeeded(&breaker);
    assert_int_equal(breaker.state, BREAKER_CLOSED);
    assert_int_equal(breaker_earliest(&breaker, then), then);
    assert_false(breaker_leaves(&breaker));
    fail_times(&breaker, 4, 0, then);
    assert_int_equal(breaker.state, BREAKER_CLOSED);
}

static void failures_of_others_do_not_prolong_it(void **state) {
    (void)state;
    struct breaker breaker = {0};
    fail_times(&breaker, 5, 0, START);
    fail_times(&breaker, 5, 0, START + TIMEOUT / 2);
    assert_int_equal(breaker_earliest(&breaker, START), START + FIRST);
    assert_int_equal(breaker.opened, 1);
}

static void a_lost_probe_is_followed_by_another(void **state) {
    (void)state;
    struct breaker breaker = {0};
    breaker_probe_lost(&breaker, START);
    assert_int_equal(breaker.state, BREAKER_CLOSED);
    fail_times(&breaker, 5, 0, START);
    breaker_probe_lost(&breaker, START + 1);
    assert_int_equal(breaker_earliest(&breaker, START), START + FIRST);
    (void)breaker_leaves(&breaker);
    breaker_probe_lost(&breaker, START + TIMEOUT + 7);
    assert_int_equal(breaker_earliest(&breaker, START), START + TIMEOUT + 7);
    assert_true(breaker_leaves(&breaker));
}

static void without_a_threshold_there_is_none(void **state) {
    (void)state;
    struct breaker breaker = {0};
    const struct breaker_config none = {.threshold = 0, .timeout = TIMEOUT};
    for (int i = 0; i < 1000; i++) {
        breaker_failed(&breaker, &none, false, 0, START);
    }
    assert_int_equal(breaker_earliest(&breaker, START), START);
    const struct breaker_config endless = {.threshold = 1, .timeout = UINT64_MAX};
    breaker_failed(&breaker, &endless, false, 0, START);
    assert_int_equal(breaker_earliest(&breaker, START), START + FIRST);
}

// The distances grow from a second on, up to the timeout, and never by much more than an eighth of the outage
// so far: who is back is noticed in time.
static void probes_at_growing_distance(void **state) {
    (void)state;
    struct breaker breaker = {0};
    uint64_t now = START, last = 0;
    fail_times(&breaker, 5, 0, now);
    for (int probe = 0; now < START + 3600 * CLOCK_SECOND; probe++) {
        uint64_t then = breaker_earliest(&breaker, now);
        uint64_t distance = then - now, outage = now - START;
        assert_true(distance >= last && distance <= TIMEOUT);
        assert_true(distance <= 4 * CLOCK_SECOND || distance <= outage / 8);
        assert_true(probe > 2 || distance == (CLOCK_SECOND << probe));
        assert_true(breaker_leaves(&breaker));
        breaker_failed(&breaker, &config, true, 0, then);
        now = then;
        last = distance;
    }
    assert_int_equal(last, TIMEOUT);
    assert_int_equal(breaker.opened, 1);
    breaker_succeeded(&breaker);
    fail_times(&breaker, 5, 0, now);
    assert_int_equal(breaker_earliest(&breaker, now), now + FIRST); // another outage begins anew
    const struct breaker_config hasty = {.threshold = 5, .timeout = CLOCK_SECOND / 10};
    struct breaker other = {0};
    for (int i = 0; i < 5; i++) {
        breaker_failed(&other, &hasty, false, 0, now);
    }
    assert_int_equal(breaker_earliest(&other, now), now + CLOCK_SECOND / 10);
}

// Refusals open it whatever the threshold, and a failed probe prolongs it.
static void opens_for_refusals(void **state) {
    (void)state;
    struct breaker breaker = {0};
    const struct breaker_config none = {.threshold = 0, .timeout = TIMEOUT};
    breaker_open(&breaker, BREAKER_REFUSALS, &none, START);
    assert_int_equal(breaker.state, BREAKER_OPEN);
    assert_int_equal(breaker.cause, BREAKER_REFUSALS);
    assert_int_equal(breaker.opened, 1);
    assert_true(breaker_leaves(&breaker));
    breaker_failed(&breaker, &none, true, 0, START + FIRST);
    breaker_open(&breaker, BREAKER_REFUSALS, &none, START + FIRST);
    assert_int_equal(breaker_earliest(&breaker, START + FIRST), START + FIRST + 2 * CLOCK_SECOND);
    assert_int_equal(breaker.opened, 1);
}

// Whatever comes: one probe at a time, none before its time, and never shut for longer than the timeout
// without one.
static void lets_one_through_at_a_time(void **state) {
    (void)state;
    struct unit_random random = {.state = 3};
    struct breaker breaker = {0};
    uint64_t now = START;
    bool probing = false;
    for (int i = 0; i < 200000; i++) {
        now += unit_random_below(&random, 2000) * CLOCK_MS;
        uint64_t before = breaker.state;
        switch (unit_random_below(&random, 8)) {
        case 0:
            if (breaker_earliest(&breaker, now) == now) {
                bool probe = breaker_leaves(&breaker);
                assert_int_equal(probe, before == BREAKER_OPEN);
                assert_false(probe && probing);
                probing = probing || probe;
            }
            break;
        case 1:
            if (probing && unit_random_below(&random, 3) == 0) {
                breaker_probe_lost(&breaker, now);
                probing = false;
            }
            break;
        case 2:
            if (unit_random_below(&random, 16) == 0) {
                breaker_succeeded(&breaker);
                assert_int_equal(breaker.state, BREAKER_CLOSED);
                probing = false;
            }
            break;
        default: {
            bool probe = probing && unit_random_below(&random, 4) == 0;
            breaker_failed(&breaker, &config, probe, unit_random_below(&random, 40), now);
            probing = probing && !probe;
            break;
        }
        }
        assert_true(breaker.state <= BREAKER_HALF_OPEN);
        assert_int_equal(probing, breaker.state == BREAKER_HALF_OPEN);
        uint64_t earliest = breaker_earliest(&breaker, now);
        assert_true(earliest >= now && (earliest == CLOCK_NEVER || earliest <= now + TIMEOUT));
        assert_int_equal(earliest == CLOCK_NEVER, probing);
    }
    assert_true(breaker.opened > 100);
}

static void others_open_it_and_keep_its_probe_back(void **state) {
    (void)state;
    struct breaker breaker = {0};
    breaker_hold(&breaker, START + FIRST, START);
    assert_int_equal(breaker.state, BREAKER_OPEN);
    assert_int_equal(breaker.opened, 1);
    assert_int_equal(breaker_earliest(&breaker, START), START + FIRST);
    breaker_hold(&breaker, START, START); // a later moment stays
    breaker_hold(&breaker, START + 3 * FIRST, START);
    assert_int_equal(breaker_earliest(&breaker, START), START + 3 * FIRST);
    assert_int_equal(breaker.opened, 1);
    breaker_free(&breaker, START + FIRST);
    assert_int_equal(breaker_earliest(&breaker, START + FIRST), START + FIRST);
    assert_true(breaker_leaves(&breaker));
    breaker_hold(&breaker, START + 9 * FIRST, START); // it has left
    breaker_free(&breaker, START);
    assert_int_equal(breaker.state, BREAKER_HALF_OPEN);
    breaker_succeeded(&breaker);
    breaker_free(&breaker, START);
    assert_int_equal(breaker.state, BREAKER_CLOSED);
}

static void names(void **state) {
    (void)state;
    assert_string_equal(breaker_state_name(BREAKER_CLOSED), "closed");
    assert_string_equal(breaker_state_name(BREAKER_OPEN), "open");
    assert_string_equal(breaker_state_name(BREAKER_HALF_OPEN), "half_open");
    assert_string_equal(breaker_state_name((enum breaker_state)7), "unknown");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_after_failures_in_a_row),
        cmocka_unit_test(many_that_fail_together_are_no_outage_yet),
        cmocka_unit_test(one_probe_decides),
        cmocka_unit_test(failures_of_others_do_not_prolong_it),
        cmocka_unit_test(a_lost_probe_is_followed_by_another),
        cmocka_unit_test(without_a_threshold_there_is_none),
        cmocka_unit_test(probes_at_growing_distance),
        cmocka_unit_test(opens_for_refusals),
        cmocka_unit_test(lets_one_through_at_a_time),
        cmocka_unit_test(others_open_it_and_keep_its_probe_back),
        cmocka_unit_test(names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
