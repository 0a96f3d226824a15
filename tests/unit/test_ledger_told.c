// Limits that answers tell: which of them people are told of, and how they are forgotten.
#include "ration/ledger.h"

#include "ration/clock.h"
#include "unit_arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define NO UINT64_MAX
#define R DIMENSION_REQUESTS
#define T DIMENSION_TOKENS

static struct arena *with_limits(uint64_t requests, uint64_t tokens, bool ramps, uint64_t now) {
    struct arena *arena = unit_arena(4, 1, 100);
    struct ledger_limits limits = {.told.of[LIMITS_REQUESTS_MINUTE] = requests,
                                   .told.of[LIMITS_TOKENS_MINUTE] = tokens,
                                   .burst = 10,
                                   .ramps = ramps};
    ledger_set_limits(arena, 0, &limits, now);
    ledger_configure(arena, &(struct ledger_config){.day_share = 1000000});
    return arena;
}

// One request of 100 tokens, whose answer tells that limit; what people are to be told.
static struct ledger_lowered hear(struct arena *arena, enum dimension_unit unit, uint64_t window,
                                  uint64_t limit, uint64_t now) {
    struct ledger_booking booking;
    struct ledger_lowered lowered = {.unit = DIMENSION_NONE};
    struct ledger_news news = {.count = 1,
                               .of = {{.unit = unit,
                                       .window = window,
                                       .window_sure = true,
                                       .limit = limit,
                                       .remaining = NO,
                                       .reset = NO}}};
    assert_int_equal(ledger_admit(arena, 0, &(struct ledger_estimate){.output = 100}, now, 0, &booking),
                     LEDGER_BOOKED);
    struct ledger_usage usage = {
        .outcome = OUTCOME_DONE, .tokens.output = 100, .news = &news, .lowered = &lowered};
    (void)ledger_settle(arena, 0, &booking, &usage, now);
    return lowered;
}

static void heeds_what_is_told(void **state) {
    (void)state;
    static const struct {
        uint64_t requests, tokens; // of the configuration
        enum dimension_unit unit;
        uint64_t window;
        uint64_t limit[3];  // that three answers tell; 0: none
        uint64_t before[3]; // the one that held, where it is told; NO: it is not told
    } cases[] = {
        {6000, 0, R, CLOCK_MINUTE, {5000, 601, 60}, {NO, NO, 601}},
        {6000, 0, R, CLOCK_MINUTE, {600, 0, 0}, {6000, NO, NO}},
        {6000, 0, R, CLOCK_MINUTE, {1, 1, 1}, {6000, NO, NO}}, // once for each fall
        {6000, 0, R, CLOCK_MINUTE, {1, 6000, 1}, {6000, NO, 6000}},
        {6000, 0, R, CLOCK_MINUTE, {3000, 900, 500}, {NO, NO, 900}}, // by steps
        {6000, 0, R, CLOCK_MINUTE, {60000, 6000, 6000}, {NO, NO, NO}},
        {0, 600000, T, CLOCK_MINUTE, {60000, 6000, 0}, {600000, 60000, NO}},
        // From nowhere
        {0, 0, R, CLOCK_MINUTE, {1, 1, 0}, {0, NO, NO}},
        {0, 0, R, CLOCK_MINUTE, {2, 0, 0}, {NO, NO, NO}},
        {0, 0, R, CLOCK_MINUTE * 60 * 24, {5, 0, 0}, {NO, NO, NO}}, // a quota of a day is told elsewhere
        {0, 0, T, CLOCK_MINUTE, {99, 0, 0}, {0, NO, NO}},
        {0, 0, T, CLOCK_MINUTE, {100, 0, 0}, {NO, NO, NO}},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint64_t now = CLOCK_HOUR;
        struct arena *arena = with_limits(cases[i].requests, cases[i].tokens, false, now);
        for (size_t k = 0; k < 3 && cases[i].limit[k] != 0; k++) {
            now += 100 * CLOCK_MINUTE * 60 * 24; // whatever was taken has come back
            struct ledger_lowered told = hear(arena, cases[i].unit, cases[i].window, cases[i].limit[k], now);
            uint64_t before = told.unit == DIMENSION_NONE ? NO : told.before;
            if (before != cases[i].before[k]) {
                fail_msg("case %zu, answer %zu: %llu", i, k, (unsigned long long)before);
            }
            assert_true(told.unit == DIMENSION_NONE ||
                        (told.unit == cases[i].unit && told.window == cases[i].window &&
                         told.limit == cases[i].limit[k]));
        }
        arena_close(arena);
    }
}

static struct ledger_state look(const struct arena *arena, uint64_t now) {
    struct ledger_state state;
    ledger_look(arena, 0, now, &state);
    return state;
}

// By hand: the configuration's limit holds again, and what kept the session is over.
static void forgets_what_was_told(void **state) {
    (void)state;
    uint64_t now = CLOCK_HOUR;
    struct arena *arena = with_limits(6000, 0, true, now);
    (void)hear(arena, R, CLOCK_MINUTE, 1, now);
    ledger_hold(arena, 0, 0, LEDGER_COOL, now + CLOCK_MINUTE, now);
    assert_int_equal(look(arena, now).dimension[0].limit, 1);
    assert_true(look(arena, now).dimension[0].heard);
    assert_true(look(arena, now).not_before > now);
    assert_true(ledger_reset_holds(arena, now));
    struct ledger_state state_now = look(arena, now);
    assert_int_equal(state_now.dimension[0].limit, 6000);
    assert_false(state_now.dimension[0].heard);
    assert_int_equal(state_now.not_before, 0);
    struct ledger_booking booking;
    assert_int_equal(ledger_admit(arena, 0, &(struct ledger_estimate){.output = 1}, now, 0, &booking),
                     LEDGER_BOOKED);
    assert_int_equal(booking.departs, now);
    arena_close(arena);
}

// Where nobody knows a limit any more, the session begins with one request, as at first.
static void resets_where_no_limit_is(void **state) {
    (void)state;
    uint64_t now = CLOCK_HOUR;
    struct arena *arena = with_limits(0, 0, true, now);
    (void)hear(arena, R, CLOCK_MINUTE, 600000, now);
    now += CLOCK_MINUTE;
    assert_true(ledger_reset_holds(arena, now));
    struct ledger_booking booking;
    assert_int_equal(ledger_admit(arena, 0, &(struct ledger_estimate){.output = 1}, now, 0, &booking),
                     LEDGER_BOOKED);
    assert_int_equal(ledger_admit(arena, 1, &(struct ledger_estimate){.output = 1}, now, 0, &booking),
                     LEDGER_LATER);
    arena_close(arena);
}

static void remarks_once(void **state) {
    (void)state;
    struct arena *arena = unit_arena(1, 2, 1);
    assert_true(ledger_remark(arena, 0, 3));
    assert_false(ledger_remark(arena, 0, 3));
    assert_true(ledger_remark(arena, 0, 4));
    assert_true(ledger_remark(arena, 1, 3));
    arena_close(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heeds_what_is_told),
        cmocka_unit_test(forgets_what_was_told),
        cmocka_unit_test(resets_where_no_limit_is),
        cmocka_unit_test(remarks_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
