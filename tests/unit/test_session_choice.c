#include "ration/session_choice.h"

#include "ration/clock.h"
#include "unit_random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define WHOLE SESSION_HEALTH_WHOLE
#define HORIZON 100
#define MOST 16

static uint32_t choose(enum session_selection selection, const struct session_candidate *candidate,
                       uint32_t count, uint32_t last, uint32_t random) {
    return session_choose(selection, candidate, count, HORIZON, last, random);
}

static void the_healthiest_goes_first(void **state) {
    (void)state;
    struct session_candidate candidate[] = {{50, 1, WHOLE / 2}, {50, 9, WHOLE}, {101, 0, WHOLE}};
    assert_int_equal(choose(SESSION_HEALTH, candidate, 3, 1, 0), 1);
    // Nearly as healthy counts as equal: then the one that was not used for longest.
    candidate[0].health = WHOLE - WHOLE / 30;
    assert_int_equal(choose(SESSION_HEALTH, candidate, 3, 1, 0), 0);
    // Now and then an unhealthy one is tried: it could never show that it has recovered.
    candidate[0].health = 0;
    assert_int_equal(choose(SESSION_HEALTH, candidate, 3, 1, UINT32_MAX), 0);
    assert_int_equal(choose(SESSION_HEALTH, candidate, 3, 1, UINT32_MAX / 2), 1);
}

static void the_longest_unused_goes_first(void **state) {
    (void)state;
    struct session_candidate candidate[] = {{50, 7, 0}, {50, 5, 0}, {50, 6, WHOLE}, {200, 1, WHOLE}};
    assert_int_equal(choose(SESSION_LRU, candidate, 4, 1, 0), 1);
    candidate[2].last_used = 0;
    assert_int_equal(choose(SESSION_LRU, candidate, 4, 1, 0), 2);
}

static void goes_round(void **state) {
    (void)state;
    struct session_candidate candidate[] = {{50, 0, 0}, {500, 0, 0}, {50, 0, 0}, {50, 0, 0}};
    assert_int_equal(choose(SESSION_ROUND_ROBIN, candidate, 4, 0, 0), 2);
    assert_int_equal(choose(SESSION_ROUND_ROBIN, candidate, 4, 2, 0), 3);
    assert_int_equal(choose(SESSION_ROUND_ROBIN, candidate, 4, 3, 0), 0);
    assert_int_equal(choose(SESSION_ROUND_ROBIN, candidate, 4, SESSION_NOBODY, 0), 0);
    assert_int_equal(choose(SESSION_ROUND_ROBIN, candidate, 1, 0, 0), 0);
}

static void none_in_time(void **state) {
    (void)state;
    struct session_candidate candidate[] = {{CLOCK_NEVER, 0, WHOLE}, {900, 0, 0}, {800, 5, 0}};
    for (int selection = SESSION_HEALTH; selection <= SESSION_RANDOM; selection++) {
        assert_int_equal(choose((enum session_selection)selection, candidate, 3, 0, 7), 2);
        assert_int_equal(choose((enum session_selection)selection, candidate, 1, 0, 7), SESSION_NOBODY);
        assert_int_equal(choose((enum session_selection)selection, candidate, 0, 0, 7), SESSION_NOBODY);
        assert_int_equal(session_choose((enum session_selection)selection, candidate, 1, CLOCK_NEVER, 0, 7),
                         SESSION_NOBODY);
    }
}

static void chance_is_even(void **state) {
    (void)state;
    struct unit_random random = {.state = 9};
    struct session_candidate candidate[] = {{50, 0, 0}, {500, 0, 0}, {50, 0, 0}, {50, 0, 0}};
    int times[4] = {0};
    for (int i = 0; i < 30000; i++) {
        times[choose(SESSION_RANDOM, candidate, 4, 0, (uint32_t)unit_random_next(&random))]++;
    }
    assert_int_equal(times[1], 0);
    assert_in_range(times[0], 9500, 10500);
    assert_in_range(times[2], 9500, 10500);
    assert_int_equal(choose(SESSION_RANDOM, candidate, 4, 0, 0), 0);
    assert_int_equal(choose(SESSION_RANDOM, candidate, 4, 0, UINT32_MAX), 3);
}

// Whatever the strategy: one that may send now, if there is one.
static void chooses_only_who_may_send(void **state) {
    (void)state;
    struct unit_random random = {.state = 5};
    for (int i = 0; i < 200000; i++) {
        struct session_candidate candidate[MOST];
        uint32_t count = unit_random_below(&random, MOST + 1);
        uint64_t first = CLOCK_NEVER;
        for (uint32_t k = 0; k < count; k++) {
            candidate[k].earliest =
                unit_random_below(&random, 4) == 0 ? CLOCK_NEVER : unit_random_below(&random, 300);
            candidate[k].last_used = unit_random_below(&random, 5);
            candidate[k].health = unit_random_below(&random, WHOLE + 1);
            first = candidate[k].earliest < first ? candidate[k].earliest : first;
        }
        uint32_t chosen = choose((enum session_selection)unit_random_below(&random, 4), candidate, count,
                                 unit_random_below(&random, MOST + 2), (uint32_t)unit_random_next(&random));
        if (first == CLOCK_NEVER) {
            assert_int_equal(chosen, SESSION_NOBODY);
        } else if (first <= HORIZON) {
            assert_true(candidate[chosen].earliest <= HORIZON);
        } else {
            assert_int_equal(candidate[chosen].earliest, first);
        }
    }
}

// Requests that all succeed are shared evenly, also after one of the sessions has failed for a while.
static void shares_evenly_among_the_healthy(void **state) {
    (void)state;
    struct unit_random random = {.state = 6};
    struct session_candidate candidate[3] = {{0, 0, WHOLE}, {0, 0, WHOLE}, {0, 0, WHOLE}};
    int times[3] = {0};
    for (uint64_t now = 1; now <= 60000; now++) {
        uint32_t chosen = choose(SESSION_HEALTH, candidate, 3, 0, (uint32_t)unit_random_next(&random));
        candidate[chosen].last_used = now;
        bool success = chosen != 1 || now > 3000;
        candidate[chosen].health = session_health_after(candidate[chosen].health, success);
        times[chosen] += now > 15000 ? 1 : 0;
    }
    for (int i = 0; i < 3; i++) {
        assert_in_range(times[i], 14700, 15300);
    }
}

static void health_is_a_mean(void **state) {
    (void)state;
    uint64_t health = WHOLE;
    assert_int_equal(session_health_after(health, true), WHOLE);
    for (int i = 0; i < 16; i++) {
        health = session_health_after(health, false);
    }
    assert_in_range(health, WHOLE * 34 / 100, WHOLE * 37 / 100);
    for (int i = 0; i < 300; i++) {
        health = session_health_after(health, false);
    }
    assert_int_equal(health, 0);
    for (int i = 0; i < 300; i++) {
        health = session_health_after(health, true);
    }
    assert_int_equal(health, WHOLE);
    assert_true(session_health_after(UINT64_MAX, false) < WHOLE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_healthiest_goes_first),
        cmocka_unit_test(the_longest_unused_goes_first),
        cmocka_unit_test(goes_round),
        cmocka_unit_test(none_in_time),
        cmocka_unit_test(chance_is_even),
        cmocka_unit_test(chooses_only_who_may_send),
        cmocka_unit_test(shares_evenly_among_the_healthy),
        cmocka_unit_test(health_is_a_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
