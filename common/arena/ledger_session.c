#include "arena/ledger_session.h"

#include "arena/ledger_leave.h"
#include "ration/clock.h"

// The first answer without a word about limits: there are none, or nobody tells. So many more at once, and so
// many at most.
#define PLACES_UNTOLD (256 * LEDGER_WORDS_PLACE)
#define PLACES_MOST (4096 * LEDGER_WORDS_PLACE)

bool ledger_session_refused(enum outcome_class outcome) {
    return outcome == OUTCOME_RATE_LIMITED || outcome == OUTCOME_QUOTA_EXHAUSTED ||
           outcome == OUTCOME_UNAUTHORISED || outcome == OUTCOME_NO_CAPACITY;
}

void ledger_session_lose_probe(struct arena *arena, struct layout_session *session, uint64_t now) {
    struct breaker breaker;
    ledger_words_load_breaker(session, &breaker);
    breaker_probe_lost(&breaker, now);
    ledger_words_store_breaker(arena, session, &breaker);
    ledger_words_set(arena, &session->probe, 0);
}

static void begin_small(struct arena *arena, struct layout_session *session, uint64_t calm) {
    ledger_words_set(arena, &session->slowed, 1);
    ledger_words_set(arena, &session->calm, calm);
    ledger_words_set(arena, &session->places, LEDGER_WORDS_PLACE);
}

// An overload: what comes back after its hold begins small, grows fast up to half of what was out, and slowly
// from there.
static void slow_down(struct arena *arena, struct layout_session *session) {
    uint64_t places = guarded_get(&session->places);
    uint64_t out = (guarded_get(&session->in_flight) + 1) * LEDGER_WORDS_PLACE;
    uint64_t half = (places > 0 && places < out ? places : out) / 2;
    begin_small(arena, session, half > LEDGER_WORDS_PLACE ? half : LEDGER_WORDS_PLACE);
}

// Those that left before the hold say nothing new.
static bool left_before(const struct layout_session *session, const struct ledger_booking *booking) {
    return booking->departs <= guarded_get(&session->held_at);
}

void ledger_session_hear(struct arena *arena, struct layout_session *session, enum ledger_hold hold) {
    if (guarded_get(&session->slowed) != 0) {
        return;
    }
    if (hold == LEDGER_SLOW) {
        slow_down(arena, session);
    } else if (hold == LEDGER_PARK) {
        begin_small(arena, session, CLOCK_NEVER);
    }
}

// One that is refused for itself alone says nothing of the limit.
void ledger_session_refuse(struct arena *arena, const struct ledger_booking *booking,
                           const struct ledger_usage *usage, uint64_t now) {
    struct layout_session *session = layout_session(arena, booking->session);
    if (usage->rest != NULL) {
        *usage->rest = (struct ledger_rest){0};
    }
    if (usage->outcome != OUTCOME_RATE_LIMITED || usage->rest == NULL || usage->unsent ||
        (usage->row != NULL && usage->row->isolated) || guarded_get(&session->slowed) != 0 ||
        !ledger_words_untold(session)) {
        return;
    }
    struct silent silent = *ledger_words_silent(session);
    const struct silent_refusal refusal = {
        .departed = booking->departs - booking->shifted,
        .mark = booking->mark,
        .taken = ledger_words_mark(session),
        .in_flight = booking->others,
        .present = guarded_get(&session->in_flight),
        .told = usage->wait_told,
        .wait = usage->wait,
        .now = now - ledger_leave_shifted(session),
    };
    *usage->rest = (struct ledger_rest){.found = true, .time = silent_refuse(&silent, &refusal)};
    ledger_words_store_silent(arena, session, &silent);
    ledger_leave_emptied(session, &silent, now);
}

void ledger_session_grow(struct arena *arena, const struct ledger_booking *booking,
                         const struct ledger_usage *usage) {
    struct layout_session *session = layout_session(arena, booking->session);
    if (usage->outcome == OUTCOME_OVERLOADED && (usage->row == NULL || !usage->row->isolated)) {
        if (!left_before(session, booking)) {
            slow_down(arena, session);
        }
        return;
    }
    if (usage->outcome == OUTCOME_QUOTA_EXHAUSTED && usage->blame == BLAME_LIMITED &&
        (usage->row == NULL || !usage->row->isolated)) {
        // An account without money: when its hold ends, one request leaves, and all as soon as that is
        // answered.
        if (!left_before(session, booking)) {
            begin_small(arena, session, CLOCK_NEVER);
        }
        return;
    }
    if (ledger_words_is_silent(session)) {
        return; // it has a pace, or places of its own
    }
    uint64_t places = guarded_get(&session->places);
    uint64_t calm = guarded_get(&session->calm);
    bool probing = guarded_get(&session->slowed) != 0 && calm == CLOCK_NEVER;
    if (places == 0 || (probing && booking->departs <= guarded_get(&session->held_at))) {
        return;
    }
    if (ledger_words_limited(session) && guarded_get(&session->slowed) == 0) {
        ledger_words_set(arena, &session->places, 0);
        return;
    }
    if (usage->outcome == OUTCOME_RATE_LIMITED) {
        uint64_t half = guarded_get(&session->in_flight) * LEDGER_WORDS_PLACE / 2;
        half = half < places ? half : places;
        half = half > LEDGER_WORDS_PLACE ? half : LEDGER_WORDS_PLACE;
        ledger_words_set(arena, &session->places, half);
        ledger_words_set(arena, &session->calm, half);
        return;
    }
    if (usage->outcome != OUTCOME_DONE) {
        return;
    }
    uint64_t more = places < calm ? 3 * LEDGER_WORDS_PLACE : LEDGER_WORDS_PLACE * LEDGER_WORDS_PLACE / places;
    more = places < PLACES_UNTOLD && calm == CLOCK_NEVER ? PLACES_UNTOLD - places : more;
    bool free = places + more >= PLACES_MOST ||
                (guarded_get(&session->slowed) != 0 && places + more >= PLACES_UNTOLD);
    ledger_words_set(arena, &session->places, free ? 0 : places + more);
    if (free) {
        ledger_words_set(arena, &session->slowed, 0);
    }
}

bool ledger_session_healthy(enum outcome_class outcome) {
    return outcome == OUTCOME_DONE || outcome == OUTCOME_REFUSED || outcome == OUTCOME_INVALID_ANSWER;
}

// What an attempt says, where its worker does not tell.
static enum blame_class class_of(const struct ledger_usage *usage) {
    if (usage->blame != BLAME_NOTHING) {
        return usage->blame;
    }
    return ledger_session_healthy(usage->outcome) ? BLAME_WORKS : BLAME_NOTHING;
}

// Keeps the evidence. An artist that says nothing of itself before anything has worked says nothing of the
// session either.
static enum blame_class judge_blame(struct arena *arena, const struct ledger_booking *booking,
                                    const struct ledger_usage *usage, struct blame *blame, uint64_t now) {
    struct layout_session *session = layout_session(arena, booking->session);
    struct blame_row unknown = {0};
    struct blame_row *row = usage->row != NULL ? usage->row : &unknown;
    enum blame_class class = class_of(usage);
    ledger_words_load_blame(session, blame);
    class = blame_weighed(class, blame->worked > 0);
    class = class == BLAME_ROW ? BLAME_WORKS : class;
    const struct blame_refusal refusal = {
        .session = booking->session,
        .artist = usage->artist,
        .status = usage->status,
        .departed = booking->departs,
        .in_flight = guarded_get(&session->in_flight),
        .least = usage->least,
        .left = arena_left(arena),
        .now = now,
    };
    switch (class) {
    case BLAME_REFUSED:
        blame_refused(blame, row, &refusal);
        break;
    case BLAME_LIMITED:
        blame_limited(blame, row, &refusal);
        break;
    case BLAME_WORKS:
        blame_proved(blame, row, booking->departs);
        break;
    default:
        blame->heard |= usage->outcome != OUTCOME_NETWORK_FAULT;
    }
    ledger_words_store_blame(arena, session, blame);
    return class;
}

static bool is_mass(const struct blame *blame) {
    return blame->mass == blame->streak + 1;
}

static void judge_breaker(struct arena *arena, const struct ledger_booking *booking,
                          const struct ledger_usage *usage, enum blame_class class, const struct blame *blame,
                          uint64_t now) {
    struct layout_session *session = layout_session(arena, booking->session);
    const struct layout_ledger *ledger = layout_ledger(arena);
    const struct breaker_config config = {ledger->breaker_threshold, ledger->breaker_timeout};
    bool fault = usage->outcome == OUTCOME_SERVER_FAULT || usage->outcome == OUTCOME_NETWORK_FAULT;
    struct breaker breaker;
    ledger_words_load_breaker(session, &breaker);
    bool held = breaker.state != BREAKER_CLOSED && breaker.cause == BREAKER_REFUSALS;
    // A key that has never worked is given up by its worker.
    bool given_up = usage->outcome == OUTCOME_UNAUTHORISED && blame->worked == 0;
    if (class == BLAME_REFUSED && is_mass(blame) && !given_up) {
        breaker_failed(&breaker, &(struct breaker_config){.timeout = config.timeout}, booking->probe, 0, now);
        breaker_open(&breaker, BREAKER_REFUSALS, &config, now);
    } else if (class == BLAME_REFUSED || class == BLAME_WORKS) {
        // What left before the refusals began says nothing of them.
        if (!held || blame->rows == 0) {
            breaker_succeeded(&breaker);
        } else if (booking->probe) {
            breaker_probe_lost(&breaker, now); // the next one may tell
        }
    } else if (fault && usage->answer && !held) {
        if (booking->probe) {
            breaker_succeeded(&breaker);
        }
    } else if (fault && (!usage->again || booking->probe)) {
        // Artists that have failed before may be the reason: at the end of a run there are no others left.
        breaker_failed(&breaker, &config, booking->probe, guarded_get(&session->in_flight), now);
    } else if (booking->probe) {
        breaker_probe_lost(&breaker, now);
    }
    ledger_words_store_breaker(arena, session, &breaker);
    if (booking->probe) {
        ledger_words_set(arena, &session->probe, 0);
    }
}

static void judge_reach(struct arena *arena, struct layout_session *session, const struct ledger_usage *usage,
                        uint64_t now) {
    if (usage->unreachable != guarded_get(&session->unreachable)) {
        ledger_words_set(arena, &session->unreachable, usage->unreachable);
        ledger_words_set(arena, &session->unreachable_since, now);
        ledger_words_set(arena, &session->unreachable_times, 0);
    }
    if (usage->unreachable != LEDGER_REACHABLE) {
        ledger_words_add(arena, &session->unreachable_times, 1);
    }
}

void ledger_session_judge(struct arena *arena, const struct ledger_booking *booking,
                          const struct ledger_usage *usage, uint64_t now) {
    struct layout_session *session = layout_session(arena, booking->session);
    struct blame blame;
    enum blame_class class = judge_blame(arena, booking, usage, &blame, now);
    judge_breaker(arena, booking, usage, class, &blame, now);
    judge_reach(arena, session, usage, now);
    bool silent = usage->answer || (class == BLAME_REFUSED && !is_mass(&blame));
    if (!silent) {
        ledger_words_set(arena, &session->health,
                         session_health_after(guarded_get(&session->health), class == BLAME_WORKS));
    }
    ledger_words_add(arena, &session->outcome[usage->outcome], 1);
    if (!ledger_session_healthy(usage->outcome)) {
        ledger_words_set(arena, &session->last_error, usage->outcome);
        ledger_words_set(arena, &session->last_error_at, now);
    }
}
