// Pausing a run: workers stay, what is in flight ends and is recorded, nothing new departs. Each reason is
// kept apart, so that the end of one does not end another.
#ifndef RATION_PAUSE_H
#define RATION_PAUSE_H

#include "crew/crew.h"

#include <stdbool.h>
#include <stdint.h>

// Nothing departs for this reason before `until` (monotonic; CLOCK_NEVER: until further notice). 0: the
// reason is gone; when none is left the workers go on at once, or when LEDGER_HORIZON has passed since the
// pause began: what it cancelled must have been given back before anything new is booked.
void pause_set(struct crew *crew, enum crew_pause reason, uint64_t until, uint64_t now);

// The reason holds at `now`.
bool pause_holds(const struct crew *crew, enum crew_pause reason, uint64_t now);

#endif
