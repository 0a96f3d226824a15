// Who else spends of a dimension: the mirror's corrections, summed up interval by interval. Pure.
#ifndef RATION_DIMENSION_OTHERS_H
#define RATION_DIMENSION_OTHERS_H

#include "ration/dimension.h"

// Nothing is known, and nothing counts before `at`.
void dimension_others_begin(struct dimension *dimension, uint64_t at);

// The provider had `units` less than the mirror.
void dimension_others_note(struct dimension *dimension, int64_t units, uint64_t now);

// Ends the interval when it is long enough.
void dimension_others_close(struct dimension *dimension, uint64_t limit, uint64_t now);

// What the answers call windows is refilled all the time: what we take comes back within them.
bool dimension_others_refills(const struct dimension *dimension);

#endif
