// A growing set of numbers, one bit each.
#ifndef RATION_BITS_H
#define RATION_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Empty when zeroed.
struct bits {
    uint64_t *word;
    size_t words;
};

// 0 or ENOMEM.
int bits_set(struct bits *bits, size_t number);
bool bits_get(const struct bits *bits, size_t number);
void bits_free(struct bits *bits);

#endif
