// A limit that nobody tells, in the ledger: all workers keep one pace, what is told stays as it is, and what
// an earlier run found is kept to from the first request on.
#include "ration/ledger.h"

#include "ration/clock.h"
#include "unit_arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define START (1000 * CLOCK_SECOND)
#define EACH (20 * CLOCK_MS)

static const struct ledger_estimate estimate = {.output = 1};

static struct arena *with(const struct ledger_limits *limits) {
    struct arena *arena = unit_arena(4, 1, 100);
    ledger_set_limits(arena, 0, limits, START);
    ledger_configure(arena, &(struct ledger_config){.day_share = 1000000});
    return arena;
}

static struct ledger_rest refuse(struct arena *arena, uint32_t slot, const struct ledger_booking *booking,
                                 bool told, uint64_t wait, uint64_t now) {
    struct ledger_rest rest;
    const struct ledger_usage usage = {
        .outcome = OUTCOME_RATE_LIMITED, .status = 429, .wait_told = told, .wait = wait, .rest = &rest};
    (void)ledger_settle(arena, slot, booking, &usage, now);
    return rest;
}

// Fifty a second were found out: two workers that ask in turn book no more.
static void workers_share_what_was_found(void **state) {
    (void)state;
    struct arena *arena = with(&(struct ledger_limits){.ramps = true, .known = {SILENT_RATE, EACH, 1, 0}});
    uint32_t booked = 0;
    for (uint64_t now = START; now < START + CLOCK_SECOND; now += 5 * CLOCK_MS) {
        struct ledger_booking booking;
        if (ledger_admit(arena, (uint32_t)(now / (5 * CLOCK_MS) % 2), &estimate, now, 0, &booking) ==
            LEDGER_BOOKED) {
            booked++;
        }
    }
    assert_in_range(booked, 48, 52);
    struct ledger_state look;
    ledger_look(arena, 0, START, &look);
    assert_true(look.silent_refused);
    assert_int_equal(look.silent.gap, EACH);
    arena_close(arena);
}

// Of the bookings that are due the one that was booked first, as each process has its own: taken out of the
// list when it may leave at `now`. Returns how many have left.
static uint32_t leave_due(struct arena *arena, struct ledger_booking *waiting, uint32_t *count,
                          uint64_t now) {
    uint32_t kept = 0, left = 0;
    for (uint32_t i = 0; i < *count; i++) {
        if (waiting[i].departs <= now && ledger_leave(arena, &waiting[i], now).again == 0) {
            left++;
        } else {
            waiting[kept++] = waiting[i];
        }
    }
    *count = kept;
    return left;
}

// Fifty a second, and a bucket that holds one: processes that wake up to 15 ms late leave no two requests
// closer than the bucket refills, and book no more than leaves.
static void late_departures_keep_their_distance(void **state) {
    (void)state;
    struct arena *arena = with(&(struct ledger_limits){.ramps = true, .known = {SILENT_RATE, EACH, 1, 0}});
    struct ledger_booking waiting[32];
    uint32_t count = 0, all = 0, random = 1;
    uint64_t last = 0;
    for (uint64_t now = START; now < START + 3 * CLOCK_SECOND;) {
        while (count < 32 && ledger_admit(arena, 0, &estimate, now, 0, &waiting[count]) == LEDGER_BOOKED) {
            count++;
        }
        uint32_t left = leave_due(arena, waiting, &count, now);
        assert_true(left <= 1 && (left == 0 || last == 0 || now >= last + EACH));
        last = left > 0 ? now : last;
        all += left;
        random = random * 1103515245 + 12345;
        now += 100000 + (uint64_t)((random >> 16) % 8 * (random >> 24) % 8) * 30 * CLOCK_MS / 100;
    }
    assert_in_range(all, 120, 149);
    assert_true(count <= 4);
    arena_close(arena);
}

// What leaves to the moment is neither shifted nor held.
static void who_is_on_time_is_not_held(void **state) {
    (void)state;
    struct arena *arena = with(&(struct ledger_limits){.ramps = true, .known = {SILENT_RATE, EACH, 10, 0}});
    struct ledger_booking booking;
    uint64_t now = START, began = 0;
    for (uint64_t i = 0; i < 150; i++) {
        while (ledger_admit(arena, 0, &estimate, now, 0, &booking) == LEDGER_LATER) {
            now = booking.departs;
        }
        now = booking.departs;
        assert_int_equal(ledger_leave(arena, &booking, now).again, 0);
        began = began == 0 ? now : began;
    }
    assert_in_range(now - began, 146 * EACH, 153 * EACH);
    arena_close(arena);
}

static void a_wait_is_obeyed_and_not_made_longer(void **state) {
    (void)state;
    struct arena *arena = with(&(struct ledger_limits){.ramps = true, .known = {SILENT_RATE, EACH, 5, 0}});
    struct ledger_booking booking;
    uint64_t now = START;
    for (int i = 0; i < 60; i++, now += 2 * EACH) {
        while (ledger_admit(arena, 0, &estimate, now, 0, &booking) == LEDGER_LATER) {
            now = booking.departs;
        }
        if (i % 20 != 19) {
            (void)ledger_settle(arena, 0, &booking, &(struct ledger_usage){.outcome = OUTCOME_DONE}, now);
            continue;
        }
        struct ledger_rest rest = refuse(arena, 0, &booking, true, CLOCK_SECOND, now);
        assert_true(rest.found);
        assert_int_equal(rest.time, CLOCK_SECOND);
        ledger_hold(arena, 0, 0, LEDGER_COOL, now + rest.time, now);
        now += CLOCK_SECOND;
    }
    arena_close(arena);
}

static void what_is_told_is_no_silent_limit(void **state) {
    (void)state;
    struct arena *arena = with(&(struct ledger_limits){.told.of[LIMITS_REQUESTS_MINUTE] = 600});
    struct ledger_booking booking;
    struct ledger_state look;
    assert_int_equal(ledger_admit(arena, 0, &estimate, START, 0, &booking), LEDGER_BOOKED);
    assert_false(refuse(arena, 0, &booking, false, 0, START).found);
    ledger_look(arena, 0, START, &look);
    assert_false(look.silent_refused);
    arena_close(arena);
}

// What is in flight is what counts: of a dead worker's no place is lost.
static void places_are_given_to_all(void **state) {
    (void)state;
    struct arena *arena = with(&(struct ledger_limits){.ramps = true, .known = {SILENT_PLACES, 0, 0, 3}});
    struct ledger_booking booking[4];
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(ledger_admit(arena, i, &estimate, START, 0, &booking[i]), LEDGER_BOOKED);
    }
    assert_int_equal(ledger_admit(arena, 3, &estimate, START, 0, &booking[3]), LEDGER_LATER);
    assert_true(ledger_ramping(arena));
    assert_true(ledger_reclaim(arena, 1));
    assert_int_equal(ledger_admit(arena, 3, &estimate, START, 0, &booking[3]), LEDGER_BOOKED);
    arena_close(arena);
}

// Nothing is known, and all would leave at once: each leaves sooner after the one before instead, so that a
// refusal finds few that follow.
static void a_beginning_is_no_burst(void **state) {
    (void)state;
    struct arena *arena = with(&(struct ledger_limits){.gentle = true});
    struct ledger_booking booking;
    uint64_t now = START, last = 0;
    for (uint32_t i = 0; i < 400; i++) {
        while (ledger_admit(arena, i % 4, &estimate, now, 0, &booking) == LEDGER_LATER) {
            now = booking.departs;
        }
        last = booking.departs;
        if (i == 9) {
            assert_in_range(last - START, 30 * CLOCK_MS, 80 * CLOCK_MS);
        }
    }
    assert_in_range(last - START, 100 * CLOCK_MS, 200 * CLOCK_MS);
    arena_close(arena);
}

// Nothing was known before: the first refusal that names no wait rests a second, as nothing can be told of a
// pace.
static void the_first_refusal_rests_a_second(void **state) {
    (void)state;
    struct arena *arena = with(&(struct ledger_limits){.ramps = true});
    struct ledger_booking booking;
    assert_int_equal(ledger_admit(arena, 0, &estimate, START, 0, &booking), LEDGER_BOOKED);
    (void)ledger_settle(arena, 0, &booking, &(struct ledger_usage){.outcome = OUTCOME_DONE}, START);
    assert_int_equal(ledger_admit(arena, 0, &estimate, START, 0, &booking), LEDGER_BOOKED);
    assert_int_equal(refuse(arena, 0, &booking, false, 0, START).time, CLOCK_SECOND);
    arena_close(arena);
}

static void resume_forgets_it(void **state) {
    (void)state;
    struct arena *arena = with(&(struct ledger_limits){.ramps = true, .known = {SILENT_PLACES, 0, 0, 3}});
    struct ledger_state look;
    assert_true(ledger_reset_holds(arena, START));
    ledger_look(arena, 0, START, &look);
    assert_false(look.silent_refused);
    arena_close(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(workers_share_what_was_found),
        cmocka_unit_test(late_departures_keep_their_distance),
        cmocka_unit_test(who_is_on_time_is_not_held),
        cmocka_unit_test(a_wait_is_obeyed_and_not_made_longer),
        cmocka_unit_test(what_is_told_is_no_silent_limit),
        cmocka_unit_test(places_are_given_to_all),
        cmocka_unit_test(a_beginning_is_no_burst),
        cmocka_unit_test(the_first_refusal_rests_a_second),
        cmocka_unit_test(resume_forgets_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
