#include "exchange/memory_pool.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define STEP ((size_t)16)
#define SMALL ((size_t)1024) // up to here the sizes are STEP apart, beyond it a sixteenth of a power of two
#define SMALL_BITS 10U
#define LARGE ((size_t)32 << 10) // what is larger is not kept
#define CLASSES (64U + 5U * 16U + 1U)
#define KEPT_MOST 64U // of each size

struct piece {
    struct piece *next;
};

static struct {
    struct piece *first;
    uint32_t count;
} kept[CLASSES];

static _Thread_local bool ours; // the thread that keeps

static unsigned bits_below(size_t size) {
    return 63U - (unsigned)__builtin_clzll(size);
}

// The least class whose pieces have room for `size` bytes, and what they have.
static size_t class_for(size_t size, size_t *room) {
    size = size > 0 ? size : 1;
    if (size <= SMALL) {
        size_t steps = (size + STEP - 1) / STEP;
        *room = steps * STEP;
        return steps;
    }
    unsigned bits = bits_below(size - 1);
    size_t sixteenths = ((size - 1) >> (bits - 4)) + 1; // 17..32
    *room = sixteenths << (bits - 4);
    return 64 + (size_t)(bits - SMALL_BITS) * 16 + sixteenths - 16;
}

// The greatest class for which a piece of so many bytes has room.
static size_t class_of(size_t room) {
    if (room <= SMALL) {
        return room / STEP;
    }
    unsigned bits = bits_below(room);
    return 64 + (size_t)(bits - SMALL_BITS) * 16 + (room >> (bits - 4)) - 16;
}

void *memory_pool_take(size_t size) {
    size_t room;
    if (size > LARGE) {
        return malloc(size);
    }
    size_t class = class_for(size, &room);
    struct piece *piece = ours ? kept[class].first : NULL;
    if (piece == NULL) {
        return malloc(room);
    }
    kept[class].first = piece->next;
    kept[class].count--;
    return piece;
}

void memory_pool_give(void *memory) {
    size_t room = memory != NULL ? malloc_usable_size(memory) : 0;
    size_t class = room >= STEP && room <= LARGE ? class_of(room) : 0;
    if (!ours || class == 0 || kept[class].count >= KEPT_MOST) {
        free(memory);
        return;
    }
    struct piece *piece = memory;
    piece->next = kept[class].first;
    kept[class].first = piece;
    kept[class].count++;
}

void *memory_pool_take_again(void *memory, size_t size) {
    size_t room = memory != NULL ? malloc_usable_size(memory) : 0;
    if (memory != NULL && size <= room && size >= room / 4) {
        return memory;
    }
    void *grown = memory_pool_take(size);
    if (grown != NULL && memory != NULL) {
        memcpy(grown, memory, size < room ? size : room);
        memory_pool_give(memory);
    }
    return grown;
}

void *memory_pool_take_clean(size_t count, size_t size) {
    size_t whole;
    void *memory = __builtin_mul_overflow(count, size, &whole) ? NULL : memory_pool_take(whole);
    return memory != NULL ? memset(memory, 0, whole) : NULL;
}

char *memory_pool_take_copy(const char *text) {
    size_t size = strlen(text) + 1;
    char *copy = memory_pool_take(size);
    return copy != NULL ? memcpy(copy, text, size) : NULL;
}

void memory_pool_begin(void) {
    ours = true;
}

void memory_pool_end(void) {
    for (size_t class = 0; class < CLASSES; class ++) {
        while (kept[class].first != NULL) {
            struct piece *piece = kept[class].first;
            kept[class].first = piece->next;
            free(piece);
        }
        kept[class].count = 0;
    }
    ours = false;
}
