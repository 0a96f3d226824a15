// The board: what is known of each artist. Its verdict is guarded by the output guard and is the truth about
// work; its progress byte is written by the worker that holds the artist, and by the coordinator after
// reaping that worker.
#ifndef RATION_BOARD_H
#define RATION_BOARD_H

#include "ration/arena.h"
#include "ration/priority.h"
#include "ration/range.h"

#include <stdbool.h>
#include <stdint.h>

enum board_verdict { BOARD_NONE, BOARD_DONE, BOARD_FAILED };

#define BOARD_MAX_ATTEMPTS 7U
#define BOARD_MAX_CRASHES 3U

enum board_verdict board_verdict(const struct arena *arena, uint32_t artist);
uint32_t board_done(const struct arena *arena);
uint32_t board_failed(const struct arena *arena);

// Coordinator, before the first spawn (from the index, and from an earlier run's files).
void board_set(struct arena *arena, uint32_t artist, enum board_verdict verdict);
void board_set_priority(struct arena *arena, uint32_t artist, enum priority priority);
enum priority board_priority(const struct arena *arena, uint32_t artist);

// Likewise: the proof of the group of records that `artist` is in, see record_group.h; a worker compares.
void board_set_proof(struct arena *arena, uint32_t artist, uint64_t proof);
uint64_t board_proof(const struct arena *arena, uint32_t artist);

// The first artist in `within` that has no verdict and this priority; within.end when there is none.
uint32_t board_next(const struct arena *arena, struct range within, enum priority priority);

// Worker that holds the artist. An attempt is counted when it begins, so that a death cannot hide it.
void board_begin(struct arena *arena, uint32_t artist);
// It ended; `counted` false takes the count back (rate limits and quotas cost no attempt).
void board_end(struct arena *arena, uint32_t artist, bool counted);
uint32_t board_attempts(const struct arena *arena, uint32_t artist);
bool board_in_flight(const struct arena *arena, uint32_t artist);
// Workers of this run that died of it, BOARD_MAX_CRASHES at most.
uint32_t board_crashes(const struct arena *arena, uint32_t artist);

// Coordinator, after reaping the worker that held the artist: it is no longer in flight, the attempt is not
// counted, and with `suspect` one more crash is. Returns the crashes; of one that is not in flight, without
// `suspect`, nothing else happens.
uint32_t board_reclaim(struct arena *arena, uint32_t artist, bool suspect);

#endif
