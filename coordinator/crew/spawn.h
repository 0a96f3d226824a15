// Makes a worker: fork, then exec of ration-worker with its named descriptors and nothing else.
#ifndef RATION_SPAWN_H
#define RATION_SPAWN_H

#include "crew/crew.h"

// Opens what all workers inherit: settings, doorbell, life pipe. Needs no arena. 0, or -1 after telling.
int spawn_prepare(struct crew *crew);
// Once the arena is there, before the first worker. 0, or -1 after telling.
int spawn_share_arena(struct crew *crew);
// Workers that begin from now on cancel what is with a batch API. 0, or -1 with errno.
int spawn_cancel_parts(struct crew *crew);
void spawn_close(struct crew *crew);

// Spawns into an empty slot. 0, or -1 after telling (no process, no memory): try again later.
int spawn_worker(struct crew *crew, uint32_t slot, uint64_t now);

// Holds ration-worker, which is beside this program, in ../libexec/ration, or where it was configured to be.
// 0, or -1 after telling.
int spawn_find_program(struct program_held *program);

#endif
