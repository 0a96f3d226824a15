#include "arena/journal.h"

#include "ration/crash_point.h"
#include "ration/invariant.h"

static struct journal *journal_of(const struct arena *arena, enum guard_id id) {
    return &arena->header->guard[id].journal;
}

static void store(guarded_word *word, uint64_t value) {
    *(volatile uint64_t *)(uintptr_t)&word->value = value;
}

void journal_initialise(guarded_word *word, uint64_t value) {
    store(word, value);
}

// The offset of a word that a rollback may store to.
static bool is_word(const struct arena *arena, uint64_t offset) {
    return offset % sizeof(uint64_t) == 0 && offset <= arena->size - sizeof(uint64_t);
}

void journal_set(struct arena *arena, enum guard_id id, guarded_word *word, uint64_t value) {
    struct journal *journal = journal_of(arena, id);
    uint32_t count = atomic_load_explicit(&journal->count, memory_order_relaxed);
    uint64_t offset = (uint64_t)((char *)word - (char *)arena->header);
    INVARIANT(count < LAYOUT_JOURNAL_ENTRIES, "journal of guard %d is full", (int)id);
    INVARIANT(is_word(arena, offset), "a word outside of the arena is changed under guard %d", (int)id);
    INVARIANT(atomic_load_explicit(&arena->header->guard[id].owner, memory_order_relaxed) != 0,
              "a word is changed without guard %d", (int)id);
    journal->entry[count].offset = offset;
    journal->entry[count].old = guarded_get(word);
    CRASH_POINT_GUARD(entry_written, id);
    // The entry must be whole before the count says so, and counted before the word changes: a death may come
    // at any instruction, and what a dead process has stored is seen in program order, so fencing the
    // compiler is enough.
    atomic_store_explicit(&journal->count, count + 1, memory_order_release);
    atomic_signal_fence(memory_order_seq_cst);
    CRASH_POINT_GUARD(entry_counted, id);
    store(word, value);
    CRASH_POINT_GUARD(word_stored, id);
}

void journal_commit(struct arena *arena, enum guard_id id) {
    CRASH_POINT_GUARD(commit_begun, id);
    atomic_signal_fence(memory_order_seq_cst);
    atomic_store_explicit(&journal_of(arena, id)->count, 0, memory_order_release);
    CRASH_POINT_GUARD(committed, id);
}

int journal_rollback(struct arena *arena, enum guard_id id) {
    struct journal *journal = journal_of(arena, id);
    uint32_t count = atomic_load_explicit(&journal->count, memory_order_acquire);
    CRASH_POINT_GUARD(rollback_begun, id);
    INVARIANT(count <= LAYOUT_JOURNAL_ENTRIES, "journal of guard %d claims %u entries", (int)id, count);
    for (uint32_t i = count; i-- > 0;) {
        uint64_t offset = journal->entry[i].offset;
        INVARIANT(is_word(arena, offset), "journal of guard %d names a word outside of the arena", (int)id);
        store(layout_at(arena, offset), journal->entry[i].old);
        CRASH_POINT_GUARD(rollback_word, id);
    }
    CRASH_POINT_GUARD(rollback_restored, id);
    if (count > 0 && arena->repair[id] != NULL && arena->repair[id](arena->repair_context[id]) != 0) {
        return -1;
    }
    CRASH_POINT_GUARD(rollback_repaired, id);
    journal_commit(arena, id);
    return 0;
}

bool journal_empty(const struct arena *arena, enum guard_id id) {
    return atomic_load_explicit(&journal_of(arena, id)->count, memory_order_acquire) == 0;
}

uint64_t journal_committed(const struct arena *arena, enum guard_id id, const guarded_word *word) {
    const struct journal *journal = journal_of(arena, id);
    uint64_t offset = (uint64_t)((const char *)word - (const char *)arena->header);
    uint32_t count = atomic_load_explicit(&journal_of(arena, id)->count, memory_order_acquire);
    for (uint32_t i = 0; i < count && i < LAYOUT_JOURNAL_ENTRIES; i++) {
        if (journal->entry[i].offset == offset) {
            return journal->entry[i].old; // the first one is the oldest
        }
    }
    return guarded_get(word);
}
