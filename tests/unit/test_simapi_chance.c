#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "sim_chance.h"
#include "sim_tag.h"
#include "sim_timers.h"

#define DRAWS 20000

static uint64_t key_of(uint64_t seed, unsigned artist, uint64_t attempt) {
    char id[16];

    snprintf(id, sizeof(id), "a%u", artist);
    return sim_chance_key(seed, id, strlen(id), attempt);
}

static void the_key_depends_on_all_three(void **state) {
    (void)state;
    assert_int_equal(key_of(1, 2, 3), key_of(1, 2, 3));
    assert_int_not_equal(key_of(1, 2, 3), key_of(2, 2, 3));
    assert_int_not_equal(key_of(1, 2, 3), key_of(1, 3, 3));
    assert_int_not_equal(key_of(1, 2, 3), key_of(1, 2, 4));
}

static void shares_are_met(void **state) {
    const double shares[CHANCE_FAULT_COUNT] = {
        [FAULT_500] = 0.05, [FAULT_CUT] = 0.2, [FAULT_TRUNCATED] = 0.01};
    unsigned count[CHANCE_FAULT_COUNT + 1] = {0};

    (void)state;
    for (unsigned i = 0; i < DRAWS; i++)
        count[sim_chance_fault(key_of(1, i, 1), shares)]++;
    assert_in_range(count[FAULT_500], DRAWS * 4 / 100, DRAWS * 6 / 100);
    assert_in_range(count[FAULT_CUT], DRAWS * 18 / 100, DRAWS * 22 / 100);
    assert_in_range(count[FAULT_TRUNCATED], DRAWS * 5 / 1000, DRAWS * 15 / 1000);
    assert_int_equal(count[FAULT_503] + count[FAULT_DROP] + count[FAULT_EMPTY] + count[FAULT_TRICKLE], 0);
}

static void shares_of_zero_and_one(void **state) {
    const double none[CHANCE_FAULT_COUNT] = {0}, all[CHANCE_FAULT_COUNT] = {[FAULT_TRUNCATED] = 1};

    (void)state;
    for (unsigned i = 0; i < 1000; i++) {
        assert_int_equal(sim_chance_fault(key_of(9, i, 1), none), FAULT_NONE);
        assert_int_equal(sim_chance_fault(key_of(9, i, 1), all), FAULT_TRUNCATED);
    }
    assert_string_equal(sim_chance_fault_name(FAULT_NONE), "-");
    assert_string_equal(sim_chance_fault_name(FAULT_TRUNCATED), "truncated");
}

static void the_latency_has_its_median(void **state) {
    unsigned below = 0;

    (void)state;
    for (unsigned i = 0; i < DRAWS; i++)
        below += sim_chance_lognormal_ns(key_of(1, i, 1), 100, 0.5) < 100000000;
    assert_in_range(below, DRAWS * 48 / 100, DRAWS * 52 / 100);
    assert_in_range(sim_chance_lognormal_ns(5, 100, 0), 99999999, 100000001);
    assert_true(sim_chance_lognormal_ns(5, 3600000, 10) <= UINT64_C(3600000000000));
}

static void reads_the_tag(void **state) {
    static const char *const bad[] = {
        "",       "run",     "run/a",  "/a/1",           "run//1",  "run/a/",  "r/a/0",
        "r/a/1x", "r/a/b/1", "r/a/-1", "r/a/9999999999", "r/a b/1", "r/a\t/1", "r/\xC3\xA4/1"};
    struct tag t = {.attempt = 77};

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(sim_tag_parse(&t, bad[i]));
    assert_int_equal(t.attempt, 77);
    assert_true(sim_tag_parse(&t, "run-1/a%20%2Fb/12"));
    assert_int_equal(t.run_len, 5);
    assert_int_equal(t.artist_id_len, 8);
    assert_memory_equal(t.artist_id, "a%20%2Fb", 8);
    assert_int_equal(t.attempt, 12);
}

static void timers_come_in_order(void **state) {
    struct timers t = {0};
    uint64_t last = 0;
    unsigned popped = 0;
    uint64_t *due;
    uint64_t times[1000];

    (void)state;
    assert_null(sim_timers_pop(&t, UINT64_MAX));
    for (unsigned i = 0; i < 1000; i++) {
        times[i] = key_of(1, i, 1) % 5000;
        sim_timers_add(&t, times[i], &times[i]);
    }
    assert_null(sim_timers_pop(&t, sim_timers_next(&t) - 1));
    while ((due = sim_timers_pop(&t, UINT64_MAX))) {
        assert_true(*due >= last);
        last = *due;
        popped++;
    }
    assert_int_equal(popped, 1000);
    assert_true(sim_timers_next(&t) == UINT64_MAX);
    sim_timers_free(&t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_key_depends_on_all_three),
        cmocka_unit_test(shares_are_met),
        cmocka_unit_test(shares_of_zero_and_one),
        cmocka_unit_test(the_latency_has_its_median),
        cmocka_unit_test(reads_the_tag),
        cmocka_unit_test(timers_come_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
