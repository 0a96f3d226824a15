// How a worker comes to its end: it drains because it was told to, because the files are no longer the run's,
// or because the coordinator is dead.
#ifndef RATION_ENDING_H
#define RATION_ENDING_H

#include "worker.h"

// The coordinator is dead: nothing new begins, and what is in flight is finished, within a bounded time.
void ending_orphaned(struct worker *worker, uint64_t now);
// While it drains: what has no verdict yet stays without one. The coordinator gives it to others, or a later
// run does.
void ending_let_go(struct worker *worker);
// Nothing is left that it must wait for, or its time is over.
bool ending_reached(const struct worker *worker, uint64_t now);
// An orphan says where the answers are that it could not write; a coordinator would have told, and done more.
void ending_tell_rescue(const struct worker *worker);

#endif
