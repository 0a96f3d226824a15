#include "ration/ledger.h"

#include "arena/journal.h"
#include "arena/layout.h"
#include "ration/clock.h"
#include "ration/guard.h"
#include "unit_arena.h"
#include "unit_child.h"
#include "unit_random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <cmocka.h>

#define MS CLOCK_MS
#define MINUTE (60 * CLOCK_SECOND)
#define HOUR (60 * MINUTE)
#define NOW (7 * HOUR)

#define LIMITS(requests, tokens, most)                                                            \
    (struct ledger_limits) {                                                                      \
        .told.of[LIMITS_REQUESTS_MINUTE] = (requests), .told.of[LIMITS_TOKENS_MINUTE] = (tokens), \
        .burst = (most)                                                                           \
    }

static void configure(struct arena *arena, uint64_t least_charge) {
    ledger_configure(arena, &(struct ledger_config){.least_charge = least_charge, .day_share = 1000000});
}

static enum ledger_admission admit(struct arena *arena, uint32_t slot, uint64_t tokens, uint64_t now,
                                   struct ledger_booking *booking) {
    return ledger_admit(arena, slot, &(struct ledger_estimate){.output = tokens}, now, 0, booking);
}

static void settle(struct arena *arena, uint32_t slot, const struct ledger_booking *booking,
                   const struct ledger_usage *usage) {
    (void)ledger_settle(arena, slot, booking, usage, NOW);
}

// Settles a booking that no admission made, whatever its size.
static void settle_forged(struct arena *arena, uint32_t slot, const struct ledger_booking *booking,
                          const struct ledger_usage *usage) {
    struct layout_session *session = layout_session(arena, booking->session);
    journal_initialise(&session->booked_requests[slot], guarded_get(&session->booked_requests[slot]) + 1);
    journal_initialise(&session->booked_tokens[slot],
                       guarded_get(&session->booked_tokens[slot]) + booking->input + booking->output);
    journal_initialise(&session->in_flight, guarded_get(&session->in_flight) + 1);
    settle(arena, slot, booking, usage);
}

static uint64_t estimate(const struct arena *arena, uint64_t bytes) {
    struct ledger_estimate both = ledger_estimate(arena, bytes);
    return both.input + both.output;
}

static struct arena *with_limits(uint32_t sessions, struct ledger_limits limits, uint64_t now) {
    struct arena *arena = unit_arena(4, sessions, 100);
    for (uint32_t i = 0; i < sessions; i++) {
        ledger_set_limits(arena, i, &limits, now);
    }
    configure(arena, 0);
    return arena;
}

static struct ledger_state look(const struct arena *arena, uint32_t session, uint64_t now) {
    struct ledger_state state;
    ledger_look(arena, session, now, &state);
    return state;
}

static struct ledger_booking booked(struct arena *arena, uint32_t slot, uint64_t tokens, uint64_t now) {
    struct ledger_booking booking;
    assert_int_equal(admit(arena, slot, tokens, now, &booking), LEDGER_BOOKED);
    return booking;
}

static void takes_the_burst_from_the_limits(void **state) {
    (void)state;
    static const struct {
        struct ledger_limits limits;
        uint64_t requests, tokens;
    } cases[] = {
        {{.told.of[LIMITS_REQUESTS_MINUTE] = 60000, .told.of[LIMITS_TOKENS_MINUTE] = 600000, .burst = 0},
         100,
         1000}, // a tenth of a second's worth
        {{.told.of[LIMITS_REQUESTS_MINUTE] = 300, .told.of[LIMITS_TOKENS_MINUTE] = 6000, .burst = 0},
         1,
         10}, // at least one request
        {{.told.of[LIMITS_REQUESTS_MINUTE] = 60000, .told.of[LIMITS_TOKENS_MINUTE] = 600000, .burst = 10},
         10,
         100}, // tokens: the same share of a minute
        {{.told.of[LIMITS_REQUESTS_MINUTE] = 500, .told.of[LIMITS_TOKENS_MINUTE] = 600000, .burst = 2000},
         500,
         600000},
        {{.told.of[LIMITS_REQUESTS_MINUTE] = 60, .told.of[LIMITS_TOKENS_MINUTE] = 100, .burst = 1}, 1, 1},
        {{.told.of[LIMITS_REQUESTS_MINUTE] = 6000, .told.of[LIMITS_TOKENS_MINUTE] = 0, .burst = 5}, 5, 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct arena *arena = with_limits(1, cases[i].limits, 1000);
        struct ledger_state seen = look(arena, 0, 1000);
        assert_int_equal(seen.dimension[0].level, cases[i].requests);
        assert_int_equal(seen.dimension[1].level, cases[i].tokens);
        assert_int_equal(seen.dimension[0].limit, cases[i].limits.told.of[LIMITS_REQUESTS_MINUTE]);
        assert_int_equal(seen.dimension[1].limit, cases[i].limits.told.of[LIMITS_TOKENS_MINUTE]);
        arena_close(arena);
    }
}

static void admits_when_both_buckets_agree(void **state) {
    (void)state;
    uint64_t now = NOW;
    // A request each millisecond; ten tokens each millisecond.
    struct arena *arena = with_limits(1, LIMITS(60000, 600000, 1), now);
    assert_int_equal(booked(arena, 0, 10, now).departs, now);
    assert_int_equal(booked(arena, 0, 5, now).departs, now + MS);      // the request's turn
    assert_int_equal(booked(arena, 0, 10, now).departs, now + 2 * MS); // both: 10 + 5 tokens took 1.5 ms
    assert_int_equal(booked(arena, 0, 100, now).departs,
                     now + 3 * MS); // more than fits: when the bucket is full
    // The debt of 90 tokens and 10 more: 10 ms, while requests would have had room.
    assert_int_equal(booked(arena, 0, 10, now).departs, now + 13 * MS);
    assert_int_equal(booked(arena, 0, 1, now).departs, now + 14 * MS);
    arena_close(arena);
}

static void says_when_to_ask_again(void **state) {
    (void)state;
    uint64_t now = NOW;
    struct arena *arena = with_limits(1, LIMITS(6000, 0, 1), now);
    struct ledger_booking booking;
    // One each 10 ms: the horizon holds those at 0, 10, 20, 30 and 40 ms.
    for (uint64_t k = 0; k <= LEDGER_HORIZON / (10 * MS); k++) {
        assert_int_equal(booked(arena, 1, 7, now).departs, now + k * 10 * MS);
    }
    struct ledger_state before = look(arena, 0, now);
    assert_int_equal(admit(arena, 1, 7, now, &booking), LEDGER_LATER);
    assert_int_equal(booking.departs, now + 50 * MS - LEDGER_HORIZON / 2);
    // Nothing was booked.
    struct ledger_state after = look(arena, 0, now);
    assert_memory_equal(before.dimension, after.dimension, sizeof(before.dimension));
    assert_int_equal(after.booked_requests, 5);
    assert_int_equal(after.booked_tokens, 35);
    // Who asks then books several at a time: those of half the horizon and the one at its end.
    uint64_t then = booking.departs;
    for (uint64_t k = 5; k <= 7; k++) {
        assert_int_equal(booked(arena, 1, 7, then).departs, now + k * 10 * MS);
    }
    assert_int_equal(admit(arena, 1, 7, then, &booking), LEDGER_LATER);
    arena_close(arena);
}

static void without_limits_all_leave_now(void **state) {
    (void)state;
    uint64_t now = NOW;
    struct arena *arena = with_limits(1, LIMITS(0, 0, 0), now);
    for (int i = 0; i < 1000; i++) {
        struct ledger_booking booking = booked(arena, 0, 100000, now);
        assert_int_equal(booking.departs, now);
        settle(arena, 0, &booking, &(struct ledger_usage){.tokens.input = 60, .tokens.output = 40});
    }
    struct ledger_state seen = look(arena, 0, now);
    assert_int_equal(seen.spent_requests, 1000);
    assert_int_equal(seen.spent_tokens, 100000);
    assert_int_equal(seen.booked_requests, 0);
    assert_int_equal(seen.booked_tokens, 0);
    arena_close(arena);
}

static void settles_by_what_was_charged(void **state) {
    (void)state;
    uint64_t now = NOW;
    struct arena *arena = with_limits(1, LIMITS(60000, 600000, 1000), now);
    assert_int_equal(look(arena, 0, now).dimension[1].level, 10000);
    struct ledger_booking less = booked(arena, 0, 1000, now);
    struct ledger_booking more = booked(arena, 1, 1000, now);
    struct ledger_booking silent = booked(arena, 2, 1000, now);
    struct ledger_booking refused = booked(arena, 3, 1000, now);
    struct ledger_state seen = look(arena, 0, now);
    assert_int_equal(seen.booked_requests, 4);
    assert_int_equal(seen.booked_tokens, 4000);
    assert_int_equal(seen.dimension[1].level, 6000);
    assert_int_equal(seen.dimension[0].level, 996);

    settle(arena, 0, &less, &(struct ledger_usage){.tokens.input = 100, .tokens.output = 300});
    seen = look(arena, 0, now);
    assert_int_equal(seen.dimension[1].level, 6600);
    assert_int_equal(seen.spent_tokens, 400);
    settle(arena, 1, &more, &(struct ledger_usage){.tokens.input = 1500, .tokens.output = 1500});
    seen = look(arena, 0, now);
    assert_int_equal(seen.dimension[1].level, 4600);
    assert_int_equal(seen.spent_tokens, 3400);
    settle(arena, 2, &silent, &(struct ledger_usage){0}); // no usage: spent as estimated
    seen = look(arena, 0, now);
    assert_int_equal(seen.dimension[1].level, 4600);
    assert_int_equal(seen.spent_tokens, 4400);
    settle(arena, 3, &refused,
           &(struct ledger_usage){.outcome = OUTCOME_RATE_LIMITED}); // no tokens were charged
    seen = look(arena, 0, now);
    assert_int_equal(seen.dimension[1].level, 5600);
    assert_int_equal(seen.spent_tokens, 4400);
    assert_int_equal(seen.spent_requests, 4);
    assert_int_equal(seen.dimension[0].level, 996); // requests that left stay spent, refused or not
    assert_int_equal(seen.booked_requests, 0);
    assert_int_equal(seen.booked_tokens, 0);
    arena_close(arena);
}

// A tier without room: no tokens were charged, and neither breaker, health nor pace hear of it.
static void a_full_tier_is_no_news_of_the_session(void **state) {
    (void)state;
    uint64_t now = NOW;
    struct arena *arena = with_limits(1, LIMITS(60000, 600000, 1000), now);
    struct ledger_state before = look(arena, 0, now);
    for (uint32_t i = 0; i < 50; i++) {
        struct ledger_booking booking = booked(arena, 0, 1000, now);
        bool its_own = ledger_settle(arena, 0, &booking,
                                     &(struct ledger_usage){.outcome = OUTCOME_NO_CAPACITY,
                                                            .status = 429,
                                                            .answer = true,
                                                            .cost_known = true,
                                                            .again = i % 2 == 1},
                                     now);
        assert_true(its_own);
    }
    struct ledger_state seen = look(arena, 0, now);
    assert_int_equal(seen.outcome[OUTCOME_NO_CAPACITY], 50);
    assert_int_equal(seen.spent_tokens, 0);
    assert_int_equal(seen.health, before.health);
    assert_int_equal(seen.breaker.state, BREAKER_CLOSED);
    assert_int_equal(seen.breaker.failures, 0);
    assert_int_equal(seen.not_before, before.not_before);
    assert_int_equal(seen.dimension[1].level, before.dimension[1].level);
    arena_close(arena);
}

static void more_than_booked_becomes_a_debt(void **state) {
    (void)state;
    uint64_t now = NOW;
    struct arena *arena = with_limits(1, LIMITS(60000, 600000, 1), now); // 10 tokens a ms, 10 at once
    struct ledger_booking booking = booked(arena, 0, 10, now);
    const struct ledger_usage usage = {.tokens.input = 10, .tokens.output = 200};
    (void)ledger_settle(arena, 0, &booking, &usage, now);
    assert_int_equal(look(arena, 0, now).dimension[1].level, 0);
    // 210 tokens were charged: 21 ms.
    assert_int_equal(booked(arena, 0, 10, now).departs, now + 21 * MS);
    arena_close(arena);
}

// A report that cannot be true: spent as estimated, nothing learned, and the session goes on.
static void an_absurd_report_is_not_believed(void **state) {
    (void)state;
    static const struct {
        uint64_t input, output;
        bool believed;
    } table[] = {
        {0, 1000640, true},
        {640, 1000000, true},
        {0, 1000641, false},
        {1000000, 641, false},
        {10, 900000000000, false},
        {UINT64_MAX, 1, false},
        {UINT64_MAX, UINT64_MAX, false},
        {1ULL << 63, 1ULL << 63, false},
    };
    uint64_t now = NOW;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct arena *arena = with_limits(1, LIMITS(60000, 600000, 1), now); // 10 tokens a ms
        uint64_t before = estimate(arena, 1000);
        struct ledger_booking booking = booked(arena, 0, 10, now);
        ledger_hold(arena, 0, 0, LEDGER_COOL, now, NOW);
        booking.departs = NOW;
        settle(arena, 0, &booking,
               &(struct ledger_usage){
                   .tokens.input = table[i].input, .tokens.output = table[i].output, .input_bytes = 100});
        uint64_t charged = table[i].believed ? table[i].input + table[i].output : 10;
        assert_int_equal(look(arena, 0, now).spent_tokens, charged);
        assert_int_equal(look(arena, 0, now).booked_tokens, 0);
        assert_int_equal(ledger_strikes(arena, 0, LEDGER_COOL), 0); // an answer all the same
        if (!table[i].believed) {
            assert_int_equal(estimate(arena, 1000), before);
            assert_in_range(booked(arena, 0, 10, now).departs, now, now + MS);
        }
        arena_close(arena);
    }
}

// The worst that is believed, again and again: late, but never for good.
static void a_debt_ends(void **state) {
    (void)state;
    uint64_t now = NOW;
    struct arena *arena = with_limits(1, LIMITS(0, 1, 0), now);
    struct ledger_booking booking = {.output = UINT64_MAX, .departs = now, .after = {1, 1}};
    for (int i = 0; i < 300; i++) {
        settle_forged(arena, 0, &booking, &(struct ledger_usage){0});
        struct ledger_booking small = {.output = 1, .departs = now, .after = {1, 1}};
        settle_forged(arena, 0, &small, &(struct ledger_usage){.tokens.output = 1000000, .input_bytes = 1});
    }
    struct ledger_booking next;
    assert_int_equal(admit(arena, 0, 1, now, &next), LEDGER_LATER);
    assert_in_range(next.departs, now + HOUR, now + 25 * HOUR);
    arena_close(arena);
}

static void estimates_do_not_overflow(void **state) {
    (void)state;
    struct arena *arena = with_limits(1, LIMITS(0, 0, 0), 1);
    uint64_t most = estimate(arena, UINT64_MAX);
    assert_in_range(most, 1000000, 1000000000);
    assert_int_equal(estimate(arena, UINT64_MAX / 2), most);
    configure(arena, UINT64_MAX / 16);
    assert_in_range(estimate(arena, 1), 1000000, 1000000000);
    arena_close(arena);
}

static void a_hold_cancels_what_has_not_left(void **state) {
    (void)state;
    uint64_t now = NOW;
    struct arena *arena = with_limits(2, LIMITS(6000, 0, 1), now);
    struct ledger_booking booking[2];
    struct ledger_booking next;
    booking[0] = booked(arena, 0, 1, now);
    booking[1] = booked(arena, 1, 1, now);
    assert_int_not_equal(booking[0].session, booking[1].session);
    uint32_t held = booking[0].session;
    ledger_hold(arena, 2, held, LEDGER_COOL, now + HOUR, NOW);
    assert_false(ledger_valid(arena, &booking[0]));
    assert_true(ledger_valid(arena, &booking[1])); // another session
    assert_int_equal(look(arena, held, now).not_before, now + HOUR);
    assert_int_equal(look(arena, 1 - held, now).not_before, 0);
    // All goes to the other session now.
    for (uint64_t k = 1; k <= 4; k++) {
        next = booked(arena, 0, 1, now);
        assert_int_equal(next.session, 1 - held);
        assert_int_equal(next.departs, now + k * 10 * MS);
        assert_true(ledger_valid(arena, &next));
    }
    // An earlier end does not shorten it, a later one counts; and each cancels again.
    ledger_hold(arena, 2, held, LEDGER_COOL, now + MINUTE, NOW);
    assert_int_equal(look(arena, held, now).not_before, now + HOUR);
    ledger_hold(arena, 2, held, LEDGER_PARK, now + 2 * HOUR, NOW);
    assert_int_equal(look(arena, held, now).not_before, now + 2 * HOUR);
    // Overloaded: every session.
    ledger_hold(arena, 2, held, LEDGER_SLOW, now + MINUTE, NOW);
    assert_false(ledger_valid(arena, &next));
    assert_int_equal(look(arena, 1 - held, now).not_before, now + MINUTE);
    assert_int_equal(admit(arena, 0, 1, now, &next), LEDGER_LATER);
    assert_int_equal(next.departs, now + MINUTE - LEDGER_HORIZON / 2);
    // Not one departs before the end of the hold.
    next = booked(arena, 0, 1, next.departs);
    assert_int_equal(next.departs, now + MINUTE);
    assert_true(ledger_valid(arena, &next));
    arena_close(arena);
}

static void a_pause_lets_nothing_leave(void **state) {
    (void)state;
    uint64_t now = NOW;
    struct arena *arena = with_limits(2, LIMITS(60000, 0, 1), now);
    struct ledger_booking before = booked(arena, 0, 1, now);
    struct ledger_booking booking;
    assert_int_equal(ledger_paused_until(arena, now), 0);
    ledger_pause(arena, now + MINUTE);
    assert_false(ledger_valid(arena, &before));
    assert_int_equal(ledger_paused_until(arena, now), now + MINUTE);
    assert_int_equal(admit(arena, 0, 1, now, &booking), LEDGER_LATER);
    assert_int_equal(booking.departs, now + MINUTE);
    assert_int_equal(look(arena, 0, now).booked_requests + look(arena, 1, now).booked_requests, 1);
    booking = booked(arena, 0, 1, now + MINUTE); // over
    assert_true(ledger_valid(arena, &booking));
    ledger_pause(arena, CLOCK_NEVER);
    assert_false(ledger_valid(arena, &booking));
    assert_int_equal(admit(arena, 0, 1, now + HOUR, &booking), LEDGER_LATER);
    assert_int_equal(booking.departs, CLOCK_NEVER);
    ledger_pause(arena, 0);
    assert_int_equal(ledger_paused_until(arena, now), 0);
    booking = booked(arena, 0, 1, now + HOUR);
    assert_true(ledger_valid(arena, &booking));
    assert_false(ledger_valid(arena, &before)); // cancelled stays cancelled
    arena_close(arena);
}

static void is_closed_when_all_are_disabled(void **state) {
    (void)state;
    uint64_t now = NOW;
    struct arena *arena = with_limits(3, LIMITS(60000, 0, 1), now);
    struct ledger_booking booking;
    for (uint32_t session = 0; session < 3; session++) {
        booking = booked(arena, 0, 1, now);
        assert_true(booking.session >= session);
        ledger_hold(arena, 0, session, LEDGER_DISABLE, 0, NOW);
        assert_true(look(arena, session, now).disabled);
    }
    assert_int_equal(admit(arena, 0, 1, now, &booking), LEDGER_CLOSED);
    assert_int_equal(admit(arena, 1, 1, now + HOUR, &booking), LEDGER_CLOSED);
    arena_close(arena);
}

static void a_cancelled_departure_leaves_a_gap(void **state) {
    (void)state;
    uint64_t now = NOW;
    struct arena *arena = with_limits(1, LIMITS(60000, 0, 1), now);
    struct ledger_booking first = booked(arena, 0, 50, now);
    assert_int_equal(booked(arena, 1, 50, now).departs, now + MS);
    ledger_cancel(arena, 0, &first);
    struct ledger_state seen = look(arena, 0, now);
    assert_int_equal(seen.booked_requests, 1);
    assert_int_equal(seen.booked_tokens, 50);
    assert_int_equal(seen.spent_requests, 0);
    assert_int_equal(seen.spent_tokens, 0);
    // Two would leave at once at 1 ms if the bucket had been moved back.
    assert_int_equal(booked(arena, 0, 50, now).departs, now + 2 * MS);
    arena_close(arena);
}

static void after_a_hold_all_comes_back(void **state) {
    (void)state;
    uint64_t now = NOW;
    struct arena *arena = with_limits(1, LIMITS(60000, 600000, 10), now); // 100 tokens at once
    struct ledger_booking booking[30];
    for (int i = 0; i < 30; i++) {
        booking[i] = booked(arena, (uint32_t)i % 4, 10, now);
    }
    assert_int_equal(look(arena, 0, now).dimension[0].level, 0);
    ledger_hold(arena, 0, 0, LEDGER_COOL, now + MINUTE, NOW);
    for (int i = 0; i < 30; i++) {
        assert_false(ledger_valid(arena, &booking[i]));
        ledger_cancel(arena, (uint32_t)i % 4, &booking[i]);
    }
    // The buckets refill by themselves; moving them back could let too many leave later on.
    struct ledger_state seen = look(arena, 0, now + LEDGER_HORIZON);
    assert_int_equal(seen.dimension[0].level, 10);
    assert_int_equal(seen.dimension[1].level, 100);
    assert_int_equal(seen.booked_requests, 0);
    assert_int_equal(seen.booked_tokens, 0);
    assert_int_equal(seen.spent_requests, 0);
    arena_close(arena);
}

static void estimates_from_the_answers(void **state) {
    (void)state;
    struct arena *arena = with_limits(1, LIMITS(0, 0, 0), 1);
    // At first four bytes a token and 400 tokens of answer.
    assert_in_range(estimate(arena, 4000), 1400, 1401);
    struct ledger_booking booking = {.output = 1};
    for (int i = 0; i < 300; i++) { // five bytes a token, 77 tokens of answer
        settle_forged(arena, 0, &booking,
                      &(struct ledger_usage){.tokens.input = 1000, .tokens.output = 77, .input_bytes = 5000});
    }
    assert_in_range(estimate(arena, 5000), 1075, 1079);
    assert_in_range(estimate(arena, 50000), 10072, 10080);
    for (int i = 0; i < 300; i++) { // and up again
        settle_forged(
            arena, 0, &booking,
            &(struct ledger_usage){.tokens.input = 9000, .tokens.output = 4000, .input_bytes = 9000});
    }
    assert_in_range(estimate(arena, 9000), 12990, 13002);
    // Attempts without an answer teach nothing.
    uint64_t before = estimate(arena, 9000);
    settle_forged(arena, 0, &booking,
                  &(struct ledger_usage){.outcome = OUTCOME_RATE_LIMITED, .input_bytes = 9000});
    settle_forged(arena, 0, &booking, &(struct ledger_usage){.tokens.input = 5, .input_bytes = 9000});
    settle_forged(arena, 0, &booking, &(struct ledger_usage){.tokens.input = 5, .tokens.output = 1});
    assert_int_equal(estimate(arena, 9000), before);
    arena_close(arena);
}

static void estimates_not_below_the_longest_answer(void **state) {
    (void)state;
    struct arena *arena = with_limits(1, LIMITS(0, 0, 0), 1);
    configure(arena, 3000);
    assert_in_range(estimate(arena, 4000), 4000, 4001);
    struct ledger_booking booking = {.output = 1};
    for (int i = 0; i < 300; i++) {
        settle_forged(arena, 0, &booking,
                      &(struct ledger_usage){.tokens.input = 100, .tokens.output = 50, .input_bytes = 400});
    }
    assert_int_equal(estimate(arena, 400), 3000);
    arena_close(arena);
}

static void counts_one_strike_for_a_herd(void **state) {
    (void)state;
    struct arena *arena = with_limits(2, LIMITS(60000, 0, 1), 1);
    uint64_t until = NOW + HOUR;
    for (uint32_t slot = 0; slot < 4; slot++) {
        ledger_hold(arena, slot, 0, LEDGER_COOL, until, NOW);
    }
    assert_int_equal(ledger_strikes(arena, 0, LEDGER_COOL), 1);
    assert_int_equal(ledger_strikes(arena, 1, LEDGER_COOL), 0);
    assert_int_equal(ledger_strikes(arena, 0, LEDGER_PARK), 0);

    // Another one in a row, each time the hold has ended.
    struct ledger_booking booking = {.session = 1, .output = 1};
    for (uint32_t strike = 1; strike <= 70; strike++) {
        ledger_hold(arena, 0, 1, LEDGER_COOL, NOW, NOW);
        assert_int_equal(ledger_strikes(arena, 1, LEDGER_COOL), strike < 64 ? strike : 64);
    }
    ledger_hold(arena, 0, 1, LEDGER_PARK, NOW, NOW);
    assert_int_equal(ledger_strikes(arena, 1, LEDGER_PARK), 1);
    // Only an answer ends the row: not another refusal, not a fault without usage.
    settle_forged(arena, 0, &booking, &(struct ledger_usage){.outcome = OUTCOME_RATE_LIMITED});
    settle_forged(arena, 0, &booking, &(struct ledger_usage){.outcome = OUTCOME_SERVER_FAULT});
    assert_int_equal(ledger_strikes(arena, 1, LEDGER_COOL), 64);
    // Nor one that left before the hold began.
    settle_forged(arena, 0, &booking, &(struct ledger_usage){.tokens.input = 1, .tokens.output = 1});
    assert_int_equal(ledger_strikes(arena, 1, LEDGER_COOL), 64);
    booking.departs = NOW;
    settle_forged(arena, 0, &booking, &(struct ledger_usage){.tokens.input = 1, .tokens.output = 1});
    assert_int_equal(ledger_strikes(arena, 1, LEDGER_COOL), 0);
    assert_int_equal(ledger_strikes(arena, 1, LEDGER_PARK), 0);
    assert_int_equal(ledger_strikes(arena, 0, LEDGER_COOL), 1); // another session's
    arena_close(arena);
}

struct ending {
    struct arena *arena;
    const struct ledger_booking *booking;
};

static void end_it(void *context) {
    struct ending *ending = context;
    ledger_cancel(ending->arena, 1, ending->booking);
}

static void a_booking_ends_once(void **state) {
    (void)state;
    uint64_t now = NOW;
    struct arena *arena = with_limits(1, LIMITS(6000, 600000, 5), now);
    struct ledger_booking booking = booked(arena, 1, 100, now);
    assert_int_equal(ledger_held_by(arena, 1), 1);
    assert_int_equal(ledger_held_by(arena, 0), 0);
    ledger_cancel(arena, 1, &booking);
    assert_int_equal(ledger_held_by(arena, 1), 0);
    assert_true(child_panics(end_it, &(struct ending){arena, &booking}));
    arena_close(arena);
}

static void a_dead_workers_bookings_count_as_spent(void **state) {
    (void)state;
    uint64_t now = NOW;
    struct arena *arena = with_limits(2, LIMITS(6000, 600000, 5), now);
    for (int i = 0; i < 6; i++) {
        (void)booked(arena, 1, 100, now);
    }
    (void)booked(arena, 2, 33, now);
    struct ledger_state before[2] = {look(arena, 0, now), look(arena, 1, now)};
    assert_int_equal(before[0].booked_requests + before[1].booked_requests, 7);

    // Somebody holds the guard: nothing happens yet.
    assert_true(guard_try(arena, GUARD_LEDGER, 2));
    assert_false(ledger_reclaim(arena, 1));
    assert_int_equal(look(arena, 0, now).spent_requests, 0);
    guard_unlock(arena, GUARD_LEDGER, 2);

    assert_true(ledger_reclaim(arena, 1));
    uint64_t spent_requests = 0, spent_tokens = 0, booked_requests = 0, booked_tokens = 0;
    for (uint32_t session = 0; session < 2; session++) {
        struct ledger_state seen = look(arena, session, now);
        spent_requests += seen.spent_requests;
        spent_tokens += seen.spent_tokens;
        booked_requests += seen.booked_requests;
        booked_tokens += seen.booked_tokens;
        // The provider may have billed them: the buckets stay as they are.
        assert_memory_equal(seen.dimension, before[session].dimension, sizeof(seen.dimension));
        assert_int_equal(seen.spent_requests + seen.booked_requests, before[session].booked_requests);
    }
    assert_int_equal(spent_requests, 6);
    assert_int_equal(spent_tokens, 600);
    assert_int_equal(booked_requests, 1);
    assert_int_equal(booked_tokens, 33);
    assert_true(ledger_reclaim(arena, 1)); // again: nothing more
    assert_int_equal(look(arena, 0, now).spent_requests + look(arena, 1, now).spent_requests, 6);
    arena_close(arena);
}

// Between any two departures, both included, no more has left than the burst and what the time between them
// allows.
static void assert_within_limit(const uint64_t *at, const uint64_t *units, size_t count, uint64_t limit,
                                uint64_t burst) {
    __extension__ typedef __int128 number;
    number sum = 0;
    number least = 0;
    for (size_t i = 0; i < count; i++) {
        number refilled = (number)limit * (number)at[i];
        least = i == 0 || sum * MINUTE - refilled < least ? sum * MINUTE - refilled : least;
        sum += (number)units[i];
        assert_true(sum * MINUTE - refilled - least <= (number)burst * MINUTE);
    }
}

static int compare_times(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

// Four workers, one after the other in virtual time: they book, depart, or cancel when a hold came. What
// leaves keeps to the limit.
static void holds_keep_to_the_limit(uint64_t least_hold, uint64_t longest_hold, uint64_t burst,
                                    uint64_t seed) {
    enum { MOST = 20000, AHEAD = 200 };
    static uint64_t departed[MOST], ones[MOST];
    struct unit_random random = {.state = seed};
    uint64_t now = NOW;
    struct arena *arena = with_limits(1, LIMITS(60000, 0, burst), now);
    struct ledger_booking queue[AHEAD];
    size_t queued = 0, count = 0;
    while (count < MOST) {
        size_t kept = 0;
        for (size_t i = 0; i < queued; i++) {
            if (queue[i].departs > now) {
                queue[kept++] = queue[i];
            } else if (!ledger_valid(arena, &queue[i])) {
                ledger_cancel(arena, 0, &queue[i]);
            } else if (count < MOST) {
                departed[count] = queue[i].departs;
                ones[count++] = 1;
                settle(arena, 0, &queue[i], &(struct ledger_usage){.tokens.input = 1, .tokens.output = 1});
            }
        }
        queued = kept;
        while (queued < AHEAD && unit_random_below(&random, 8) != 0 &&
               admit(arena, 0, 1, now, &queue[queued]) == LEDGER_BOOKED) {
            queued++;
        }
        if (unit_random_below(&random, 100) == 0) {
            uint64_t length = least_hold + unit_random_next(&random) % (longest_hold - least_hold);
            ledger_hold(arena, 0, 0, LEDGER_COOL, now + length, NOW);
        }
        now += unit_random_next(&random) % (2 * MS);
    }
    arena_close(arena);
    qsort(departed, count, sizeof(departed[0]), compare_times);
    assert_within_limit(departed, ones, count, 60000, burst);
}

static void long_holds_keep_to_the_limit(void **state) {
    (void)state;
    holds_keep_to_the_limit(2 * LEDGER_HORIZON, 10 * LEDGER_HORIZON, 1, 3);
    holds_keep_to_the_limit(2 * LEDGER_HORIZON, 10 * LEDGER_HORIZON, 20, 4);
}

// A hold that ends before the last departure that it cancels: new ones are booked while old ones are still to
// be cancelled.
static void short_holds_keep_to_the_limit(void **state) {
    (void)state;
    holds_keep_to_the_limit(MS, LEDGER_HORIZON, 1, 5);
    holds_keep_to_the_limit(MS, LEDGER_HORIZON, 20, 6);
}

// Each booking reserves what it may cost; only what is certain to fit is booked.
static void a_limit_of_costs_is_never_passed(void **state) {
    (void)state;
    uint64_t now = NOW;
    struct arena *arena = unit_arena(4, 1, 100);
    ledger_set_limits(arena, 0, &(struct ledger_limits){0}, now);
    // 2 and 10 nano-dollars a token; an answer of 50 tokens at most: a request of 100 input tokens costs at
    // most 225 + 500.
    ledger_configure(
        arena, &(struct ledger_config){
                   .day_share = 1000000, .price = {2000, 10000}, .cost_most = 2000, .longest_answer = 50});
    const struct ledger_estimate usual = {.input = 100, .output = 50};
    struct ledger_booking booking[3];
    struct ledger_cost cost;
    ledger_dearer(arena, 0, &(struct ledger_price){0}); // an answer was charged
    assert_int_equal(ledger_admit(arena, 0, &usual, now, 0, &booking[0]), LEDGER_BOOKED);
    assert_int_equal(ledger_admit(arena, 1, &usual, now, 0, &booking[1]), LEDGER_BOOKED);
    assert_int_equal(ledger_admit(arena, 2, &usual, now, 0, &booking[2]), LEDGER_LATER);
    ledger_cost_look(arena, &cost);
    assert_int_equal(cost.booked, 2 * 724);
    assert_int_equal(cost.refused, 724);
    // One was cheap: there is room again. One worker died: its booking is in doubt.
    settle(arena, 0, &booking[0],
           &(struct ledger_usage){.tokens.input = 100, .tokens.output = 10, .cost_known = true, .cost = 300});
    assert_true(ledger_reclaim(arena, 1));
    ledger_cost_look(arena, &cost);
    assert_int_equal(cost.run.spent, 300);
    assert_int_equal(cost.run.doubt, 724);
    assert_int_equal(cost.booked, 0);
    assert_int_equal(ledger_admit(arena, 2, &usual, now, 0, &booking[2]), LEDGER_BOOKED);
    ledger_cancel(arena, 2, &booking[2]);
    ledger_cost_look(arena, &cost);
    assert_int_equal(cost.run.spent + cost.run.doubt + cost.booked, 300 + 724);
    arena_close(arena);
}

// Where no longest answer is asked for, the first leaves alone, and twice what it took is reserved for the
// next.
static void the_first_answer_says_what_they_cost(void **state) {
    (void)state;
    uint64_t now = NOW;
    struct arena *arena = unit_arena(4, 1, 100);
    ledger_set_limits(arena, 0, &(struct ledger_limits){0}, now);
    ledger_configure(arena, &(struct ledger_config){
                                .day_share = 1000000, .price = {1000000, 10000000}, .cost_most = 100000000});
    const struct ledger_estimate usual = {.input = 100, .output = 400};
    struct ledger_booking booking, next;
    struct ledger_cost cost;
    assert_int_equal(ledger_admit(arena, 0, &usual, now, 0, &booking), LEDGER_BOOKED);
    assert_int_equal(ledger_admit(arena, 1, &usual, now, 0, &next), LEDGER_LATER);
    settle(arena, 0, &booking,
           &(struct ledger_usage){.outcome = OUTCOME_DONE,
                                  .tokens.input = 10,
                                  .tokens.output = 2600,
                                  .input_bytes = 100,
                                  .cost_known = true,
                                  .cost = 26010000});
    ledger_dearer(arena, 0, &(struct ledger_price){0});
    ledger_dearer(arena, 0, &(struct ledger_price){0});
    assert_int_equal(ledger_admit(arena, 0, &usual, now, 0, &booking), LEDGER_BOOKED);
    assert_int_equal(ledger_admit(arena, 1, &usual, now, 0, &next), LEDGER_LATER); // 26 + 52 + 52 of 100
    ledger_cost_look(arena, &cost);
    assert_true(cost.booked > 50000000 && cost.booked < 54000000);
    arena_close(arena);
}

// Without a limit what is known is summed up all the same, also of answers that were of no use; what is not
// is in doubt: as booked where an error status ended it, else the longest answer.
static void costs_are_summed_up_without_a_limit(void **state) {
    (void)state;
    uint64_t now = NOW;
    struct arena *arena = unit_arena(4, 1, 100);
    ledger_set_limits(arena, 0, &(struct ledger_limits){0}, now);
    ledger_configure(
        arena, &(struct ledger_config){.day_share = 1000000, .price = {2000, 10000}, .longest_answer = 80});
    const struct ledger_estimate usual = {.input = 100, .output = 50};
    struct ledger_booking booking;
    struct ledger_cost cost;
    const struct ledger_usage usage[] = {
        {.outcome = OUTCOME_DONE, .status = 200, .cost_known = true, .cost = 300},
        {.outcome = OUTCOME_SERVER_FAULT, .status = 500, .cost_known = true, .cost = 300},
        {.outcome = OUTCOME_SERVER_FAULT, .status = 500},
        {.outcome = OUTCOME_SERVER_FAULT, .status = 200},
        {.outcome = OUTCOME_SERVER_FAULT, .unsent = true},
        {.outcome = OUTCOME_RATE_LIMITED, .status = 429, .cost_known = true},
    };
    for (size_t i = 0; i < sizeof(usage) / sizeof(usage[0]); i++) {
        assert_int_equal(ledger_admit(arena, 0, &usual, now, 0, &booking), LEDGER_BOOKED);
        settle(arena, 0, &booking, &usage[i]);
    }
    ledger_cost_look(arena, &cost);
    assert_int_equal(cost.run.spent, 2 * 300);
    assert_int_equal(cost.run.doubt, 700 + (224 + 800));
    assert_int_equal(cost.booked, 0);
    assert_int_equal(ledger_count_untold(arena), 0);
    assert_int_equal(ledger_count_untold(arena), 1);
    assert_int_equal(ledger_untold(arena), 2);
    arena_close(arena);
}

// ---- several processes ----

enum { WORKERS = 4, EACH = 5000 };

struct shared {
    _Atomic uint64_t begun; // of the one that is killed
    uint64_t at[WORKERS][EACH];
    uint64_t tokens[WORKERS][EACH];
};

struct job {
    struct arena *arena;
    struct shared *shared;
    uint32_t slot;
    uint64_t now;
};

static struct shared *make_shared(void) {
    void *memory =
        mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(memory, MAP_FAILED);
    return memory;
}

static void book_each(void *context) {
    struct job *job = context;
    struct unit_random random = {.state = 40 + job->slot};
    uint64_t now = job->now;
    for (uint32_t i = 0; i < EACH;) {
        struct ledger_booking booking;
        uint64_t tokens = 1 + unit_random_below(&random, 400);
        enum ledger_admission result = admit(job->arena, job->slot, tokens, now, &booking);
        CHILD_CHECK(result != LEDGER_CLOSED);
        CHILD_CHECK(booking.departs >= now);
        if (result == LEDGER_LATER) {
            now = booking.departs; // virtual time: nobody waits
            continue;
        }
        job->shared->at[job->slot][i] = booking.departs;
        job->shared->tokens[job->slot][i++] = tokens;
        CHILD_CHECK(ledger_valid(job->arena, &booking));
    }
}

struct departure {
    uint64_t at, tokens;
};

static void processes_share_one_limit(void **state) {
    (void)state;
    struct shared *shared = make_shared();
    uint64_t now = NOW;
    // 100 µs a request; 3,000 tokens a ms: now one bucket is the narrow one, now the other.
    struct arena *arena = with_limits(1, LIMITS(600000, 120000000, 8), now);
    struct job job[WORKERS];
    pid_t pid[WORKERS];
    for (uint32_t i = 0; i < WORKERS; i++) {
        job[i] = (struct job){arena, shared, i, now};
        pid[i] = child_start(book_each, &job[i]);
    }
    for (uint32_t i = 0; i < WORKERS; i++) {
        assert_true(child_good(pid[i]));
    }
    static struct departure all[WORKERS * EACH];
    static uint64_t at[WORKERS * EACH], ones[WORKERS * EACH], tokens[WORKERS * EACH];
    uint64_t total = 0;
    for (uint32_t i = 0; i < WORKERS * EACH; i++) {
        all[i] = (struct departure){shared->at[i / EACH][i % EACH], shared->tokens[i / EACH][i % EACH]};
    }
    qsort(all, WORKERS * EACH, sizeof(all[0]), compare_times);
    for (uint32_t i = 0; i < WORKERS * EACH; i++) {
        at[i] = all[i].at;
        ones[i] = 1;
        tokens[i] = all[i].tokens;
        total += tokens[i];
    }
    assert_within_limit(at, ones, WORKERS * EACH, 600000, 8);
    assert_within_limit(at, tokens, WORKERS * EACH, 120000000, 1600);
    struct ledger_state seen = look(arena, 0, now);
    assert_int_equal(seen.booked_requests, WORKERS * EACH);
    assert_int_equal(seen.booked_tokens, total);
    (void)munmap(shared, sizeof(*shared));
    arena_close(arena);
}

static void book_and_settle_until_killed(void *context) {
    struct job *job = context;
    uint64_t now = job->now;
    for (;;) {
        struct ledger_booking booking;
        atomic_fetch_add(&job->shared->begun, 1);
        CHILD_CHECK(admit(job->arena, job->slot, 10, now, &booking) == LEDGER_BOOKED);
        if (booking.departs % 3 != 0) {
            settle(job->arena, job->slot, &booking,
                   &(struct ledger_usage){.tokens.input = 6, .tokens.output = 4, .input_bytes = 20});
        }
        now += 2 * MS + 1;
    }
}

static void a_death_at_any_moment_keeps_the_sums(void **state) {
    (void)state;
    struct shared *shared = make_shared();
    uint64_t now = NOW;
    struct arena *arena = with_limits(1, LIMITS(60000, 600000, 2), now);
    struct unit_random random = {.state = 9};
    for (int round = 0; round < 60; round++) {
        uint64_t spent = look(arena, 0, now).spent_requests;
        uint64_t target = 1 + unit_random_below(&random, 300);
        atomic_store(&shared->begun, 0);
        struct job job = {arena, shared, 1, now};
        pid_t pid = child_start(book_and_settle_until_killed, &job);
        while (atomic_load(&shared->begun) < target) {}
        child_kill(pid);
        assert_int_equal(guard_reap(arena, GUARD_LEDGER, 1), 0);
        assert_true(ledger_reclaim(arena, 1));
        uint64_t begun = atomic_load(&shared->begun);
        struct ledger_state seen = look(arena, 0, now);
        // The last admission was made or was not; nothing is half done.
        assert_in_range(seen.spent_requests - spent, begun - 1, begun);
        assert_int_equal(seen.spent_tokens, seen.spent_requests * 10);
        assert_int_equal(seen.booked_requests, 0);
        assert_int_equal(seen.booked_tokens, 0);
        now += begun * 2 * MS + MINUTE;
        assert_int_equal(look(arena, 0, now).dimension[1].level, 20);
    }
    (void)munmap(shared, sizeof(*shared));
    arena_close(arena);
}

static void a_minutes_limit_is_not_taken_for_a_days(void **state) {
    (void)state;
    struct ledger_news news = {.count = 1,
                               .of = {{.unit = DIMENSION_REQUESTS,
                                       .window = MINUTE,
                                       .limit = 6000,
                                       .remaining = 5990,
                                       .reset = 100 * MS,
                                       .rounding = 1}}};
    uint64_t now = CLOCK_SECOND;
    struct ledger_limits limits = {.told.of[LIMITS_REQUESTS_DAY] = 100000, .ramps = true};
    struct arena *arena = with_limits(1, limits, now);
    struct ledger_booking booking = booked(arena, 0, 10, now);
    struct ledger_usage usage = {.outcome = OUTCOME_DONE, .news = &news};
    (void)ledger_settle(arena, 0, &booking, &usage, now + 100 * MS);
    struct ledger_state seen = look(arena, 0, now + 100 * MS);
    assert_int_equal(seen.dimension[0].window, 24 * HOUR);
    assert_int_equal(seen.dimension[0].limit, 100000);
    assert_in_range(seen.dimension[0].remaining, 99999, 100000);
    assert_int_equal(seen.dimension[1].window, MINUTE);
    assert_int_equal(seen.dimension[1].limit, 6000);
    arena_close(arena);
}

// Who looks holds no guard, and may see one of which not all words are stored yet.
static void a_look_at_a_dimension_that_is_being_made(void **state) {
    (void)state;
    struct arena *arena = with_limits(1, LIMITS(0, 0, 0), CLOCK_SECOND);
    guarded_word *words = layout_session(arena, 0)->dimension[0];
    journal_initialise(&words[offsetof(struct dimension, unit) / sizeof(uint64_t)], DIMENSION_REQUESTS);
    journal_initialise(&words[offsetof(struct dimension, heard) / sizeof(uint64_t)], 60);
    assert_int_equal(look(arena, 0, CLOCK_SECOND).dimension[0].unit, DIMENSION_NONE);
    journal_initialise(&words[offsetof(struct dimension, window) / sizeof(uint64_t)], MINUTE);
    assert_int_equal(look(arena, 0, CLOCK_SECOND).dimension[0].limit, 60);
    arena_close(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_burst_from_the_limits),
        cmocka_unit_test(admits_when_both_buckets_agree),
        cmocka_unit_test(says_when_to_ask_again),
        cmocka_unit_test(without_limits_all_leave_now),
        cmocka_unit_test(settles_by_what_was_charged),
        cmocka_unit_test(a_full_tier_is_no_news_of_the_session),
        cmocka_unit_test(more_than_booked_becomes_a_debt),
        cmocka_unit_test(an_absurd_report_is_not_believed),
        cmocka_unit_test(a_debt_ends),
        cmocka_unit_test(estimates_do_not_overflow),
        cmocka_unit_test(a_hold_cancels_what_has_not_left),
        cmocka_unit_test(a_pause_lets_nothing_leave),
        cmocka_unit_test(is_closed_when_all_are_disabled),
        cmocka_unit_test(a_cancelled_departure_leaves_a_gap),
        cmocka_unit_test(after_a_hold_all_comes_back),
        cmocka_unit_test(estimates_from_the_answers),
        cmocka_unit_test(estimates_not_below_the_longest_answer),
        cmocka_unit_test(counts_one_strike_for_a_herd),
        cmocka_unit_test(a_booking_ends_once),
        cmocka_unit_test(a_dead_workers_bookings_count_as_spent),
        cmocka_unit_test(long_holds_keep_to_the_limit),
        cmocka_unit_test(short_holds_keep_to_the_limit),
        cmocka_unit_test(a_limit_of_costs_is_never_passed),
        cmocka_unit_test(the_first_answer_says_what_they_cost),
        cmocka_unit_test(costs_are_summed_up_without_a_limit),
        cmocka_unit_test(a_minutes_limit_is_not_taken_for_a_days),
        cmocka_unit_test(a_look_at_a_dimension_that_is_being_made),
        cmocka_unit_test(processes_share_one_limit),
        cmocka_unit_test(a_death_at_any_moment_keeps_the_sums),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
