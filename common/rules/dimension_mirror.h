// What the provider's account holds, as far as we know: the mirror of a dimension. Pure.
#ifndef RATION_DIMENSION_MIRROR_H
#define RATION_DIMENSION_MIRROR_H

#include "ration/bucket.h"
#include "ration/dimension.h"

#define DIMENSION_NO_GAP INT64_MAX
#define DIMENSION_GAPS_NONE INT64_MIN

#define DIMENSION_MARK_ZERO ((uint64_t)1 << 62)
// What is believed of amounts, so that sums of them fit.
#define DIMENSION_AMOUNT_MOST ((uint64_t)1 << 60)

// How many units of `limit` a window come in that time; rounded down, cut to DIMENSION_AMOUNT_MOST.
uint64_t dimension_mirror_share(uint64_t limit, uint64_t time, uint64_t window);

// Units of a usual taking, at least 1.
uint64_t dimension_mirror_size(const struct dimension *dimension);

// DIMENSION_REFILL only.
struct bucket dimension_mirror_bucket(const struct dimension *dimension, uint64_t limit);

// Rounded down; may be below 0. Of a blind one just what was taken, below 0.
int64_t dimension_mirror_level(const struct dimension *dimension, uint64_t limit, uint64_t at);

// Another kind of mirror, or another level than `before`: marks that were made before are moved along. What
// an interval has seen is forgotten.
void dimension_mirror_set(struct dimension *dimension, enum dimension_mirror mirror, uint64_t limit,
                          int64_t before, int64_t level, uint64_t at);

#endif
