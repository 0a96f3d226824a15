// The arena: the POSIX shared memory segment of one run. Layout and invariants are in common/arena/layout.h,
// which only common/ can include; here is what may be asked of it.
#ifndef RATION_ARENA_H
#define RATION_ARENA_H

#include "ration/bounds.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define ARENA_RUN_ID_SIZE 24
#define ARENA_NAME_SIZE 64

// One process's view of an arena. Not shared; made by arena_create(), arena_attach_fd() or arena_open().
struct arena;

struct arena_config {
    const char *name;    // "/ration-…", see arena_name()
    const char *run_id;  // shorter than ARENA_RUN_ID_SIZE
    const char *output;  // absolute path of the run's output, or NULL; for those who look
    uint64_t input_mark; // tells whether a later run has the same input
    uint32_t artists;
    uint32_t slots;    // 1..BOUNDS_SLOTS
    uint32_t sessions; // 1..BOUNDS_SESSIONS
};

// The name for the run whose output file has this device and inode.
void arena_name(dev_t device, ino_t inode, char out[ARENA_NAME_SIZE]);

// Coordinator, before the first spawn: makes the segment (mode 0600) and fills it. NULL with errno; EEXIST
// when a segment of that name stands already (see arena_open() and arena_remove()).
struct arena *arena_create(const struct arena_config *config);

// Bytes that arena_create() allocates.
uint64_t arena_needs(const struct arena_config *config);

// Worker: maps the inherited descriptor and closes it. NULL with errno; EPROTO when it is not an arena of
// this layout.
struct arena *arena_attach_fd(int fd);

// Maps an existing arena by name, to look at a stale or a foreign run. NULL with errno as above.
struct arena *arena_open(const char *name, bool writable);

// Unmaps; the segment stays.
void arena_close(struct arena *arena);

// For an arena from arena_open(): true when no process of its run lives, neither the coordinator nor a
// worker. The caller then holds it until arena_close(): meanwhile all others get false.
bool arena_abandoned(const struct arena *arena);

// The path that the run's output had at the beginning; "" when it is not known.
const char *arena_output(const struct arena *arena);

// Removes the name. 0, or -1 with errno.
int arena_remove(const char *name);

// The descriptor to hand to workers (coordinator), or -1.
int arena_fd(const struct arena *arena);

uint32_t arena_artists(const struct arena *arena);
uint32_t arena_slots(const struct arena *arena);
uint32_t arena_sessions(const struct arena *arena);
const char *arena_run_id(const struct arena *arena);
pid_t arena_coordinator(const struct arena *arena);
uint64_t arena_input_mark(const struct arena *arena);
// Coordinator: slots [0, workers) are to be used, the others empty or draining.
void arena_set_workers(struct arena *arena, uint32_t workers);
uint32_t arena_workers(const struct arena *arena);
// Coordinator: how many requests each worker may have under way; at most its settings' in_flight. 0, as at
// first: just that many.
void arena_set_in_flight(struct arena *arena, uint32_t in_flight);
uint32_t arena_in_flight(const struct arena *arena);
// Coordinator: how many artists are left, once all that are left were refused before; else 0.
void arena_set_left(struct arena *arena, uint32_t left);
uint32_t arena_left(const struct arena *arena);

#endif
