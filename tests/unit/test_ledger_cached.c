// Input that a cache gave: which limits count it, and how what is booked follows.
#include "ration/ledger.h"

#include "ration/clock.h"
#include "unit_arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define MINUTE (60 * CLOCK_SECOND)
#define NOW (7 * 60 * MINUTE)
#define BYTES 4000U // of a request: a thousand tokens before anything is known

// Session 0 does not count what a cache gave, session 1 does, session 2 gives it back.
#define SESSIONS 3U
static const enum provider_cached kinds[] = {PROVIDER_LEAVES_CACHED, PROVIDER_COUNTS_CACHED,
                                             PROVIDER_RETURNS_CACHED};

static struct arena *begin(enum limits_row row, uint64_t limit) {
    struct arena *arena = unit_arena(4, SESSIONS, 100);
    for (uint32_t i = 0; i < SESSIONS; i++) {
        struct ledger_limits limits = {.burst = 1, .cached = kinds[i]};
        limits.told.of[row] = limit;
        ledger_set_limits(arena, i, &limits, NOW);
    }
    ledger_configure(arena, &(struct ledger_config){.day_share = 1000000});
    return arena;
}

static const struct ledger_dimension *limit_of(struct ledger_state *state, const struct arena *arena,
                                               uint32_t session, uint64_t now) {
    ledger_look(arena, session, now, state);
    return &state->dimension[0];
}

// One request by that session; what was taken of its limit when it was booked, and what in the end.
static void ask(struct arena *arena, uint32_t session, const struct tokens *tokens, uint64_t *now,
                uint64_t *booked, uint64_t *charged) {
    struct ledger_booking booking;
    struct ledger_state state;
    uint64_t before = limit_of(&state, arena, session, *now)->taken;
    struct ledger_estimate estimate = ledger_estimate(arena, BYTES);
    *now += 60 * MINUTE;
    for (uint32_t i = 0; i < SESSIONS; i++) {
        if (i != session) {
            ledger_hold(arena, 0, i, LEDGER_COOL, *now + MINUTE, *now);
        }
    }
    assert_int_equal(ledger_admit(arena, 0, &estimate, *now, 0, &booking), LEDGER_BOOKED);
    assert_int_equal(booking.session, session);
    *booked = limit_of(&state, arena, session, *now)->taken - before;
    (void)ledger_settle(
        arena, 0, &booking,
        &(struct ledger_usage){.outcome = OUTCOME_DONE, .tokens = *tokens, .input_bytes = BYTES}, *now);
    *charged = limit_of(&state, arena, session, *now)->taken - before;
}

static void counts_what_the_provider_counts(void **state) {
    (void)state;
    static const struct {
        enum limits_row row;
        uint32_t session;
        struct tokens tokens;
        uint64_t charged;
    } table[] = {
        {LIMITS_INPUT_TOKENS_MINUTE, 0, {.input = 1000, .cached = 900, .output = 70}, 100},
        {LIMITS_INPUT_TOKENS_MINUTE, 0, {.input = 1000, .written = 900, .output = 70}, 1000},
        {LIMITS_INPUT_TOKENS_MINUTE, 0, {.input = 1000, .cached = 1000, .output = 70}, 0},
        {LIMITS_INPUT_TOKENS_MINUTE, 1, {.input = 1000, .cached = 900, .output = 70}, 1000},
        {LIMITS_INPUT_TOKENS_MINUTE, 2, {.input = 1000, .cached = 900, .output = 70}, 100},
        {LIMITS_TOKENS_MINUTE, 0, {.input = 1000, .cached = 900, .output = 70}, 170},
        {LIMITS_TOKENS_MINUTE, 1, {.input = 1000, .cached = 900, .output = 70}, 1070},
        {LIMITS_OUTPUT_TOKENS_MINUTE, 0, {.input = 1000, .cached = 900, .output = 70}, 70},
        {LIMITS_REQUESTS_MINUTE, 0, {.input = 1000, .cached = 900, .output = 70}, 1},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct arena *arena = begin(table[i].row, 1000000);
        uint64_t now = NOW, booked, charged;
        ask(arena, table[i].session, &table[i].tokens, &now, &booked, &charged);
        assert_int_equal(charged, table[i].charged);
        struct ledger_state look;
        ledger_look(arena, table[i].session, now, &look);
        assert_int_equal(look.spent_tokens, table[i].tokens.input + table[i].tokens.output); // of all kinds
        assert_int_equal(look.booked_tokens, 0);
        arena_close(arena);
    }
}

// What is booked follows the answers: a cached run takes of the limit what it is charged, and no more.
static void books_what_it_will_be_charged(void **state) {
    (void)state;
    struct arena *arena = begin(LIMITS_INPUT_TOKENS_MINUTE, 1000000);
    const struct tokens first = {.input = 1000, .written = 900, .output = 70};
    const struct tokens others = {.input = 1000, .cached = 900, .output = 70};
    uint64_t now = NOW, booked, charged;
    ask(arena, 0, &first, &now, &booked, &charged);
    assert_in_range(booked, 1000, 1002);
    for (int i = 0; i < 200; i++) {
        ask(arena, 0, &others, &now, &booked, &charged);
        assert_int_equal(charged, 100);
    }
    assert_in_range(booked, 100, 110);
    struct ledger_state look;
    ledger_look(arena, 0, now, &look);
    assert_in_range(look.uncounted, 890, 900);
    ask(arena, 1, &others, &now, &booked, &charged); // the other one has learned nothing of that kind
    assert_in_range(booked, 1000, 1010);
    for (int i = 0; i < 40; i++) { // it takes all of it until the answer has come
        ask(arena, 2, &others, &now, &booked, &charged);
        assert_in_range(booked, 1000, 1010);
        assert_int_equal(charged, 100);
    }
    ledger_look(arena, 2, now, &look);
    assert_in_range(look.uncounted, 800, 900); // for forecasts
    // The cache has gone.
    for (int i = 0; i < 200; i++) {
        ask(arena, 0, &first, &now, &booked, &charged);
    }
    assert_in_range(booked, 990, 1010);
    arena_close(arena);
}

// What never left is given back as it was booked, whatever was learned meanwhile.
static void gives_back_what_was_booked(void **state) {
    (void)state;
    struct arena *arena = begin(LIMITS_INPUT_TOKENS_MINUTE, 1000000);
    struct ledger_booking booking;
    struct ledger_state look;
    uint64_t now = NOW, booked, charged;
    ledger_hold(arena, 0, 1, LEDGER_COOL, now + MINUTE, now);
    ledger_hold(arena, 0, 2, LEDGER_COOL, now + MINUTE, now);
    struct ledger_estimate estimate = ledger_estimate(arena, BYTES);
    uint64_t before = limit_of(&look, arena, 0, now)->taken;
    assert_int_equal(ledger_admit(arena, 1, &estimate, now, 0, &booking), LEDGER_BOOKED);
    for (int i = 0; i < 20; i++) {
        ask(arena, 0, &(struct tokens){.input = 1000, .cached = 900, .output = 70}, &now, &booked, &charged);
    }
    ledger_cancel(arena, 1, &booking);
    assert_int_equal(limit_of(&look, arena, 0, now)->taken - before, 20 * 100);
    arena_close(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_what_the_provider_counts),
        cmocka_unit_test(books_what_it_will_be_charged),
        cmocka_unit_test(gives_back_what_was_booked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
