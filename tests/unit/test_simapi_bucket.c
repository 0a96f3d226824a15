#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sim_account.h"
#include "sim_bucket.h"
#include "sim_limit_headers.h"

#define SECOND UINT64_C(1000000000)

static void test_no_limit(void **state) {
    struct bucket b;

    (void)state;
    sim_bucket_init(&b, 0, BUCKET_MINUTE_NS, 0, 5);
    assert_true(sim_bucket_has(&b, 5, UINT64_MAX));
    sim_bucket_take(&b, 5, UINT64_MAX);
    assert_int_equal(sim_bucket_wait_ns(&b, 6, 1), 0);
    assert_int_equal(sim_bucket_full_in_ns(&b, 6), 0);
}

static void test_wait_is_exact(void **state) {
    struct bucket b;
    uint64_t wait;

    (void)state;
    sim_bucket_init(&b, 7, BUCKET_MINUTE_NS, 1, 0);
    sim_bucket_take(&b, 0, 1);
    wait = sim_bucket_wait_ns(&b, 0, 1);
    assert_int_equal(wait, BUCKET_MINUTE_NS / 7 + 1);
    assert_false(sim_bucket_has(&b, wait - 1, 1));
    assert_true(sim_bucket_has(&b, wait, 1));
    assert_int_equal(sim_bucket_wait_ns(&b, wait, 2), BUCKET_NEVER);
}

/* Taking whenever possible for an hour gives the burst and an hour's limit, although 60 s / 7,001 is no
 * integer. */
static void test_nothing_is_rounded_away(void **state) {
    const uint64_t limit = 7001, hour = 60 * BUCKET_MINUTE_NS;
    struct bucket b;
    uint64_t now = 0, taken = 0;

    (void)state;
    sim_bucket_init(&b, limit, BUCKET_MINUTE_NS, 10, 0);
    for (; now <= hour; now += sim_bucket_wait_ns(&b, now, 1)) {
        assert_true(sim_bucket_has(&b, now, 1));
        sim_bucket_take(&b, now, 1);
        taken++;
    }
    assert_in_range(taken, 10 + 60 * limit - 1, 10 + 60 * limit);
}

static void test_settlement(void **state) {
    struct bucket b;

    (void)state;
    sim_bucket_init(&b, 600, BUCKET_MINUTE_NS, 0, 0);
    sim_bucket_take(&b, 0, 500);
    sim_bucket_settle(&b, 0, 500, 100);
    assert_int_equal(sim_bucket_remaining(&b, 0), 500);
    assert_int_equal(sim_bucket_full_in_ns(&b, 0), 10 * SECOND);
    sim_bucket_settle(&b, 0, 500, 0);
    assert_int_equal(sim_bucket_remaining(&b, 0), 600);
    sim_bucket_take(&b, 0, 600);
    sim_bucket_settle(&b, 0, 600, 700);
    assert_int_equal(sim_bucket_remaining(&b, 0), 0);
    assert_int_equal(sim_bucket_wait_ns(&b, 0, 1), 101 * SECOND / 10);
}

static void test_time_never_goes_back(void **state) {
    struct bucket b;

    (void)state;
    sim_bucket_init(&b, 60, BUCKET_MINUTE_NS, 0, 100 * SECOND);
    sim_bucket_take(&b, 100 * SECOND, 60);
    assert_int_equal(sim_bucket_remaining(&b, 90 * SECOND), 0);
    assert_int_equal(sim_bucket_remaining(&b, 110 * SECOND), 10);
    assert_int_equal(sim_bucket_remaining(&b, 105 * SECOND), 10);
    assert_int_equal(sim_bucket_remaining(&b, UINT64_MAX), 60);
}

static void test_largest_numbers(void **state) {
    const uint64_t day = UINT64_C(86400) * SECOND;
    struct bucket b;

    (void)state;
    sim_bucket_init(&b, BUCKET_LIMIT_MAX, day, 0, 0);
    sim_bucket_take(&b, 0, BUCKET_LIMIT_MAX);
    assert_int_equal(sim_bucket_full_in_ns(&b, 0), day);
    assert_int_equal(sim_bucket_remaining(&b, UINT64_MAX), BUCKET_LIMIT_MAX);
}

static void test_drain_stops_at_empty(void **state) {
    struct bucket b;

    (void)state;
    sim_bucket_init(&b, 60, BUCKET_MINUTE_NS, 1, 0);
    sim_bucket_take(&b, 0, 1);
    sim_bucket_drain(&b, SECOND / 2, 1);
    assert_int_equal(sim_bucket_wait_ns(&b, SECOND / 2, 1), SECOND);
    sim_bucket_drain(&b, SECOND / 2, 1);
    assert_int_equal(sim_bucket_wait_ns(&b, SECOND / 2, 1), SECOND);
}

static void test_admission_is_all_or_nothing(void **state) {
    const struct account_limits limits = {.requests_per_minute = 60, .tokens_per_minute = 600};
    struct account a;
    struct admission first, second;

    (void)state;
    sim_account_init(&a, &limits, 0);
    first = sim_account_admit(&a, 0, 500, false);
    second = sim_account_admit(&a, 0, 200, false);
    assert_true(first.admitted);
    assert_int_equal(first.view[DIMENSION_REQUESTS].remaining, 59);
    assert_int_equal(first.view[DIMENSION_REQUESTS].reset_ns, SECOND);
    assert_false(second.admitted);
    assert_int_equal(second.refused_by, DIMENSION_TOKENS);
    assert_int_equal(second.wait_ns, 10 * SECOND);
    assert_int_equal(second.requested, 200);
    assert_int_equal(second.view[DIMENSION_REQUESTS].remaining, 59);
    assert_int_equal(sim_account_admit(&a, 0, 601, false).wait_ns, BUCKET_NEVER);
    assert_int_equal(sim_account_admit(&a, 0, 200, true).view[DIMENSION_REQUESTS].remaining, 58);
    sim_account_settle(&a, 0, 500, 100);
    assert_true(sim_account_admit(&a, 0, 200, false).admitted);
}

static void test_durations(void **state) {
    static const struct {
        uint64_t ns;
        const char *text;
    } rows[] = {{0, "0s"},
                {1, "1ms"},
                {12000000, "12ms"},
                {999000001, "1s"},
                {1500000000, "1.5s"},
                {UINT64_C(60000000000), "1m0s"},
                {UINT64_C(360000000000), "6m0s"},
                {UINT64_C(179560000000), "2m59.56s"},
                {UINT64_C(3600000000000), "1h0m0s"},
                {UINT64_C(86399050000000), "23h59m59.05s"}};
    char text[LIMIT_DURATION_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        sim_limit_headers_duration(rows[i].ns, text);
        assert_string_equal(text, rows[i].text);
    }
    sim_limit_headers_duration(UINT64_MAX, text);
}

static void test_headers_of_what_is_limited(void **state) {
    const struct limit_view view[DIMENSION_COUNT] = {[DIMENSION_TOKENS] = {4000, 3000, 15 * SECOND}};
    struct limit_header headers[LIMIT_HEADERS_MAX];

    (void)state;
    assert_int_equal(sim_limit_headers_openai(view, headers), 3);
    assert_string_equal(headers[1].name, "x-ratelimit-remaining-tokens");
    assert_string_equal(headers[1].value, "3000");
    assert_string_equal(headers[2].value, "15s");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_limit),
        cmocka_unit_test(test_wait_is_exact),
        cmocka_unit_test(test_nothing_is_rounded_away),
        cmocka_unit_test(test_settlement),
        cmocka_unit_test(test_time_never_goes_back),
        cmocka_unit_test(test_largest_numbers),
        cmocka_unit_test(test_drain_stops_at_empty),
        cmocka_unit_test(test_admission_is_all_or_nothing),
        cmocka_unit_test(test_durations),
        cmocka_unit_test(test_headers_of_what_is_limited),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
