// A tick of the supervising loop, ten times a second: one look at the run, from which all decide, whose
// wishes are then followed, and which is shown. The order is told in docs/ARCHITECTURE.md, "One look a
// round".
#ifndef RATION_SUPERVISOR_TICK_H
#define RATION_SUPERVISOR_TICK_H

#include "run/supervisor_loop.h"

#include <stdint.h>

#define SUPERVISOR_TICK (100 * CLOCK_MS) // nanoseconds

// In each round; does nothing until the next tick is due.
void supervisor_tick(struct loop *loop, uint64_t now);

#endif
