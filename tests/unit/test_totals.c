#include "view/totals.h"

#include "ration/board.h"
#include "ration/clock.h"
#include "ration/ledger.h"
#include "unit_arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void adds_up_all_slots_and_sessions(void **state) {
    (void)state;
    uint64_t now = clock_now();
    struct totals totals;
    struct arena *arena = unit_arena(3, 2, 50);
    ledger_set_limits(arena, 0,
                      &(struct ledger_limits){.told.of[LIMITS_REQUESTS_MINUTE] = 600,
                                              .told.of[LIMITS_TOKENS_MINUTE] = 10000},
                      now);
    ledger_set_limits(arena, 1, &(struct ledger_limits){.told.of[LIMITS_REQUESTS_MINUTE] = 60}, now);
    ledger_configure(arena, &(struct ledger_config){.day_share = 1000000});
    for (uint32_t slot = 0; slot < 3; slot++) {
        slot_prepare(arena, slot);
        slot_heartbeat(arena, slot, now, 10 + slot, 20, slot);
        slot_set_state(arena, slot, slot == 1 ? SLOT_DISK_WAIT : SLOT_WORKING);
        for (uint32_t i = 0; i <= slot; i++) {
            slot_count_outcome(arena, slot, SLOT_DONE);
            slot_count_outcome(arena, slot, SLOT_SERVER_FAULT);
        }
        slot_count_done(arena, slot, 100, 7, 5);
        slot_count_retry(arena, slot);
    }
    board_set(arena, 1, BOARD_DONE);
    board_set(arena, 2, BOARD_DONE);
    board_set(arena, 3, BOARD_FAILED);
    for (int i = 0; i < 2; i++) {
        struct ledger_booking booking;
        assert_int_equal(ledger_admit(arena, 0, &(struct ledger_estimate){.output = 5}, now, 0, &booking),
                         LEDGER_BOOKED);
        (void)ledger_settle(arena, 0, &booking, &(struct ledger_usage){.input_tokens = 3, .output_tokens = 8},
                            now);
    }
    totals_take(arena, now, &totals);
    assert_int_equal(totals.artists, 50);
    assert_int_equal(totals.done, 2);
    assert_int_equal(totals.failed, 1);
    assert_int_equal(totals.in_flight, 33);
    assert_int_equal(totals.disk_wait, 1);
    assert_int_equal(totals.retrying, 0 + 1 + 2);
    assert_int_equal(totals.retries, 3);
    assert_int_equal(totals.answers, 3);
    assert_int_equal(totals.latency_ms, 15);
    assert_int_equal(totals.attempts, 12);
    assert_int_equal(totals.outcome[SLOT_DONE], 6);
    assert_int_equal(totals.outcome[SLOT_SERVER_FAULT], 6);
    assert_int_equal(totals.outcome[SLOT_REFUSED], 0);
    assert_int_equal(totals.input_tokens, 300);
    assert_int_equal(totals.output_tokens, 21);
    assert_int_equal(totals.spent_requests, 2);
    assert_int_equal(totals.spent_tokens, 22);
    assert_int_equal(totals.requests_per_minute, 660);
    assert_int_equal(totals.tokens_per_minute, 10000);
    assert_int_equal(totals.sessions_open, 2);
    assert_int_equal(totals.waits_until, 0);
    arena_close(arena);
}

static void tells_until_when_all_wait(void **state) {
    (void)state;
    uint64_t now = clock_now();
    struct totals totals;
    struct arena *arena = unit_arena(1, 3, 1);
    ledger_hold(arena, 0, 0, LEDGER_COOL, now + 50, clock_now());
    ledger_hold(arena, 0, 1, LEDGER_PARK, now + 30, clock_now());
    totals_take(arena, now, &totals);
    assert_int_equal(totals.waits_until, 0); // one may send
    ledger_hold(arena, 0, 2, LEDGER_COOL, now + 90, clock_now());
    totals_take(arena, now, &totals);
    assert_int_equal(totals.waits_until, now + 30); // the first that may again
    totals_take(arena, now + 30, &totals);
    assert_int_equal(totals.waits_until, 0);
    ledger_hold(arena, 0, 1, LEDGER_DISABLE, 0, clock_now());
    totals_take(arena, now, &totals);
    assert_int_equal(totals.sessions_open, 2);
    assert_int_equal(totals.waits_until, now + 50); // a disabled one does not count
    ledger_hold(arena, 0, 0, LEDGER_DISABLE, 0, clock_now());
    ledger_hold(arena, 0, 2, LEDGER_DISABLE, 0, clock_now());
    totals_take(arena, now, &totals);
    assert_int_equal(totals.sessions_open, 0);
    arena_close(arena);
}

static void assert_share(const struct totals *totals, uint64_t elapsed, double expected) {
    double share = totals_quota_share(totals, elapsed);
    assert_true(share > expected - 1e-9 && share < expected + 1e-9);
}

static void shares_what_was_allowed(void **state) {
    (void)state;
    uint64_t minute = 60 * CLOCK_SECOND;
    struct totals totals = {.spent_requests = 300, .spent_tokens = 900};
    assert_true(totals_quota_share(&totals, minute) < 0); // no limit
    totals.requests_per_minute = 600;
    assert_share(&totals, minute, 0.5);
    assert_share(&totals, minute / 2, 1.0);
    assert_share(&totals, 10 * minute, 0.05);
    totals.tokens_per_minute = 1000;
    assert_share(&totals, minute, 0.9); // the dimension that was used most
    totals.tokens_per_minute = 10000;
    assert_share(&totals, minute, 0.5);
    totals.requests_per_minute = 0;
    assert_share(&totals, minute, 0.09);
    assert_true(totals_quota_share(&totals, 0) < 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adds_up_all_slots_and_sessions),
        cmocka_unit_test(tells_until_when_all_wait),
        cmocka_unit_test(shares_what_was_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
