// The keys, which come through DESCRIPTOR_KEY: all of them at once, each with a line end, and a NUL behind
// the last. New ones may follow while the pipe is open.
#ifndef RATION_NEW_KEYS_H
#define RATION_NEW_KEYS_H

#include "ration/key.h"
#include "worker.h"

#include <stdbool.h>
#include <stddef.h>

// The first ones; waits for them, and makes the pipe one that is not waited for. An empty one where
// `optional`. 0, or
// -1.
int new_keys_first(struct key *keys, size_t count, bool optional);

// The pipe has something. Whole new keys are used from the next request on. False: it has ended, there will
// be none. (It is not closed: a connection would get its number.)
bool new_keys_take(struct worker *worker);

// Those that were used before, which the keys lead to, and what was made of any, at the end.
void new_keys_wipe(void);

#endif
