// Repeatable numbers that look random (xorshift64*).
#ifndef UNIT_RANDOM_H
#define UNIT_RANDOM_H

#include <stdint.h>

struct unit_random {
    uint64_t state; // any seed but 0
};

static inline uint64_t unit_random_next(struct unit_random *random) {
    random->state ^= random->state >> 12;
    random->state ^= random->state << 25;
    random->state ^= random->state >> 27;
    return random->state * 0x2545f4914f6cdd1dULL;
}

// 0 … limit - 1
static inline uint32_t unit_random_below(struct unit_random *random, uint32_t limit) {
    return (uint32_t)((unit_random_next(random) >> 32) % limit);
}

#endif
