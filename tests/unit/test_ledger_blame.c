// A session that is held for refusals: who may leave, and what its answer does.
#include "ration/ledger.h"

#include "ration/clock.h"
#include "unit_arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define NOW (3600 * CLOCK_SECOND)
#define PROBED (NOW + 2 * CLOCK_SECOND) // when the first probe may leave

static struct arena *arena;
static struct blame_row row;
static struct ledger_blame look;

static void admit(struct ledger_booking *booking, uint64_t now) {
    assert_int_equal(ledger_admit(arena, 0, &(struct ledger_estimate){.output = 1}, now, 0, booking),
                     LEDGER_BOOKED);
}

static void settle(const struct ledger_booking *booking, enum blame_class blame, uint64_t now) {
    const struct ledger_usage usage = {.outcome = blame == BLAME_WORKS ? OUTCOME_DONE : OUTCOME_REFUSED,
                                       .blame = blame,
                                       .row = &row,
                                       .artist = 1,
                                       .status = 400,
                                       .least = 50};
    (void)ledger_settle(arena, 0, booking, &usage, now);
}

// It has worked, was refused, and is held.
static int begin(void **state) {
    (void)state;
    struct ledger_booking booking;
    arena = unit_arena(1, 1, 10);
    row = (struct blame_row){0};
    ledger_configure(arena, &(struct ledger_config){.breaker = {.threshold = 5, .timeout = CLOCK_SECOND},
                                                    .day_share = 1000000});
    for (uint32_t i = 0; i < 2; i++) {
        admit(&booking, NOW);
        settle(&booking, i == 0 ? BLAME_WORKS : BLAME_REFUSED, NOW + CLOCK_MS);
    }
    ledger_blame_session(arena, 0, 0, NOW + 2 * CLOCK_MS);
    ledger_blame_look(arena, 0, NOW, &look);
    assert_true(look.held);
    return 0;
}

static int end(void **state) {
    (void)state;
    arena_close(arena);
    return 0;
}

static void a_probe_that_is_answered_ends_the_hold(void **state) {
    (void)state;
    struct ledger_booking probe;
    admit(&probe, PROBED);
    assert_true(probe.probe);
    settle(&probe, BLAME_WORKS, PROBED + CLOCK_MS);
    ledger_blame_look(arena, 0, PROBED, &look);
    assert_false(look.held);
}

// Another worker found the session at fault while the probe was under way: its answer says nothing of that,
// and the next one may leave.
static void a_probe_that_tells_nothing_is_followed_by_another(void **state) {
    (void)state;
    struct ledger_booking probe;
    admit(&probe, PROBED);
    ledger_blame_session(arena, 0, 0, PROBED + CLOCK_SECOND);
    settle(&probe, BLAME_WORKS, PROBED + 2 * CLOCK_SECOND);
    ledger_blame_look(arena, 0, PROBED, &look);
    assert_true(look.held);
    assert_in_range(look.probe_at, 1, PROBED + 3 * CLOCK_SECOND);
    admit(&probe, PROBED + 3 * CLOCK_SECOND);
    assert_true(probe.probe);
    settle(&probe, BLAME_WORKS, PROBED + 4 * CLOCK_SECOND);
    ledger_blame_look(arena, 0, PROBED, &look);
    assert_false(look.held);
}

// ---- without money ----

static void settle_as(const struct ledger_booking *booking, enum outcome_class outcome, uint64_t now) {
    const struct ledger_usage usage = {
        .outcome = outcome, .blame = outcome == OUTCOME_DONE ? BLAME_WORKS : BLAME_LIMITED, .artist = 1};
    (void)ledger_settle(arena, 0, booking, &usage, now);
}

static bool leaves(struct ledger_booking *booking, uint64_t now) {
    return ledger_admit(arena, 0, &(struct ledger_estimate){.output = 1}, now, 0, booking) == LEDGER_BOOKED &&
           booking->departs < now + CLOCK_SECOND;
}

static int begin_parked(void **state) {
    (void)state;
    arena = unit_arena(1, 1, 10);
    ledger_configure(arena, &(struct ledger_config){.day_share = 1000000});
    return 0;
}

// An answer that left before the park says nothing of what comes after it. The first answer that left after
// it lets all leave.
static void after_a_park_one_leaves_until_it_is_answered(void **state) {
    (void)state;
    struct ledger_booking refused, old, probe, next;
    uint64_t back = NOW + CLOCK_HOUR;
    assert_true(leaves(&refused, NOW) && leaves(&old, NOW));
    settle_as(&refused, OUTCOME_QUOTA_EXHAUSTED, NOW + CLOCK_MS);
    ledger_hold(arena, 0, 0, LEDGER_PARK, back, NOW + CLOCK_MS);
    settle_as(&old, OUTCOME_DONE, NOW + 2 * CLOCK_MS);
    for (int i = 0; i < 2; i++, back += CLOCK_HOUR) { // at first it is still closed
        assert_true(leaves(&probe, back));
        assert_int_equal(ledger_admit(arena, 0, &(struct ledger_estimate){.output = 1}, back, 0, &next),
                         LEDGER_LATER);
        settle_as(&probe, i == 0 ? OUTCOME_QUOTA_EXHAUSTED : OUTCOME_DONE, back + CLOCK_MS);
        if (i == 0) {
            ledger_hold(arena, 0, 0, LEDGER_PARK, back + CLOCK_HOUR, back + CLOCK_MS);
        }
    }
    for (int i = 0; i < 100; i++) {
        assert_true(leaves(&next, back));
    }
}

// A fallback that is held back is no way for who was refused: it would be sent to the same session for ever.
static void a_fallback_is_elsewhere_only_where_it_may_send(void **state) {
    (void)state;
    const struct {
        bool fallback[3];
        uint32_t disabled; // a session; 3: none
        uint32_t refused_by;
        bool elsewhere;
    } table[] = {
        {{false, true, true}, 3, 0, false}, {{false, true, true}, 0, 0, true},
        {{false, false, true}, 3, 0, true}, {{false, false, true}, 1, 0, false},
        {{false, true, true}, 3, 1, true},  {{true, true, true}, 3, 0, true},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct arena *three = unit_arena(1, 3, 10);
        for (uint32_t k = 0; k < 3; k++) {
            ledger_set_limits(three, k, &(struct ledger_limits){.fallback = table[i].fallback[k]}, NOW);
        }
        if (table[i].disabled < 3) {
            ledger_hold(three, 0, table[i].disabled, LEDGER_DISABLE, NOW, NOW);
        }
        assert_int_equal(ledger_elsewhere(three, table[i].refused_by, NOW), table[i].elsewhere);
        arena_close(three);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_probe_that_is_answered_ends_the_hold, begin, end),
        cmocka_unit_test_setup_teardown(a_probe_that_tells_nothing_is_followed_by_another, begin, end),
        cmocka_unit_test_setup_teardown(after_a_park_one_leaves_until_it_is_answered, begin_parked, end),
        cmocka_unit_test(a_fallback_is_elsewhere_only_where_it_may_send),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
