// An arena for one test. Its name is removed at once, so that nothing stays behind whatever becomes of the
// test; forked processes share the mapping.
#ifndef UNIT_ARENA_H
#define UNIT_ARENA_H

#include "ration/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline struct arena *unit_arena(uint32_t slots, uint32_t sessions, uint32_t artists) {
    static unsigned number;
    char name[ARENA_NAME_SIZE];
    (void)snprintf(name, sizeof(name), "/ration-unit-%ld-%u", (long)getpid(), number++);
    struct arena_config config = {
        .name = name, .run_id = "unit", .artists = artists, .slots = slots, .sessions = sessions};
    struct arena *arena = arena_create(&config);
    if (arena == NULL) {
        perror("arena_create");
        abort();
    }
    (void)arena_remove(name);
    return arena;
}

#endif
