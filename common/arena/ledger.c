#include "ration/ledger.h"

#include "arena/journal.h"
#include "arena/ledger_cost.h"
#include "arena/ledger_leave.h"
#include "arena/ledger_words.h"
#include "ration/arithmetic.h"
#include "ration/clock.h"
#include "ration/crash_point.h"
#include "ration/invariant.h"

#include <string.h>

#define MEBI_SHIFT 20
// Before an answer taught better: four bytes a token, as the APIs' own estimate has it, and a short
// biography.
#define FIRST_INPUT_RATE ((1ULL << MEBI_SHIFT) / 4)
#define FIRST_OUTPUT_MEAN (400ULL * 16)
#define ESTIMATE_MOST 100000000ULL // whatever was reported
#define ASK_AGAIN (100 * CLOCK_MS) // what will change is not known beforehand
#define RAMP_AGAIN (LEDGER_HORIZON + 10 * CLOCK_MS)

// ---- configuration ----

void ledger_configure(struct arena *arena, const struct ledger_config *config) {
    struct layout_ledger *ledger = layout_ledger(arena);
    ledger->selection = config->selection;
    ledger->breaker_threshold = config->breaker.threshold;
    ledger->breaker_timeout = config->breaker.timeout;
    ledger->floor = config->least_charge;
    ledger->day_share = config->day_share;
    ledger->price_input = config->price.input;
    ledger->price_output = config->price.output;
    ledger->cost_most = config->cost_most;
    ledger->cost_run_most = config->cost_run_most;
    ledger->longest_answer = config->longest_answer;
    ledger->fallback_after = config->fallback_after;
    journal_initialise(&ledger->input_rate, FIRST_INPUT_RATE);
    journal_initialise(&ledger->output_mean,
                       config->least_charge > 0 ? config->least_charge * 16 : FIRST_OUTPUT_MEAN);
}

// ---- admission ----

struct ledger_estimate ledger_estimate(const struct arena *arena, uint64_t input_bytes) {
    const struct layout_ledger *ledger = layout_ledger(arena);
    wide input = (((wide)input_bytes * guarded_get(&ledger->input_rate)) >> MEBI_SHIFT) + 1;
    wide output = guarded_get(&ledger->output_mean) / 16;
    input = input < ESTIMATE_MOST ? input : ESTIMATE_MOST;
    if (input + output < ledger->floor) {
        output = ledger->floor - input;
    }
    return (struct ledger_estimate){.input = (uint64_t)input,
                                    .output = output < ESTIMATE_MOST ? (uint64_t)output : ESTIMATE_MOST};
}

// Places of a session of which no limit is known yet are few, and grow with the answers.
static bool full(const struct layout_session *session) {
    if (ledger_words_is_silent(session)) {
        return false;
    }
    uint64_t places = guarded_get(&session->places) / LEDGER_WORDS_PLACE;
    return places > 0 && guarded_get(&session->in_flight) >= places &&
           (guarded_get(&session->slowed) != 0 || !ledger_words_limited(session));
}

bool ledger_ramping(const struct arena *arena) {
    for (uint32_t i = 0; i < arena->header->sessions; i++) {
        const struct layout_session *session = layout_session(arena, i);
        if (guarded_get(&session->silent[0]) == SILENT_PLACES ||
            (guarded_get(&session->places) != 0 &&
             (guarded_get(&session->slowed) != 0 || !ledger_words_limited(session)))) {
            return true;
        }
    }
    return false;
}

// What a cache gives is the beginning that all requests share, whatever their length: so many tokens, and not
// such a share of them. At least one is counted.
static uint64_t counted_of(const struct layout_session *session, uint64_t input) {
    uint64_t cached = session->cached == PROVIDER_LEAVES_CACHED ? guarded_get(&session->cached_mean) / 16 : 0;
    return cached == 0 ? input : input > cached ? input - cached : 1;
}

// When a request could leave by this session, or CLOCK_NEVER.
static uint64_t earliest(const struct arena *arena, uint32_t index, const struct ledger_estimate *estimate,
                         uint64_t now) {
    struct layout_session *session = layout_session(arena, index);
    struct breaker breaker;
    ledger_words_load_breaker(session, &breaker);
    uint64_t at = guarded_get(&session->not_before);
    at = at > now ? at : now;
    at = guarded_get(&session->disabled) != 0 ? CLOCK_NEVER : breaker_earliest(&breaker, at);
    if (at > now + LEDGER_HORIZON) {
        atomic_fetch_add_explicit(&session->skipped, 1, memory_order_relaxed);
    }
    if (at == CLOCK_NEVER) {
        return at;
    }
    if (full(session) && at < now + RAMP_AGAIN) {
        at = now + RAMP_AGAIN;
    }
    const struct silent *silent = ledger_words_silent(session);
    if (ledger_words_is_silent(session) || (silent->gentle != 0 && silent->form == SILENT_NONE &&
                                            silent->paced > at && ledger_words_untold(session))) {
        uint64_t shifted = ledger_leave_shifted(session);
        at = shifted + silent_earliest(silent, guarded_get(&session->in_flight), at - shifted,
                                       now + RAMP_AGAIN - shifted);
    }
    uint64_t counted = counted_of(session, estimate->input);
    for (uint32_t i = 0; i < LEDGER_DIMENSIONS && ledger_words_used(session, i); i++) {
        const struct dimension *dimension = ledger_words_at(session, i);
        uint64_t units = ledger_words_units(dimension->unit, counted, estimate->output);
        if (dimension->metered != 0) {
            ledger_words_ask(session, i, units);
        }
        at = dimension_earliest(dimension, units, layout_ledger(arena)->day_share, at);
    }
    return at;
}

static void book_dimensions(struct arena *arena, struct layout_session *session,
                            struct ledger_booking *booking) {
    memset(booking->after, 0, sizeof(booking->after));
    for (uint32_t i = 0; i < LEDGER_DIMENSIONS && ledger_words_used(session, i); i++) {
        struct dimension dimension = *ledger_words_at(session, i);
        dimension_take(&dimension, ledger_words_units(dimension.unit, booking->counted, booking->output),
                       booking->departs);
        ledger_words_store(arena, session, i, &dimension);
        booking->after[i] = dimension_mark(&dimension, booking->departs);
    }
}

static void book_silent(struct arena *arena, struct layout_session *session, struct ledger_booking *booking) {
    const struct silent *shared = ledger_words_silent(session);
    booking->others = guarded_get(&session->in_flight);
    booking->mark = ledger_words_mark(session) + 1;
    booking->lost = atomic_load(&session->lost);
    booking->shifted = ledger_leave_shifted(session);
    uint64_t at = booking->departs - booking->shifted;
    if (silent_minds(shared, at, booking->mark)) {
        struct silent silent = *shared;
        silent_take(&silent, at, booking->mark, booking->others);
        ledger_words_store_silent(arena, session, &silent);
    }
}

static void book(struct arena *arena, uint32_t slot, struct ledger_booking *booking) {
    struct layout_session *session = layout_session(arena, booking->session);
    struct layout_ledger *ledger = layout_ledger(arena);
    struct breaker breaker;
    book_dimensions(arena, session, booking);
    book_silent(arena, session, booking);
    CRASH_POINT(admit_taken);
    ledger_words_load_breaker(session, &breaker);
    booking->probe = breaker_leaves(&breaker);
    if (booking->probe) {
        ledger_words_store_breaker(arena, session, &breaker);
        ledger_words_set(arena, &session->probe, slot + 1);
    }
    ledger_words_add(arena, &session->booked_requests[slot], 1);
    ledger_words_add(arena, &session->booked_tokens[slot], booking->input + booking->output);
    ledger_words_add(arena, &session->in_flight, 1);
    INVARIANT(ledger_words_covers(session, slot, booking), "slot %u has more booked than is in flight", slot);
    ledger_cost_book(arena, slot, booking->cost);
    ledger_words_set(arena, &session->last_used, booking->departs);
    ledger_words_set(arena, &ledger->last_session, booking->session);
    ledger_words_add(arena, &ledger->admissions, 1);
    if (ledger->quota_allowed > 0) {
        ledger_words_add(arena, &ledger->quota_used, 1);
    }
    CRASH_POINT(admit_booked);
}

// Nothing is to be had of it for a while, and not for its pace.
#define AWAY (60 * CLOCK_SECOND)
static bool away(const struct layout_session *session, uint64_t earliest_at, uint64_t now) {
    struct breaker breaker;
    ledger_words_load_breaker(session, &breaker);
    for (int i = 0; i <= LEDGER_DISABLE; i++) {
        if (guarded_get(&session->strikes[i]) != 0) {
            return true; // it has not answered since
        }
    }
    return guarded_get(&session->disabled) != 0 || breaker.state != BREAKER_CLOSED ||
           guarded_get(&session->not_before) > now || earliest_at > now + AWAY;
}

// Within the transaction.
static void hold_back_fallbacks(struct arena *arena, struct session_candidate *candidate,
                                enum session_tried tried, uint64_t now) {
    struct layout_ledger *ledger = layout_ledger(arena);
    uint64_t before = guarded_get(&ledger->away_since);
    uint64_t since = session_away_since(candidate, arena->header->sessions, before, now);
    if (since != before) {
        ledger_words_set(arena, &ledger->away_since, since);
    }
    session_hold_back(candidate, arena->header->sessions, since, ledger->fallback_after, tried, now);
}

// When the chosen session may send, or CLOCK_NEVER.
static uint64_t choose(struct arena *arena, const struct ledger_estimate *estimate, uint64_t now,
                       uint32_t random, uint32_t *chosen) {
    struct session_candidate candidate[BOUNDS_SESSIONS] = {0};
    const struct layout_ledger *ledger = layout_ledger(arena);
    uint32_t sessions = arena->header->sessions;
    bool fallback = false;
    for (uint32_t i = 0; i < sessions; i++) {
        const struct layout_session *session = layout_session(arena, i);
        candidate[i] = (struct session_candidate){
            .earliest = earliest(arena, i, estimate, now),
            .last_used = guarded_get(&session->last_used),
            .health = guarded_get(&session->health),
            .fallback = session->fallback != 0,
        };
        candidate[i].away = away(session, candidate[i].earliest, now);
        fallback = fallback || candidate[i].fallback;
    }
    if (fallback) {
        hold_back_fallbacks(arena, candidate, estimate->tried, now);
    }
    *chosen = session_choose((enum session_selection)ledger->selection, candidate, sessions,
                             now + LEDGER_HORIZON, (uint32_t)guarded_get(&ledger->last_session), random);
    return *chosen < sessions ? candidate[*chosen].earliest : CLOCK_NEVER;
}

static bool all_disabled(const struct arena *arena) {
    for (uint32_t i = 0; i < arena->header->sessions; i++) {
        if (guarded_get(&layout_session(arena, i)->disabled) == 0) {
            return false;
        }
    }
    return true;
}

// What did not suffice is kept for the next grant.
static bool is_granted(struct layout_ledger *ledger, bool low) {
    uint64_t used = guarded_get(&ledger->quota_used);
    if (used < guarded_get(low ? &ledger->low_granted : &ledger->granted[LEDGER_BUDGET_DAY])) {
        return true;
    }
    atomic_store(low ? &ledger->low_short : &ledger->budget_short[LEDGER_BUDGET_DAY], 1);
    return false;
}

static bool quota_allows(struct layout_ledger *ledger, bool low) {
    if (ledger->metered[LEDGER_BUDGET_DAY] != 0) {
        return is_granted(ledger, low);
    }
    uint64_t allowed = low ? ledger->quota_low_allowed : ledger->quota_allowed;
    return ledger->quota_allowed == 0 || guarded_get(&ledger->quota_used) < allowed;
}

// Within the transaction.
static enum ledger_admission admit(struct arena *arena, uint32_t slot, const struct ledger_estimate *estimate,
                                   uint64_t now, uint32_t random, struct ledger_booking *booking) {
    struct layout_ledger *ledger = layout_ledger(arena);
    booking->departs = CLOCK_NEVER; // until a new period begins, or some of it is granted
    if (!quota_allows(ledger, estimate->low)) {
        return LEDGER_LATER;
    }
    booking->departs = now + ASK_AGAIN;
    uint64_t best = choose(arena, estimate, now, random, &booking->session);
    if (best == CLOCK_NEVER) {
        return all_disabled(arena) ? LEDGER_CLOSED : LEDGER_LATER;
    }
    if (best > now + LEDGER_HORIZON) {
        booking->departs = best - LEDGER_HORIZON / 2;
        return LEDGER_LATER;
    }
    booking->cost = ledger_cost_reserve(arena, booking->session, estimate);
    if (!ledger_cost_allows(arena, booking->session, booking->cost)) {
        booking->departs = now + ASK_AGAIN;
        return LEDGER_LATER;
    }
    booking->departs = best;
    booking->input = estimate->input;
    booking->output = estimate->output;
    booking->counted = counted_of(layout_session(arena, booking->session), estimate->input);
    booking->period = guarded_get(&ledger->quota_period);
    booking->epoch += guarded_get(&layout_session(arena, booking->session)->epoch);
    book(arena, slot, booking);
    return LEDGER_BOOKED;
}

enum ledger_admission ledger_admit(struct arena *arena, uint32_t slot, const struct ledger_estimate *estimate,
                                   uint64_t now, uint32_t random, struct ledger_booking *booking) {
    // Read before the pause itself: a pause that begins from here on makes this booking invalid.
    booking->epoch = atomic_load(&arena->header->pauses);
    booking->departs = ledger_paused_until(arena, now);
    if (booking->departs != 0) {
        return LEDGER_LATER;
    }
    booking->departs = CLOCK_NEVER;
    if (!ledger_words_lock(arena, slot)) {
        return LEDGER_CLOSED;
    }
    CRASH_POINT(admit_locked);
    enum ledger_admission result = admit(arena, slot, estimate, now, random, booking);
    ledger_words_commit(arena, slot);
    CRASH_POINT(admit_unlocked);
    return result;
}

uint64_t ledger_held_by(const struct arena *arena, uint32_t slot) {
    uint64_t requests = 0;
    for (uint32_t i = 0; i < arena->header->sessions; i++) {
        requests += guarded_get(&layout_session(arena, i)->booked_requests[slot]);
    }
    return requests;
}

uint64_t ledger_booked(const struct arena *arena) {
    return guarded_get(&layout_ledger(arena)->admissions);
}

bool ledger_valid(const struct arena *arena, const struct ledger_booking *booking) {
    // Neither count ever falls, so that their sum stays the same only while both do.
    uint64_t epoch = guarded_get(&layout_session(arena, booking->session)->epoch);
    return epoch + atomic_load(&arena->header->pauses) == booking->epoch;
}
