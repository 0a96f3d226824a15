// The guard: a lock that survives the death of its owner at any instruction. A POSIX semaphore carries a
// token that wakes the next process; the compare-and-swap on the owner word alone is ownership. The protocol,
// and why each step stands where it stands, is in common/arena/guard.c; docs/ARCHITECTURE.md tells how it was
// proved.
#ifndef RATION_GUARD_H
#define RATION_GUARD_H

#include "ration/arena.h"

#include <stdbool.h>
#include <stdint.h>

enum guard_id { GUARD_LEDGER, GUARD_OUTPUT, GUARDS };

// Who asks: a worker by its slot, or the coordinator.
#define GUARD_COORDINATOR BOUNDS_SLOTS

// What rollback must repair outside of the arena (the output guard: cut the files back). Run by whoever rolls
// back, may run twice. 0, or -1 with errno: the journal then stays, and the guard stays owned.
typedef int guard_repair(void *context);

// Each process, once, before it may roll back this guard.
void guard_set_repair(struct arena *arena, enum guard_id id, guard_repair *repair, void *context);

// Worker: waits until it owns the guard. false: `deadline` (monotonic; CLOCK_NEVER for none) passed first.
// After the coordinator's death (see guard_orphaned()) a guard that the coordinator owned is taken over and
// rolled back. A guard that another worker owns is not: that worker may live, or be dead and unreaped.
// Without a deadline the call then returns false.
bool guard_lock(struct arena *arena, enum guard_id id, uint32_t slot, uint64_t deadline);

// Coordinator, workers: takes the guard if it is free; never waits. false: somebody else owns it.
bool guard_try(struct arena *arena, enum guard_id id, uint32_t slot);

// The owner: gives the guard up. The journal must be empty: committed or rolled back.
void guard_unlock(struct arena *arena, enum guard_id id, uint32_t slot);

// Worker: the coordinator is known to be dead.
void guard_orphaned(struct arena *arena);

// Coordinator, only after waitpid(2) returned the process of `slot`: frees the guard if that slot owned it.
// May be cut short and run again. 0, or -1 with errno when the repair failed.
int guard_reap(struct arena *arena, enum guard_id id, uint32_t slot);

// Coordinator, each tick: wakes a waiter if nobody owns the guard and nobody took it since the last tick.
// Returns the slot that has owned the guard ever since the last tick, which may hang; else -1.
int guard_watch(struct arena *arena, enum guard_id id);

// Figures for people: how often it was taken, waited for, and recovered from a death.
struct guard_figures {
    uint64_t acquisitions;
    uint64_t waits;
    uint64_t recoveries;
};
struct guard_figures guard_figures(const struct arena *arena, enum guard_id id);

#endif
