// What a round tells of a rate: how fast the bucket refills, how sure that is, and at which pace to go on.
// Pure. Private to common/.
#ifndef RATION_SILENT_ESTIMATE_H
#define RATION_SILENT_ESTIMATE_H

#include "ration/silent.h"

// After a refusal while a pace was kept; the round before it had something accepted.
void silent_estimate(struct silent *silent, const struct silent_refusal *refusal);

#endif
