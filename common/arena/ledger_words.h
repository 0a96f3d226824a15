// What the files of the ledger share: its transactions, and structs that stand in guarded words. Private to
// common/.
#ifndef RATION_LEDGER_WORDS_H
#define RATION_LEDGER_WORDS_H

#include "arena/layout.h"

#include <stdbool.h>
#include <stddef.h>

#define LEDGER_WORDS_PLACE UINT64_C(1024) // of session.places

// false: the coordinator is dead, and with it the run whose ledger this is. Nobody needs it any more.
bool ledger_words_lock(struct arena *arena, uint32_t slot);
void ledger_words_commit(struct arena *arena, uint32_t slot);

// Whether what is booked covers this booking of the slot's: its request and its tokens, and all that is in
// flight.
static inline bool ledger_words_covers(const struct layout_session *session, uint32_t slot,
                                       const struct ledger_booking *booking) {
    uint64_t requests = guarded_get(&session->booked_requests[slot]);
    return requests > 0 && requests <= guarded_get(&session->in_flight) &&
           booking->input + booking->output <= guarded_get(&session->booked_tokens[slot]);
}

// Stores nothing when the word has that value.
void ledger_words_set(struct arena *arena, guarded_word *word, uint64_t value);
void ledger_words_add(struct arena *arena, guarded_word *word, uint64_t value);
// Of a word that needs no guard: it has that value then, or a larger one.
static inline void ledger_words_raise(layout_u64 *word, uint64_t value) {
    uint64_t now = atomic_load(word);
    while (now < value && !atomic_compare_exchange_weak(word, &now, value)) {}
}

// Under the guard only, and only until something is stored.
static inline const struct dimension *ledger_words_at(const struct layout_session *session,
                                                      uint32_t dimension) {
    return (const struct dimension *)(const void *)session->dimension[dimension];
}
// Whether what was granted suffices; what did not is kept for the next grant. Of a dimension that is metered.
static inline void ledger_words_ask(struct layout_session *session, uint32_t index, uint64_t units) {
    const struct dimension *dimension = ledger_words_at(session, index);
    layout_u64 *most = &session->short_of[index];
    if (dimension_stock(dimension) < (int64_t)units &&
        atomic_load_explicit(most, memory_order_relaxed) < units) {
        atomic_store_explicit(most, units, memory_order_relaxed); // a larger one that is lost asks again
    }
}
bool ledger_words_used(const struct layout_session *session, uint32_t dimension);
void ledger_words_load(const struct layout_session *session, uint32_t dimension, struct dimension *out);
void ledger_words_store(struct arena *arena, struct layout_session *session, uint32_t dimension,
                        const struct dimension *value);
// Of the breaker, without the rest of it.
static inline enum breaker_state ledger_words_breaker_state(const struct layout_session *session) {
    size_t word = offsetof(struct breaker, state) / sizeof(uint64_t);
    return (enum breaker_state)guarded_get(&session->breaker[word]);
}
void ledger_words_load_breaker(const struct layout_session *session, struct breaker *out);
void ledger_words_store_breaker(struct arena *arena, struct layout_session *session,
                                const struct breaker *value);

void ledger_words_load_blame(const struct layout_session *session, struct blame *out);
void ledger_words_store_blame(struct arena *arena, struct layout_session *session, const struct blame *value);

static inline const struct silent *ledger_words_silent(const struct layout_session *session) {
    return (const struct silent *)(const void *)session->silent;
}
void ledger_words_load_silent(const struct layout_session *session, struct silent *out);
void ledger_words_store_silent(struct arena *arena, struct layout_session *session,
                               const struct silent *value);
// Neither the configuration nor an answer tells any limit of it.
bool ledger_words_untold(const struct layout_session *session);
// Its limit was refused and is found out from that. Nothing counts where an overload has made places few.
static inline bool ledger_words_is_silent(const struct layout_session *session) {
    return guarded_get(&session->silent[0]) != SILENT_NONE && guarded_get(&session->slowed) == 0 &&
           ledger_words_untold(session);
}
// The number of its latest departure.
static inline uint64_t ledger_words_mark(const struct layout_session *session) {
    return guarded_get(&session->spent_requests) + guarded_get(&session->in_flight);
}

// Some dimension limits its requests.
bool ledger_words_limited(const struct layout_session *session);

// What a booking takes of a dimension; for APIs that charge at admission as well.
uint64_t ledger_words_units(uint64_t unit, uint64_t counted, uint64_t output);

#endif
