#include "scale/scale_policy.h"
#include "scale/utilisation.h"

#include "ration/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define MINUTE (60 * CLOCK_SECOND)
#define START (1000 * CLOCK_SECOND)

static struct scale_policy_workers four(uint64_t done, uint64_t faults, uint64_t use) {
    return (struct scale_policy_workers){
        .now = START + SCALE_POLICY_SETTLING,
        .stepped = START,
        .outcomes = {.all = 100, .done = done, .faults = faults},
        .use = use,
        .workers = 4,
        .least = 2,
        .most = 6,
    };
}

static void assert_workers(struct scale_policy_workers facts, uint32_t wanted, enum scale_policy_reason why) {
    enum scale_policy_reason reason;
    assert_int_equal(scale_policy_workers(&facts, &reason), wanted);
    assert_int_equal(reason, why);
}

static void workers_follow_faults_and_quota(void **state) {
    (void)state;
    assert_workers(four(79, 21, 0), 3, SCALE_POLICY_FAULTS);
    assert_workers(four(80, 20, 0), 4, SCALE_POLICY_STAY);
    assert_workers(four(70, 0, 0), 4, SCALE_POLICY_STAY); // refused ones are nobody's fault here
    assert_workers(four(100, 0, 900000), 3, SCALE_POLICY_QUOTA_USED);
    assert_workers(four(100, 0, 899999), 4, SCALE_POLICY_STAY);
    assert_workers(four(100, 0, 500000), 4, SCALE_POLICY_STAY);
    assert_workers(four(96, 4, 499999), 5, SCALE_POLICY_QUOTA_FREE);
    assert_workers(four(95, 5, 499999), 4, SCALE_POLICY_STAY);
    assert_workers(four(100, 0, SCALE_POLICY_NO_LIMIT), 5, SCALE_POLICY_QUOTA_FREE);
    assert_workers(four(50, 50, SCALE_POLICY_NO_LIMIT), 3, SCALE_POLICY_FAULTS);
}

static void workers_keep_their_bounds(void **state) {
    (void)state;
    struct scale_policy_workers facts = four(0, 100, 0);
    facts.workers = 2;
    assert_workers(facts, 2, SCALE_POLICY_STAY);
    facts = four(100, 0, 0);
    facts.workers = 6;
    assert_workers(facts, 6, SCALE_POLICY_STAY);
    facts.workers = 9;
    assert_workers(facts, 9, SCALE_POLICY_STAY);
    facts = four(0, 100, 0);
    facts.least = facts.workers = facts.most = 1;
    assert_workers(facts, 1, SCALE_POLICY_STAY);
}

static void workers_settle_between_steps(void **state) {
    (void)state;
    struct scale_policy_workers facts = four(0, 100, 0);
    facts.now--;
    assert_workers(facts, 4, SCALE_POLICY_STAY);
    facts = four(0, SCALE_POLICY_OUTCOMES - 1, 0);
    facts.outcomes.all = SCALE_POLICY_OUTCOMES - 1;
    assert_workers(facts, 4, SCALE_POLICY_STAY);
    facts.outcomes.all = facts.outcomes.faults = SCALE_POLICY_OUTCOMES;
    assert_workers(facts, 3, SCALE_POLICY_FAULTS);
}

// ---- requests at once ----

static struct scale_policy_in_flight two_of(uint32_t in_flight, uint32_t taken, double rate, double latency) {
    return (struct scale_policy_in_flight){
        .now = START + MINUTE,
        .stepped = START,
        .in_flight = in_flight,
        .most = 1024,
        .workers = 2,
        .taken = taken,
        .rate = rate,
        .outcomes = {.all = 100, .done = 100},
        .latency = latency,
    };
}

static void assert_in_flight(struct scale_policy_in_flight facts, uint32_t wanted,
                             enum scale_policy_reason why) {
    enum scale_policy_reason reason;
    assert_int_equal(scale_policy_in_flight(&facts, &reason), wanted);
    assert_int_equal(reason, why);
}

static void the_rate_needs_so_many(void **state) {
    (void)state;
    // 50 a second for 10 s are 500 at once; a quarter more, and a few
    assert_in_flight(two_of(64, 60, 50, 10), 312 + 5, SCALE_POLICY_RATE);
    assert_in_flight(two_of(312, 500, 50, 10), 312, SCALE_POLICY_STAY);
    assert_in_flight(two_of(420, 500, 50, 10), 420, SCALE_POLICY_STAY); // a little too many do no harm
    assert_in_flight(two_of(1000, 500, 50, 10), 312 + 5, SCALE_POLICY_RATE);
    assert_in_flight(two_of(1000, 900, 50, 10), 562 + 5, SCALE_POLICY_RATE); // so many are in use
    assert_in_flight(two_of(64, 1, 1, 0.01), 16, SCALE_POLICY_RATE);
    assert_in_flight(two_of(64, 60, 1e9, 300), 1024, SCALE_POLICY_RATE);
    assert_in_flight(two_of(1024, 2048, 1e9, 300), 1024, SCALE_POLICY_STAY);
    struct scale_policy_in_flight facts = two_of(4, 8, 50, 10);
    facts.most = 8; // below the least
    assert_in_flight(facts, 8, SCALE_POLICY_RATE);
}

static void full_places_bind_the_rate(void **state) {
    (void)state;
    struct scale_policy_in_flight facts = two_of(64, 128, 50, 0); // no answer came yet
    facts.outcomes = (struct scale_policy_outcomes){0};
    facts.now = START + 250 * CLOCK_MS;
    assert_in_flight(facts, 128, SCALE_POLICY_FULL);
    facts.now--;
    assert_in_flight(facts, 64, SCALE_POLICY_STAY);
    facts = two_of(64, 128, 50, 1);
    assert_in_flight(facts, 128, SCALE_POLICY_FULL);
    facts.outcomes = (struct scale_policy_outcomes){.all = 100, .done = 70, .faults = 30};
    assert_in_flight(facts, 64, SCALE_POLICY_STAY); // a server in trouble gets no more
}

static void fewer_after_a_while(void **state) {
    (void)state;
    struct scale_policy_in_flight facts = two_of(1000, 10, 10, 1);
    facts.now = START + 10 * CLOCK_SECOND - 1;
    assert_in_flight(facts, 1000, SCALE_POLICY_STAY);
    facts.now++;
    assert_in_flight(facts, 16, SCALE_POLICY_RATE);
    facts.outcomes.all = facts.outcomes.done = 3; // too few to tell the latency
    assert_in_flight(facts, 1000, SCALE_POLICY_STAY);
}

static void without_limits_doubling_must_pay(void **state) {
    (void)state;
    struct scale_policy_in_flight facts = two_of(64, 128, 0, 1);
    assert_in_flight(facts, 128, SCALE_POLICY_THROUGHPUT);
    facts.now = START + 2 * CLOCK_SECOND - 1;
    assert_in_flight(facts, 64, SCALE_POLICY_STAY);
    assert_in_flight(two_of(64, 115, 0, 1), 64, SCALE_POLICY_STAY); // there is room
    facts = two_of(128, 256, 0, 2);
    facts.throughput = 128; // as before: the answers take twice as long
    assert_in_flight(facts, 128, SCALE_POLICY_STAY);
    facts.latency = 1.7;
    assert_in_flight(facts, 256, SCALE_POLICY_THROUGHPUT);
    facts.outcomes.done = 95;
    assert_in_flight(facts, 128, SCALE_POLICY_STAY);
    facts.outcomes.done = 70;
    facts.outcomes.faults = 30;
    assert_in_flight(facts, 64, SCALE_POLICY_FAULTS);
    facts.in_flight = 16;
    assert_in_flight(facts, 16, SCALE_POLICY_STAY);
    facts = two_of(64, 128, 0, 1);
    facts.shrunk = true;
    facts.now = START + 30 * CLOCK_SECOND - 1;
    assert_in_flight(facts, 64, SCALE_POLICY_STAY);
    facts.now++;
    assert_in_flight(facts, 128, SCALE_POLICY_THROUGHPUT);
    facts = two_of(1000, 2000, 0, 1);
    assert_in_flight(facts, 1024, SCALE_POLICY_THROUGHPUT);
}

// An API that takes `latency` seconds, asked `rate` times a second as far as there are places. Returns the
// seconds until the places no longer bind.
static double ramp(double rate, double latency) {
    struct scale_policy_in_flight facts = two_of(64, 0, rate, 0);
    facts.outcomes = (struct scale_policy_outcomes){0};
    double allowed = 0;
    for (unsigned tick = 0; tick < 240; tick++) {
        enum scale_policy_reason reason;
        double seconds = tick * 0.25;
        facts.now = START + (uint64_t)(seconds * (double)CLOCK_SECOND);
        facts.latency = seconds > latency ? latency : 0;
        facts.outcomes.all = facts.outcomes.done = seconds > latency ? 100 : 0;
        uint32_t wanted = scale_policy_in_flight(&facts, &reason);
        facts.stepped = wanted != facts.in_flight ? facts.now : facts.stepped;
        facts.in_flight = wanted;
        double places = (double)wanted * facts.workers;
        allowed = seconds <= latency ? allowed + rate * 0.25 : rate * latency;
        allowed = allowed < places ? allowed : places;
        facts.taken = (uint32_t)allowed;
        if (seconds > latency && rate * latency <= places) {
            return seconds;
        }
    }
    return 60;
}

static void a_slow_api_is_used_whole(void **state) {
    (void)state;
    assert_true(ramp(50, 10) <= 10.5);
    assert_true(ramp(200, 3) <= 3.5);
    assert_true(ramp(1000, 0.3) <= 3);
}

// ---- the rate that the limits allow ----

static void the_least_limit_counts(void **state) {
    (void)state;
    struct ledger_state ledger = {
        .spent_requests = 90,
        .booked_requests = 10,
        .dimension =
            {
                {.unit = DIMENSION_REQUESTS, .window = MINUTE, .limit = 3000, .taken = 100},
                {.unit = DIMENSION_TOKENS, .window = MINUTE, .limit = 60000, .taken = 5000},
                {.unit = DIMENSION_REQUESTS, .window = 1440 * MINUTE, .limit = 10, .taken = 100},
                {.unit = DIMENSION_OUTPUT_TOKENS, .window = MINUTE, .taken = 4000},
            },
    };
    assert_true(utilisation_allows(&ledger) == 20); // 1000 tokens a second, 50 each
    ledger.dimension[1].limit = 6000000;
    assert_true(utilisation_allows(&ledger) == 50);
    ledger.dimension[0].unit = DIMENSION_NONE;
    assert_true(utilisation_allows(&ledger) == 2000);
    ledger.spent_requests = 0;
    ledger.booked_requests = 3; // too few to tell
    assert_true(utilisation_allows(&ledger) == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(workers_follow_faults_and_quota),  cmocka_unit_test(workers_keep_their_bounds),
        cmocka_unit_test(workers_settle_between_steps),     cmocka_unit_test(the_rate_needs_so_many),
        cmocka_unit_test(full_places_bind_the_rate),        cmocka_unit_test(fewer_after_a_while),
        cmocka_unit_test(without_limits_doubling_must_pay), cmocka_unit_test(a_slow_api_is_used_whole),
        cmocka_unit_test(the_least_limit_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
