#include "heap.h"

#include "ration/clock.h"
#include "ration/invariant.h"

#include <stdlib.h>

int heap_open(struct heap *heap, uint32_t capacity) {
    *heap = (struct heap){.artist = calloc(capacity, sizeof(struct artist *)), .capacity = capacity};
    return heap->artist != NULL ? 0 : -1;
}

void heap_close(struct heap *heap) {
    free(heap->artist);
    *heap = (struct heap){0};
}

void heap_push(struct heap *heap, struct artist *artist) {
    INVARIANT(heap->count < heap->capacity, "a heap of %u artists is full", heap->capacity);
    uint32_t at = heap->count++;
    while (at > 0 && heap->artist[(at - 1) / 2]->when > artist->when) {
        heap->artist[at] = heap->artist[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap->artist[at] = artist;
}

uint64_t heap_when(const struct heap *heap) {
    return heap->count > 0 ? heap->artist[0]->when : CLOCK_NEVER;
}

struct artist *heap_pop(struct heap *heap) {
    if (heap->count == 0) {
        return NULL;
    }
    struct artist *top = heap->artist[0];
    struct artist *moved = heap->artist[--heap->count];
    uint32_t at = 0;
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child + 1 < heap->count && heap->artist[child + 1]->when < heap->artist[child]->when) {
            child++;
        }
        if (child >= heap->count || heap->artist[child]->when >= moved->when) {
            break;
        }
        heap->artist[at] = heap->artist[child];
        at = child;
    }
    heap->artist[at] = moved;
    return top;
}
