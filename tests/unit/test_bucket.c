#include "ration/bucket.h"

#include "ration/clock.h"
#include "unit_random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#define MINUTE (60 * CLOCK_SECOND)
#define START 1000000007ULL

// Books `units` at the first moment from `now` on, which is returned.
static uint64_t leave(struct bucket *bucket, uint64_t units, uint64_t now) {
    uint64_t at = bucket_earliest(bucket, units, now);
    bucket->full_at = bucket_take(bucket, units, at);
    return at;
}

static void spaces_single_requests_evenly(void **state) {
    (void)state;
    struct bucket bucket = {.limit = 60000, .window = MINUTE, .capacity = 1, .full_at = START};
    for (uint64_t k = 0; k < 5000; k++) {
        assert_int_equal(leave(&bucket, 1, START), START + k * CLOCK_MS);
    }
}

static void lets_a_burst_leave_at_once(void **state) {
    (void)state;
    struct bucket bucket = {.limit = 60000, .window = MINUTE, .capacity = 10, .full_at = START};
    for (uint64_t k = 0; k < 1000; k++) {
        uint64_t expected = k < 10 ? START : START + (k - 9) * CLOCK_MS;
        assert_int_equal(leave(&bucket, 1, START), expected);
    }
    // After a rest of 4 ms behind the last departure four may leave at once, after a long one ten, never
    // more.
    uint64_t last = START + 990 * CLOCK_MS;
    uint64_t rested = last + 4 * CLOCK_MS;
    for (int k = 0; k < 4; k++) {
        assert_int_equal(leave(&bucket, 1, rested), rested);
    }
    assert_int_equal(leave(&bucket, 1, rested), rested + CLOCK_MS);
    uint64_t later = START + 3600 * CLOCK_SECOND;
    for (int k = 0; k < 10; k++) {
        assert_int_equal(leave(&bucket, 1, later), later);
    }
    assert_int_equal(leave(&bucket, 1, later), later + CLOCK_MS);
}

static void charges_more_than_the_capacity_as_a_debt(void **state) {
    (void)state;
    // 100 tokens a millisecond, 600 at once.
    struct bucket bucket = {.limit = 6000000, .window = MINUTE, .capacity = 600, .full_at = START};
    assert_int_equal(leave(&bucket, 5000, START), START); // the bucket was full
    assert_int_equal(bucket_level(&bucket, START), 0);
    // The debt of 4,400 takes 44 ms, and one token 0.01 ms more.
    assert_int_equal(bucket_earliest(&bucket, 1, START), START + 44 * CLOCK_MS + 10000);
    // Another one of that size leaves only from a full bucket again: 50 ms.
    assert_int_equal(leave(&bucket, 5000, START), START + 50 * CLOCK_MS);
    assert_int_equal(bucket_earliest(&bucket, 600, START), START + 100 * CLOCK_MS);
}

static void refunds_what_was_taken(void **state) {
    (void)state;
    struct bucket bucket = {.limit = 6000000, .window = MINUTE, .capacity = 600, .full_at = START};
    (void)leave(&bucket, 600, START);
    assert_int_equal(bucket_level(&bucket, START), 0);
    bucket.full_at = bucket_refund(&bucket, 200);
    assert_int_equal(bucket_level(&bucket, START), 200);
    assert_int_equal(leave(&bucket, 200, START), START);
    assert_int_equal(bucket_earliest(&bucket, 100, START), START + CLOCK_MS);
    // A refund makes no more of it than a full bucket.
    bucket.full_at = bucket_refund(&bucket, 1000000);
    assert_int_equal(bucket_level(&bucket, START), 600);
    bucket.full_at = 5;
    assert_int_equal(bucket_refund(&bucket, 1000000), 0);
}

static void refunds_never_more_than_was_taken(void **state) {
    (void)state;
    struct unit_random random = {.state = 11};
    for (int i = 0; i < 100000; i++) {
        struct bucket bucket = {
            .limit = 1 + unit_random_below(&random, 1000000), .window = MINUTE, .full_at = START};
        bucket.capacity = 1 + unit_random_below(&random, (uint32_t)bucket.limit);
        uint64_t units = unit_random_below(&random, 100000);
        struct bucket after = bucket;
        after.full_at = bucket_take(&bucket, units, START);
        assert_true(bucket_refund(&after, units) >= START);
        assert_true(bucket_refund(&after, units) <= START + 1);
    }
}

static void rounds_against_the_one_who_leaves(void **state) {
    (void)state;
    // Seven a minute: a unit takes 8,571,428,571.43 ns. Not one leaves before its share is whole.
    struct bucket bucket = {.limit = 7, .window = MINUTE, .capacity = 7, .full_at = START};
    assert_int_equal(leave(&bucket, 7, START), START);
    assert_int_equal(bucket_earliest(&bucket, 1, START), START + 8571428572);
    assert_int_equal(bucket_earliest(&bucket, 2, START), START + 17142857143);
    assert_int_equal(bucket_earliest(&bucket, 7, START), START + MINUTE);
    assert_int_equal(bucket_refill_time(&bucket, 1), 8571428572);
    assert_int_equal(bucket_level(&bucket, START + 8571428571), 0);
    assert_int_equal(bucket_level(&bucket, START + 8571428572), 1);
}

static void tells_its_level(void **state) {
    (void)state;
    struct bucket bucket = {.limit = 60, .window = MINUTE, .capacity = 5, .full_at = START};
    assert_int_equal(bucket_level(&bucket, START), 5);
    assert_int_equal(bucket_level(&bucket, START + MINUTE), 5);
    assert_int_equal(bucket_level(&bucket, START - 1), 4); // not whole yet
    assert_int_equal(bucket_level(&bucket, START - CLOCK_SECOND), 4);
    assert_int_equal(bucket_level(&bucket, START - CLOCK_SECOND - 1), 3);
    bucket.full_at = START + 4 * CLOCK_SECOND;
    assert_int_equal(bucket_level(&bucket, START), 1);
    bucket.full_at = START + 5 * CLOCK_SECOND;
    assert_int_equal(bucket_level(&bucket, START), 0);
    bucket.full_at = START + 500 * CLOCK_SECOND;
    assert_int_equal(bucket_level(&bucket, START), 0);
}

static void what_its_level_says_may_leave(void **state) {
    (void)state;
    struct unit_random random = {.state = 5};
    for (int i = 0; i < 100000; i++) {
        struct bucket bucket = {.limit = 1 + unit_random_below(&random, 100000), .window = MINUTE};
        bucket.capacity = 1 + unit_random_below(&random, (uint32_t)bucket.limit);
        bucket.full_at = START + unit_random_next(&random) % (2 * MINUTE);
        uint64_t level = bucket_level(&bucket, START);
        assert_true(level <= bucket.capacity);
        if (level > 0) {
            assert_int_equal(bucket_earliest(&bucket, level, START), START);
        }
        if (level < bucket.capacity) {
            assert_true(bucket_earliest(&bucket, level + 1, START) > START);
        }
    }
}

static void without_a_limit_all_leave_now(void **state) {
    (void)state;
    struct bucket bucket = {.limit = 0, .window = MINUTE, .capacity = 1, .full_at = START};
    for (int k = 0; k < 100; k++) {
        assert_int_equal(leave(&bucket, 1000000, 42), 42);
    }
    assert_int_equal(bucket_refill_time(&bucket, 1000000), 0);
    assert_int_equal(bucket.full_at, START);
    assert_int_equal(bucket_refund(&bucket, 7), START);
}

static void does_not_overflow(void **state) {
    (void)state;
    struct bucket bucket = {.limit = 1, .window = MINUTE, .capacity = 1, .full_at = START};
    assert_int_equal(bucket_refill_time(&bucket, UINT64_MAX), CLOCK_NEVER);
    bucket.full_at = bucket_take(&bucket, UINT64_MAX, START);
    assert_int_equal(bucket.full_at, CLOCK_NEVER);
    assert_int_equal(bucket_take(&bucket, 1, START), CLOCK_NEVER);
    assert_int_equal(bucket_earliest(&bucket, 1, START), CLOCK_NEVER);
    assert_int_equal(bucket_level(&bucket, START), 0);
    assert_true(bucket_refund(&bucket, UINT64_MAX) <= CLOCK_NEVER);

    struct bucket large = {
        .limit = UINT64_MAX, .window = UINT64_MAX, .capacity = UINT64_MAX, .full_at = START};
    assert_int_equal(bucket_refill_time(&large, UINT64_MAX), UINT64_MAX);
    assert_int_equal(bucket_earliest(&large, 1, START), START);
    assert_int_equal(bucket_level(&large, START), UINT64_MAX);
    large.full_at = bucket_take(&large, 10, START);
    assert_int_equal(large.full_at, START + 10);
    assert_int_equal(bucket_level(&large, START), UINT64_MAX - 10);

    // Just before the end of time.
    struct bucket late = {.limit = 60, .window = MINUTE, .capacity = 1, .full_at = UINT64_MAX - 5};
    assert_int_equal(bucket_take(&late, 1, UINT64_MAX - 5), CLOCK_NEVER);
    assert_int_equal(bucket_earliest(&late, 1, UINT64_MAX - 9), UINT64_MAX - 5);
}

// The inequality that defines the bucket: between any two departures i <= j, both included, no more than
// capacity + limit * (t[j] - t[i]) / window units have left. Told for all pairs by one pass: with
// s(k) = units before k, and f(k) = s(k) * window - limit * t[k], it says
// s(j + 1) * window - limit * t[j] - min over i <= j of f(i) <= capacity * window.
static void keeps_to_its_limit(uint64_t limit, uint64_t capacity, uint32_t most_units, uint32_t pause_ms,
                               uint64_t seed) {
    struct unit_random random = {.state = seed};
    struct bucket bucket = {.limit = limit, .window = MINUTE, .capacity = capacity, .full_at = START};
    __extension__ typedef __int128 number;
    number sum = 0;
    number least = 0;
    uint64_t now = START;
    uint64_t allowance = most_units > capacity ? most_units : capacity;
    for (int k = 0; k < 100000; k++) {
        uint64_t units = 1 + unit_random_below(&random, most_units);
        if (pause_ms > 0 && unit_random_below(&random, 20) == 0) {
            now += (uint64_t)unit_random_below(&random, pause_ms) * CLOCK_MS +
                   unit_random_below(&random, 1000000);
        }
        now = leave(&bucket, units, now);
        number before = sum * MINUTE - (number)limit * (number)(now - START);
        least = k == 0 || before < least ? before : least;
        sum += (number)units;
        number after = sum * MINUTE - (number)limit * (number)(now - START);
        assert_true(after - least <= (number)allowance * MINUTE);
    }
    if (pause_ms == 0) {
        // Never idle, so all of it was used: what the time allowed has left, but for a nanosecond's share for
        // each rounding.
        number allowed = (number)limit * (number)(now - START) / MINUTE;
        number lost = 1 + (number)limit * 100000 / MINUTE;
        assert_true(sum >= allowed - lost);
    }
}

static void no_window_holds_more_than_the_limit(void **state) {
    (void)state;
    static const struct {
        uint64_t limit, capacity;
        uint32_t most_units;
    } cases[] = {
        {60000, 1, 1},      {60000, 10, 1},       {500, 1, 1},        {7, 3, 1},
        {1, 1, 1},          {61, 7, 3},           {1000003, 999, 50}, {30000000, 3000, 2000},
        {90000, 150, 4000}, {1000000000, 17, 40},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        keeps_to_its_limit(cases[i].limit, cases[i].capacity, cases[i].most_units, 0, 100 + i);
        keeps_to_its_limit(cases[i].limit, cases[i].capacity, cases[i].most_units, 500, 200 + i);
    }
}

// A plain bucket that is refilled by the clock, in exact numbers: the same moments, but for the rounding of
// each take.
static void leaves_when_a_plain_bucket_would_let_it(void **state) {
    (void)state;
    struct unit_random random = {.state = 77};
    // 3 units a microsecond are 180,000,000 a minute; times that are whole microseconds need no rounding.
    struct bucket bucket = {.limit = 180000000, .window = MINUTE, .capacity = 900, .full_at = 1000};
    uint64_t level = 900;
    uint64_t at = 1000;
    uint64_t now = 1000;
    for (int k = 0; k < 100000; k++) {
        uint64_t units = 3ULL * (1 + unit_random_below(&random, 300));
        now += unit_random_below(&random, 3) == 0 ? unit_random_below(&random, 400) * 1000ULL : 0;
        level += (now - at) * 3 / 1000;
        level = level < 900 ? level : 900;
        at = now;
        uint64_t wait = level >= units ? 0 : (units - level) / 3 * 1000;
        assert_int_equal(leave(&bucket, units, now), now + wait);
        now += wait;
        level += wait * 3 / 1000;
        at = now;
        level -= units;
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spaces_single_requests_evenly),
        cmocka_unit_test(lets_a_burst_leave_at_once),
        cmocka_unit_test(charges_more_than_the_capacity_as_a_debt),
        cmocka_unit_test(refunds_what_was_taken),
        cmocka_unit_test(refunds_never_more_than_was_taken),
        cmocka_unit_test(rounds_against_the_one_who_leaves),
        cmocka_unit_test(tells_its_level),
        cmocka_unit_test(what_its_level_says_may_leave),
        cmocka_unit_test(without_a_limit_all_leave_now),
        cmocka_unit_test(does_not_overflow),
        cmocka_unit_test(no_window_holds_more_than_the_limit),
        cmocka_unit_test(leaves_when_a_plain_bucket_would_let_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
