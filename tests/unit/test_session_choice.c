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
    struct session_candidate candidate[] = {{.earliest = 50, .last_used = 1, .health = WHOLE / 2},
                                            {.earliest = 50, .last_used = 9, .health = WHOLE},
                                            {.earliest = 101, .last_used = 0, .health = WHOLE}};
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
    struct session_candidate candidate[] = {{.earliest = 50, .last_used = 7, .health = 0},
                                            {.earliest = 50, .last_used = 5, .health = 0},
                                            {.earliest = 50, .last_used = 6, .health = WHOLE},
                                            {.earliest = 200, .last_used = 1, .health = WHOLE}};
    assert_int_equal(choose(SESSION_LRU, candidate, 4, 1, 0), 1);
    candidate[2].last_used = 0;
    assert_int_equal(choose(SESSION_LRU, candidate, 4, 1, 0), 2);
}

static void goes_round(void **state) {
    (void)state;
    struct session_candidate candidate[] = {{.earliest = 50, .last_used = 0, .health = 0},
                                            {.earliest = 500, .last_used = 0, .health = 0},
                                            {.earliest = 50, .last_used = 0, .health = 0},
                                            {.earliest = 50, .last_used = 0, .health = 0}};
    assert_int_equal(choose(SESSION_ROUND_ROBIN, candidate, 4, 0, 0), 2);
    assert_int_equal(choose(SESSION_ROUND_ROBIN, candidate, 4, 2, 0), 3);
    assert_int_equal(choose(SESSION_ROUND_ROBIN, candidate, 4, 3, 0), 0);
    assert_int_equal(choose(SESSION_ROUND_ROBIN, candidate, 4, SESSION_NOBODY, 0), 0);
    assert_int_equal(choose(SESSION_ROUND_ROBIN, candidate, 1, 0, 0), 0);
}

static void none_in_time(void **state) {
    (void)state;
    struct session_candidate candidate[] = {{.earliest = CLOCK_NEVER, .last_used = 0, .health = WHOLE},
                                            {.earliest = 900, .last_used = 0, .health = 0},
                                            {.earliest = 800, .last_used = 5, .health = 0}};
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
    struct session_candidate candidate[] = {{.earliest = 50, .last_used = 0, .health = 0},
                                            {.earliest = 500, .last_used = 0, .health = 0},
                                            {.earliest = 50, .last_used = 0, .health = 0},
                                            {.earliest = 50, .last_used = 0, .health = 0}};
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
            candidate[k].fallback = unit_random_below(&random, 3) == 0;
            candidate[k].away = false;
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
    struct session_candidate candidate[3] = {{.health = WHOLE}, {.health = WHOLE}, {.health = WHOLE}};
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

// A fallback is the healthiest and has rested longest, and is still left alone while others may send.
static void a_fallback_waits_for_its_turn(void **state) {
    (void)state;
    struct session_candidate candidate[] = {{.earliest = 50, .last_used = 9, .health = 0},
                                            {.earliest = 10, .health = WHOLE, .fallback = true}};
    for (int selection = SESSION_HEALTH; selection <= SESSION_RANDOM; selection++) {
        assert_int_equal(choose((enum session_selection)selection, candidate, 2, 0, 7), 0);
        candidate[0].earliest = 101; // not in time
        assert_int_equal(choose((enum session_selection)selection, candidate, 2, 0, 7), 1);
        candidate[0].earliest = 50;
    }
}

// Histories: at each moment who is away, and whether the fallback may be used then; it waits for 30.
static void a_fallback_crosses_an_outage(void **state) {
    (void)state;
    static const struct {
        uint64_t now;
        bool away[2];
        bool used;
    } history[] = {
        {100, {false, false}, false}, // all is well
        {110, {true, false}, false},  // one is away
        {200, {true, false}, false},  // for long
        {201, {true, true}, false},   // both are
        {230, {true, true}, false},   //
        {231, {true, true}, true},    // for long enough
        {500, {true, true}, true},    //
        {501, {true, false}, false},  // one is back: at once
        {502, {true, true}, false},   // and away again: that is another outage
        {531, {true, true}, false},   //
        {532, {true, true}, true},    //
    };
    uint64_t since = 0;
    for (size_t i = 0; i < sizeof(history) / sizeof(history[0]); i++) {
        struct session_candidate candidate[] = {{.earliest = 600, .away = history[i].away[0]},
                                                {.earliest = 700, .away = history[i].away[1]},
                                                {.earliest = history[i].now, .fallback = true, .away = true}};
        since = session_away_since(candidate, 3, since, history[i].now);
        session_hold_back(candidate, 3, since, 30, SESSION_TRIED_NOT, history[i].now);
        assert_int_equal(candidate[2].earliest, history[i].used ? history[i].now : CLOCK_NEVER);
        assert_int_equal(session_choose(SESSION_LRU, candidate, 3, history[i].now, 0, 7),
                         history[i].used ? 2 : 0);
    }
}

// The breaker of one lets a probe pass: it leaves, though the fallback may be used.
static void a_probe_still_leaves(void **state) {
    (void)state;
    struct session_candidate candidate[] = {{.earliest = 50, .away = true},
                                            {.earliest = 10, .health = WHOLE, .fallback = true}};
    session_hold_back(candidate, 2, 1, 0, SESSION_TRIED_NOT, 40);
    assert_int_equal(choose(SESSION_HEALTH, candidate, 2, 1, 0), 0);
    candidate[0].earliest = CLOCK_NEVER; // it is under way
    assert_int_equal(choose(SESSION_HEALTH, candidate, 2, 1, 0), 1);
}

// What has failed there goes by the fallback, if that may send at all.
static void what_is_asked_again_goes_elsewhere(void **state) {
    (void)state;
    struct session_candidate candidate[] = {{.earliest = 50, .away = true},
                                            {.earliest = 60, .fallback = true}};
    session_hold_back(candidate, 2, 1, 0, SESSION_TRIED, 40);
    assert_int_equal(choose(SESSION_HEALTH, candidate, 2, 1, 0), 1);
    struct session_candidate none[] = {{.earliest = 50, .away = true},
                                       {.earliest = CLOCK_NEVER, .fallback = true}};
    session_hold_back(none, 2, 1, 0, SESSION_TRIED, 40);
    assert_int_equal(choose(SESSION_HEALTH, none, 2, 1, 0), 0);
    struct session_candidate early[] = {{.earliest = 50, .away = true}, {.earliest = 60, .fallback = true}};
    session_hold_back(early, 2, 1, 100, SESSION_TRIED, 40); // it may not yet
    assert_int_equal(choose(SESSION_HEALTH, early, 2, 1, 0), 0);
}

// Few rows left may not open a breaker: their last attempt need not go where the others came to nothing.
static void a_last_attempt_goes_elsewhere(void **state) {
    (void)state;
    static const struct {
        enum session_tried tried;
        uint64_t since;
        bool away; // the fallback
        uint32_t chosen;
    } table[] = {
        {SESSION_TRIED_NOT, 0, false, 0},   {SESSION_TRIED, 0, false, 0},
        {SESSION_TRIED_MOST, 0, false, 1},  {SESSION_TRIED_MOST, 0, true, 0},
        {SESSION_TRIED_MOST, 30, false, 0}, // the others are away, it must wait as long as it is told to
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct session_candidate candidate[] = {
            {.earliest = 50, .away = table[i].since > 0},
            {.earliest = 60, .fallback = true, .away = table[i].away},
        };
        session_hold_back(candidate, 2, table[i].since, 100, table[i].tried, 40);
        assert_int_equal(choose(SESSION_HEALTH, candidate, 2, 1, 0), table[i].chosen);
    }
}

static void fallbacks_alone_are_as_any(void **state) {
    (void)state;
    struct session_candidate candidate[] = {{.earliest = 50, .last_used = 2, .fallback = true},
                                            {.earliest = 50, .last_used = 1, .fallback = true}};
    assert_int_equal(session_away_since(candidate, 2, 0, 9), 0);
    session_hold_back(candidate, 2, 0, 30, SESSION_TRIED, 9);
    assert_int_equal(choose(SESSION_LRU, candidate, 2, 0, 0), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fallback_waits_for_its_turn),
        cmocka_unit_test(a_fallback_crosses_an_outage),
        cmocka_unit_test(a_probe_still_leaves),
        cmocka_unit_test(what_is_asked_again_goes_elsewhere),
        cmocka_unit_test(a_last_attempt_goes_elsewhere),
        cmocka_unit_test(fallbacks_alone_are_as_any),
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
