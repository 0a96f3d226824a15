#include "scale/minute_ring.h"

#include "ration/clock.h"

void minute_ring_note(struct minute_ring *ring, uint64_t value, uint64_t now) {
    uint32_t last = (ring->next + MINUTE_RING_SAMPLES - 1) % MINUTE_RING_SAMPLES;
    ring->now = now;
    ring->newest = value;
    if (ring->count > 0 && now - ring->at[last] < CLOCK_SECOND) {
        return;
    }
    ring->at[ring->next] = now;
    ring->value[ring->next] = value;
    ring->next = (ring->next + 1) % MINUTE_RING_SAMPLES;
    ring->count += ring->count < MINUTE_RING_SAMPLES;
}

// Between two samples it is taken to have grown evenly.
static uint64_t value_at(uint64_t when, uint64_t at, uint64_t value, uint64_t later_at, uint64_t later) {
    int64_t grown = (int64_t)(later - value);
    double share = later_at > at ? (double)(when - at) / (double)(later_at - at) : 0;
    return value + (uint64_t)(int64_t)((double)grown * share);
}

uint64_t minute_ring_growth(const struct minute_ring *ring, uint64_t span, uint64_t *elapsed) {
    uint64_t since = ring->now > span ? ring->now - span : 0;
    uint64_t later_at = ring->now, later = ring->newest;
    uint64_t begin_at = ring->now, begin = ring->newest;
    for (uint32_t i = 1; i <= ring->count; i++) {
        uint32_t sample = (ring->next + MINUTE_RING_SAMPLES - i) % MINUTE_RING_SAMPLES;
        begin_at = ring->at[sample];
        begin = ring->value[sample];
        if (begin_at <= since) {
            begin = value_at(since, begin_at, begin, later_at, later);
            begin_at = since;
            break;
        }
        later_at = begin_at;
        later = begin;
    }
    *elapsed = ring->now - begin_at;
    int64_t growth = (int64_t)(ring->newest - begin);
    return growth > 0 ? (uint64_t)growth : 0;
}
