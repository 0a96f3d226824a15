#include "view/history.h"

#include "ration/clock.h"

void history_begin(struct history *history, const struct rates_point *point) {
    *history = (struct history){.shown = {.interval = CLOCK_SECOND}, .from = *point};
}

// The mean of what is known.
static float between(float one, float other) {
    return one < 0 ? other : other < 0 ? one : (one + other) / 2;
}

static void halve(struct snapshot_history *shown) {
    shown->count = SNAPSHOT_HISTORY / 2;
    shown->interval *= 2;
    for (size_t i = 0; i < shown->count; i++) {
        shown->artists[i] = between(shown->artists[2 * i], shown->artists[2 * i + 1]);
        shown->latency[i] = between(shown->latency[2 * i], shown->latency[2 * i + 1]);
        shown->use[i] = between(shown->use[2 * i], shown->use[2 * i + 1]);
    }
}

void history_add(struct history *history, const struct rates_point *point, uint64_t wall, double use) {
    struct snapshot_history *shown = &history->shown;
    if (point->at < history->from.at + shown->interval) {
        return;
    }
    struct rates_pace pace = rates_between(&history->from, point);
    if (shown->count == SNAPSHOT_HISTORY) {
        halve(shown);
    }
    shown->artists[shown->count] = (float)pace.artists;
    shown->latency[shown->count] = (float)pace.latency_ms;
    shown->use[shown->count] = (float)use;
    shown->count++;
    shown->last = wall;
    history->from = *point;
}
