// Artists by the time at which something is due for them, the earliest on top. A binary heap of fixed
// capacity.
#ifndef RATION_HEAP_H
#define RATION_HEAP_H

#include "artist.h"

#include <stdint.h>

struct heap {
    struct artist **artist;
    uint32_t count, capacity;
};

// 0, or -1 when out of memory.
int heap_open(struct heap *heap, uint32_t capacity);
void heap_close(struct heap *heap);

// By artist->when, which must not change while it is in the heap. Panics when full.
void heap_push(struct heap *heap, struct artist *artist);
// The time of the earliest; CLOCK_NEVER when empty.
uint64_t heap_when(const struct heap *heap);
// The earliest; NULL when empty.
struct artist *heap_pop(struct heap *heap);

#endif
