// Looks, at each tick, for guards that nobody takes and for workers that show no sign of life.
#ifndef RATION_WATCHDOG_H
#define RATION_WATCHDOG_H

#include "crew/crew.h"

// `elapsed` nanoseconds since the last tick. A worker that is silent, or owns a guard, for longer than
// crew.hang_timeout is killed; reaping does the rest.
void watchdog_tick(struct crew *crew, uint64_t elapsed);

#endif
