// Pausing a run: workers stay, what is in flight ends and is recorded, nothing new departs. Each reason is kept apart, so that the
// end of one does not end another.
#ifndef RATION_PAUSE_H
#define RATION_PAUSE_H

#include "crew.h"

#include <stdint.h>

// Nothing departs for this reason before `until` (monotonic; CLOCK_NEVER: until further notice). 0: the reason is gone. When none
// is left the workers go on at once.
void pause_set(struct crew *crew, enum crew_pause reason, uint64_t until);

// The reason holds at `now`.
bool pause_holds(const struct crew *crew, enum crew_pause reason, uint64_t now);

#endif
