// The end of a booking: cancelled, settled, or reclaimed from a dead worker.
#include "arena/journal.h"
#include "arena/ledger_cost.h"
#include "arena/ledger_hear.h"
#include "arena/ledger_session.h"
#include "arena/ledger_words.h"
#include "ration/arithmetic.h"
#include "ration/clock.h"
#include "ration/crash_point.h"
#include "ration/invariant.h"

#define MEBI_SHIFT 20
// A report beyond so many times the estimate, and so many tokens, is taken for nonsense: one such answer must
// not stop the run.
#define BELIEVED_TIMES 64U
#define BELIEVED_MORE 1000000U
#define BELIEVED_MOST 100000000ULL
#define MEMORY 16U // answers

static void unbook(struct arena *arena, uint32_t slot, const struct ledger_booking *booking) {
    struct layout_session *session = layout_session(arena, booking->session);
    INVARIANT(booking->session < arena->header->sessions && ledger_words_covers(session, slot, booking),
              "slot %u ends a booking of session %u that is not booked", slot, booking->session);
    journal_subtract(arena, GUARD_LEDGER, &session->booked_requests[slot], 1);
    journal_subtract(arena, GUARD_LEDGER, &session->booked_tokens[slot], booking->input + booking->output);
    journal_subtract(arena, GUARD_LEDGER, &session->in_flight, 1);
    ledger_cost_unbook(arena, slot, booking);
}

// ---- never left ----

// The pace stays: the departure leaves a gap which nobody fills. Moving it back, perhaps long after that
// departure's time, would let two others leave at once later on. Bookings are so near that it costs next to
// nothing.
static void give_back(struct arena *arena, const struct ledger_booking *booking) {
    struct layout_session *session = layout_session(arena, booking->session);
    struct layout_ledger *ledger = layout_ledger(arena);
    for (uint32_t i = 0; i < LEDGER_DIMENSIONS; i++) {
        if (booking->after[i] != 0) {
            struct dimension dimension = *ledger_words_at(session, i);
            dimension_give_back(&dimension,
                                ledger_words_units(dimension.unit, booking->counted, booking->output));
            ledger_words_store(arena, session, i, &dimension);
        }
    }
    if (ledger->quota_allowed > 0 && booking->period == guarded_get(&ledger->quota_period)) {
        journal_subtract(arena, GUARD_LEDGER, &ledger->quota_used, 1);
    }
}

void ledger_cancel(struct arena *arena, uint32_t slot, const struct ledger_booking *booking) {
    if (!ledger_words_lock(arena, slot)) {
        return;
    }
    unbook(arena, slot, booking);
    give_back(arena, booking);
    if (booking->probe) {
        ledger_session_lose_probe(arena, layout_session(arena, booking->session), 0);
    }
    CRASH_POINT(cancel_unbooked);
    ledger_words_commit(arena, slot);
    CRASH_POINT(cancel_unlocked);
}

// ---- answered ----

// The mean of the first answers, then an exponentially weighted one with a memory of about sixteen.
static uint64_t learn(uint64_t mean, uint64_t sample, uint64_t answers) {
    return sample >= mean ? mean + (sample - mean) / answers : mean - (mean - sample) / answers;
}

// Answers that were heard, this one included: 1..16.
static uint64_t answers_so_far(const struct arena *arena) {
    uint64_t sum = 0;
    for (uint32_t i = 0; i < arena->header->sessions && sum < MEMORY; i++) {
        sum += guarded_get(&layout_session(arena, i)->spent_requests);
    }
    return sum < 1 ? 1 : sum < MEMORY ? sum : MEMORY;
}

static void learn_lengths(struct arena *arena, const struct ledger_usage *usage) {
    struct layout_ledger *ledger = layout_ledger(arena);
    if (usage->input_bytes == 0 || usage->tokens.output == 0) {
        return;
    }
    uint64_t answers = answers_so_far(arena);
    // What is believed is small enough for these shifts.
    uint64_t rate = (usage->tokens.input << MEBI_SHIFT) / usage->input_bytes;
    ledger_words_set(arena, &ledger->input_rate, learn(guarded_get(&ledger->input_rate), rate, answers));
    ledger_words_set(arena, &ledger->output_mean,
                     learn(guarded_get(&ledger->output_mean), usage->tokens.output * 16, answers));
}

// Of the session alone: each account has a cache of its own.
static void learn_cached(struct arena *arena, struct layout_session *session,
                         const struct ledger_usage *usage) {
    if (session->cached != PROVIDER_COUNTS_CACHED && usage->input_bytes > 0) {
        uint64_t answers = guarded_get(&session->spent_requests);
        answers = answers < 1 ? 1 : answers < MEMORY ? answers : MEMORY;
        ledger_words_set(arena, &session->cached_mean,
                         learn(guarded_get(&session->cached_mean), usage->tokens.cached * 16, answers));
    }
}

bool ledger_believes(const struct ledger_booking *booking, uint64_t input, uint64_t output) {
    uint64_t estimate = booking->input + booking->output;
    wide sum = (wide)input + output;
    wide most = (wide)(estimate < BELIEVED_MOST ? estimate : BELIEVED_MOST) * BELIEVED_TIMES + BELIEVED_MORE;
    return sum > 0 && sum <= most;
}

static bool believed(const struct ledger_booking *booking, const struct ledger_usage *usage) {
    return ledger_believes(booking, usage->tokens.input, usage->tokens.output);
}

static uint64_t counted_of(const struct layout_session *session, const struct tokens *tokens) {
    return session->cached != PROVIDER_COUNTS_CACHED ? tokens->input - tokens->cached : tokens->input;
}

// What it was charged in the end: as reported, nothing when it was refused, else as booked.
struct charge {
    uint64_t input, output;
    uint64_t counted; // of input: by the session's limits
};

static struct charge charge_of(const struct layout_session *session, const struct ledger_booking *booking,
                               const struct ledger_usage *usage) {
    if (ledger_session_refused(usage->outcome)) {
        return (struct charge){0};
    }
    if (believed(booking, usage)) {
        return (struct charge){usage->tokens.input, usage->tokens.output,
                               counted_of(session, &usage->tokens)};
    }
    return (struct charge){booking->input, booking->output, booking->counted};
}

static void adjust(struct dimension *dimension, const struct ledger_booking *booking,
                   const struct charge *charge, uint64_t now) {
    uint64_t booked = ledger_words_units(dimension->unit, booking->counted, booking->output);
    uint64_t charged = ledger_words_units(dimension->unit, charge->counted, charge->output);
    if (charged < booked) {
        dimension_refund(dimension, booked - charged);
    } else if (charged > booked) {
        dimension_charge(dimension, charged - booked, now);
    }
}

static void forgive(struct arena *arena, struct layout_session *session) {
    for (int i = 0; i <= LEDGER_DISABLE; i++) {
        ledger_words_set(arena, &session->strikes[i], 0);
    }
}

static void spend(struct arena *arena, const struct ledger_booking *booking, const struct charge *charge,
                  uint64_t now) {
    struct layout_session *session = layout_session(arena, booking->session);
    for (uint32_t i = 0; i < LEDGER_DIMENSIONS; i++) {
        // A dimension that came later than the booking is no concern of it.
        if (booking->after[i] != 0) {
            struct dimension dimension = *ledger_words_at(session, i);
            adjust(&dimension, booking, charge, now);
            ledger_words_store(arena, session, i, &dimension);
        }
    }
    ledger_words_add(arena, &session->spent_requests, 1);
    ledger_words_add(arena, &session->spent_tokens, charge->input + charge->output);
}

bool ledger_settle(struct arena *arena, uint32_t slot, const struct ledger_booking *booking,
                   const struct ledger_usage *usage, uint64_t now) {
    struct layout_session *session = layout_session(arena, booking->session);
    struct charge charge = charge_of(session, booking, usage);
    if (!ledger_words_lock(arena, slot)) {
        return true;
    }
    unbook(arena, slot, booking);
    ledger_cost_settle(arena, slot, booking, usage);
    CRASH_POINT(settle_unbooked);
    if (usage->unsent) {
        give_back(arena, booking);
    } else {
        spend(arena, booking, &charge, now);
    }
    CRASH_POINT(settle_adjusted);
    ledger_hear_news(arena, booking, usage, now);
    ledger_session_judge(arena, booking, usage, now);
    ledger_session_refuse(arena, booking, usage, now);
    CRASH_POINT(settle_refused);
    ledger_session_grow(arena, booking, usage);
    CRASH_POINT(settle_spent);
    if (believed(booking, usage)) {
        learn_lengths(arena, usage);
        learn_cached(arena, session, usage);
    }
    // What left before the hold began says nothing of what comes after it.
    bool answered = usage->outcome == OUTCOME_DONE || usage->outcome == OUTCOME_INVALID_ANSWER;
    if (answered && booking->departs >= guarded_get(&session->held_at)) {
        forgive(arena, session);
    }
    bool its_own = ledger_session_healthy(usage->outcome) || usage->answer ||
                   ledger_words_breaker_state(session) == BREAKER_CLOSED;
    ledger_words_commit(arena, slot);
    CRASH_POINT(settle_unlocked);
    return its_own;
}

// ---- never booked ----

void ledger_settle_unbooked(struct arena *arena, uint32_t slot, const struct ledger_booking *booking,
                            const struct ledger_usage *usage) {
    struct layout_session *session = layout_session(arena, booking->session);
    if (!ledger_words_lock(arena, slot)) {
        return;
    }
    ledger_cost_unbook(arena, slot, booking);
    ledger_cost_settle(arena, slot, booking, usage);
    CRASH_POINT(unbooked_cost);
    ledger_words_add(arena, &session->spent_requests, usage->tokens.input + usage->tokens.output > 0);
    ledger_words_add(arena, &session->spent_tokens, usage->tokens.input + usage->tokens.output);
    ledger_words_commit(arena, slot);
    CRASH_POINT(unbooked_unlocked);
}

// ---- from a dead worker ----

bool ledger_reclaim(struct arena *arena, uint32_t slot) {
    if (!guard_try(arena, GUARD_LEDGER, GUARD_COORDINATOR)) {
        return false;
    }
    CRASH_POINT(reclaim_locked);
    for (uint32_t i = 0; i < arena->header->sessions; i++) {
        struct layout_session *session = layout_session(arena, i);
        uint64_t requests = guarded_get(&session->booked_requests[slot]);
        uint64_t tokens = guarded_get(&session->booked_tokens[slot]);
        INVARIANT(requests <= guarded_get(&session->in_flight), "slot %u has more booked than is in flight",
                  slot);
        ledger_words_add(arena, &session->spent_requests, requests);
        ledger_words_add(arena, &session->spent_tokens, tokens);
        CRASH_POINT(reclaim_spent);
        journal_subtract(arena, GUARD_LEDGER, &session->in_flight, requests);
        ledger_words_set(arena, &session->booked_requests[slot], 0);
        ledger_words_set(arena, &session->booked_tokens[slot], 0);
        if (guarded_get(&session->probe) == slot + 1) {
            ledger_session_lose_probe(arena, session, 0);
        }
        CRASH_POINT(reclaim_cleared);
        journal_commit(arena, GUARD_LEDGER);
    }
    ledger_cost_reclaim(arena, slot);
    journal_commit(arena, GUARD_LEDGER);
    guard_unlock(arena, GUARD_LEDGER, GUARD_COORDINATOR);
    CRASH_POINT(reclaim_unlocked);
    return true;
}
