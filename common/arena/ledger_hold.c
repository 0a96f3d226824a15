// What keeps sessions from sending: holds, pauses, the daily quota of the run.
#include "arena/journal.h"
#include "arena/ledger_session.h"
#include "arena/ledger_words.h"
#include "ration/arithmetic.h"
#include "ration/clock.h"
#include "ration/crash_point.h"

static void hold_one(struct arena *arena, struct layout_session *session, enum ledger_hold hold,
                     uint64_t until, uint64_t now) {
    if (hold == LEDGER_DISABLE) {
        ledger_words_set(arena, &session->disabled, 1);
        ledger_words_add(arena, &session->epoch, 1);
        return;
    }
    if (guarded_get(&session->not_before) <= now) {
        ledger_words_set(arena, &session->held_at, now);
    }
    if (until > guarded_get(&session->not_before)) {
        ledger_words_set(arena, &session->not_before, until);
        ledger_words_set(arena, &session->hold, hold);
    }
    ledger_words_add(arena, &session->epoch, 1);
}

void ledger_hold(struct arena *arena, uint32_t slot, uint32_t session, enum ledger_hold hold, uint64_t until,
                 uint64_t now) {
    struct layout_session *held = layout_session(arena, session);
    if (!ledger_words_lock(arena, slot)) {
        return;
    }
    // Requests that left together are refused together: that is one strike, not one for each.
    if (guarded_get(&held->not_before) <= now) {
        ledger_words_add(arena, &held->strikes[hold], 1);
        CRASH_POINT(hold_counted);
    }
    for (uint32_t i = 0; i < arena->header->sessions; i++) {
        struct layout_session *one = layout_session(arena, i);
        if (i == session || (hold == LEDGER_SLOW && one->endpoint == held->endpoint)) {
            hold_one(arena, one, hold, until, now);
            CRASH_POINT(hold_set);
        }
    }
    ledger_words_commit(arena, slot);
    CRASH_POINT(hold_unlocked);
}

bool ledger_hold_heard(struct arena *arena, uint32_t session, enum ledger_hold hold, uint64_t until,
                       uint64_t now) {
    if (!guard_try(arena, GUARD_LEDGER, GUARD_COORDINATOR)) {
        return false;
    }
    if (until > guarded_get(&layout_session(arena, session)->not_before)) {
        hold_one(arena, layout_session(arena, session), hold, until, now);
        ledger_session_hear(arena, layout_session(arena, session), hold);
        CRASH_POINT(hold_heard);
    }
    journal_commit(arena, GUARD_LEDGER);
    guard_unlock(arena, GUARD_LEDGER, GUARD_COORDINATOR);
    return true;
}

uint32_t ledger_strikes(const struct arena *arena, uint32_t session, enum ledger_hold hold) {
    uint64_t strikes = guarded_get(&layout_session(arena, session)->strikes[hold]);
    return strikes < 64 ? (uint32_t)strikes : 64;
}

// What answers told of its limits is void.
static void forget_limits(struct arena *arena, struct layout_session *session, uint64_t now) {
    bool limited = false;
    for (uint32_t i = 0; i < LEDGER_DIMENSIONS && ledger_words_used(session, i); i++) {
        struct dimension dimension = *ledger_words_at(session, i);
        dimension_forget(&dimension, now);
        limited = limited || (dimension.unit == DIMENSION_REQUESTS && dimension.told != 0);
        ledger_words_store(arena, session, i, &dimension);
    }
    ledger_words_store_silent(arena, session,
                              &(struct silent){.gentle = ledger_words_silent(session)->gentle});
    if (!limited) { // as at the beginning: one request, whose answer tells
        ledger_words_set(arena, &session->places, LEDGER_WORDS_PLACE);
        ledger_words_set(arena, &session->calm, CLOCK_NEVER);
    }
}

bool ledger_remark(struct arena *arena, uint32_t session, uint32_t kind) {
    uint64_t bit = 1ULL << (kind % 64);
    return (atomic_fetch_or(&layout_session(arena, session)->remarks, bit) & bit) == 0;
}

bool ledger_reset_holds(struct arena *arena, uint64_t now) {
    if (!guard_try(arena, GUARD_LEDGER, GUARD_COORDINATOR)) {
        return false;
    }
    for (uint32_t i = 0; i < arena->header->sessions; i++) {
        struct layout_session *session = layout_session(arena, i);
        struct breaker breaker;
        ledger_words_load_breaker(session, &breaker);
        breaker.state = BREAKER_CLOSED;
        breaker.failures = 0;
        ledger_words_store_breaker(arena, session, &breaker);
        ledger_words_set(arena, &session->probe, 0);
        ledger_words_set(arena, &session->not_before, 0);
        for (int k = 0; k <= LEDGER_DISABLE; k++) {
            ledger_words_set(arena, &session->strikes[k], 0);
        }
        journal_commit(arena, GUARD_LEDGER);
        forget_limits(arena, session, now);
        journal_commit(arena, GUARD_LEDGER);
    }
    guard_unlock(arena, GUARD_LEDGER, GUARD_COORDINATOR);
    return true;
}

bool ledger_enable(struct arena *arena, uint32_t index) {
    struct layout_session *session = layout_session(arena, index);
    struct breaker breaker;
    if (!guard_try(arena, GUARD_LEDGER, GUARD_COORDINATOR)) {
        return false;
    }
    ledger_words_load_breaker(session, &breaker);
    if (breaker.cause == BREAKER_REFUSALS) {
        breaker_succeeded(&breaker);
        ledger_words_store_breaker(arena, session, &breaker);
        ledger_words_set(arena, &session->probe, 0);
    }
    ledger_words_set(arena, &session->disabled, 0);
    ledger_words_set(arena, &session->strikes[LEDGER_DISABLE], 0);
    journal_commit(arena, GUARD_LEDGER);
    guard_unlock(arena, GUARD_LEDGER, GUARD_COORDINATOR);
    return true;
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

void ledger_quota_set(struct arena *arena, const struct ledger_quota *quota) {
    struct layout_ledger *ledger = layout_ledger(arena);
    ledger->quota_allowed = quota->allowed;
    ledger->quota_low_allowed = quota->low_allowed;
    journal_initialise(&ledger->quota_used, quota->used);
    journal_initialise(&ledger->quota_period, quota->period);
}

bool ledger_quota_renew(struct arena *arena) {
    struct layout_ledger *ledger = layout_ledger(arena);
    if (!guard_try(arena, GUARD_LEDGER, GUARD_COORDINATOR)) {
        return false;
    }
    ledger_words_set(arena, &ledger->quota_used, 0);
    ledger_words_add(arena, &ledger->quota_period, 1);
    journal_commit(arena, GUARD_LEDGER);
    guard_unlock(arena, GUARD_LEDGER, GUARD_COORDINATOR);
    return true;
}

void ledger_quota_look(const struct arena *arena, struct ledger_quota *quota) {
    const struct layout_ledger *ledger = layout_ledger(arena);
    *quota = (struct ledger_quota){
        .allowed = ledger->quota_allowed,
        .low_allowed = ledger->quota_low_allowed,
        .used = guarded_get(&ledger->quota_used),
        .period = guarded_get(&ledger->quota_period),
    };
    if (ledger->metered[LEDGER_BUDGET_DAY] != 0) { // the fleet's
        quota->used = arithmetic_less(quota->allowed, atomic_load(&ledger->budget_left[LEDGER_BUDGET_DAY]));
        quota->period = atomic_load(&ledger->budget_period);
    }
}
