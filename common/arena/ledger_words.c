#include "arena/ledger_words.h"

#include "arena/journal.h"
#include "ration/clock.h"

#include <string.h>

_Static_assert(sizeof(struct dimension) % sizeof(uint64_t) == 0 &&
                   sizeof(struct breaker) % sizeof(uint64_t) == 0 &&
                   sizeof(struct blame) % sizeof(uint64_t) == 0 &&
                   sizeof(struct silent) % sizeof(uint64_t) == 0 && offsetof(struct silent, form) == 0,
               "they are kept in guarded words");
// A word is logged as often as it changes. A settlement may change a whole dimension when it is adjusted, and
// for each piece of news one when that finds its place and when it is heard; the rest is little.
_Static_assert((size_t)3 * LEDGER_DIMENSIONS * LAYOUT_DIMENSION_WORDS + LAYOUT_SILENT_WORDS + 128 <=
                   LAYOUT_JOURNAL_ENTRIES,
               "the largest transaction must fit the journal");

bool ledger_words_lock(struct arena *arena, uint32_t slot) {
    return guard_lock(arena, GUARD_LEDGER, slot, CLOCK_NEVER);
}

void ledger_words_commit(struct arena *arena, uint32_t slot) {
    journal_commit(arena, GUARD_LEDGER);
    guard_unlock(arena, GUARD_LEDGER, slot);
}

void ledger_words_set(struct arena *arena, guarded_word *word, uint64_t value) {
    if (guarded_get(word) != value) {
        journal_set(arena, GUARD_LEDGER, word, value);
    }
}

void ledger_words_add(struct arena *arena, guarded_word *word, uint64_t value) {
    journal_add(arena, GUARD_LEDGER, word, value);
}

static void load(const guarded_word *words, uint64_t *out, size_t count) {
    for (size_t i = 0; i < count; i++) {
        out[i] = guarded_get(&words[i]);
    }
}

static void store(struct arena *arena, guarded_word *words, const uint64_t *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        ledger_words_set(arena, &words[i], values[i]);
    }
}

bool ledger_words_used(const struct layout_session *session, uint32_t dimension) {
    return guarded_get(&session->dimension[dimension][0]) != DIMENSION_NONE;
}

void ledger_words_load(const struct layout_session *session, uint32_t dimension, struct dimension *out) {
    uint64_t words[LAYOUT_DIMENSION_WORDS];
    load(session->dimension[dimension], words, LAYOUT_DIMENSION_WORDS);
    memcpy(out, words, sizeof(*out));
}

void ledger_words_store(struct arena *arena, struct layout_session *session, uint32_t dimension,
                        const struct dimension *value) {
    uint64_t words[LAYOUT_DIMENSION_WORDS];
    memcpy(words, value, sizeof(words));
    store(arena, session->dimension[dimension], words, LAYOUT_DIMENSION_WORDS);
}

void ledger_words_load_breaker(const struct layout_session *session, struct breaker *out) {
    uint64_t words[LAYOUT_BREAKER_WORDS];
    load(session->breaker, words, LAYOUT_BREAKER_WORDS);
    memcpy(out, words, sizeof(*out));
}

void ledger_words_store_breaker(struct arena *arena, struct layout_session *session,
                                const struct breaker *value) {
    uint64_t words[LAYOUT_BREAKER_WORDS];
    memcpy(words, value, sizeof(words));
    store(arena, session->breaker, words, LAYOUT_BREAKER_WORDS);
}

void ledger_words_load_blame(const struct layout_session *session, struct blame *out) {
    uint64_t words[LAYOUT_BLAME_WORDS];
    load(session->blame, words, LAYOUT_BLAME_WORDS);
    memcpy(out, words, sizeof(*out));
}

void ledger_words_store_blame(struct arena *arena, struct layout_session *session,
                              const struct blame *value) {
    uint64_t words[LAYOUT_BLAME_WORDS];
    memcpy(words, value, sizeof(words));
    store(arena, session->blame, words, LAYOUT_BLAME_WORDS);
}

void ledger_words_load_silent(const struct layout_session *session, struct silent *out) {
    uint64_t words[LAYOUT_SILENT_WORDS];
    load(session->silent, words, LAYOUT_SILENT_WORDS);
    memcpy(out, words, sizeof(*out));
}

void ledger_words_store_silent(struct arena *arena, struct layout_session *session,
                               const struct silent *value) {
    uint64_t words[LAYOUT_SILENT_WORDS];
    memcpy(words, value, sizeof(words));
    store(arena, session->silent, words, LAYOUT_SILENT_WORDS);
}

bool ledger_words_untold(const struct layout_session *session) {
    for (uint32_t i = 0; i < LEDGER_DIMENSIONS && ledger_words_used(session, i); i++) {
        struct dimension dimension;
        ledger_words_load(session, i, &dimension);
        if (dimension_limit(&dimension) > 0) {
            return false;
        }
    }
    return true;
}

bool ledger_words_limited(const struct layout_session *session) {
    for (uint32_t i = 0; i < LEDGER_DIMENSIONS && ledger_words_used(session, i); i++) {
        struct dimension dimension;
        if (guarded_get(&session->dimension[i][0]) == DIMENSION_REQUESTS) {
            ledger_words_load(session, i, &dimension);
            if (dimension.window <= DIMENSION_PACED_MOST && dimension_limit(&dimension) > 0) {
                return true;
            }
        }
    }
    return false;
}

uint64_t ledger_words_units(uint64_t unit, uint64_t counted, uint64_t output) {
    switch (unit) {
    case DIMENSION_REQUESTS:
        return 1;
    case DIMENSION_INPUT_TOKENS:
        return counted;
    case DIMENSION_OUTPUT_TOKENS:
        return output;
    default:
        return counted + output;
    }
}
