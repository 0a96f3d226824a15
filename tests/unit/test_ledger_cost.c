// Money in the ledger: bounds over runs, and what a death between a line and its settlement leaves.
#include "ration/arena_check.h"
#include "ration/board.h"
#include "ration/clock.h"
#include "ration/ledger.h"
#include "ration/ledger_part.h"
#include "ration/output.h"
#include "unit_arena.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#define NOW 1000000000000ULL

static const struct ledger_estimate usual = {.input = 100, .output = 50};
#define MOST 724U // that such a request may cost: 112 tokens of 2 nano-dollars, 50 of 10

static struct arena *money(uint64_t most, uint64_t run_most) {
    struct arena *arena = unit_arena(4, 1, 100);
    ledger_set_limits(arena, 0, &(struct ledger_limits){0}, NOW);
    ledger_configure(arena, &(struct ledger_config){.day_share = 1000000,
                                                    .price = {2000, 10000},
                                                    .cost_most = most,
                                                    .cost_run_most = run_most,
                                                    .longest_answer = 50});
    return arena;
}

static enum ledger_admission ask(struct arena *arena, uint32_t slot, struct ledger_booking *booking) {
    return ledger_admit(arena, slot, &usual, NOW, 0, booking);
}

static void assert_paid(const struct arena *arena, uint64_t spent, uint64_t doubt) {
    struct ledger_cost cost;
    ledger_cost_look(arena, &cost);
    assert_int_equal(cost.run.spent, spent);
    assert_int_equal(cost.run.doubt, doubt);
}

static void assert_left(const struct arena *arena, uint64_t spent, uint64_t doubt) {
    struct ledger_paid paid;
    ledger_cost_left(arena, &paid);
    assert_int_equal(paid.spent, spent);
    assert_int_equal(paid.doubt, doubt);
}

// What earlier runs spent, and what is in doubt of them, counts for the one bound and not for the other.
static void a_bound_counts_earlier_runs(void **state) {
    (void)state;
    static const struct {
        uint64_t most, run_most;
        struct ledger_paid before;
        unsigned booked; // of three
    } cases[] = {
        {3 * MOST, 0, {0, 0}, 3},
        {3 * MOST, 0, {1, 0}, 2},
        {3 * MOST, 0, {MOST, 1}, 1},
        {3 * MOST, 0, {3 * MOST, 3 * MOST}, 0},
        {0, 2 * MOST, {9 * MOST, 9 * MOST}, 2},
        {9 * MOST, 1 * MOST, {MOST, 0}, 1},
        {2 * MOST, 9 * MOST, {MOST, 0}, 1},
        {0, 0, {MOST, 0}, 3},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct arena *arena = money(cases[i].most, cases[i].run_most);
        struct ledger_booking booking;
        unsigned booked = 0;
        ledger_cost_begin(arena, &cases[i].before);
        ledger_dearer(arena, 0, &(struct ledger_price){0});
        for (uint32_t slot = 0; slot < 3; slot++) {
            booked += ask(arena, slot, &booking) == LEDGER_BOOKED;
        }
        assert_int_equal(booked, cases[i].booked);
        assert_left(arena, cases[i].before.spent, cases[i].before.doubt + booked * MOST);
        arena_close(arena);
    }
}

// What no limit of a minute counts is spent and counted, and books nothing.
static void an_answer_without_a_booking_is_spent(void **state) {
    (void)state;
    struct arena *arena = money(0, 0);
    struct ledger_state look;
    struct ledger_usage usage = {
        .outcome = OUTCOME_DONE, .tokens = {.input = 40, .output = 90}, .cost_known = true, .cost = 777};
    const struct ledger_booking none = {.session = 0};
    ledger_settle_unbooked(arena, 1, &none, &usage);
    assert_paid(arena, 777, 0);
    ledger_look(arena, 0, NOW, &look);
    assert_int_equal(look.spent_requests, 1);
    assert_int_equal(look.spent_tokens, 130);
    assert_int_equal(look.booked_requests, 0);
    for (uint32_t i = 0; i < LEDGER_DIMENSIONS; i++) {
        assert_int_equal(look.dimension[i].taken, 0);
    }
    usage.cost_known = false;
    ledger_settle_unbooked(arena, 1, &none, &usage);
    assert_paid(arena, 777, 0); // nothing was estimated, so nothing is in doubt
    const struct ledger_booking estimated = {.input = 100, .output = 50};
    ledger_settle_unbooked(arena, 1, &estimated, &usage);
    assert_paid(arena, 777, 100 * 2 + 50 * 10); // what nobody told is not nothing
    assert_true(ledger_reclaim(arena, 1));
    assert_paid(arena, 777, 700);
    arena_close(arena);
}

// ---- parts of a batch ----

static void assert_booked(const struct arena *arena, uint64_t booked, uint64_t before_doubt) {
    struct ledger_cost cost;
    ledger_cost_look(arena, &cost);
    assert_int_equal(cost.booked, booked);
    assert_int_equal(cost.before.doubt, before_doubt);
}

// A row may be chosen as long as all that are chosen fit what is left, of money and of the day.
static void rows_are_chosen_as_far_as_money_and_quota_go(void **state) {
    (void)state;
    static const struct {
        uint64_t most, run_most, allowed, low_allowed, used;
        bool low;
        unsigned rows; // of 1000 each
        uint64_t refused;
    } cases[] = {
        {0, 0, 0, 0, 0, false, 9, 0},      {3999, 0, 0, 0, 0, false, 3, 0},
        {4000, 0, 0, 0, 0, false, 4, 0},   {9000, 2000, 0, 0, 0, false, 2, 0},
        {999, 0, 0, 0, 0, false, 0, 1000}, // only where nothing else is to go first
        {0, 0, 5, 2, 0, false, 5, 0},      {0, 0, 5, 2, 3, false, 2, 0},
        {0, 0, 5, 2, 0, true, 2, 0},       {0, 0, 5, 2, 3, true, 0, 0},
        {3000, 0, 2, 2, 0, false, 2, 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct arena *arena = money(cases[i].most, cases[i].run_most);
        ledger_quota_set(arena, &(struct ledger_quota){.allowed = cases[i].allowed,
                                                       .low_allowed = cases[i].low_allowed,
                                                       .used = cases[i].used,
                                                       .period = 1});
        struct ledger_part chosen = {0};
        const struct ledger_part row = {.cost = 1000, .rows = 1, .low = cases[i].low};
        while (chosen.rows < 9 && ledger_part_fits(arena, &chosen, &row)) {
            chosen.rows++;
            chosen.cost += row.cost;
        }
        struct ledger_cost cost;
        ledger_cost_look(arena, &cost);
        assert_int_equal(chosen.rows, cases[i].rows);
        assert_int_equal(cost.refused, cases[i].refused);
        arena_close(arena);
    }
}

static void a_part_stays_booked_over_deaths_and_runs(void **state) {
    (void)state;
    struct arena *arena = money(10000, 0);
    ledger_cost_begin(arena, &(struct ledger_paid){1000, 4000}); // 3000 of it for a part that is open
    ledger_quota_set(arena, &(struct ledger_quota){.allowed = 9, .low_allowed = 9, .period = 1});
    ledger_part_reopen(arena, 1, 3000);
    assert_booked(arena, 3000, 1000);
    assert_false(ledger_part_book(arena, 1, &(struct ledger_part){.cost = 5001, .rows = 5}));
    assert_true(ledger_part_book(arena, 1, &(struct ledger_part){.cost = 5000, .rows = 5}));
    assert_booked(arena, 8000, 1000);
    struct ledger_quota quota;
    ledger_quota_look(arena, &quota);
    assert_int_equal(quota.used, 5);
    assert_false(ledger_part_book(arena, 1, &(struct ledger_part){.rows = 5}));
    assert_true(ledger_part_book(arena, 1, &(struct ledger_part){.rows = 0})); // it has been counted
    assert_left(arena, 1000, 9000);
    assert_true(ledger_reclaim(arena, 1)); // the worker dies: what it had booked is in doubt
    assert_booked(arena, 0, 1000);
    assert_paid(arena, 0, 8000);
    ledger_part_reopen(arena, 2, 8500); // more than is known of: taken up all the same
    assert_booked(arena, 8500, 500);
    assert_paid(arena, 0, 0);
    const struct ledger_booking row = {.cost = 1700};
    ledger_settle_unbooked(arena, 2, &row, &(struct ledger_usage){.cost_known = true, .cost = 200});
    assert_booked(arena, 6800, 500);
    assert_paid(arena, 200, 0);
    ledger_settle_unbooked(arena, 2, &row, &(struct ledger_usage){.outcome = OUTCOME_IN_DOUBT});
    assert_paid(arena, 200, 1700);
    ledger_part_end(arena, 2, 5000, true);
    ledger_part_end(arena, 2, 100, false);
    assert_booked(arena, 0, 500);
    assert_left(arena, 1200, 7200);
    arena_close(arena);
}

// A request is booked for no less than what its length, and the answers so far, say that it may cost.
static void what_is_set_aside_is_never_too_little(void **state) {
    (void)state;
    static const struct {
        uint64_t above, input;
        struct ledger_price dearer[2];
        uint64_t cost;
    } cases[] = {
        {0, 100, {{.above = 0}}, MOST},
        {112, 100, {{.above = 0}}, MOST}, // an eighth more than is estimated
        {111, 100, {{.above = 0}}, 112 * 20 + 50 * 30},
        {0, 100, {{.usual = {3000, 1000}}}, 112 * 3 + 50 * 10},                           // only up
        {0, 100, {{.usual = {3000, 1000}}, {.usual = {1000, 40000}}}, 112 * 3 + 50 * 40}, // each for itself
        {111, 100, {{.usual = {3000, 1000}}, {.usual = {1000, 40000}}}, 112 * 20 + 50 * 40},
        // a longer request of a dearer model has its own
        {0, 100, {{.usual = {3000, 11000}, .longer = {6000, 20000}, .above = 111}}, 112 * 6 + 50 * 20},
        {0, 100, {{.usual = {3000, 11000}, .longer = {6000, 20000}, .above = 112}}, 112 * 3 + 50 * 11},
        {0,
         100,
         {{.longer = {6000, 20000}, .above = 500}, {.longer = {1, 1}, .above = 90}},
         112 * 6 + 50 * 20},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct arena *arena = money(1000000, 0);
        struct ledger_booking booking;
        const struct ledger_estimate estimate = {.input = cases[i].input, .output = 50};
        ledger_set_limits(arena, 0,
                          &(struct ledger_limits){.own_price = true,
                                                  .price = {2000, 10000},
                                                  .above = cases[i].above,
                                                  .price_above = {20000, 30000}},
                          NOW);
        for (size_t j = 0; j < 2; j++) {
            ledger_dearer(arena, 0, &cases[i].dearer[j]);
        }
        assert_int_equal(ledger_admit(arena, 1, &estimate, NOW, 0, &booking), LEDGER_BOOKED);
        assert_int_equal(booking.cost, cases[i].cost);
        arena_close(arena);
    }
}

// How many leave at once, by how many of a session's answers were charged.
static void with_a_bound_few_leave_before_answers_are_known(void **state) {
    (void)state;
    static const struct {
        uint64_t most, longest, price;
        unsigned charged, booked; // of four
    } cases[] = {
        {0, 0, 10000, 0, 4}, // no bound
        {1000000, 50, 10000, 0, 1}, {1000000, 50, 10000, 1, 4}, {1000000, 0, 10000, 0, 1},
        {1000000, 0, 10000, 1, 1},  {1000000, 0, 10000, 2, 2},  {1000000, 0, 10000, 4, 4},
        {1000000, 50, 0, 0, 4}, // nothing is at stake
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct arena *arena = unit_arena(4, 2, 100);
        struct ledger_booking booking;
        unsigned booked = 0;
        ledger_set_limits(arena, 0, &(struct ledger_limits){0}, NOW);
        ledger_set_limits(arena, 1, &(struct ledger_limits){.fallback = true}, NOW);
        ledger_configure(arena, &(struct ledger_config){.day_share = 1000000,
                                                        .price = {cases[i].price, cases[i].price},
                                                        .cost_most = cases[i].most,
                                                        .longest_answer = cases[i].longest});
        ledger_dearer(arena, 1, &(struct ledger_price){0}); // what another session answers says nothing
        for (unsigned j = 0; j < cases[i].charged; j++) {
            ledger_dearer(arena, 0, &(struct ledger_price){0});
        }
        for (uint32_t slot = 0; slot < 4; slot++) {
            booked += ask(arena, slot, &booking) == LEDGER_BOOKED;
        }
        assert_int_equal(booked, cases[i].booked);
        arena_close(arena);
    }
}

// An answer that was longer than what is usual, or than what was asked for, may come again.
static void as_much_is_set_aside_as_the_longest_answer_took(void **state) {
    (void)state;
    static const struct {
        uint64_t longest, seen, cost;
    } cases[] = {{50, 10, MOST}, {50, 400, 112 * 2 + 400 * 10}, {0, 5000, 112 * 2 + 5000 * 10}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct arena *arena = unit_arena(4, 1, 100);
        struct ledger_booking booking;
        ledger_set_limits(arena, 0, &(struct ledger_limits){0}, NOW);
        ledger_configure(arena, &(struct ledger_config){.day_share = 1000000,
                                                        .price = {2000, 10000},
                                                        .cost_most = 1000000,
                                                        .longest_answer = cases[i].longest});
        for (unsigned j = 0; j < 2; j++) { // a short one afterwards changes nothing
            assert_int_equal(ask(arena, 0, &booking), LEDGER_BOOKED);
            (void)ledger_settle(arena, 0, &booking,
                                &(struct ledger_usage){.outcome = OUTCOME_DONE,
                                                       .status = 200,
                                                       .tokens.output = j == 0 ? cases[i].seen : 1,
                                                       .cost_known = true},
                                NOW);
        }
        assert_int_equal(ask(arena, 0, &booking), LEDGER_BOOKED);
        assert_int_equal(booking.cost, cases[i].cost);
        arena_close(arena);
    }
}

struct files {
    struct output output;
    int fd;
};

static void open_files(struct files *files, struct arena *arena) {
    files->fd = open("/tmp", O_TMPFILE | O_RDWR | O_APPEND, 0600);
    assert_true(files->fd >= 0);
    files->output = (struct output){.arena = arena, .fd = {files->fd, files->fd}, .rescue = -1};
    output_attach(&files->output);
    output_set_length(arena, OUTPUT_ANSWERS, 0);
}

static void record(struct files *files, uint32_t slot, uint32_t artist, uint64_t cost,
                   const struct ledger_booking *booking) {
    files->output.bill = (struct output_bill){cost, booking->cost};
    assert_int_equal(
        output_append(&files->output, slot, OUTPUT_ANSWERS, "line\n", 5, &artist, 1, CLOCK_NEVER), 0);
    assert_int_equal(files->output.bill.cost, 0);
}

static void settle(struct arena *arena, uint32_t slot, const struct ledger_booking *booking, uint64_t cost) {
    const struct ledger_usage usage = {
        .outcome = OUTCOME_DONE, .status = 200, .cost_known = true, .cost = cost, .recorded = true};
    (void)ledger_settle(arena, slot, booking, &usage, NOW);
}

// A worker that dies after its line and before its settlement has spent what the line says; what else it had
// booked is in doubt. So it is told whether its slot is reclaimed or its whole run is dead.
static void a_death_after_a_line_leaves_no_doubt(void **state) {
    (void)state;
    struct arena *arena = money(0, 0);
    struct files files;
    struct ledger_booking booking[4];
    open_files(&files, arena);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ask(arena, 1, &booking[i]), LEDGER_BOOKED);
    }
    assert_int_equal(ask(arena, 2, &booking[3]), LEDGER_BOOKED);
    assert_left(arena, 0, 4 * MOST);
    record(&files, 1, 0, 300, &booking[0]);
    assert_left(arena, 300, 3 * MOST);
    settle(arena, 1, &booking[0], 300);
    assert_left(arena, 300, 3 * MOST);
    record(&files, 1, 1, 500, &booking[1]);
    assert_paid(arena, 300, 0); // nobody has settled it
    assert_left(arena, 800, 2 * MOST);
    assert_true(ledger_reclaim(arena, 1));
    assert_paid(arena, 800, MOST);
    assert_left(arena, 800, 2 * MOST);
    // The slot's next worker begins where that one ended.
    assert_int_equal(ask(arena, 1, &booking[0]), LEDGER_BOOKED);
    record(&files, 1, 2, 100, &booking[0]);
    settle(arena, 1, &booking[0], 100);
    assert_true(ledger_reclaim(arena, 1));
    assert_paid(arena, 900, MOST);
    assert_true(ledger_reclaim(arena, 2));
    assert_paid(arena, 900, 2 * MOST);
    assert_left(arena, 900, 2 * MOST);
    assert_null(arena_check(arena, NULL));
    (void)close(files.fd);
    arena_close(arena);
}

// A line whose attempt told no cost that is believed stays in doubt.
static void a_line_without_a_cost_is_in_doubt(void **state) {
    (void)state;
    struct arena *arena = money(0, 0);
    struct files files;
    struct ledger_booking booking;
    const uint32_t artist = 0;
    open_files(&files, arena);
    assert_int_equal(ask(arena, 0, &booking), LEDGER_BOOKED);
    assert_int_equal(output_append(&files.output, 0, OUTPUT_ANSWERS, "line\n", 5, &artist, 1, CLOCK_NEVER),
                     0);
    assert_left(arena, 0, MOST);
    (void)ledger_settle(arena, 0, &booking, &(struct ledger_usage){.outcome = OUTCOME_DONE, .status = 200},
                        NOW);
    assert_paid(arena, 0, MOST);
    assert_false(ledger_believes(&booking, 0, 0));
    assert_true(ledger_believes(&booking, 1000000, 150));
    assert_false(ledger_believes(&booking, 1000000, 100000));
    (void)close(files.fd);
    arena_close(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bound_counts_earlier_runs),
        cmocka_unit_test(an_answer_without_a_booking_is_spent),
        cmocka_unit_test(rows_are_chosen_as_far_as_money_and_quota_go),
        cmocka_unit_test(a_part_stays_booked_over_deaths_and_runs),
        cmocka_unit_test(what_is_set_aside_is_never_too_little),
        cmocka_unit_test(with_a_bound_few_leave_before_answers_are_known),
        cmocka_unit_test(as_much_is_set_aside_as_the_longest_answer_took),
        cmocka_unit_test(a_death_after_a_line_leaves_no_doubt),
        cmocka_unit_test(a_line_without_a_cost_is_in_doubt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
