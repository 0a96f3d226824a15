#include "ration/clock.h"
#include "retry_policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct settings usual = {
    .attempts = 5,
    .attempts_server = 5,
    .attempts_network = 3,
    .attempts_invalid = 4,
    .attempts_overloaded = 20,
    .backoff = SETTINGS_BACKOFF_EXPONENTIAL,
    .backoff_initial = 500 * CLOCK_MS,
    .backoff_max = 4 * CLOCK_SECOND,
    .rate_limit_cooldown = 60 * CLOCK_SECOND,
};

static struct retry_policy_facts facts(enum outcome_class kind) {
    return (struct retry_policy_facts){.kind = kind, .attempts = 1};
}

static void faults_double_the_wait(void **state) {
    (void)state;
    static const uint64_t waits[] = {500, 1000, 2000, 4000};
    for (int kind = OUTCOME_SERVER_FAULT; kind <= OUTCOME_NETWORK_FAULT; kind++) {
        for (uint32_t attempt = 1; attempt <= (kind == OUTCOME_SERVER_FAULT ? 4 : 2); attempt++) {
            struct retry_policy_facts f = facts((enum outcome_class)kind);
            f.attempts = attempt;
            struct retry_policy_decision decision = retry_policy_decide(&usual, &f);
            assert_true(decision.counted && !decision.fail && !decision.holds);
            assert_int_equal(decision.wait, waits[attempt - 1] * CLOCK_MS);
        }
        struct retry_policy_facts last = facts((enum outcome_class)kind);
        last.attempts = kind == OUTCOME_SERVER_FAULT ? 5 : 3;
        assert_true(retry_policy_decide(&usual, &last).fail);
    }
}

// An answer that is not what was asked for is asked for again at once: the API is well.
static void an_invalid_answer_is_asked_for_at_once(void **state) {
    (void)state;
    struct retry_policy_facts f = facts(OUTCOME_INVALID_ANSWER);
    f.blame = BLAME_WORKS;
    for (f.attempts = 1; f.attempts < usual.attempts_invalid; f.attempts++) {
        struct retry_policy_decision decision = retry_policy_decide(&usual, &f);
        assert_true(decision.counted && !decision.fail && !decision.holds && !decision.aside);
        assert_int_equal(decision.wait, 0);
    }
    assert_true(retry_policy_decide(&usual, &f).fail);
    f.attempts = 1;
    f.final = true;
    assert_true(retry_policy_decide(&usual, &f).fail);
}

// A tier without room: the row waits, longer each time, loses no attempt, and holds nobody.
static void a_full_tier_is_waited_for(void **state) {
    (void)state;
    static const uint64_t waits[] = {500, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000};
    struct retry_policy_facts f = facts(OUTCOME_NO_CAPACITY);
    f.attempts = 5;
    f.most_such = 1;
    f.such = 9;
    f.left = 1;
    for (f.full = 0; f.full < sizeof(waits) / sizeof(waits[0]); f.full++) {
        f.full_for = f.full * CLOCK_HOUR;
        struct retry_policy_decision decision = retry_policy_decide(&usual, &f);
        assert_false(decision.counted || decision.fail || decision.holds || decision.aside ||
                     decision.falls_back);
        assert_int_equal(decision.wait, waits[f.full] * CLOCK_MS);
    }
    f.server_waits = true;
    f.server_wait = 90 * CLOCK_SECOND;
    assert_int_equal(retry_policy_decide(&usual, &f).wait, 90 * CLOCK_SECOND);
    struct settings at_once = usual;
    at_once.backoff_initial = 0;
    f = facts(OUTCOME_NO_CAPACITY);
    assert_int_equal(retry_policy_decide(&at_once, &f).wait, 500 * CLOCK_MS); // it is not hammered
}

static void patience_with_a_full_tier_ends(void **state) {
    (void)state;
    struct settings settings = usual;
    settings.flex_patience = 10 * CLOCK_SECOND;
    static const struct {
        uint64_t full_for, wait; // milliseconds
        bool falls_back;
    } cases[] = {{0, 8000, false}, {1999, 8000, false}, {9000, 1000, false},
                 {9999, 1, false}, {10000, 0, true},    {90000, 0, true}};
    struct retry_policy_facts f = facts(OUTCOME_NO_CAPACITY);
    f.full = 4;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        f.full_for = cases[i].full_for * CLOCK_MS;
        struct retry_policy_decision decision = retry_policy_decide(&settings, &f);
        assert_int_equal(decision.falls_back, cases[i].falls_back);
        assert_int_equal(decision.wait, cases[i].wait * CLOCK_MS);
        assert_false(decision.counted || decision.fail || decision.holds || decision.aside);
    }
}

// Patience shortens our own wait alone.
static void patience_breaks_no_wait_that_a_server_names(void **state) {
    (void)state;
    struct settings settings = usual;
    settings.flex_patience = 10 * CLOCK_SECOND;
    static const struct {
        uint64_t full_for, told, wait; // milliseconds
    } cases[] = {
        {0, 8000, 8000}, {9000, 8000, 8000}, {9000, 500, 1000}, {9999, 60000, 60000}, {0, 20000, 20000}};
    struct retry_policy_facts f = facts(OUTCOME_NO_CAPACITY);
    f.full = 4;
    f.server_waits = true;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        f.full_for = cases[i].full_for * CLOCK_MS;
        f.server_wait = cases[i].told * CLOCK_MS;
        f.random = 0;
        assert_int_equal(retry_policy_decide(&settings, &f).wait, cases[i].wait * CLOCK_MS);
        f.random = UINT32_MAX;
        assert_true(retry_policy_decide(&settings, &f).wait >= cases[i].told * CLOCK_MS);
    }
}

// What was paid for twice in vain is not paid for a third time, whatever else went wrong, and whosever fault
// that was.
static void what_was_paid_for_twice_in_vain_fails(void **state) {
    (void)state;
    struct retry_policy_facts f = facts(OUTCOME_SERVER_FAULT);
    f.most_such = 2;
    f.such = 1;
    f.attempts = 3;
    assert_false(retry_policy_decide(&usual, &f).fail);
    f.such = 2;
    assert_true(retry_policy_decide(&usual, &f).fail);
    f.session_at_fault = true;
    assert_true(retry_policy_decide(&usual, &f).fail);
    f.such = 1;
    assert_false(retry_policy_decide(&usual, &f).fail);
    f = (struct retry_policy_facts){.kind = OUTCOME_SERVER_FAULT, .attempts = 4, .such = 9};
    assert_false(retry_policy_decide(&usual, &f).fail);
}

static void adds_a_tenth_by_chance(void **state) {
    (void)state;
    struct retry_policy_facts f = facts(OUTCOME_SERVER_FAULT);
    f.random = UINT32_MAX;
    assert_int_equal(retry_policy_decide(&usual, &f).wait, 550 * CLOCK_MS);
    f = facts(OUTCOME_RATE_LIMITED);
    f.server_waits = true;
    f.server_wait = 10 * CLOCK_SECOND;
    assert_int_equal(retry_policy_decide(&usual, &f).hold_wait, 10 * CLOCK_SECOND);
    f.random = UINT32_MAX;
    assert_int_equal(retry_policy_decide(&usual, &f).hold_wait, 11 * CLOCK_SECOND);
    f.server_wait = 86400 * CLOCK_SECOND; // a day at most, with all that is added
    assert_int_equal(retry_policy_decide(&usual, &f).hold_wait, 86400 * CLOCK_SECOND);
}

static uint64_t hold_of(enum outcome_class kind, uint32_t strikes, enum ledger_hold hold) {
    struct retry_policy_facts f = facts(kind);
    f.strikes = strikes;
    f.attempts = 99; // none of these costs an attempt
    struct retry_policy_decision decision = retry_policy_decide(&usual, &f);
    assert_true(decision.holds && !decision.counted && !decision.fail);
    assert_int_equal(decision.hold, hold);
    assert_int_equal(decision.wait, 0);
    return decision.hold_wait / CLOCK_MS;
}

static void each_hold_of_a_row_is_longer(void **state) {
    (void)state;
    static const struct {
        enum outcome_class class;
        uint32_t strikes;
        enum ledger_hold hold;
        uint64_t milliseconds;
    } table[] = {
        {OUTCOME_RATE_LIMITED, 0, LEDGER_COOL, 60000},
        {OUTCOME_RATE_LIMITED, 1, LEDGER_COOL, 120000},
        {OUTCOME_RATE_LIMITED, 3, LEDGER_COOL, 300000},
        {OUTCOME_QUOTA_EXHAUSTED, 0, LEDGER_PARK, 300000},
        {OUTCOME_QUOTA_EXHAUSTED, UINT32_MAX, LEDGER_PARK, 3600000},
        {OUTCOME_OVERLOADED, 0, LEDGER_SLOW, 500},
        {OUTCOME_OVERLOADED, 2, LEDGER_SLOW, 2000},
        {OUTCOME_OVERLOADED, 50, LEDGER_SLOW, 60000},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        assert_int_equal(hold_of(table[i].class, table[i].strikes, table[i].hold), table[i].milliseconds);
    }
}

// A moment that the account may go on at: beyond a day as well, hardly later, and no hammering.
static void a_reset_is_waited_for(void **state) {
    (void)state;
    struct retry_policy_facts f = facts(OUTCOME_QUOTA_EXHAUSTED);
    f.reset_wait = 20 * 86400 * CLOCK_SECOND;
    assert_int_equal(retry_policy_decide(&usual, &f).hold, LEDGER_PARK);
    assert_true(retry_policy_decide(&usual, &f).hold_wait == f.reset_wait);
    f.random = UINT32_MAX;
    assert_true(retry_policy_decide(&usual, &f).hold_wait == f.reset_wait + 60 * CLOCK_SECOND);
    f.reset_wait = 100 * CLOCK_SECOND;
    assert_int_equal(retry_policy_decide(&usual, &f).hold_wait, 110 * CLOCK_SECOND);
    f.random = 0;
    f.server_waits = true;
    f.server_wait = 200 * CLOCK_SECOND; // the longer of both
    assert_int_equal(retry_policy_decide(&usual, &f).hold_wait, 200 * CLOCK_SECOND);
    f.server_wait = f.reset_wait = 1;
    f.strikes = 4;
    assert_int_equal(retry_policy_decide(&usual, &f).hold_wait, 8 * CLOCK_SECOND);
    f.strikes = UINT32_MAX;
    assert_int_equal(retry_policy_decide(&usual, &f).hold_wait, CLOCK_HOUR);
}

// Each time twice as long, and not longer than without the header.
static void no_wait_named_is_a_wait(void **state) {
    (void)state;
    static const enum outcome_class kind[] = {OUTCOME_RATE_LIMITED, OUTCOME_QUOTA_EXHAUSTED,
                                              OUTCOME_OVERLOADED};
    static const uint64_t last[] = {300, 3600, 60};
    for (size_t i = 0; i < sizeof(kind) / sizeof(kind[0]); i++) {
        struct retry_policy_facts f = facts(kind[i]);
        f.server_waits = true;
        for (uint64_t wait = 500 * CLOCK_MS; wait < last[i] * CLOCK_SECOND; wait *= 2) {
            assert_int_equal(retry_policy_decide(&usual, &f).hold_wait, wait);
            f.strikes++;
        }
        assert_int_equal(retry_policy_decide(&usual, &f).hold_wait, last[i] * CLOCK_SECOND);
        f.strikes = UINT32_MAX;
        assert_int_equal(retry_policy_decide(&usual, &f).hold_wait, last[i] * CLOCK_SECOND);
        f.server_wait = 4000 * CLOCK_SECOND; // a minimum, whatever ours is
        assert_int_equal(retry_policy_decide(&usual, &f).hold_wait, 4000 * CLOCK_SECOND);
    }
}

// What all share is nobody's own: it holds the session, and fails nobody.
static void shared_limits_fail_nobody(void **state) {
    (void)state;
    struct retry_policy_facts f = facts(OUTCOME_OVERLOADED);
    f.tries = 1000;
    f.alone = 1000;
    struct retry_policy_decision decision = retry_policy_decide(&usual, &f);
    assert_true(decision.aside && decision.holds && !decision.fail);
    f.kind = OUTCOME_RATE_LIMITED;
    f.proven = true;
    assert_false(retry_policy_decide(&usual, &f).fail);
}

// What others do not share holds nobody up, and ends.
static void own_limits_end(void **state) {
    (void)state;
    struct retry_policy_facts f = facts(OUTCOME_OVERLOADED);
    f.isolated = true;
    f.tries = 1;
    f.alone = usual.attempts_overloaded - 2;
    struct retry_policy_decision decision = retry_policy_decide(&usual, &f);
    assert_true(decision.aside && !decision.holds && !decision.fail);
    assert_true(decision.wait > 0);
    f.alone++;
    assert_true(retry_policy_decide(&usual, &f).fail);
    f = facts(OUTCOME_RATE_LIMITED);
    f.isolated = true;
    f.server_waits = true;
    f.server_wait = 9 * CLOCK_SECOND;
    decision = retry_policy_decide(&usual, &f);
    assert_true(!decision.holds && !decision.fail && decision.wait == 9 * CLOCK_SECOND);
    f.proven = true;
    assert_true(retry_policy_decide(&usual, &f).fail);
}

// Nothing is left to compare it with: it ends, and is asked again by a later run. An account without money is
// not an artist's fault.
static void the_few_that_are_left_end(void **state) {
    (void)state;
    struct retry_policy_facts f = facts(OUTCOME_RATE_LIMITED);
    f.tries = 5;
    f.left = 4;
    struct retry_policy_decision decision = retry_policy_decide(&usual, &f);
    assert_true(decision.fail && decision.unproven);
    f.left = 5;
    assert_false(retry_policy_decide(&usual, &f).fail);
    f.left = 1;
    f.tries = 4;
    assert_false(retry_policy_decide(&usual, &f).fail);
    f.kind = OUTCOME_QUOTA_EXHAUSTED;
    f.tries = 99;
    assert_false(retry_policy_decide(&usual, &f).fail);
}

// One of the last few does not hold the others up, if the session has worked, and is through in about a
// minute, whether the others are answered or not.
static void each_of_the_last_waits_for_itself(void **state) {
    (void)state;
    struct retry_policy_facts f = facts(OUTCOME_OVERLOADED);
    uint64_t waited = 0;
    f.left = 2;
    assert_true(retry_policy_decide(&usual, &f).holds);
    f.worked = true;
    f.strikes = 9; // of others
    for (f.tries = 1; !retry_policy_decide(&usual, &f).fail; f.tries++) {
        struct retry_policy_decision decision = retry_policy_decide(&usual, &f);
        assert_true(decision.aside && !decision.holds && decision.wait > 0);
        waited += decision.wait;
    }
    assert_true(retry_policy_decide(&usual, &f).unproven);
    assert_in_range(waited / CLOCK_SECOND, 30, 90);
    f.isolated = true;
    f.tries = 1;
    f.alone = 6;
    assert_false(retry_policy_decide(&usual, &f).fail);
    f.alone = 7;
    assert_true(retry_policy_decide(&usual, &f).fail);
    f.left = 0;
    assert_false(retry_policy_decide(&usual, &f).fail);
    f.left = 2;
    f.isolated = false;
    f.kind = OUTCOME_RATE_LIMITED;
    f.tries = 1;
    f.server_waits = true;
    f.server_wait = 9 * CLOCK_SECOND;
    assert_int_equal(retry_policy_decide(&usual, &f).wait, 9 * CLOCK_SECOND);
    f.kind = OUTCOME_QUOTA_EXHAUSTED;
    assert_true(retry_policy_decide(&usual, &f).holds);
}

// It stands aside. Only a key that has never worked is refused for good.
static void refusals_stand_aside(void **state) {
    (void)state;
    static const enum outcome_class kind[] = {OUTCOME_REFUSED, OUTCOME_UNAUTHORISED, OUTCOME_QUOTA_EXHAUSTED};
    for (size_t i = 0; i < sizeof(kind) / sizeof(kind[0]); i++) {
        struct retry_policy_facts f = facts(kind[i]);
        f.blame = BLAME_REFUSED;
        f.attempts = 99;
        struct retry_policy_decision decision = retry_policy_decide(&usual, &f);
        assert_true(decision.aside && !decision.holds && !decision.fail && !decision.counted);
        f.mass = true;
        decision = retry_policy_decide(&usual, &f);
        assert_true(decision.aside && !decision.fail);
        assert_int_equal(decision.holds, kind[i] == OUTCOME_UNAUTHORISED);
        f.worked = true;
        assert_false(retry_policy_decide(&usual, &f).holds);
    }
    struct retry_policy_facts f = facts(OUTCOME_REFUSED);
    f.blame = BLAME_ROW;
    assert_true(retry_policy_decide(&usual, &f).fail);
    f = facts(OUTCOME_SERVER_FAULT); // a page instead of an answer
    f.blame = BLAME_REFUSED;
    assert_true(retry_policy_decide(&usual, &f).aside);
    f.worked = true;
    assert_true(retry_policy_decide(&usual, &f).counted);
}

static void nothing_reached_costs_no_attempt(void **state) {
    (void)state;
    struct retry_policy_facts f = facts(OUTCOME_NETWORK_FAULT);
    f.attempts = 99;
    f.unreachable = true;
    struct retry_policy_decision decision = retry_policy_decide(&usual, &f);
    assert_true(!decision.fail && !decision.counted && decision.wait > 0);
}

static void the_servers_wait_is_a_minimum(void **state) {
    (void)state;
    struct retry_policy_facts f = facts(OUTCOME_SERVER_FAULT);
    f.server_waits = true;
    f.server_wait = 7 * CLOCK_SECOND;
    assert_int_equal(retry_policy_decide(&usual, &f).wait, 7 * CLOCK_SECOND);
    f.server_wait = CLOCK_MS;
    assert_int_equal(retry_policy_decide(&usual, &f).wait, 500 * CLOCK_MS);
}

static void has_each_shape_of_backoff(void **state) {
    (void)state;
    static const struct {
        enum settings_backoff backoff;
        uint64_t wait[6]; // of 100 up to 450
    } cases[] = {
        {SETTINGS_BACKOFF_EXPONENTIAL, {100, 200, 400, 450, 450, 450}},
        {SETTINGS_BACKOFF_LINEAR, {100, 200, 300, 400, 450, 450}},
        {SETTINGS_BACKOFF_FIXED, {100, 100, 100, 100, 100, 100}},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (uint32_t before = 0; before < 6; before++) {
            assert_int_equal(retry_policy_delay(cases[i].backoff, 100, 450, before), cases[i].wait[before]);
        }
        uint64_t far = cases[i].backoff == SETTINGS_BACKOFF_FIXED ? 100 : 450;
        assert_int_equal(retry_policy_delay(cases[i].backoff, 100, 450, UINT32_MAX), far);
        assert_int_equal(retry_policy_delay(cases[i].backoff, 0, 450, UINT32_MAX), 0);
        assert_int_equal(retry_policy_delay(cases[i].backoff, 100, 0, 7), 0);
        assert_int_equal(retry_policy_delay(cases[i].backoff, 900, 450, 0), 450);
        assert_int_equal(retry_policy_delay(cases[i].backoff, UINT64_MAX - 1, UINT64_MAX, 9),
                         cases[i].backoff == SETTINGS_BACKOFF_FIXED ? UINT64_MAX - 1 : UINT64_MAX);
    }
}

static void heeds_the_settings(void **state) {
    (void)state;
    struct settings settings = usual;
    settings.backoff = SETTINGS_BACKOFF_LINEAR;
    settings.backoff_initial = 3 * CLOCK_SECOND;
    settings.backoff_max = 8 * CLOCK_SECOND;
    settings.rate_limit_cooldown = CLOCK_SECOND;
    settings.attempts_overloaded = 2;
    struct retry_policy_facts f = facts(OUTCOME_NETWORK_FAULT);
    f.attempts = 2;
    assert_int_equal(retry_policy_decide(&settings, &f).wait, 6 * CLOCK_SECOND);
    f = facts(OUTCOME_RATE_LIMITED);
    assert_int_equal(retry_policy_decide(&settings, &f).hold_wait, CLOCK_SECOND);
    f.strikes = 2;
    assert_int_equal(retry_policy_decide(&settings, &f).hold_wait, 3 * CLOCK_SECOND);
    f.strikes = 50;
    assert_int_equal(retry_policy_decide(&settings, &f).hold_wait, 5 * CLOCK_SECOND);
    f = facts(OUTCOME_OVERLOADED);
    f.strikes = 3;
    assert_int_equal(retry_policy_decide(&settings, &f).hold_wait, 2 * CLOCK_SECOND);
    f.isolated = true;
    f.alone = 1;
    f.tries = 1;
    assert_true(retry_policy_decide(&settings, &f).fail);
}

// The pace is known, or is found out: the session rests as long as that asks for, and no longer, however
// often.
static void rests_as_long_as_a_pace_asks_for(void **state) {
    (void)state;
    struct retry_policy_facts f = facts(OUTCOME_RATE_LIMITED);
    f.silent = true;
    f.strikes = 9;
    f.random = UINT32_MAX;
    f.rest = 30 * CLOCK_MS;
    struct retry_policy_decision decision = retry_policy_decide(&usual, &f);
    assert_true(decision.holds && decision.aside && !decision.fail && decision.hold == LEDGER_COOL);
    assert_int_equal(decision.hold_wait, 30 * CLOCK_MS);
    f.rest = 0; // it rests already
    assert_false(retry_policy_decide(&usual, &f).holds);
    f.left = 1; // one of the last waits for itself, and not for a minute
    f.worked = true;
    f.tries = 1;
    f.random = 0;
    assert_int_equal(retry_policy_decide(&usual, &f).wait, CLOCK_SECOND);
}

// The session is to blame, not the artist: no attempt is used up, and admission knows how long to wait.
static void spares_the_artist_when_the_session_is_at_fault(void **state) {
    (void)state;
    for (int kind = OUTCOME_SERVER_FAULT; kind <= OUTCOME_NETWORK_FAULT; kind++) {
        struct retry_policy_facts f = facts((enum outcome_class)kind);
        f.session_at_fault = true;
        f.attempts = 99;
        f.server_waits = true;
        f.server_wait = CLOCK_SECOND;
        struct retry_policy_decision decision = retry_policy_decide(&usual, &f);
        assert_true(!decision.fail && !decision.counted && !decision.holds);
        assert_int_equal(decision.wait, 0);
        f.final = true; // it would come again with any session
        assert_true(retry_policy_decide(&usual, &f).fail);
    }
    struct retry_policy_facts f = facts(OUTCOME_OVERLOADED);
    f.session_at_fault = true;
    assert_true(retry_policy_decide(&usual, &f).holds && !retry_policy_decide(&usual, &f).fail);
    f = facts(OUTCOME_REFUSED);
    f.session_at_fault = true;
    assert_true(retry_policy_decide(&usual, &f).fail);
}

static void what_is_final_fails_at_once(void **state) {
    (void)state;
    struct retry_policy_facts f = facts(OUTCOME_REFUSED);
    assert_true(retry_policy_decide(&usual, &f).fail && retry_policy_decide(&usual, &f).counted);
    f = facts(OUTCOME_SERVER_FAULT);
    f.final = true;
    assert_true(retry_policy_decide(&usual, &f).fail);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_double_the_wait),
        cmocka_unit_test(an_invalid_answer_is_asked_for_at_once),
        cmocka_unit_test(a_full_tier_is_waited_for),
        cmocka_unit_test(patience_with_a_full_tier_ends),
        cmocka_unit_test(patience_breaks_no_wait_that_a_server_names),
        cmocka_unit_test(what_was_paid_for_twice_in_vain_fails),
        cmocka_unit_test(adds_a_tenth_by_chance),
        cmocka_unit_test(each_hold_of_a_row_is_longer),
        cmocka_unit_test(a_reset_is_waited_for),
        cmocka_unit_test(no_wait_named_is_a_wait),
        cmocka_unit_test(shared_limits_fail_nobody),
        cmocka_unit_test(own_limits_end),
        cmocka_unit_test(the_few_that_are_left_end),
        cmocka_unit_test(each_of_the_last_waits_for_itself),
        cmocka_unit_test(refusals_stand_aside),
        cmocka_unit_test(nothing_reached_costs_no_attempt),
        cmocka_unit_test(the_servers_wait_is_a_minimum),
        cmocka_unit_test(has_each_shape_of_backoff),
        cmocka_unit_test(heeds_the_settings),
        cmocka_unit_test(rests_as_long_as_a_pace_asks_for),
        cmocka_unit_test(spares_the_artist_when_the_session_is_at_fault),
        cmocka_unit_test(what_is_final_fails_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
