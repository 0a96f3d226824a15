#include "ration/board.h"

#include "arena/board_mark.h"
#include "arena/layout.h"
#include "ration/crash_point.h"
#include "ration/invariant.h"

// The progress byte: bits 0-2 attempts, 3-4 crashes, 5 in flight, 6-7 priority.
#define ATTEMPTS 0x07U
#define CRASH_SHIFT 3
#define CRASHES 0x18U
#define IN_FLIGHT 0x20U
#define PRIORITY_SHIFT 6
_Static_assert(BOARD_MAX_ATTEMPTS == ATTEMPTS && BOARD_MAX_CRASHES == CRASHES >> CRASH_SHIFT,
               "progress byte");
_Static_assert(PRIORITY_FOLLOWER < 4, "progress byte");

static unsigned verdict_shift(uint32_t artist) {
    return artist % LAYOUT_BOARD_WORD * 2;
}

static unsigned progress_get(const struct arena *arena, uint32_t artist) {
    return atomic_load_explicit(layout_progress(arena, artist), memory_order_acquire);
}

static void progress_set(struct arena *arena, uint32_t artist, unsigned value) {
    atomic_store_explicit(layout_progress(arena, artist), (uint8_t)value, memory_order_release);
}

enum board_verdict board_verdict(const struct arena *arena, uint32_t artist) {
    return (enum board_verdict)(guarded_get(layout_verdict(arena, artist)) >> verdict_shift(artist) & 3);
}

void board_set_proof(struct arena *arena, uint32_t artist, uint64_t proof) {
    *layout_proof(arena, artist) = proof;
}

uint64_t board_proof(const struct arena *arena, uint32_t artist) {
    return *layout_proof(arena, artist);
}

uint32_t board_done(const struct arena *arena) {
    return (uint32_t)guarded_get(&arena->header->done);
}

uint32_t board_failed(const struct arena *arena) {
    return (uint32_t)guarded_get(&arena->header->failed);
}

static uint64_t with_verdict(uint64_t word, uint32_t artist, enum board_verdict verdict) {
    return (word & ~(3ULL << verdict_shift(artist))) | ((uint64_t)verdict << verdict_shift(artist));
}

// A verdict is given once, to an artist that there is.
static void check_marking(const struct arena *arena, uint32_t artist, enum board_verdict verdict) {
    INVARIANT(artist < arena->header->artists, "artist %u of %u is given a verdict", artist,
              arena->header->artists);
    INVARIANT(verdict == BOARD_DONE || verdict == BOARD_FAILED, "artist %u is given verdict %d", artist,
              (int)verdict);
    INVARIANT(board_verdict(arena, artist) == BOARD_NONE, "artist %u already has a verdict", artist);
}

void board_set(struct arena *arena, uint32_t artist, enum board_verdict verdict) {
    guarded_word *word = layout_verdict(arena, artist);
    check_marking(arena, artist, verdict);
    journal_initialise(word, with_verdict(guarded_get(word), artist, verdict));
    guarded_word *count = verdict == BOARD_DONE ? &arena->header->done : &arena->header->failed;
    journal_initialise(count, guarded_get(count) + 1);
}

void board_mark(struct arena *arena, uint32_t artist, enum board_verdict verdict) {
    guarded_word *word = layout_verdict(arena, artist);
    check_marking(arena, artist, verdict);
    journal_set(arena, GUARD_OUTPUT, word, with_verdict(guarded_get(word), artist, verdict));
}

void board_set_priority(struct arena *arena, uint32_t artist, enum priority priority) {
    unsigned rest = progress_get(arena, artist) & (ATTEMPTS | CRASHES | IN_FLIGHT);
    progress_set(arena, artist, rest | (unsigned)priority << PRIORITY_SHIFT);
}

enum priority board_priority(const struct arena *arena, uint32_t artist) {
    return (enum priority)(progress_get(arena, artist) >> PRIORITY_SHIFT);
}

// A word in which all 32 artists have a verdict has a bit set in each pair.
static bool word_full(uint64_t word) {
    return ((word | word >> 1) & 0x5555555555555555ULL) == 0x5555555555555555ULL;
}

uint32_t board_next(const struct arena *arena, struct range within, enum priority priority) {
    uint32_t artist = within.first;
    while (artist < within.end) {
        if (artist % LAYOUT_BOARD_WORD == 0 && word_full(guarded_get(layout_verdict(arena, artist)))) {
            artist += LAYOUT_BOARD_WORD;
            continue;
        }
        if (board_verdict(arena, artist) == BOARD_NONE && board_priority(arena, artist) == priority) {
            return artist;
        }
        artist++;
    }
    return within.end;
}

void board_begin(struct arena *arena, uint32_t artist) {
    INVARIANT(artist < arena->header->artists, "an attempt for artist %u of %u", artist,
              arena->header->artists);
    unsigned progress = progress_get(arena, artist);
    if ((progress & ATTEMPTS) < ATTEMPTS) {
        progress++;
    }
    progress_set(arena, artist, progress | IN_FLIGHT);
    CRASH_POINT_ARTIST(attempt_begun, artist);
}

void board_end(struct arena *arena, uint32_t artist, bool counted) {
    unsigned progress = progress_get(arena, artist) & ~IN_FLIGHT;
    if (!counted && (progress & ATTEMPTS) > 0) {
        progress--;
    }
    progress_set(arena, artist, progress);
    CRASH_POINT_ARTIST(attempt_ended, artist);
}

uint32_t board_attempts(const struct arena *arena, uint32_t artist) {
    return progress_get(arena, artist) & ATTEMPTS;
}

bool board_in_flight(const struct arena *arena, uint32_t artist) {
    return (progress_get(arena, artist) & IN_FLIGHT) != 0;
}

uint32_t board_crashes(const struct arena *arena, uint32_t artist) {
    return (progress_get(arena, artist) & CRASHES) >> CRASH_SHIFT;
}

uint32_t board_reclaim(struct arena *arena, uint32_t artist, bool suspect) {
    if (board_in_flight(arena, artist)) {
        board_end(arena, artist, false);
    }
    unsigned progress = progress_get(arena, artist);
    if (suspect && (progress & CRASHES) < CRASHES) {
        progress += 1U << CRASH_SHIFT;
        progress_set(arena, artist, progress);
    }
    return (progress & CRASHES) >> CRASH_SHIFT;
}
