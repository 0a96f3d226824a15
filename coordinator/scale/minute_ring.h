// A counter's growth over the last minute: one sample a second, and the newest. Pure.
#ifndef RATION_MINUTE_RING_H
#define RATION_MINUTE_RING_H

#include <stdint.h>

#define MINUTE_RING_SAMPLES 61U

struct minute_ring {
    uint64_t at[MINUTE_RING_SAMPLES], value[MINUTE_RING_SAMPLES]; // a second apart at least
    uint32_t count, next;
    uint64_t now, newest;
};

// The counter stands at `value` (it may wrap, and go back a little). `now` never falls.
void minute_ring_note(struct minute_ring *ring, uint64_t value, uint64_t now);

// Growth over the last `span` nanoseconds, or over all of the time that is known if that is shorter:
// *elapsed. 0 when it fell.
uint64_t minute_ring_growth(const struct minute_ring *ring, uint64_t span, uint64_t *elapsed);

#endif
