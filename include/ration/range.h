// Ranges of artist indices, and the claim word through which a worker takes artists from a range while the
// coordinator may take its tail away. Pure.
#ifndef RATION_RANGE_H
#define RATION_RANGE_H

#include <stdbool.h>
#include <stdint.h>

#define RANGE_MAX_ARTISTS 0xfffffff0U

// [first, end)
struct range {
    uint32_t first;
    uint32_t end;
};

static inline uint32_t range_size(struct range r) {
    return r.end > r.first ? r.end - r.first : 0;
}

// A range in one 64-bit word, so that one compare-and-swap moves either end.
static inline uint64_t range_pack(struct range r) {
    return ((uint64_t)r.first << 32) | r.end;
}

static inline struct range range_unpack(uint64_t word) {
    return (struct range){.first = (uint32_t)(word >> 32), .end = (uint32_t)word};
}

// How many artists to give at once: large while much is left (few orders), small near the end (no worker ends
// alone), never less than 1. `left` artists without an owner, `workers` that share them, `in_flight` of one
// worker.
uint32_t range_portion(uint32_t left, uint32_t workers, uint32_t in_flight);

#endif
