#include "sim_timers.h"

#include <err.h>
#include <stdlib.h>

static void grow(struct timers *t) {
    size_t cap = t->cap ? t->cap * 2 : 256;
    struct timer *heap = reallocarray(t->heap, cap, sizeof(*heap));

    if (!heap)
        errx(1, "fatal: no memory for %zu timers", cap);
    t->heap = heap;
    t->cap = cap;
}

void sim_timers_add(struct timers *t, uint64_t due_ns, void *thing) {
    size_t at = t->count;

    if (t->count == t->cap)
        grow(t);
    t->count++;
    for (; at && t->heap[(at - 1) / 2].due_ns > due_ns; at = (at - 1) / 2)
        t->heap[at] = t->heap[(at - 1) / 2];
    t->heap[at] = (struct timer){due_ns, thing};
}

uint64_t sim_timers_next(const struct timers *t) {
    return t->count ? t->heap[0].due_ns : UINT64_MAX;
}

static void sink(struct timers *t, struct timer last) {
    size_t at = 0, child;

    while ((child = 2 * at + 1) < t->count) {
        if (child + 1 < t->count && t->heap[child + 1].due_ns < t->heap[child].due_ns)
            child++;
        if (last.due_ns <= t->heap[child].due_ns)
            break;
        t->heap[at] = t->heap[child];
        at = child;
    }
    t->heap[at] = last;
}

void *sim_timers_pop(struct timers *t, uint64_t now_ns) {
    void *thing;

    if (!t->count || t->heap[0].due_ns > now_ns)
        return NULL;
    thing = t->heap[0].thing;
    t->count--;
    if (t->count)
        sink(t, t->heap[t->count]);
    return thing;
}

void sim_timers_free(struct timers *t) {
    free(t->heap);
    *t = (struct timers){0};
}
