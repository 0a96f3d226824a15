#include "watch/alert_facts.h"

#include "ration/board.h"
#include "ration/clock.h"
#include "ration/ledger.h"
#include "unit_arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct arena *arena;
static struct snapshot look;
static struct crew_look crew;
static struct alert_facts facts;
static uint64_t now;

static int begin(void **state) {
    (void)state;
    now = CLOCK_HOUR;
    arena = unit_arena(1, 3, 50);
    crew = (struct crew_look){0};
    ledger_set_name(arena, 1, "b");
    ledger_configure(arena, &(struct ledger_config){.breaker = {.threshold = 1, .timeout = 7 * CLOCK_SECOND},
                                                    .day_share = ALERTS_WHOLE});
    slot_prepare(arena, 0);
    return 0;
}

static int end(void **state) {
    (void)state;
    arena_close(arena);
    return 0;
}

static void set_limits(uint32_t session, struct ledger_limits limits) {
    ledger_set_limits(arena, session, &limits, now);
}

static void take(void) {
    snapshot_look(arena, now, clock_wall(), &look);
    alert_facts_take(&look, &crew, 0, &facts);
}

static void says_why_each_session_is_away(void **state) {
    (void)state;
    take();
    assert_int_equal(facts.sessions, 3);
    assert_string_equal(facts.session[1].name, "b");
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(facts.session[i].unavailable, ALERT_AVAILABLE);
        assert_true(facts.session[i].breaker_closed);
    }
    ledger_hold(arena, 0, 0, LEDGER_COOL, now + 9 * CLOCK_SECOND, now);
    ledger_hold(arena, 0, 1, LEDGER_PARK, now + 300 * CLOCK_SECOND, now);
    ledger_hold(arena, 0, 2, LEDGER_DISABLE, 0, now);
    take();
    assert_int_equal(facts.session[0].unavailable, ALERT_COOLING);
    assert_true(facts.session[0].back_at == now + 9 * CLOCK_SECOND);
    assert_int_equal(facts.session[1].unavailable, ALERT_SPENT);
    assert_int_equal(facts.session[2].unavailable, ALERT_REFUSED);
    assert_true(facts.session[2].back_at == CLOCK_NEVER);
}

static void sees_an_open_breaker(void **state) {
    (void)state;
    struct ledger_booking booking;
    assert_int_equal(ledger_admit(arena, 0, &(struct ledger_estimate){.output = 5}, now, 0, &booking),
                     LEDGER_BOOKED);
    (void)ledger_settle(arena, 0, &booking, &(struct ledger_usage){.outcome = OUTCOME_SERVER_FAULT}, now);
    take();
    assert_int_equal(facts.session[booking.session].unavailable, ALERT_BREAKER);
    assert_true(facts.session[booking.session].breaker_open);
    assert_true(facts.session[booking.session].back_at == now + CLOCK_SECOND); // the first probe
}

static void adds_up_the_use_of_the_day(void **state) {
    (void)state;
    set_limits(
        0, (struct ledger_limits){.told.of[LIMITS_REQUESTS_DAY] = 30, .told.of[LIMITS_TOKENS_DAY] = 1000});
    set_limits(1, (struct ledger_limits){.told.of[LIMITS_REQUESTS_DAY] = 10});
    for (int i = 0; i < 10; i++) {
        struct ledger_booking booking;
        assert_int_equal(ledger_admit(arena, 0, &(struct ledger_estimate){.output = 5}, now, 0, &booking),
                         LEDGER_BOOKED);
        (void)ledger_settle(
            arena, 0, &booking,
            &(struct ledger_usage){.outcome = OUTCOME_DONE, .tokens.input = 1, .tokens.output = 4}, now);
    }
    take();
    assert_int_equal(facts.quota_limit, 40);
    assert_string_equal(facts.quota_unit, "requests");
    assert_in_range(facts.quota_used, 1, 10); // the others left by the session without a limit
    // The limit of the whole run counts where more of it is used.
    ledger_quota_set(arena, &(struct ledger_quota){.allowed = 8, .low_allowed = 8, .used = 6, .period = 1});
    snapshot_look(arena, now, clock_wall(), &look);
    alert_facts_take(&look, &crew, 10, &facts);
    assert_int_equal(facts.quota_limit, 10);
    assert_int_equal(facts.quota_used, 6);
}

static void knows_when_nothing_can_be_expected(void **state) {
    (void)state;
    take();
    assert_false(facts.waiting);
    ledger_pause(arena, now + CLOCK_SECOND);
    take();
    assert_true(facts.waiting);
    ledger_pause(arena, 0);
    slot_set_state(arena, 0, SLOT_DISK_WAIT);
    take();
    assert_true(facts.waiting);
    assert_int_equal(facts.disk_wait, 1);
    slot_set_state(arena, 0, SLOT_WORKING);
    look.gossip.fleet = (struct snapshot_fleet){.run = "bios"}; // nothing is leased: the others have the rest
    take();
    assert_true(facts.waiting);
    look.gossip.fleet.leased = 7;
    take();
    assert_false(facts.waiting);
    look.gossip.fleet.run[0] = '\0';
    crew.stopping = true;
    take();
    assert_true(facts.waiting);
}

static void counts_outcomes_but_rate_limits(void **state) {
    (void)state;
    static const uint64_t outcome[OUTCOME_OF_ATTEMPT] = {
        [OUTCOME_DONE] = 100,     [OUTCOME_RATE_LIMITED] = 50, [OUTCOME_QUOTA_EXHAUSTED] = 20,
        [OUTCOME_OVERLOADED] = 1, [OUTCOME_SERVER_FAULT] = 2,  [OUTCOME_NETWORK_FAULT] = 3,
        [OUTCOME_REFUSED] = 4,    [OUTCOME_UNAUTHORISED] = 5,  [OUTCOME_INVALID_ANSWER] = 6};
    for (int kind = 0; kind < OUTCOME_OF_ATTEMPT; kind++) {
        for (uint64_t i = 0; i < outcome[kind]; i++) {
            slot_count_outcome(arena, 0, (enum outcome_class)kind);
        }
    }
    slot_count_done(arena, 0, &(struct tokens){.input = 100, .output = 50}, 2000);
    board_set(arena, 1, BOARD_DONE);
    board_set(arena, 2, BOARD_FAILED);
    crew.idle_deaths = 12;
    set_limits(0, (struct ledger_limits){.told.of[LIMITS_REQUESTS_MINUTE] = 20,
                                         .told.of[LIMITS_TOKENS_MINUTE] = 1500});
    take();
    assert_int_equal(facts.good, 100);
    assert_int_equal(facts.bad, 21);
    assert_int_equal(facts.verdicts, 2);
    assert_int_equal(facts.idle_deaths, 12);
    assert_int_equal(facts.expected / CLOCK_MS, 2000 + 3000 + 6000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(says_why_each_session_is_away, begin, end),
        cmocka_unit_test_setup_teardown(sees_an_open_breaker, begin, end),
        cmocka_unit_test_setup_teardown(adds_up_the_use_of_the_day, begin, end),
        cmocka_unit_test_setup_teardown(knows_when_nothing_can_be_expected, begin, end),
        cmocka_unit_test_setup_teardown(counts_outcomes_but_rate_limits, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
