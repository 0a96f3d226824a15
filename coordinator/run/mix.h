// --batch-mix: the batch API answers as many rows as it does in time. When the rest, asked one by one, would
// hardly be done by --deadline any more, what is with the API is cancelled, what it has answered by then is
// recorded, and the same program is begun again for the rest, without batches.
#ifndef RATION_MIX_H
#define RATION_MIX_H

#include "run/run_state.h"

#include <stdbool.h>
#include <stdint.h>

// Once the input is known: what a row takes that is asked alone. Without --batch-mix nothing. 0, or -1 after
// telling.
int mix_begin(struct run *run);

// Whether it is time, now (nanoseconds since 1970) with so many rows left, of which each alone takes so long
// in the mean (nanoseconds). A quarter is added for what is asked again, and what cancelling takes. Pure.
bool mix_is_due(uint64_t wall, uint64_t deadline, uint64_t left, uint64_t each);

// Whether all that the run leaves is to be asked one by one now: it has cancelled its parts for that.
bool mix_goes_on(const struct run *run, int status);

// In place of this process: the run of the rest, by the options of this one. Returns only when that is not
// possible, after telling.
void mix_go_on(const struct options *options);

#endif
