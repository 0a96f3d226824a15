#include "view/summary.h"

#include "ration/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void assert_share(const struct snapshot_sums *sums, uint64_t elapsed, double expected) {
    double share = summary_quota_share(sums, elapsed);
    assert_true(share > expected - 1e-9 && share < expected + 1e-9);
}

static void shares_what_was_allowed(void **state) {
    (void)state;
    uint64_t minute = 60 * CLOCK_SECOND;
    struct snapshot_sums sums = {.spent_requests = 300, .spent_tokens = 900};
    assert_true(summary_quota_share(&sums, minute) < 0); // no limit
    sums.requests_per_minute = 600;
    assert_share(&sums, minute, 0.5);
    assert_share(&sums, minute / 2, 1.0);
    assert_share(&sums, 10 * minute, 0.05);
    sums.tokens_per_minute = 1000;
    assert_share(&sums, minute, 0.9); // the dimension that was used most
    sums.tokens_per_minute = 10000;
    assert_share(&sums, minute, 0.5);
    sums.requests_per_minute = 0;
    assert_share(&sums, minute, 0.09);
    assert_true(summary_quota_share(&sums, 0) < 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(shares_what_was_allowed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
