// A session's breaker as the other machines of a fleet have it.
#include "ration/ledger_breaker.h"

#include "arena/journal.h"
#include "arena/ledger_words.h"
#include "ration/crash_point.h"

static bool begin(struct arena *arena, uint32_t session, struct breaker *breaker) {
    if (!guard_try(arena, GUARD_LEDGER, GUARD_COORDINATOR)) {
        return false;
    }
    ledger_words_load_breaker(layout_session(arena, session), breaker);
    return true;
}

static void end(struct arena *arena, uint32_t session, const struct breaker *breaker) {
    ledger_words_store_breaker(arena, layout_session(arena, session), breaker);
    CRASH_POINT(breaker_set);
    journal_commit(arena, GUARD_LEDGER);
    guard_unlock(arena, GUARD_LEDGER, GUARD_COORDINATOR);
}

bool ledger_breaker_hold(struct arena *arena, uint32_t session, uint64_t until, uint64_t now) {
    struct breaker breaker;
    if (!begin(arena, session, &breaker)) {
        return false;
    }
    breaker_hold(&breaker, until, now);
    end(arena, session, &breaker);
    return true;
}

bool ledger_breaker_free(struct arena *arena, uint32_t session, uint64_t now) {
    struct breaker breaker;
    if (!begin(arena, session, &breaker)) {
        return false;
    }
    breaker_free(&breaker, now);
    end(arena, session, &breaker);
    return true;
}

bool ledger_breaker_over(struct arena *arena, uint32_t session) {
    struct breaker breaker;
    if (!begin(arena, session, &breaker)) {
        return false;
    }
    breaker_succeeded(&breaker);
    ledger_words_set(arena, &layout_session(arena, session)->probe, 0);
    end(arena, session, &breaker);
    return true;
}
