#include "ration/ledger.h"

#include "journal.h"
#include "layout.h"
#include "ration/bucket.h"
#include "ration/clock.h"
#include "ration/crash_point.h"
#include "ration/log.h"

#define MINUTE (60 * CLOCK_SECOND)
#define MEBI_SHIFT 20
// Before an answer taught better: four bytes a token, as the APIs' own estimate has it, and a short biography.
#define FIRST_INPUT_RATE ((1ULL << MEBI_SHIFT) / 4)
#define FIRST_OUTPUT_MEAN (400ULL * 16)
// A report beyond so many times the estimate, and so many tokens, is taken for nonsense: one such answer must not stop the run.
#define BELIEVED_TIMES 64U
#define BELIEVED_MORE 1000000U
// No estimate is larger, and no debt longer: whatever was reported, a session comes back.
#define ESTIMATE_MOST 100000000ULL
#define DEBT_MOST (24ULL * 60 * MINUTE)

__extension__ typedef unsigned __int128 wide;

static struct bucket load(const struct layout_bucket *shared) {
    return (struct bucket){
        .limit = guarded_get(&shared->limit),
        .window = guarded_get(&shared->window),
        .capacity = guarded_get(&shared->capacity),
        .full_at = guarded_get(&shared->full_at),
    };
}

static void set(struct arena *arena, guarded_word *word, uint64_t value) {
    journal_set(arena, GUARD_LEDGER, word, value);
}

// false: the coordinator is dead, and with it the run whose ledger this is. Nobody needs it any more.
static bool lock(struct arena *arena, uint32_t slot) {
    return guard_lock(arena, GUARD_LEDGER, slot, CLOCK_NEVER);
}

static void commit_and_unlock(struct arena *arena, uint32_t slot) {
    journal_commit(arena, GUARD_LEDGER);
    guard_unlock(arena, GUARD_LEDGER, slot);
}

static void initialise_bucket(struct layout_bucket *shared, uint64_t limit, uint64_t capacity, uint64_t now) {
    if (capacity < 1) {
        capacity = 1;
    }
    journal_initialise(&shared->limit, limit);
    journal_initialise(&shared->window, MINUTE);
    journal_initialise(&shared->capacity, limit > 0 && capacity > limit ? limit : capacity);
    journal_initialise(&shared->full_at, now);
}

void ledger_set_limits(struct arena *arena, uint32_t session, const struct ledger_limits *limits,
                       uint64_t now) {
    struct layout_session *shared = layout_session(arena, session);
    uint64_t requests = limits->requests_per_minute;
    uint64_t tokens = limits->tokens_per_minute;
    uint64_t burst = limits->burst > 0 ? limits->burst : requests / 600;
    // Tokens may rest as long as requests: the same share of a minute.
    uint64_t token_burst = tokens / 600;
    if (limits->burst > 0 && requests > 0) {
        wide share = (wide)tokens * limits->burst / requests;
        token_burst = share < tokens ? (uint64_t)share : tokens;
    }
    initialise_bucket(&shared->bucket[LEDGER_REQUESTS], requests, burst, now);
    initialise_bucket(&shared->bucket[LEDGER_TOKENS], tokens, token_burst, now);
}

void ledger_set_estimate(struct arena *arena, uint64_t max_output_tokens) {
    struct layout_ledger *ledger = layout_ledger(arena);
    journal_initialise(&ledger->input_rate, FIRST_INPUT_RATE);
    journal_initialise(&ledger->output_mean,
                       max_output_tokens > 0 ? max_output_tokens * 16 : FIRST_OUTPUT_MEAN);
    journal_initialise(&ledger->floor, max_output_tokens);
}

uint64_t ledger_estimate(const struct arena *arena, uint64_t input_bytes) {
    const struct layout_ledger *ledger = layout_ledger(arena);
    wide input = ((wide)input_bytes * guarded_get(&ledger->input_rate)) >> MEBI_SHIFT;
    wide estimate = input + guarded_get(&ledger->output_mean) / 16 + 1;
    uint64_t floor = guarded_get(&ledger->floor);
    estimate = estimate > floor ? estimate : floor;
    return estimate < ESTIMATE_MOST ? (uint64_t)estimate : ESTIMATE_MOST;
}

// Takes `units` that leave at `at`.
static void take(struct arena *arena, struct layout_session *session, enum ledger_bucket which,
                 uint64_t units, uint64_t at) {
    struct bucket bucket = load(&session->bucket[which]);
    if (bucket.limit > 0) {
        uint64_t full_at = bucket_take(&bucket, units, at);
        uint64_t most = at < CLOCK_NEVER - DEBT_MOST ? at + DEBT_MOST : CLOCK_NEVER;
        most = most > bucket.full_at ? most : bucket.full_at;
        set(arena, &session->bucket[which].full_at, full_at < most ? full_at : most);
    }
}

// When a request could leave by this session, or CLOCK_NEVER.
static uint64_t earliest(const struct layout_session *session, uint64_t tokens, uint64_t now) {
    if (guarded_get(&session->disabled) != 0) {
        return CLOCK_NEVER;
    }
    uint64_t at = guarded_get(&session->not_before);
    at = at > now ? at : now;
    for (int i = 0; i < LEDGER_BUCKETS; i++) {
        struct bucket bucket = load(&session->bucket[i]);
        at = bucket_earliest(&bucket, i == LEDGER_REQUESTS ? 1 : tokens, at);
    }
    return at;
}

static void book(struct arena *arena, uint32_t slot, const struct ledger_booking *booking) {
    struct layout_session *session = layout_session(arena, booking->session);
    for (int i = 0; i < LEDGER_BUCKETS; i++) {
        take(arena, session, (enum ledger_bucket)i, i == LEDGER_REQUESTS ? 1 : booking->tokens,
             booking->departs);
    }
    CRASH_POINT(admit_taken);
    journal_add(arena, GUARD_LEDGER, &session->booked_requests[slot], 1);
    journal_add(arena, GUARD_LEDGER, &session->booked_tokens[slot], booking->tokens);
    CRASH_POINT(admit_booked);
}

enum ledger_admission ledger_admit(struct arena *arena, uint32_t slot, uint64_t tokens, uint64_t now,
                                   struct ledger_booking *booking) {
    uint64_t best = CLOCK_NEVER;
    // Read before the pause itself: a pause that begins from here on makes this booking invalid.
    uint64_t pauses = atomic_load(&arena->header->pauses);
    booking->departs = ledger_paused_until(arena, now);
    if (booking->departs != 0) {
        return LEDGER_LATER;
    }
    booking->departs = CLOCK_NEVER;
    if (!lock(arena, slot)) {
        return LEDGER_CLOSED;
    }
    CRASH_POINT(admit_locked);
    for (uint32_t i = 0; i < arena->header->sessions; i++) {
        uint64_t at = earliest(layout_session(arena, i), tokens, now);
        if (at < best) {
            best = at;
            booking->session = i;
        }
    }
    enum ledger_admission result = LEDGER_CLOSED;
    booking->departs = best;
    if (best != CLOCK_NEVER && best > now + LEDGER_HORIZON) {
        booking->departs = best - LEDGER_HORIZON / 2;
        result = LEDGER_LATER;
    } else if (best != CLOCK_NEVER) {
        booking->tokens = tokens;
        booking->epoch = guarded_get(&layout_session(arena, booking->session)->epoch) + pauses;
        book(arena, slot, booking);
        result = LEDGER_BOOKED;
    }
    commit_and_unlock(arena, slot);
    CRASH_POINT(admit_unlocked);
    return result;
}

bool ledger_valid(const struct arena *arena, const struct ledger_booking *booking) {
    // Neither count ever falls, so that their sum stays the same only while both do.
    uint64_t epoch = guarded_get(&layout_session(arena, booking->session)->epoch);
    return epoch + atomic_load(&arena->header->pauses) == booking->epoch;
}

static void unbook(struct arena *arena, uint32_t slot, const struct ledger_booking *booking) {
    struct layout_session *session = layout_session(arena, booking->session);
    journal_subtract(arena, GUARD_LEDGER, &session->booked_requests[slot], 1);
    journal_subtract(arena, GUARD_LEDGER, &session->booked_tokens[slot], booking->tokens);
}

static void refund(struct arena *arena, struct layout_session *session, enum ledger_bucket which,
                   uint64_t units) {
    struct bucket bucket = load(&session->bucket[which]);
    if (bucket.limit > 0 && units > 0) {
        set(arena, &session->bucket[which].full_at, bucket_refund(&bucket, units));
    }
}

void ledger_cancel(struct arena *arena, uint32_t slot, const struct ledger_booking *booking) {
    if (!lock(arena, slot)) {
        return;
    }
    unbook(arena, slot, booking);
    // The buckets stay: the departure leaves a gap which nobody fills. Moving them back, perhaps long after that departure's
    // time, would let two others leave at once later on. Bookings are so near that it costs next to nothing.
    CRASH_POINT(cancel_unbooked);
    commit_and_unlock(arena, slot);
    CRASH_POINT(cancel_unlocked);
}

// An exponentially weighted mean with a memory of about sixteen answers.
static uint64_t learn(uint64_t mean, uint64_t sample) {
    return sample >= mean ? mean + (sample - mean) / 16 : mean - (mean - sample) / 16;
}

static void learn_from(struct arena *arena, const struct ledger_usage *usage) {
    struct layout_ledger *ledger = layout_ledger(arena);
    if (usage->input_bytes == 0 || usage->output_tokens == 0) {
        return;
    }
    // What is believed is small enough for these shifts.
    uint64_t rate = (usage->input_tokens << MEBI_SHIFT) / usage->input_bytes;
    set(arena, &ledger->input_rate, learn(guarded_get(&ledger->input_rate), rate));
    set(arena, &ledger->output_mean, learn(guarded_get(&ledger->output_mean), usage->output_tokens * 16));
}

// Tokens that the API reported; 0: none, or so many that they are not believed.
static uint64_t reported_tokens(const struct ledger_booking *booking, const struct ledger_usage *usage) {
    wide sum = (wide)usage->input_tokens + usage->output_tokens;
    wide most = (wide)(booking->tokens < ESTIMATE_MOST ? booking->tokens : ESTIMATE_MOST) * BELIEVED_TIMES +
                BELIEVED_MORE;
    return sum <= most ? (uint64_t)sum : 0;
}

// Moves the token bucket from the estimate to what was charged.
static void adjust(struct arena *arena, struct layout_session *session, const struct ledger_booking *booking,
                   uint64_t charged) {
    if (charged < booking->tokens) {
        refund(arena, session, LEDGER_TOKENS, booking->tokens - charged);
        return;
    }
    if (charged > booking->tokens) {
        take(arena, session, LEDGER_TOKENS, charged - booking->tokens, booking->departs);
    }
}

void ledger_settle(struct arena *arena, uint32_t slot, const struct ledger_booking *booking,
                   const struct ledger_usage *usage) {
    struct layout_session *session = layout_session(arena, booking->session);
    uint64_t reported = reported_tokens(booking, usage);
    bool answered = reported > 0 || (usage->input_bytes > 0 && !usage->refused);
    uint64_t charged = usage->refused ? 0 : reported > 0 ? reported : booking->tokens;
    if (!lock(arena, slot)) {
        return;
    }
    unbook(arena, slot, booking);
    CRASH_POINT(settle_unbooked);
    adjust(arena, session, booking, charged);
    CRASH_POINT(settle_adjusted);
    journal_add(arena, GUARD_LEDGER, &session->spent_requests, 1);
    journal_add(arena, GUARD_LEDGER, &session->spent_tokens, charged);
    CRASH_POINT(settle_spent);
    if (reported > 0) {
        learn_from(arena, usage);
    }
    if (answered) {
        for (int i = 0; i <= LEDGER_DISABLE; i++) {
            if (guarded_get(&session->strikes[i]) != 0) {
                set(arena, &session->strikes[i], 0);
            }
        }
    }
    commit_and_unlock(arena, slot);
    CRASH_POINT(settle_unlocked);
}

static void hold_one(struct arena *arena, struct layout_session *session, enum ledger_hold hold,
                     uint64_t until) {
    if (hold == LEDGER_DISABLE) {
        set(arena, &session->disabled, 1);
    } else if (until > guarded_get(&session->not_before)) {
        set(arena, &session->not_before, until);
    }
    journal_add(arena, GUARD_LEDGER, &session->epoch, 1);
}

void ledger_hold(struct arena *arena, uint32_t slot, uint32_t session, enum ledger_hold hold,
                 uint64_t until) {
    struct layout_session *held = layout_session(arena, session);
    if (!lock(arena, slot)) {
        return;
    }
    // Requests that left together are refused together: that is one strike, not one for each.
    if (guarded_get(&held->not_before) <= clock_now()) {
        journal_add(arena, GUARD_LEDGER, &held->strikes[hold], 1);
        CRASH_POINT(hold_counted);
    }
    for (uint32_t i = 0; i < arena->header->sessions; i++) {
        if (hold == LEDGER_SLOW || i == session) {
            hold_one(arena, layout_session(arena, i), hold, until);
            CRASH_POINT(hold_set);
        }
    }
    commit_and_unlock(arena, slot);
    CRASH_POINT(hold_unlocked);
}

uint32_t ledger_strikes(const struct arena *arena, uint32_t session, enum ledger_hold hold) {
    uint64_t strikes = guarded_get(&layout_session(arena, session)->strikes[hold]);
    return strikes < 64 ? (uint32_t)strikes : 64;
}

void ledger_pause(struct arena *arena, uint64_t until) {
    atomic_store(&arena->header->pause_until, until);
    if (until != 0) {
        atomic_fetch_add(&arena->header->pauses, 1);
    }
}

uint64_t ledger_paused_until(const struct arena *arena, uint64_t now) {
    uint64_t until = atomic_load(&arena->header->pause_until);
    return until > now ? until : 0;
}

bool ledger_reclaim(struct arena *arena, uint32_t slot) {
    if (!guard_try(arena, GUARD_LEDGER, GUARD_COORDINATOR)) {
        return false;
    }
    CRASH_POINT(reclaim_locked);
    for (uint32_t i = 0; i < arena->header->sessions; i++) {
        struct layout_session *session = layout_session(arena, i);
        uint64_t requests = guarded_get(&session->booked_requests[slot]);
        uint64_t tokens = guarded_get(&session->booked_tokens[slot]);
        journal_add(arena, GUARD_LEDGER, &session->spent_requests, requests);
        journal_add(arena, GUARD_LEDGER, &session->spent_tokens, tokens);
        CRASH_POINT(reclaim_spent);
        set(arena, &session->booked_requests[slot], 0);
        set(arena, &session->booked_tokens[slot], 0);
        CRASH_POINT(reclaim_cleared);
        journal_commit(arena, GUARD_LEDGER);
    }
    guard_unlock(arena, GUARD_LEDGER, GUARD_COORDINATOR);
    CRASH_POINT(reclaim_unlocked);
    return true;
}

void ledger_look(const struct arena *arena, uint32_t index, uint64_t now, struct ledger_state *state) {
    const struct layout_session *session = layout_session(arena, index);
    *state = (struct ledger_state){
        .disabled = guarded_get(&session->disabled) != 0,
        .not_before = guarded_get(&session->not_before),
        .spent_requests = guarded_get(&session->spent_requests),
        .spent_tokens = guarded_get(&session->spent_tokens),
    };
    for (uint32_t slot = 0; slot < arena->header->slots; slot++) {
        state->booked_requests += guarded_get(&session->booked_requests[slot]);
        state->booked_tokens += guarded_get(&session->booked_tokens[slot]);
    }
    for (int i = 0; i < LEDGER_BUCKETS; i++) {
        struct bucket bucket = load(&session->bucket[i]);
        state->limit[i] = bucket.limit;
        state->level[i] = bucket_level(&bucket, now);
    }
}
