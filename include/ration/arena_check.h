// The invariants that stand under the structs of common/arena/layout.h, in code. For crash points and tests.
#ifndef RATION_ARENA_CHECK_H
#define RATION_ARENA_CHECK_H

#include "ration/arena.h"

// NULL, or which invariant does not hold. To be called when nobody is inside a transaction: all who died were
// reaped. `fd`: the output and the errors file, or NULL not to look at their lengths.
const char *arena_check(const struct arena *arena, const int *fd);

#endif
