// Whether a limit that nobody tells is one of requests at once, and how many. Pure. Private to common/.
#ifndef RATION_SILENT_PLACES_H
#define RATION_SILENT_PLACES_H

#include "ration/silent.h"

// After a refusal while a pace was kept; true: it has places from now on.
bool silent_places_begin(struct silent *silent, const struct silent_refusal *refusal);
// After a refusal while it has places.
void silent_places_refuse(struct silent *silent, const struct silent_refusal *refusal);
// The first after a refusal was refused as well.
void silent_places_vain(struct silent *silent, const struct silent_refusal *refusal);
// Another was refused together with that one.
void silent_places_together(struct silent *silent);
// At a departure: now and then one more is tried, and as long as that is accepted twice as many.
void silent_places_grow(struct silent *silent, uint64_t at, uint64_t mark, uint64_t in_flight);

#endif
