// The arena of a run: its ledger with all sessions, its board with what an earlier run has done.
#ifndef RATION_RUN_ARENA_H
#define RATION_RUN_ARENA_H

#include "run/run_state.h"

// Once the files are open and repaired: makes run->crew.arena. 0, or -1 after telling.
int run_arena_make(struct run *run);

#endif
