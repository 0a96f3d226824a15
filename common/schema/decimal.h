// The number that a text of JSON says, exactly: no digit is lost, however many there are. Pure.
#ifndef RATION_DECIMAL_H
#define RATION_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DECIMAL_DIVISOR_DIGITS 18U // see decimal_multiple()

// `digits` digits from `at` on, maybe with a point among them, times ten to the power `exponent`. The first
// and the last are not 0; zero has none.
struct decimal {
    bool negative;
    const char *at;
    size_t digits;
    int64_t exponent;
};

// Of a number as JSON has it. It points into the text.
struct decimal decimal_of(const char *text, size_t length);

int decimal_compare(const struct decimal *left, const struct decimal *right);

bool decimal_whole(const struct decimal *number);

// Whether `number` is a multiple of `divisor`, which is above 0 and has DECIMAL_DIVISOR_DIGITS digits at
// most.
bool decimal_multiple(const struct decimal *number, const struct decimal *divisor);

// A number that is whole and not negative; what is too large is UINT64_MAX.
uint64_t decimal_count(const struct decimal *number);

#endif
