#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sim_account.h"
#include "sim_charge.h"

#define SECOND UINT64_C(1000000000)
#define ZERO (100 * SECOND)

static const struct limits unlimited = {.quota_after = UINT64_MAX, .spend_cap_after = UINT64_MAX};

static struct account_rules rules_of(uint64_t day_seconds) {
    return (struct account_rules){.day_ns = day_seconds * SECOND, .outsider_until_ns = UINT64_MAX};
}

static struct admission admit(struct account *a, uint64_t now_ns, uint64_t tokens) {
    return sim_account_admit(a, now_ns, &(struct spend){.tokens = tokens});
}

static void admission_is_all_or_nothing(void **state) {
    const struct limits limits = {.most = {60, 600}};
    struct account_rules rules = rules_of(86400);
    struct account a;
    struct admission first, second;

    (void)state;
    sim_account_init(&a, &rules, &limits, 0, ZERO);
    first = admit(&a, ZERO, 500);
    second = admit(&a, ZERO, 200);
    assert_true(first.admitted);
    assert_int_equal(first.view[DIMENSION_REQUESTS].remaining, 59);
    assert_int_equal(first.view[DIMENSION_REQUESTS].reset_ns, SECOND);
    assert_false(second.admitted);
    assert_int_equal(second.refused_by, DIMENSION_TOKENS);
    assert_int_equal(second.wait_ns, 10 * SECOND);
    assert_int_equal(second.requested, 200);
    assert_int_equal(second.view[DIMENSION_REQUESTS].remaining, 59);
    assert_int_equal(admit(&a, ZERO, 601).wait_ns, BUCKET_NEVER);
    rules.count_refused = true;
    assert_int_equal(admit(&a, ZERO, 200).view[DIMENSION_REQUESTS].remaining, 58);
    sim_account_settle(&a, ZERO, &(struct spend){500, 0, 0}, &(struct spend){100, 0, 0}, 1);
    assert_true(admit(&a, ZERO, 200).admitted);
    assert_int_equal(a.admitted, 2);
}

static void days_are_fixed_windows(void **state) {
    struct limits limits = unlimited;
    struct account_rules rules = rules_of(10);
    struct account a;
    struct admission refused;

    (void)state;
    limits.most[DIMENSION_REQUESTS_DAY] = 3;
    limits.most[DIMENSION_TOKENS_DAY] = 1000;
    sim_account_init(&a, &rules, &limits, 0, ZERO);
    for (int i = 0; i < 3; i++)
        assert_true(admit(&a, ZERO + 4 * SECOND, 300).admitted);
    refused = admit(&a, ZERO + 4 * SECOND, 1);
    assert_int_equal(refused.refused_by, DIMENSION_REQUESTS_DAY);
    assert_int_equal(refused.wait_ns, 6 * SECOND);
    assert_int_equal(refused.view[DIMENSION_REQUESTS_DAY].reset_ns, 6 * SECOND);
    assert_int_equal(sim_account_day(&a, ZERO + 10 * SECOND - 1), 1);
    assert_int_equal(sim_account_day(&a, ZERO + 10 * SECOND), 2);
    assert_true(admit(&a, ZERO + 10 * SECOND, 900).admitted);
    /* What yesterday was charged too much is no gain of today. */
    sim_account_settle(&a, ZERO + 10 * SECOND, &(struct spend){300, 0, 0}, &(struct spend){1, 0, 0}, 1);
    assert_int_equal(admit(&a, ZERO + 10 * SECOND, 101).refused_by, DIMENSION_TOKENS_DAY);
}

static void days_may_be_continuous(void **state) {
    struct limits limits = unlimited;
    struct account_rules rules = rules_of(10);
    struct account a;

    (void)state;
    rules.day_continuous = true;
    limits.most[DIMENSION_REQUESTS_DAY] = 2;
    sim_account_init(&a, &rules, &limits, 0, ZERO);
    assert_true(admit(&a, ZERO, 0).admitted);
    assert_true(admit(&a, ZERO, 0).admitted);
    assert_int_equal(admit(&a, ZERO, 0).wait_ns, 5 * SECOND);
    assert_true(admit(&a, ZERO + 5 * SECOND, 0).admitted);
}

static void counts_input_and_output_apart(void **state) {
    struct limits limits = unlimited;
    struct account_rules rules = rules_of(10);
    const struct spend begun = {10, 10, 1}, ended = {160, 10, 150};
    struct account a;
    struct admission refused;

    (void)state;
    limits.most[DIMENSION_INPUT] = 60;
    limits.most[DIMENSION_OUTPUT] = 120;
    sim_account_init(&a, &rules, &limits, 0, ZERO);
    assert_true(sim_account_admit(&a, ZERO, &begun).admitted);
    sim_account_settle(&a, ZERO, &begun, &ended, 1);
    refused = sim_account_admit(&a, ZERO, &begun);
    assert_int_equal(refused.refused_by, DIMENSION_OUTPUT);
    /* 30 too many and the one it asks for, at 2 a second. */
    assert_int_equal(refused.wait_ns, 31 * SECOND / 2);
    assert_int_equal(refused.view[DIMENSION_INPUT].remaining, 50);
}

static void counts_a_project_apart(void **state) {
    struct limits limits = unlimited;
    struct account_rules rules = rules_of(10);
    struct account a;
    struct admission refused;

    (void)state;
    limits.most[DIMENSION_TOKENS] = 6000;
    limits.most[DIMENSION_PROJECT] = 600;
    sim_account_init(&a, &rules, &limits, 0, ZERO);
    assert_true(admit(&a, ZERO, 500).admitted);
    refused = admit(&a, ZERO, 101);
    assert_int_equal(refused.refused_by, DIMENSION_PROJECT);
    assert_int_equal(refused.view[DIMENSION_TOKENS].remaining, 5500);
    assert_int_equal(refused.view[DIMENSION_PROJECT].remaining, 100);
}

static void an_outsider_takes_his_part(void **state) {
    struct limits limits = unlimited;
    struct account_rules rules = rules_of(10);
    struct account a;

    (void)state;
    rules.outsider_tokens = 5;
    rules.outsider_from_ns = 10 * SECOND;
    rules.outsider_until_ns = 20 * SECOND;
    limits.most[DIMENSION_REQUESTS] = 60;
    limits.most[DIMENSION_TOKENS] = 6000;
    limits.outsider_per_minute = 120;
    sim_account_init(&a, &rules, &limits, 0, ZERO);
    assert_int_equal(admit(&a, ZERO + 10 * SECOND - 1, 0).view[DIMENSION_REQUESTS].remaining, 59);
    /* Twenty came, and ten of a second each came back. */
    assert_int_equal(admit(&a, ZERO + 20 * SECOND - 1, 0).view[DIMENSION_REQUESTS].remaining, 48);
    assert_int_equal(a.outside_admitted, 20);
    sim_account_advance(&a, ZERO + 1000 * SECOND);
    assert_int_equal(a.outside_asked, 20);
    assert_int_equal(a.admitted, 2);
}

static void outsider_takes_no_more_than_there_is(void **state) {
    struct limits limits = unlimited;
    struct account_rules rules = rules_of(10);
    struct account a;

    (void)state;
    limits.most[DIMENSION_REQUESTS] = 60;
    limits.burst[DIMENSION_REQUESTS] = 1;
    limits.outsider_per_minute = 6000;
    sim_account_init(&a, &rules, &limits, 0, ZERO);
    assert_false(admit(&a, ZERO + 60 * SECOND, 0).admitted);
    assert_int_equal(a.outside_asked, 6001);
    assert_int_equal(a.outside_admitted, 61);
}

static void changes_come_in_time(void **state) {
    struct limits limits = unlimited;
    struct account_rules rules = rules_of(10);
    struct account a, other;

    (void)state;
    limits.most[DIMENSION_REQUESTS] = 60;
    assert_true(sim_change_add(&rules.changes, "20:requests_per_minute=600,key=2"));
    assert_true(sim_change_add(&rules.changes, "10:requests_per_minute=6,burst=2"));
    sim_account_init(&a, &rules, &limits, 1, ZERO);
    sim_account_init(&other, &rules, &limits, 2, ZERO);
    assert_int_equal(admit(&a, ZERO + 10 * SECOND - 1, 0).view[DIMENSION_REQUESTS].limit, 60);
    assert_int_equal(admit(&a, ZERO + 10 * SECOND, 0).view[DIMENSION_REQUESTS].limit, 6);
    assert_int_equal(a.changed, 1);
    assert_int_equal(admit(&a, ZERO + 30 * SECOND, 0).view[DIMENSION_REQUESTS].limit, 6);
    assert_int_equal(admit(&other, ZERO + 30 * SECOND, 0).view[DIMENSION_REQUESTS].limit, 600);
    assert_int_equal(other.changed, 2);
}

static void charges_what_is_told(void **state) {
    struct ask a = {.input_chars = 401};
    struct spend s;

    (void)state;
    assert_int_equal(sim_ask_input_tokens(&a), 101);
    assert_int_equal(sim_charge_of(&a, 0, CHARGE_MAX, 75).tokens, 176);
    a.max_output = 500;
    s = sim_charge_of(&a, 0, CHARGE_MAX, 75);
    assert_int_equal(s.tokens, 500);
    assert_int_equal(s.input, 101);
    assert_int_equal(s.output, 500);
    assert_int_equal(sim_charge_of(&a, 0, CHARGE_ESTIMATE, 75).tokens, 176);
    s = sim_charge_of(&a, 0, CHARGE_ACTUAL, 75);
    assert_int_equal(s.tokens, 101);
    assert_int_equal(s.output, 1);
    assert_int_equal(sim_charge_of(&a, 100, CHARGE_ACTUAL, 75).tokens, 1);
    assert_int_equal(sim_charge_of(&a, 100, CHARGE_MAX, 75).input, 1);
    a.max_output = 10;
    assert_int_equal(sim_charge_of(&a, 0, CHARGE_MAX, 75).tokens, 111);
    a = (struct ask){0};
    assert_int_equal(sim_charge_of(&a, 0, CHARGE_MAX, 0).tokens, 1);
    assert_int_equal(sim_charge_settled(s, (struct spend){7, 3, 4}, CHARGE_MAX, false).tokens, 101);
    assert_int_equal(sim_charge_settled(s, (struct spend){7, 3, 4}, CHARGE_ACTUAL, false).tokens, 7);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(admission_is_all_or_nothing),
        cmocka_unit_test(days_are_fixed_windows),
        cmocka_unit_test(days_may_be_continuous),
        cmocka_unit_test(counts_input_and_output_apart),
        cmocka_unit_test(counts_a_project_apart),
        cmocka_unit_test(an_outsider_takes_his_part),
        cmocka_unit_test(outsider_takes_no_more_than_there_is),
        cmocka_unit_test(changes_come_in_time),
        cmocka_unit_test(charges_what_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
