// The workers of a dead coordinator: they hold the run's lock until the last of them has finished what was in
// flight. Usually they are through in a moment; one that was stopped, or hangs, is helped along.
#ifndef RATION_ORPHANS_H
#define RATION_ORPHANS_H

#include <stddef.h>
#include <stdint.h>

// "an earlier run, W01 (pid 12), W02 (pid 13)": those that still live.
void orphans_describe(const char *arena_name, char *out, size_t size);

// After `waited` nanoseconds: a stopped orphan is told to continue; after ORPHANS_PATIENCE those that are
// left are killed, which leaves what they had in flight in doubt.
void orphans_urge(const char *arena_name, uint64_t waited);

// A worker gives itself 30 s after its coordinator's death.
#define ORPHANS_PATIENCE 40000000000ULL

#endif
