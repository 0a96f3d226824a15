// The undo log of a guard: makes a change of several words, and of the files behind them, all or nothing.
// Only the owner of the guard calls these.
#ifndef RATION_JOURNAL_H
#define RATION_JOURNAL_H

#include "arena/layout.h"

// Changes one guarded word; its old value is logged first. At most LAYOUT_JOURNAL_ENTRIES in one transaction.
void journal_set(struct arena *arena, enum guard_id id, guarded_word *word, uint64_t value);

// Adds to a guarded word.
static inline void journal_add(struct arena *arena, enum guard_id id, guarded_word *word, uint64_t delta) {
    journal_set(arena, id, word, guarded_get(word) + delta);
}

// Subtracts, but not below 0: a count that a crash has already settled must not wrap around.
static inline void journal_subtract(struct arena *arena, enum guard_id id, guarded_word *word,
                                    uint64_t delta) {
    uint64_t value = guarded_get(word);
    journal_set(arena, id, word, value > delta ? value - delta : 0);
}

// The changes stand. One store.
void journal_commit(struct arena *arena, enum guard_id id);

// Takes the changes back: old values in reverse, the guard's repair, and only then the count. May be killed
// and run again. 0, or -1 with errno when the repair failed: the journal stays as it is.
int journal_rollback(struct arena *arena, enum guard_id id);

bool journal_empty(const struct arena *arena, enum guard_id id);

// What a word is when the transaction that is open is taken back. Of an arena that nobody changes any more.
uint64_t journal_committed(const struct arena *arena, enum guard_id id, const guarded_word *word);

// Before the first spawn no guard is needed: stores without a log.
void journal_initialise(guarded_word *word, uint64_t value);

#endif
