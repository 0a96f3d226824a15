#include "view/rates.h"

#include "ration/clock.h"

#define SHORTEST (200 * CLOCK_MS) // what is shorter tells nothing

struct rates_point rates_point(const struct snapshot *snapshot, const struct snapshot_sums *sums) {
    return (struct rates_point){
        .at = snapshot->at,
        .artists = (uint64_t)snapshot->done + snapshot->failed,
        .requests = sums->ended,
        .tokens = sums->tokens.input + sums->tokens.output,
        .answers = sums->answers,
        .latency_ms = sums->latency_ms,
    };
}

static double moved(uint64_t from, uint64_t to) {
    return to > from ? (double)(to - from) : 0;
}

struct rates_pace rates_between(const struct rates_point *from, const struct rates_point *to) {
    if (to->at < from->at + SHORTEST) {
        return (struct rates_pace){-1, -1, -1, -1};
    }
    double seconds = (double)(to->at - from->at) / (double)CLOCK_SECOND;
    double answers = moved(from->answers, to->answers);
    return (struct rates_pace){
        .artists = moved(from->artists, to->artists) / seconds,
        .requests = moved(from->requests, to->requests) / seconds,
        .tokens = moved(from->tokens, to->tokens) / seconds,
        .latency_ms = answers > 0 ? moved(from->latency_ms, to->latency_ms) / answers : -1,
    };
}

void rates_add(struct rates *rates, const struct rates_point *point) {
    const struct rates_point *last = &rates->point[(rates->points + RATES_POINTS - 1) % RATES_POINTS];
    if (rates->points == 0 || point->at >= last->at + RATES_INTERVAL) {
        rates->point[rates->points++ % RATES_POINTS] = *point;
    }
}

struct rates_pace rates_now(const struct rates *rates, const struct rates_point *point) {
    unsigned first = rates->points > RATES_POINTS ? rates->points % RATES_POINTS : 0;
    return rates->points == 0 ? (struct rates_pace){-1, -1, -1, -1}
                              : rates_between(&rates->point[first], point);
}
