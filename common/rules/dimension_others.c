#include "rules/dimension_others.h"

#include "ration/clock.h"
#include "rules/dimension_mirror.h"

#include <string.h>

#define INTERVAL (2500 * CLOCK_MS)
#define REQUESTS 12U // an interval is as long as so many of ours take at least
#define NOISE 33U    // a thirty-third of the limit is no sign of anybody
#define BEFORE 3
#define REFILLS_ENOUGH 2U // intervals in a row

static uint64_t interval_of(const struct dimension *dimension, uint64_t limit) {
    struct bucket bucket = {.limit = limit, .window = dimension->window};
    uint64_t enough = bucket_refill_time(&bucket, REQUESTS * dimension_mirror_size(dimension));
    enough = enough > 2 * dimension->lag ? enough : 2 * dimension->lag;
    return enough > INTERVAL ? enough : INTERVAL;
}

// Units a window.
static int64_t pace_of(int64_t units, uint64_t window, uint64_t elapsed) {
    uint64_t pace = dimension_mirror_share(units < 0 ? (uint64_t)-units : (uint64_t)units, window, elapsed);
    return units < 0 ? -(int64_t)pace : (int64_t)pace;
}

// The mean of the intervals since they came, of the last four; the one in which they came is not theirs as a
// whole. One interval alone may mislead, because more of our requests are under way than in the one before,
// so it takes others to believe it.
static uint64_t believed(const struct dimension *dimension, int64_t pace, uint64_t limit) {
    const int64_t *before = dimension->others_before;
    const int64_t of[BEFORE + 1] = {before[2], before[1], before[0], pace};
    int64_t all = 0, largest = pace, sum = 0, noise = (int64_t)(limit / NOISE) + 1;
    int first = 0;
    while (first < BEFORE && of[first] < noise) {
        first++;
    }
    first += first > 0 && first < BEFORE ? 1 : 0;
    for (int i = 0; i <= BEFORE; i++) {
        all += of[i];
        sum += i >= first ? of[i] : 0;
        largest = of[i] > largest ? of[i] : largest;
    }
    bool sure = (all - largest) / BEFORE >= noise && sum > 0;
    return sure ? (uint64_t)(sum / (BEFORE + 1 - first)) : 0;
}

static void begin_interval(struct dimension *dimension, uint64_t at) {
    dimension->others = 0;
    dimension->others_since = at;
    dimension->others_taken = dimension->taken;
}

static void watch_refilling(struct dimension *dimension) {
    int64_t ours = (int64_t)(dimension->taken - dimension->others_taken);
    bool shown = ours > 0 && dimension->others < -(ours / 2);
    if (!dimension_others_refills(dimension)) {
        dimension->refills = shown ? dimension->refills + 1 : 0;
    }
}

void dimension_others_begin(struct dimension *dimension, uint64_t at) {
    begin_interval(dimension, at);
    memset(dimension->others_before, 0, sizeof(dimension->others_before));
}

void dimension_others_note(struct dimension *dimension, int64_t units, uint64_t now) {
    if (now >= dimension->others_since) {
        dimension->others += units;
    }
}

void dimension_others_close(struct dimension *dimension, uint64_t limit, uint64_t now) {
    if (now < dimension->others_since || now - dimension->others_since < interval_of(dimension, limit)) {
        return;
    }
    if (dimension->mirror == DIMENSION_FIXED) {
        watch_refilling(dimension);
    }
    int64_t pace = pace_of(dimension->others, dimension->window, now - dimension->others_since);
    uint64_t others = believed(dimension, pace, limit), most = limit - limit / 10;
    others = dimension->metered != 0 ? 0 : others; // it may be a sibling of the fleet
    dimension->others_pace = others < most ? others : most;
    if (others > 0 && dimension->others > 0) {
        dimension->others_total += (uint64_t)dimension->others;
    }
    memmove(dimension->others_before + 1, dimension->others_before,
            sizeof(dimension->others_before) - sizeof(pace));
    dimension->others_before[0] = pace;
    begin_interval(dimension, now);
}

bool dimension_others_refills(const struct dimension *dimension) {
    return dimension->refills >= REFILLS_ENOUGH;
}
