// Arithmetic that C leaves out. Pure; any process.
#ifndef RATION_ARITHMETIC_H
#define RATION_ARITHMETIC_H

#include <stdint.h>

// Holds any product of two 64-bit numbers.
__extension__ typedef unsigned __int128 wide;

static inline uint64_t arithmetic_least(uint64_t a, uint64_t b) {
    return a < b ? a : b;
}

static inline uint64_t arithmetic_most(uint64_t a, uint64_t b) {
    return a > b ? a : b;
}

// The sum, or UINT64_MAX where it would be more. So a time that is CLOCK_NEVER stays that.
static inline uint64_t arithmetic_sum(uint64_t a, uint64_t b) {
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

// The difference, or 0 where it would be less.
static inline uint64_t arithmetic_less(uint64_t a, uint64_t b) {
    return a > b ? a - b : 0;
}

#endif
