/* A heap of things to do at a time. Times are monotonic nanoseconds. */
#ifndef SIMAPI_TIMERS_H
#define SIMAPI_TIMERS_H

#include <stddef.h>
#include <stdint.h>

struct timer {
    uint64_t due_ns;
    void *thing;
};

struct timers {
    struct timer *heap;
    size_t count, cap;
};

/* Running out of memory ends the program (fatal). */
void sim_timers_add(struct timers *t, uint64_t due_ns, void *thing);
/* UINT64_MAX when there is none. */
uint64_t sim_timers_next(const struct timers *t);
/* Takes the earliest that is due; NULL when none is. */
void *sim_timers_pop(struct timers *t, uint64_t now_ns);
void sim_timers_free(struct timers *t);

#endif
