// What the dimension of a ledger makes of the answers of simulated accounts: it must not be refused, must use
// what it may, must notice who else spends, and must suspect nobody where there is nobody.
#include "unit_traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define SECOND CLOCK_SECOND
#define MINUTE (60 * SECOND)
#define DAY (1440 * MINUTE)
#define SEEDS 4
// Milliseconds to the account, of work, and back.
#define FAST .there = {5, 25}, .back = {5, 15}, .work = {100, 500}
#define SLOW .there = {5, 25}, .back = {5, 15}, .work = {2000, 6000}
#define BUSY .in_flight = 500, .first = 16, FAST, .seconds = 60
#define BUSIER .in_flight = 2000, .first = 64, FAST, .seconds = 60
#define ODD_PHASE .phase = 13 * SECOND + 123456789, .reset_step = SECOND

static struct traffic traffic;

// `least`: the share that must be used from second `from` on.
static void assert_kept(const struct traffic_plan *plan, double least, uint32_t from, uint32_t refused) {
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        traffic_run(&traffic, plan, seed * 7919);
        double use = traffic_use(&traffic, from, plan->seconds);
        uint64_t suspected = 0;
        for (uint32_t s = 0; s < plan->seconds && plan->others == 0; s++) {
            suspected += traffic.second[s].others_pace > 0;
        }
        if (traffic.refused > refused || use < least || suspected > 0) {
            fail_msg("%s, seed %d: %u refused, used %.4f, suspected in %u seconds", plan->name, (int)seed,
                     traffic.refused, use, (unsigned)suspected);
        }
    }
}

static void accounts_that_refill_are_used_and_never_refuse(void **state) {
    (void)state;
    const struct traffic_plan plans[] = {
        {"3,000 a minute", .limit = 3000, .window = MINUTE, BUSY},
        {"60,000 a minute", .limit = 60000, .window = MINUTE, BUSIER},
        {"60 a minute", .limit = 60, .window = MINUTE, .in_flight = 16, .first = 4, FAST, .seconds = 300},
        {"holds a second's worth", .limit = 60000, .window = MINUTE, .capacity = 1000, BUSIER},
        {"holds a tenth of a second's", .limit = 60000, .window = MINUTE, .capacity = 100, BUSIER},
        {"holds 50", .limit = 3000, .window = MINUTE, .capacity = 50, BUSY},
        {"empty at first", .limit = 60000, .window = MINUTE, .missing = 59990, .in_flight = 2000, .first = 1,
         FAST, .seconds = 60},
        {"nearly empty", .limit = 3000, .window = MINUTE, .missing = 2999, .in_flight = 200, .first = 1, FAST,
         .seconds = 60},
        {"half full", .limit = 3000, .window = MINUTE, .missing = 1500, BUSY},
        {"one answer in three says nothing", .limit = 3000, .window = MINUTE, .garbled = 3, BUSY},
        {"requests overtake each other", .limit = 60000, .window = MINUTE, .in_flight = 2000, .first = 16,
         .there = {5, 300}, .back = {5, 300}, .work = {100, 900}, .seconds = 60},
        {"the configuration says more", .limit = 1000, .window = MINUTE, .told = 3000, BUSY},
        {"calls it a window", .limit = 12000, .window = MINUTE, .pretends = true, .reset_step = SECOND, BUSY},
        {"calls it a window and holds 300", .limit = 12000, .window = MINUTE, .capacity = 300,
         .pretends = true, .reset_step = SECOND, BUSY},
    };
    for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
        assert_kept(&plans[i], 0.995, 5, 0);
    }
}

static void less_than_the_limit_raises_no_suspicion(void **state) {
    (void)state;
    struct traffic_plan plan = {"half of it is wanted", .limit = 3000, .window = MINUTE, .demand = 1500,
                                BUSY};
    assert_kept(&plan, 0.499, 5, 0);
    plan = (struct traffic_plan){"the configuration says less", .limit = 3000, .window = MINUTE, .told = 1000,
                                 BUSY};
    assert_kept(&plan, 0.332, 5, 0);
    plan = (struct traffic_plan){
        "few answers, and late", .limit = 600,    .window = MINUTE,       .in_flight = 500, .first = 16,
        .there = {5, 25},        .back = {5, 15}, .work = {10000, 50000}, .seconds = 200};
    assert_kept(&plan, 0.99, 60, 0);
}

// The estimate is booked, the account charges by a rule of its own and corrects that at the end.
static void tokens_are_used_whatever_is_charged_at_admission(void **state) {
    (void)state;
    const struct traffic_plan plans[] = {
        {"as used", .limit = 2000000, .window = MINUTE, .estimate = 600, BUSY},
        {"as estimated", .limit = 2000000, .window = MINUTE, .estimate = 600, .used = 400, .spread = 400,
         BUSY},
        {"the input", .limit = 2000000, .window = MINUTE, .estimate = 600, .charge = 100, .used = 400,
         .spread = 400, BUSY},
        {"the longest answer", .limit = 2000000, .window = MINUTE, .estimate = 2000, .charge = 2000,
         .used = 400, .spread = 400, BUSY},
        {"rounded to thousands", .limit = 80000, .window = MINUTE, .estimate = 600, .used = 400,
         .spread = 400, .rounding = 1000, .reset_step = SECOND, .in_flight = 50, .first = 4, FAST,
         .seconds = 300},
        {"few and rounded", .limit = 20000, .window = MINUTE, .estimate = 600, .used = 400, .spread = 400,
         .rounding = 1000, .reset_step = SECOND, .in_flight = 50, .first = 4, FAST, .seconds = 300},
        {"in a window, they say", .limit = 200000, .window = MINUTE, .estimate = 600, .used = 400,
         .spread = 400, .pretends = true, .reset_step = SECOND, .in_flight = 500, .first = 16, FAST,
         .seconds = 120},
        {"the input, and slow", .limit = 2000000, .window = MINUTE, .estimate = 600, .charge = 100,
         .used = 400, .spread = 400, .in_flight = 1000, .first = 16, SLOW, .seconds = 120},
    };
    for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
        assert_kept(&plans[i], 0.985, 10, 0);
    }
    // Seven times the estimate, for seconds: it looks like somebody else at first, but nothing is lost by it.
    const struct traffic_plan plan = {"far more than estimated",
                                      .limit = 2000000,
                                      .window = MINUTE,
                                      .estimate = 600,
                                      .charge = 4096,
                                      .used = 400,
                                      .spread = 400,
                                      .in_flight = 1000,
                                      .first = 16,
                                      SLOW,
                                      .seconds = 120};
    traffic_run(&traffic, &plan, 7919);
    assert_int_equal(traffic.refused, 0);
    assert_true(traffic_use(&traffic, 10, 110) > 0.98);
    assert_int_equal(traffic.dimension.others_pace, 0);
}

static void fixed_windows_are_used_up_and_not_overdrawn(void **state) {
    (void)state;
    const struct traffic_plan plans[] = {
        {"told in seconds, rounded up", .limit = 3000, .window = MINUTE, .fixed = true, ODD_PHASE,
         .in_flight = 200, .first = 16, FAST, .seconds = 300},
        {"rounded down", .limit = 3000, .window = MINUTE, .fixed = true, ODD_PHASE, .reset_down = true,
         .in_flight = 200, .first = 16, FAST, .seconds = 300},
        {"told exactly", .limit = 3000, .window = MINUTE, .fixed = true, .phase = 13 * SECOND,
         .in_flight = 200, .first = 16, FAST, .seconds = 300},
        {"not told", .limit = 3000, .window = MINUTE, .fixed = true, .silent = true, .phase = 13 * SECOND,
         .in_flight = 200, .first = 16, FAST, .seconds = 300},
        {"of ten seconds", .limit = 10000, .window = 10 * SECOND, .fixed = true, .reset_step = SECOND,
         .in_flight = 2000, .first = 16, FAST, .seconds = 60},
    };
    for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
        assert_kept(&plans[i], 0.985, 5, 0);
    }
    // Nearly all is gone when it begins.
    const struct traffic_plan late = {
        "a late start", .limit = 3000,    .window = MINUTE, .fixed = true, .missing = 2900,
        ODD_PHASE,      .in_flight = 200, .first = 16,      FAST,          .seconds = 240};
    assert_kept(&late, 0.98, 48, 0);
}

static void days_are_spent_as_fast_as_wanted(void **state) {
    (void)state;
    struct traffic_plan plan = {"a day that ends", .limit = 20000,        .window = DAY,
                                .fixed = true,     .phase = DAY - MINUTE, BUSY};
    traffic_run(&traffic, &plan, 7919);
    assert_int_equal(traffic.refused, 0);
    assert_true(traffic.lowest >= 0 && traffic.lowest < 40);
    plan.seconds = 120; // and the next day
    traffic_run(&traffic, &plan, 7919);
    assert_int_equal(traffic.refused, 0);
    assert_true(traffic_use(&traffic, 60, 120) * 20000 / 1440 > 19900);
    plan.share = 800000;
    plan.seconds = 60;
    traffic_run(&traffic, &plan, 7919);
    assert_true(traffic.lowest >= 3990 && traffic.lowest < 4040);
    plan = (struct traffic_plan){"a day that refills", .limit = 5000, .window = DAY, .in_flight = 500,
                                 .first = 16,          FAST,          .seconds = 120};
    traffic_run(&traffic, &plan, 7919);
    assert_int_equal(traffic.refused, 0);
    assert_true(traffic.lowest < 40);
}

static void changed_limits_are_followed(void **state) {
    (void)state;
    struct traffic_plan plan = {"lowered",
                                .limit = 3000,
                                .window = MINUTE,
                                .change_at = 20 * SECOND,
                                .change_limit = 1000,
                                .in_flight = 200,
                                .first = 16,
                                FAST,
                                .seconds = 120};
    assert_kept(&plan, 0.995, 22, 0);
    plan.capacity = 500;
    assert_kept(&plan, 0.995, 22, 0);
    plan = (struct traffic_plan){"raised",
                                 .limit = 1000,
                                 .window = MINUTE,
                                 .change_at = 20 * SECOND,
                                 .change_limit = 3000,
                                 .in_flight = 200,
                                 .first = 16,
                                 FAST,
                                 .seconds = 120};
    assert_kept(&plan, 0.995, 22, 0);
    // What was taken before stays taken, so all is gone at once, and what is on its way is refused.
    plan = (struct traffic_plan){"lowered within a window",
                                 .limit = 3000,
                                 .window = MINUTE,
                                 .fixed = true,
                                 .reset_step = SECOND,
                                 .change_at = 20 * SECOND,
                                 .change_limit = 1000,
                                 .in_flight = 200,
                                 .first = 16,
                                 FAST,
                                 .seconds = 180};
    assert_kept(&plan, 0.98, 60, 30);
}

// From second `from` on somebody takes `others`.
static void assert_noticed(const struct traffic_plan *plan, uint32_t within) {
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        traffic_run(&traffic, plan, seed * 7919);
        uint32_t from = (uint32_t)(plan->others_from / SECOND), first = 0, wrong = 0;
        for (uint32_t s = 0; s < plan->seconds; s++) {
            double pace = (double)traffic.second[s].others_pace;
            first = pace > 0 && first == 0 ? s : first;
            wrong += s >= from + 2 * within && (pace < plan->others * 0.7 || pace > plan->others * 1.3);
        }
        if (traffic.refused > 0 || first < from || first > from + within || wrong > plan->seconds / 20) {
            fail_msg("%s, seed %d: %u refused, noticed in second %u, wrong for %u seconds", plan->name,
                     (int)seed, traffic.refused, first, wrong);
        }
        assert_true(traffic_use(&traffic, from, plan->seconds) > 0.985);
        assert_true(traffic.dimension.others_total > 0);
    }
}

static void others_are_noticed_and_make_no_refusals(void **state) {
    (void)state;
    const struct traffic_plan plans[] = {
        {"a third of it", .limit = 3000, .window = MINUTE, .others = 1000, .others_from = 20 * SECOND,
         .in_flight = 200, .first = 16, FAST, .seconds = 300},
        {"half of it", .limit = 60000, .window = MINUTE, .others = 30000, .others_from = 10 * SECOND,
         .in_flight = 2000, .first = 64, FAST, .seconds = 120},
        {"a tenth", .limit = 3000, .window = MINUTE, .others = 300, .others_from = 20 * SECOND,
         .in_flight = 200, .first = 16, FAST, .seconds = 120},
        {"from the start, of an empty account", .limit = 3000, .window = MINUTE, .missing = 2950,
         .others = 900, .in_flight = 200, .first = 1, FAST, .seconds = 120},
        {"in fixed windows", .limit = 3000, .window = MINUTE, .fixed = true, .others = 900,
         .others_from = 20 * SECOND, ODD_PHASE, .in_flight = 200, .first = 16, FAST, .seconds = 240},
        {"of a small bucket", .limit = 60000, .window = MINUTE, .capacity = 2000, .others = 20000,
         .others_from = 20 * SECOND, .in_flight = 2000, .first = 16, FAST, .seconds = 60},
        {"in what they call a window", .limit = 12000, .window = MINUTE, .pretends = true,
         .reset_step = SECOND, .others = 4000, .others_from = 20 * SECOND, .in_flight = 500, .first = 16,
         FAST, .seconds = 120},
    };
    for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
        assert_noticed(&plans[i], 10);
    }
}

static void others_who_leave_are_forgotten(void **state) {
    (void)state;
    const struct traffic_plan plan = {"for a while",
                                      .limit = 3000,
                                      .window = MINUTE,
                                      .others = 900,
                                      .others_from = 20 * SECOND,
                                      .others_until = 60 * SECOND,
                                      .in_flight = 200,
                                      .first = 16,
                                      FAST,
                                      .seconds = 120};
    traffic_run(&traffic, &plan, 7919);
    assert_int_equal(traffic.refused, 0);
    assert_true(traffic.second[50].others_pace > 0);
    assert_int_equal(traffic.second[80].others_pace, 0);
    assert_true(traffic.dimension.others_total > 400 && traffic.dimension.others_total < 700);
    assert_true(traffic_use(&traffic, 80, 120) > 0.99);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accounts_that_refill_are_used_and_never_refuse),
        cmocka_unit_test(less_than_the_limit_raises_no_suspicion),
        cmocka_unit_test(tokens_are_used_whatever_is_charged_at_admission),
        cmocka_unit_test(fixed_windows_are_used_up_and_not_overdrawn),
        cmocka_unit_test(days_are_spent_as_fast_as_wanted),
        cmocka_unit_test(changed_limits_are_followed),
        cmocka_unit_test(others_are_noticed_and_make_no_refusals),
        cmocka_unit_test(others_who_leave_are_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
