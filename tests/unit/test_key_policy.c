#include "crew/key_policy.h"

#include "ration/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define S CLOCK_SECOND
#define START (1000 * S)

static struct key_policy begun(void) {
    return (struct key_policy){.got_at = START};
}

static struct key_policy_facts at(uint64_t seconds, uint64_t ttl, uint64_t refused, uint64_t worked) {
    return (struct key_policy_facts){START + seconds * S, ttl * S, refused, worked};
}

static bool due(const struct key_policy *policy, struct key_policy_facts facts) {
    return key_policy_due(policy, &facts);
}

static void a_key_without_an_end_is_kept_while_it_works(void **state) {
    (void)state;
    struct key_policy policy = begun();
    assert_false(due(&policy, at(0, 0, 0, 0)));
    assert_false(due(&policy, at(1000000, 0, 0, 5000)));
}

static void it_is_asked_for_before_it_is_too_old(void **state) {
    (void)state;
    static const struct {
        uint64_t ttl, kept, due;
    } cases[] = {{3600, 3539, 3540}, {900, 839, 840}, {100, 74, 75}, {4, 2, 3}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct key_policy policy = begun();
        assert_false(due(&policy, at(cases[i].kept, cases[i].ttl, 0, 9)));
        assert_true(due(&policy, at(cases[i].due, cases[i].ttl, 0, 9)));
        struct key_policy_facts facts = at(cases[i].due, cases[i].ttl, 0, 9);
        key_policy_got(&policy, &facts, false);
        assert_false(due(&policy, facts));
        assert_true(due(&policy, at(2 * cases[i].due, cases[i].ttl, 0, 9)));
    }
}

static void a_refused_one_is_asked_for_once(void **state) {
    (void)state;
    struct key_policy policy = begun();
    struct key_policy_facts facts = at(5, 0, 1, 7);
    assert_true(due(&policy, facts));
    key_policy_got(&policy, &facts, true);
    assert_false(due(&policy, facts));
    facts = at(6, 0, 3, 7); // requests with the one before
    key_policy_look(&policy, &facts);
    assert_false(due(&policy, facts));
    facts = at(30, 0, 4, 7); // the new one is refused as well, and has never worked
    key_policy_look(&policy, &facts);
    assert_false(due(&policy, facts));
    assert_false(key_policy_hopes(&policy, &facts));
    facts = at(40, 0, 5, 8); // it has
    assert_true(due(&policy, facts));
}

static void the_first_one_may_be_refused_at_once(void **state) {
    (void)state;
    struct key_policy policy = begun();
    struct key_policy_facts facts = at(0, 0, 1, 0);
    key_policy_look(&policy, &facts);
    assert_true(due(&policy, facts));
}

static void a_command_that_fails_is_run_again_later_and_not_for_ever(void **state) {
    (void)state;
    struct key_policy policy = begun();
    uint64_t now = 10, runs = 0;
    for (; now < 1000; now++) {
        struct key_policy_facts facts = at(now, 0, 1, 0);
        if (key_policy_due(&policy, &facts)) {
            runs++;
            key_policy_failed(&policy, facts.now);
            assert_false(due(&policy, at(now + 4, 0, 1, 0)));
        }
    }
    assert_int_equal(runs, 6);
    struct key_policy_facts facts = at(now, 0, 1, 0);
    assert_false(key_policy_hopes(&policy, &facts));
    assert_true(due(&policy, at(now, 100, 1, 0))); // for its age it is, all the same
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_without_an_end_is_kept_while_it_works),
        cmocka_unit_test(it_is_asked_for_before_it_is_too_old),
        cmocka_unit_test(a_refused_one_is_asked_for_once),
        cmocka_unit_test(the_first_one_may_be_refused_at_once),
        cmocka_unit_test(a_command_that_fails_is_run_again_later_and_not_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
