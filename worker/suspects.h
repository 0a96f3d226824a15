// Artists that were refused and stand aside until it shows whose fault that was: theirs, or their session's.
// See ration/blame.h.
#ifndef RATION_SUSPECTS_H
#define RATION_SUSPECTS_H

#include "worker.h"

// It stands aside, for `wait` nanoseconds at least. artist->line is its line of the errors file, unless a
// limit refused it.
void suspects_add(struct worker *worker, struct artist *artist, uint64_t wait, uint64_t now);

// Now and then: those of whom something is known by now go on, or are failed.
void suspects_run(struct worker *worker, uint64_t now);

// When suspects_run() wants to be called next; CLOCK_NEVER: nobody stands aside.
uint64_t suspects_deadline(const struct worker *worker);

#endif
