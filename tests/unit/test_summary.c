#include "view/summary.h"

#include "ration/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
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

// By the rule that --resume goes by.
static void says_whom_a_resume_asks_again(void **state) {
    (void)state;
    struct outcome_retry usual = {.which = OUTCOME_AGAIN_USUAL};
    struct snapshot look = {.artists = 10, .failed = 3};
    struct summary summary = {.output_name = "out", .errors_name = "out.errors", .how_it_ended = "finished"};
    char *text = summary_text(&summary, &look);
    assert_non_null(text);
    const char *line = strstr(text, "--resume asks again all but those of class ");
    assert_non_null(line);
    assert_non_null(strstr(line, "(unproven ones it does)"));
    for (int i = OUTCOME_DONE + 1; i < OUTCOME_CLASSES; i++) {
        const char *name = outcome_name((enum outcome_class)i);
        assert_int_equal(strstr(line, name) == NULL, outcome_asked_again(&usual, name, false));
        assert_true(outcome_asked_again(&usual, name, true));
    }
    free(text);
}

// What is in doubt, and who decides.
static void says_what_is_kept(void **state) {
    (void)state;
    struct snapshot look = {.artists = 10};
    struct summary summary = {
        .output_name = "out", .errors_name = "", .how_it_ended = "stopped", .in_doubt = 5};
    char *text = summary_text(&summary, &look);
    assert_non_null(strstr(text, "5 requests were in flight"));
    assert_null(strstr(text, "--in-doubt"));
    free(text);
    summary.undecided = 4;
    text = summary_text(&summary, &look);
    assert_non_null(strstr(text, "; 4 are kept for --resume and its --in-doubt\n"));
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(shares_what_was_allowed),
                                       cmocka_unit_test(says_whom_a_resume_asks_again),
                                       cmocka_unit_test(says_what_is_kept)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
