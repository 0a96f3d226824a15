#include "plan/plan_past.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

static struct last_run run, planned;
static struct plan_past past;

static int begin(void **state) {
    (void)state;
    run = (struct last_run){.model = "m",
                            .done = 50,
                            .failed = 5,
                            .before = 10,
                            .answers = 40,
                            .input_tokens = 45000,
                            .output_tokens = 9000,
                            .cost = 700,
                            .cost_doubt = 20,
                            .cost_before = 300,
                            .cost_before_doubt = 4,
                            .cost_booked = 6,
                            .price_input = 1000000,
                            .price_output = 5000000};
    planned = run;
    return 0;
}

static void a_run_tells_what_its_artists_took(void **state) {
    (void)state;
    plan_past_of(&run, &planned, &past);
    assert_true(past.there);
    assert_int_equal(past.artists, 45); // five failed, whatever earlier ones did
    assert_int_equal(past.answers, 40);
    assert_int_equal(past.cost, 700);
    assert_int_equal(past.paid.spent, 1000);
    assert_int_equal(past.paid.doubt, 30); // what was in flight at last may be billed
}

static void followers_took_nothing(void **state) {
    (void)state;
    run.done = 500;
    run.failed = 0;
    plan_past_of(&run, &planned, &past);
    assert_int_equal(past.artists, 40);
}

static void a_record_of_old_has_verdicts_alone(void **state) {
    (void)state;
    run.answers = run.price_input = run.price_output = 0;
    plan_past_of(&run, &planned, &past);
    assert_int_equal(past.artists, 45);
    assert_int_equal(past.answers, 45);
    assert_int_equal(past.cost, 0);
}

static void another_price_keeps_the_tokens(void **state) {
    (void)state;
    planned.price_output++;
    plan_past_of(&run, &planned, &past);
    assert_int_equal(past.artists, 45);
    assert_int_equal(past.cost, 0);
}

static void another_model_keeps_what_is_spent(void **state) {
    (void)state;
    (void)snprintf(planned.model, sizeof(planned.model), "n");
    plan_past_of(&run, &planned, &past);
    assert_int_equal(past.artists, 0);
    assert_int_equal(past.paid.spent, 1000);
    assert_true(past.other[0] != '\0');
}

static void a_run_without_an_answer_tells_nothing(void **state) {
    (void)state;
    run.answers = run.input_tokens = run.output_tokens = 0;
    plan_past_of(&run, &planned, &past);
    assert_int_equal(past.artists, 0);
    assert_int_equal(past.paid.spent, 1000);
}

static void what_a_cache_gives_once_it_is_filled(void **state) {
    (void)state;
    static const struct {
        uint64_t answers;
        struct tokens tokens;
        double missed, kept;
    } rows[] = {
        {0, {0}, 1, 0},
        {10, {.input = 10000}, 1, 0},
        {10, {.input = 10000, .cached = 7200, .written = 800}, 5, 800}, // who wrote it is told
        {10, {.input = 10000, .cached = 7200, .written_hour = 800}, 5, 800},
        {10, {.input = 10000, .cached = 7200}, 1, 800},  // else it is known about
        {10, {.input = 10000, .cached = 4000}, 64, 800}, // at least half of them found it,
        {10, {.input = 10000, .cached = 9000}, 5, 1000}, // and no more than they sent
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        past = (struct plan_past){.answers = rows[i].answers, .tokens = rows[i].tokens};
        assert_true(fabs(plan_past_kept(&past, rows[i].missed) - rows[i].kept) < 1e-9);
    }
}

static void resume_asks_what_is_left(void **state) {
    (void)state;
    static const struct {
        bool resume;
        enum outcome_again which;
        uint32_t artists, left;
    } rows[] = {
        {false, OUTCOME_AGAIN_USUAL, 100, 100}, {true, OUTCOME_AGAIN_USUAL, 100, 50},
        {true, OUTCOME_AGAIN_ALL, 100, 50},     {true, OUTCOME_AGAIN_NONE, 100, 45},
        {true, OUTCOME_AGAIN_NONE, 20, 0},
    };
    past = (struct plan_past){.done = 50, .failed = 5};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct options options = {.resume = rows[i].resume, .retry_errors = {.which = rows[i].which}};
        assert_int_equal(plan_past_left(&past, &options, rows[i].artists), rows[i].left);
    }
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_run_tells_what_its_artists_took),    TEST(followers_took_nothing),
        TEST(a_record_of_old_has_verdicts_alone),   TEST(another_price_keeps_the_tokens),
        TEST(another_model_keeps_what_is_spent),    TEST(a_run_without_an_answer_tells_nothing),
        TEST(what_a_cache_gives_once_it_is_filled), TEST(resume_asks_what_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
