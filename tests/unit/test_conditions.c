#include "run/conditions.h"

#include "ration/clock.h"
#include "unit_told.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define NOW (100 * CLOCK_MINUTE)

// A run of 50 artists and two sessions that is well.
static struct snapshot well(void) {
    return (struct snapshot){.at = NOW, .artists = 50, .sessions = 2, .sums.sessions_open = 2};
}

static void assert_ends(const struct snapshot *look, enum stop_end end, const char *words) {
    struct conditions conditions = {0};
    struct unit_told told;
    told_begin(&told);
    struct conditions_wish wish = conditions_tick(&conditions, look, &(struct crew_look){0});
    const char *text = told_end(&told);
    assert_true(wish.stop);
    assert_int_equal(wish.end, end);
    assert_non_null(strstr(text, words));
    // It is on its way out, or has all its verdicts: nothing of it matters, but that a disk fails.
    assert_false(conditions_tick(&conditions, look, &(struct crew_look){.stopping = true}).stop);
}

static void assert_goes_on(const struct snapshot *look) {
    struct conditions conditions = {0};
    assert_false(conditions_tick(&conditions, look, &(struct crew_look){0}).stop);
}

static void a_run_that_is_well_goes_on(void **state) {
    (void)state;
    struct snapshot look = well();
    assert_goes_on(&look);
    look.blame[0] = (struct ledger_blame){.held = true, .held_since = NOW};
    assert_goes_on(&look); // another session is not held
}

static void every_key_is_refused(void **state) {
    (void)state;
    struct snapshot look = well();
    look.blame[0].disabled = look.blame[1].disabled = true;
    look.sums.sessions_open = 0;
    (void)strcpy(look.said[1], "who are you");
    assert_ends(&look, STOP_CANNOT, "refuses the key; check it, then go on with --resume; who are you");
}

static void all_that_was_tried_was_refused(void **state) {
    (void)state;
    struct snapshot look = well();
    look.blame[0] = look.blame[1] = (struct ledger_blame){.held = true, .held_since = NOW};
    assert_goes_on(&look); // they may have stood beside each other
    look.blame[0].probes = 2;
    look.blame[1].probes = 1;
    assert_goes_on(&look); // not by each session
    look.blame[1].probes = 2;
    assert_ends(&look, STOP_CANNOT, "every artist that was tried was refused");
    look.blame[0].probes = look.blame[1].probes = 0;
    look.sums.suspects = 50;
    assert_ends(&look, STOP_CANNOT, "every artist that was tried was refused"); // there are no others
    look.sums.suspects = 0;
    look.blame[0].probes = look.blame[1].probes = 2;
    look.sums.in_flight = 1;
    assert_goes_on(&look); // that may be answered yet
    look.sums.in_flight = 0;
    look.done = 1;
    assert_goes_on(&look); // an earlier run was answered: it is tried again for a while
    look.blame[0].held_since = look.blame[1].held_since = NOW - 21 * CLOCK_SECOND;
    assert_ends(&look, STOP_CANNOT, "every artist that was tried was refused");
    look.done = 0;
    look.blame[0].blame.worked = 1;
    assert_goes_on(&look); // it has worked: patience
    look.blame[0].held_since = look.blame[1].held_since = NOW - 11 * CLOCK_MINUTE;
    assert_goes_on(&look); // others may be answered yet
    look.sums.suspects = 50;
    assert_ends(&look, STOP_CANNOT, "nothing but refusals came for 10 minutes");
    look.blame[1].disabled = true;
    assert_ends(&look, STOP_CANNOT, "nothing but refusals");
    look.blame[0].blame.status = 402;
    assert_goes_on(&look); // for money it waits
}

static void nobody_can_be_reached(void **state) {
    (void)state;
    struct snapshot look = well();
    look.blame[0] = look.blame[1] = (struct ledger_blame){
        .unreachable = LEDGER_NO_NAME, .unreachable_times = 3, .unreachable_since = NOW - CLOCK_SECOND};
    assert_goes_on(&look); // a name may be found again
    look.blame[0].unreachable_since = look.blame[1].unreachable_since = NOW - CLOCK_MINUTE;
    assert_ends(&look, STOP_CANNOT, "the API's host was not found");
    look.blame[0].blame.heard = 1;
    assert_goes_on(&look);
    look.blame[0] = look.blame[1] =
        (struct ledger_blame){.unreachable = LEDGER_NO_TRUST, .unreachable_times = 3};
    assert_ends(&look, STOP_CANNOT, "no connection to the API can be trusted");
    look.blame[0].unreachable_times = 2;
    assert_goes_on(&look);
}

static void the_money_is_spent(void **state) {
    (void)state;
    struct snapshot look = well();
    look.cost = (struct ledger_cost){.most = 1000000000, .run.spent = 990000000, .refused = 20000000};
    assert_ends(&look, STOP_ASKED, "$0.9900 of --max-cost $1.00 is spent, and");
    look.cost.booked = 1;
    assert_goes_on(&look); // that may cost less than was booked
    look.cost = (struct ledger_cost){.most = 1000000000,
                                     .run = {300000000, 90000000},
                                     .before = {400000000, 200000000},
                                     .refused = 20000000};
    assert_ends(&look, STOP_ASKED,
                "$0.9900 of --max-cost $1.00 is spent ($0.6000 by earlier runs, $0.2900 in doubt), and");
    look.cost.most = 2000000000;
    look.cost.run_most = 400000000;
    assert_ends(&look, STOP_ASKED, "$0.3900 of --max-cost-run $0.4000 is spent ($0.0900 in doubt), and");
    look.cost.run_most = 500000000;
    assert_goes_on(&look);
}

static void the_disk_fails_or_is_full(void **state) {
    (void)state;
    struct snapshot look = well();
    struct conditions conditions = {0};
    struct unit_told told;
    look.sync_error = EIO;
    assert_ends(&look, STOP_CANNOT, "the output cannot be synced: Input/output error");
    look = well();
    look.sums.disk_wait = 1;
    told_begin(&told);
    for (int tick = 0; tick < 3; tick++) {
        assert_false(conditions_tick(&conditions, &look, &(struct crew_look){0}).stop);
        look.sums.disk_wait = tick == 1 ? 0 : 1;
    }
    const char *text = told_end(&told);
    const char *first = strstr(text, "the output cannot be written");
    assert_non_null(first);
    assert_null(strstr(first + strlen("the output cannot be written"), "cannot be written"));
    assert_non_null(strstr(text, "the output can be written again"));
}

static void counts_those_that_are_left_when_all_were_refused(void **state) {
    (void)state;
    struct snapshot look = well();
    struct conditions conditions = {0};
    struct crew_look crew = {.left_out = 3};
    look.done = 30;
    look.failed = 10;
    look.sums.suspects = 6;
    assert_int_equal(conditions_tick(&conditions, &look, &crew).left, 0);
    look.sums.suspects = 7;
    assert_int_equal(conditions_tick(&conditions, &look, &crew).left, 7);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_that_is_well_goes_on),
        cmocka_unit_test(every_key_is_refused),
        cmocka_unit_test(all_that_was_tried_was_refused),
        cmocka_unit_test(nobody_can_be_reached),
        cmocka_unit_test(the_money_is_spent),
        cmocka_unit_test(the_disk_fails_or_is_full),
        cmocka_unit_test(counts_those_that_are_left_when_all_were_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
