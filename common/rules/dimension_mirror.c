#include "rules/dimension_mirror.h"

#include "ration/arithmetic.h"
#include "ration/clock.h"

static uint64_t narrow(wide value) {
    return value < DIMENSION_AMOUNT_MOST ? (uint64_t)value : DIMENSION_AMOUNT_MOST;
}

uint64_t dimension_mirror_share(uint64_t limit, uint64_t time, uint64_t window) {
    return narrow((wide)limit * time / window);
}

uint64_t dimension_mirror_size(const struct dimension *dimension) {
    return dimension->size >= 16 ? dimension->size / 16 : 1;
}

struct bucket dimension_mirror_bucket(const struct dimension *dimension, uint64_t limit) {
    return (struct bucket){.limit = limit,
                           .window = dimension->window,
                           .capacity = dimension->high > 0 ? dimension->high : 1,
                           .full_at = dimension->full};
}

// Rounded up.
static uint64_t missing_after(const struct dimension *dimension, uint64_t limit, uint64_t time) {
    return narrow(((wide)limit * time + dimension->window - 1) / dimension->window);
}

int64_t dimension_mirror_level(const struct dimension *dimension, uint64_t limit, uint64_t at) {
    switch (dimension->mirror) {
    case DIMENSION_FIXED:
        return dimension->left;
    case DIMENSION_REFILL: {
        uint64_t time = dimension->full > at ? dimension->full - at : 0;
        return (int64_t)dimension->high - (int64_t)missing_after(dimension, limit, time);
    }
    default:
        return (int64_t)(0 - dimension->taken);
    }
}

// Units to nanoseconds, rounded down.
static uint64_t time_of(const struct dimension *dimension, uint64_t limit, uint64_t units) {
    wide time = limit > 0 ? (wide)units * dimension->window / limit : 0;
    return time < CLOCK_NEVER ? (uint64_t)time : CLOCK_NEVER;
}

// The parts of a unit that have been refilled so far are not lost.
static void set_level(struct dimension *dimension, uint64_t limit, int64_t level, uint64_t at) {
    if (dimension->mirror != DIMENSION_REFILL) {
        dimension->left = level; // of no use to a blind one
        return;
    }
    uint64_t time = dimension->full > at ? dimension->full - at : 0;
    uint64_t whole = time_of(dimension, limit, missing_after(dimension, limit, time));
    uint64_t part = whole > time ? whole - time : 0;
    int64_t missing = (int64_t)dimension->high - level;
    time = missing > 0 ? time_of(dimension, limit, (uint64_t)missing) : 0;
    time -= part < time ? part : time;
    dimension->full = time < CLOCK_NEVER - at ? at + time : CLOCK_NEVER;
}

void dimension_mirror_set(struct dimension *dimension, enum dimension_mirror mirror, uint64_t limit,
                          int64_t before, int64_t level, uint64_t at) {
    dimension->mirror = mirror;
    set_level(dimension, limit, level, at);
    int64_t jump = dimension_mirror_level(dimension, limit, at) - before;
    dimension->shifted = (int64_t)((uint64_t)dimension->shifted + (uint64_t)jump);
    dimension->gap_least = DIMENSION_NO_GAP;
    dimension->gap_most = DIMENSION_GAPS_NONE;
    dimension->gap_since = at;
}
