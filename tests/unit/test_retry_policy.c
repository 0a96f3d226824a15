#include "ration/clock.h"
#include "retry_policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct retry_policy_facts facts(enum slot_outcome kind) {
    return (struct retry_policy_facts){.kind = kind, .attempts = 1, .most_attempts = 5, .overloads = 1};
}

static void test_faults_double(void **state) {
    (void)state;
    static const uint64_t waits[] = {500, 1000, 2000, 4000};
    for (int kind = SLOT_SERVER_FAULT; kind <= SLOT_NETWORK_FAULT; kind++) {
        for (uint32_t attempt = 1; attempt <= 4; attempt++) {
            struct retry_policy_facts f = facts((enum slot_outcome)kind);
            f.attempts = attempt;
            struct retry_policy_decision decision = retry_policy_decide(&f);
            assert_true(decision.counted && !decision.fail && !decision.holds);
            assert_int_equal(decision.wait, waits[attempt - 1] * CLOCK_MS);
        }
        struct retry_policy_facts last = facts((enum slot_outcome)kind);
        last.attempts = 5;
        assert_true(retry_policy_decide(&last).fail);
    }
}

static void test_jitter(void **state) {
    (void)state;
    struct retry_policy_facts f = facts(SLOT_SERVER_FAULT);
    f.random = UINT32_MAX;
    assert_int_equal(retry_policy_decide(&f).wait, 550 * CLOCK_MS);
    f = facts(SLOT_RATE_LIMITED);
    f.server_waits = true;
    f.server_wait = 10 * CLOCK_SECOND;
    assert_int_equal(retry_policy_decide(&f).hold_wait, 10 * CLOCK_SECOND);
    f.random = UINT32_MAX;
    assert_int_equal(retry_policy_decide(&f).hold_wait, 11 * CLOCK_SECOND);
}

static uint64_t hold_of(enum slot_outcome kind, uint32_t strikes, enum ledger_hold hold) {
    struct retry_policy_facts f = facts(kind);
    f.strikes = strikes;
    f.attempts = 99; // none of these costs an attempt
    struct retry_policy_decision decision = retry_policy_decide(&f);
    assert_true(decision.holds && !decision.counted && !decision.fail);
    assert_int_equal(decision.hold, hold);
    assert_int_equal(decision.wait, 0);
    return decision.hold_wait / CLOCK_MS;
}

static void test_holds(void **state) {
    (void)state;
    assert_int_equal(hold_of(SLOT_RATE_LIMITED, 0, LEDGER_COOL), 60000);
    assert_int_equal(hold_of(SLOT_RATE_LIMITED, 1, LEDGER_COOL), 120000);
    assert_int_equal(hold_of(SLOT_RATE_LIMITED, 3, LEDGER_COOL), 300000);
    assert_int_equal(hold_of(SLOT_QUOTA_EXHAUSTED, 0, LEDGER_PARK), 300000);
    assert_int_equal(hold_of(SLOT_QUOTA_EXHAUSTED, UINT32_MAX, LEDGER_PARK), 3600000);
    assert_int_equal(hold_of(SLOT_OVERLOADED, 0, LEDGER_SLOW), 500);
    assert_int_equal(hold_of(SLOT_OVERLOADED, 2, LEDGER_SLOW), 2000);
    assert_int_equal(hold_of(SLOT_OVERLOADED, 50, LEDGER_SLOW), 60000);
    assert_int_equal(hold_of(SLOT_UNAUTHORISED, 0, LEDGER_DISABLE), 0);
}

// Each time twice as long, and not longer than without the header.
static void test_no_wait_named_is_a_wait(void **state) {
    (void)state;
    static const enum slot_outcome kind[] = {SLOT_RATE_LIMITED, SLOT_QUOTA_EXHAUSTED, SLOT_OVERLOADED};
    static const uint64_t last[] = {300, 3600, 60};
    for (size_t i = 0; i < sizeof kind / sizeof kind[0]; i++) {
        struct retry_policy_facts f = facts(kind[i]);
        f.server_waits = true;
        for (uint64_t wait = 500 * CLOCK_MS; wait < last[i] * CLOCK_SECOND; wait *= 2) {
            assert_int_equal(retry_policy_decide(&f).hold_wait, wait);
            f.strikes++;
        }
        assert_int_equal(retry_policy_decide(&f).hold_wait, last[i] * CLOCK_SECOND);
        f.strikes = UINT32_MAX;
        assert_int_equal(retry_policy_decide(&f).hold_wait, last[i] * CLOCK_SECOND);
        f.server_wait = 4000 * CLOCK_SECOND; // a minimum, whatever ours is
        assert_int_equal(retry_policy_decide(&f).hold_wait, 4000 * CLOCK_SECOND);
    }
}

static void test_overloads_end(void **state) {
    (void)state;
    struct retry_policy_facts f = facts(SLOT_OVERLOADED);
    f.overloads = RETRY_POLICY_OVERLOADS - 1;
    assert_false(retry_policy_decide(&f).fail);
    f.overloads = RETRY_POLICY_OVERLOADS;
    assert_true(retry_policy_decide(&f).fail);
}

static void test_server_wait_is_a_minimum(void **state) {
    (void)state;
    struct retry_policy_facts f = facts(SLOT_SERVER_FAULT);
    f.server_waits = true;
    f.server_wait = 7 * CLOCK_SECOND;
    assert_int_equal(retry_policy_decide(&f).wait, 7 * CLOCK_SECOND);
    f.server_wait = CLOCK_MS;
    assert_int_equal(retry_policy_decide(&f).wait, 500 * CLOCK_MS);
}

static void test_never_again(void **state) {
    (void)state;
    struct retry_policy_facts f = facts(SLOT_REFUSED);
    assert_true(retry_policy_decide(&f).fail && retry_policy_decide(&f).counted);
    f = facts(SLOT_SERVER_FAULT);
    f.final = true;
    assert_true(retry_policy_decide(&f).fail);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_faults_double), cmocka_unit_test(test_jitter),
        cmocka_unit_test(test_holds),         cmocka_unit_test(test_no_wait_named_is_a_wait),
        cmocka_unit_test(test_overloads_end), cmocka_unit_test(test_server_wait_is_a_minimum),
        cmocka_unit_test(test_never_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
