#include "ration/arena_check.h"

#include "arena/ledger_words.h"
#include "ration/board.h"

#include <sys/stat.h>

static const char *check_guards(const struct arena *arena) {
    for (int id = 0; id < GUARDS; id++) {
        struct layout_guard *guard = &arena->header->guard[id];
        if (atomic_load(&guard->owner) != 0) {
            return id == GUARD_LEDGER ? "someone owns the ledger guard" : "someone owns the output guard";
        }
        if (atomic_load(&guard->journal.count) != 0) {
            return "a journal is not empty although nobody owns its guard";
        }
    }
    return NULL;
}

static const char *check_board(const struct arena *arena) {
    const struct layout_header *header = arena->header;
    uint64_t done = 0;
    uint64_t failed = 0;
    for (uint32_t artist = 0; artist < header->artists; artist++) {
        enum board_verdict verdict = board_verdict(arena, artist);
        if (verdict > BOARD_FAILED) {
            return "an artist has two verdicts";
        }
        done += verdict == BOARD_DONE;
        failed += verdict == BOARD_FAILED;
    }
    if (guarded_get(&header->done) != done) {
        return "done is not the number of artists with that verdict";
    }
    if (guarded_get(&header->failed) != failed) {
        return "failed is not the number of artists with that verdict";
    }
    return NULL;
}

static const char *check_files(const struct arena *arena, const int *fd) {
    for (int file = 0; file < OUTPUT_FILES; file++) {
        struct stat status;
        if (atomic_load(&arena->header->firm_length[file]) > guarded_get(&arena->header->length[file])) {
            return "more of a file is on the disk than was committed";
        }
        if (fd[file] < 0) {
            continue;
        }
        if (fstat(fd[file], &status) != 0) {
            return "a file cannot be looked at";
        }
        if ((uint64_t)status.st_size != guarded_get(&arena->header->length[file])) {
            return file == OUTPUT_ANSWERS ? "the output is not as long as was committed"
                                          : "the errors file is not as long as was committed";
        }
    }
    return NULL;
}

static const char *check_dimensions(const struct layout_session *session) {
    for (uint32_t i = 0; i < LEDGER_DIMENSIONS; i++) {
        struct dimension dimension;
        ledger_words_load(session, i, &dimension);
        if (dimension.unit >= DIMENSION_UNITS || dimension.mirror > DIMENSION_FIXED) {
            return "a dimension is of no known kind";
        }
        if (dimension.unit != DIMENSION_NONE && dimension.window == 0) {
            return "a dimension has no window";
        }
    }
    return NULL;
}

// A fleet is told what was taken: that must be what was booked and what was spent, whoever died.
static const char *check_metered(const struct layout_session *session) {
    uint64_t tokens = guarded_get(&session->spent_tokens);
    for (uint32_t slot = 0; slot < BOUNDS_SLOTS; slot++) {
        tokens += guarded_get(&session->booked_tokens[slot]);
    }
    uint64_t requests = guarded_get(&session->spent_requests) + guarded_get(&session->in_flight);
    for (uint32_t i = 0; i < LEDGER_DIMENSIONS; i++) {
        struct dimension dimension;
        ledger_words_load(session, i, &dimension);
        if (dimension.metered > 1) {
            return "a dimension is neither metered nor not";
        }
        if (dimension.metered != 0 && dimension.unit == DIMENSION_REQUESTS && dimension.taken != requests) {
            return "the requests that were taken are not those that are booked or spent";
        }
        if (dimension.metered != 0 && dimension.unit == DIMENSION_TOKENS &&
            session->cached == PROVIDER_COUNTS_CACHED && dimension.taken != tokens) {
            return "the tokens that were taken are not those that are booked or spent";
        }
    }
    return NULL;
}

static const char *check_silent(const struct layout_session *session) {
    struct silent silent;
    ledger_words_load_silent(session, &silent);
    if (silent.form > SILENT_PLACES) {
        return "a limit that nobody tells is of no known form";
    }
    if ((silent.form == SILENT_RATE && silent.gap == 0) ||
        (silent.form == SILENT_PLACES && silent.places == 0)) {
        return "a limit that nobody tells lets nothing leave, or all";
    }
    return NULL;
}

static const char *check_bookings(const struct arena *arena, const struct layout_session *session) {
    uint64_t in_flight = 0;
    for (uint32_t slot = 0; slot < arena->header->slots; slot++) {
        uint64_t requests = guarded_get(&session->booked_requests[slot]);
        uint64_t tokens = guarded_get(&session->booked_tokens[slot]);
        in_flight += requests;
        if (atomic_load(&layout_slot(arena, slot)->report.state) == SLOT_EMPTY &&
            (requests != 0 || tokens != 0)) {
            return "an empty slot has bookings";
        }
        if (requests == 0 && tokens != 0) {
            return "a slot has booked tokens without a request";
        }
    }
    return in_flight == guarded_get(&session->in_flight)
               ? NULL
               : "requests in flight are not the sum of the bookings";
}

static const char *check_breaker(const struct arena *arena, const struct layout_session *session) {
    struct breaker breaker;
    uint64_t probe = guarded_get(&session->probe);
    ledger_words_load_breaker(session, &breaker);
    if (breaker.state > BREAKER_HALF_OPEN) {
        return "a breaker is in no known state";
    }
    if (probe > arena->header->slots ||
        (probe != 0 && guarded_get(&session->booked_requests[probe - 1]) == 0)) {
        return "the probe of a breaker is nobody's booking";
    }
    if (breaker.state == BREAKER_HALF_OPEN && probe == 0) {
        return "a breaker waits for a probe that nobody has";
    }
    return NULL;
}

// What was recorded is settled before its worker has gone, and not settled before it is recorded.
static const char *check_lines(const struct arena *arena, uint32_t slot) {
    const struct layout_ledger *ledger = layout_ledger(arena);
    uint64_t cost = guarded_get(&arena->header->line_cost[slot]);
    uint64_t reserve = guarded_get(&arena->header->line_reserve[slot]);
    uint64_t settled = guarded_get(&ledger->settled_cost[slot]);
    uint64_t known = guarded_get(&ledger->settled_reserve[slot]);
    if (settled > cost || known > reserve) {
        return "more was settled than was recorded";
    }
    if (reserve - known > guarded_get(&ledger->slot_cost[slot])) {
        return "an answer is recorded that is neither booked nor settled";
    }
    bool empty = atomic_load(&layout_slot(arena, slot)->report.state) == SLOT_EMPTY;
    return empty && settled != cost ? "an empty slot has recorded what was not settled" : NULL;
}

static const char *check_cost(const struct arena *arena) {
    uint64_t booked = 0;
    for (uint32_t slot = 0; slot < arena->header->slots; slot++) {
        const char *wrong = check_lines(arena, slot);
        if (wrong != NULL) {
            return wrong;
        }
        booked += guarded_get(&layout_ledger(arena)->slot_cost[slot]);
    }
    return booked == guarded_get(&layout_ledger(arena)->cost_booked)
               ? NULL
               : "the booked cost is not that of the slots";
}

// No more requests have left than a fleet has granted, whoever died. Answers may cost more than was granted.
static const char *check_granted(const struct arena *arena) {
    const struct layout_ledger *ledger = layout_ledger(arena);
    uint64_t granted = guarded_get(&ledger->granted[LEDGER_BUDGET_DAY]);
    if (ledger->metered[LEDGER_BUDGET_DAY] == 0) {
        return NULL;
    }
    return guarded_get(&ledger->quota_used) > granted ? "more of the day has left than was granted"
           : guarded_get(&ledger->low_granted) > granted
               ? "more is granted to requests of low priority than to all"
               : NULL;
}

static const char *check_session(const struct arena *arena, const struct layout_session *session) {
    const char *wrong = check_dimensions(session);
    wrong = wrong != NULL ? wrong : check_metered(session);
    wrong = wrong != NULL ? wrong : check_bookings(arena, session);
    wrong = wrong != NULL ? wrong : check_silent(session);
    return wrong != NULL ? wrong : check_breaker(arena, session);
}

const char *arena_check(const struct arena *arena, const int *fd) {
    const char *wrong = check_guards(arena);
    if (wrong == NULL) {
        wrong = check_board(arena);
    }
    if (wrong == NULL && fd != NULL) {
        wrong = check_files(arena, fd);
    }
    if (wrong == NULL) {
        wrong = check_cost(arena);
    }
    wrong = wrong != NULL ? wrong : check_granted(arena);
    for (uint32_t i = 0; wrong == NULL && i < arena->header->sessions; i++) {
        wrong = check_session(arena, layout_session(arena, i));
    }
    return wrong;
}
