// What a fleet grants to this machine. The words stand in the dimension, so whoever books changes them in the
// transaction of the booking.
#include "arena/journal.h"
#include "arena/ledger_words.h"
#include "ration/bucket.h"
#include "ration/clock.h"
#include "ration/crash_point.h"
#include "ration/log.h"

#define NOWHERE LEDGER_DIMENSIONS
#define SURE (2 * CLOCK_SECOND)

static uint32_t find(const struct layout_session *session, enum dimension_unit unit, uint64_t window) {
    for (uint32_t i = 0; i < LEDGER_DIMENSIONS && ledger_words_used(session, i); i++) {
        const struct dimension *dimension = ledger_words_at(session, i);
        if (dimension->unit == unit && dimension->window == window) {
            return i;
        }
    }
    return NOWHERE;
}

// One that is metered never goes away, and keeps its window.
static uint32_t find_metered(const struct layout_session *session, enum dimension_unit unit,
                             uint64_t window) {
    uint32_t place = find(session, unit, window);
    if (place == NOWHERE || ledger_words_at(session, place)->metered == 0) {
        log_panic("a session has no metered dimension of unit %d", (int)unit);
    }
    return place;
}

static void store(struct arena *arena, struct layout_session *session, uint32_t place,
                  const struct dimension *dimension) {
    ledger_words_store(arena, session, place, dimension);
    CRASH_POINT(granted);
    journal_commit(arena, GUARD_LEDGER);
}

bool ledger_meter(struct arena *arena, uint32_t session, enum dimension_unit unit, uint64_t window) {
    struct layout_session *words = layout_session(arena, session);
    uint32_t place = find(words, unit, window);
    if (place == NOWHERE || !guard_try(arena, GUARD_LEDGER, GUARD_COORDINATOR)) {
        return false;
    }
    struct dimension dimension = *ledger_words_at(words, place);
    dimension_meter(&dimension);
    store(arena, words, place, &dimension);
    guard_unlock(arena, GUARD_LEDGER, GUARD_COORDINATOR);
    return true;
}

static bool refills(const struct dimension *dimension) {
    struct bucket bucket = {.limit = dimension_limit(dimension), .window = dimension->window};
    return dimension->mirror == DIMENSION_REFILL && bucket.limit > 0 && dimension->high > 0 &&
           bucket_refill_time(&bucket, dimension->high) >= SURE;
}

bool ledger_meter_look(struct arena *arena, uint32_t session, enum dimension_unit unit, uint64_t window,
                       bool keep, struct ledger_meter *meter) {
    struct layout_session *words = layout_session(arena, session);
    if (!guard_try(arena, GUARD_LEDGER, GUARD_COORDINATOR)) {
        return false;
    }
    uint32_t place = find_metered(words, unit, window);
    struct dimension dimension = *ledger_words_at(words, place);
    if (!keep && dimension_stock(&dimension) > 0) {
        dimension.granted = dimension.taken;
    }
    if (dimension_known(&dimension)) {
        store(arena, words, place, &dimension);
    }
    *meter = (struct ledger_meter){.granted = dimension.granted,
                                   .taken = dimension.taken,
                                   .size = (dimension.size + 15) / 16,
                                   .heard = dimension.heard,
                                   .refills = refills(&dimension)};
    meter->short_of = atomic_exchange_explicit(&words->short_of[place], 0, memory_order_relaxed);
    guard_unlock(arena, GUARD_LEDGER, GUARD_COORDINATOR);
    return true;
}

bool ledger_grant(struct arena *arena, uint32_t session, enum dimension_unit unit, uint64_t window,
                  uint64_t units) {
    struct layout_session *words = layout_session(arena, session);
    if (!guard_try(arena, GUARD_LEDGER, GUARD_COORDINATOR)) {
        return false;
    }
    uint32_t place = find_metered(words, unit, window);
    struct dimension dimension = *ledger_words_at(words, place);
    dimension_grant(&dimension, units);
    store(arena, words, place, &dimension);
    guard_unlock(arena, GUARD_LEDGER, GUARD_COORDINATOR);
    return true;
}
