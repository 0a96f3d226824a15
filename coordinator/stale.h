// An arena that an earlier run of the same output left behind, because its coordinator was killed.
#ifndef RATION_STALE_H
#define RATION_STALE_H

#include <stdint.h>

// Called with the run's lock held, so nobody uses it any more. Removes it if there is one. `in_doubt`: how many requests were
// in flight when that run ended: sent, perhaps billed, no answer recorded. 0, or -1 with errno.
int stale_remove(const char *arena_name, uint32_t *in_doubt);

// Requests of an arena that nobody works on any more, that were in flight and have no verdict.
struct arena;
uint32_t stale_in_doubt(const struct arena *arena);

#endif
