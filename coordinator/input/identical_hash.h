// Which artists' requests are the same: its part of identical.h. Hashes of requests go through an id_table.
#ifndef RATION_IDENTICAL_HASH_H
#define RATION_IDENTICAL_HASH_H

#include "input/identical.h"

// Calls `pair` for each artist whose request is that of an earlier one: `first` is the first such artist. In
// no order; what it returns other than 0 is an errno and ends it. 0; or -1 after telling, or after a signal.
int identical_hash_pairs(const struct identical_input *input,
                         int (*pair)(void *context, uint32_t first, uint32_t again), void *context);

// Tells it; -1.
int identical_hash_failed(int error);
int identical_hash_changed(const struct identical_input *input);

#endif
