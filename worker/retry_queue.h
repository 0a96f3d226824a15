// Artists that wait for another attempt, each until its own time. Their own place: they take none from those
// in flight.
#ifndef RATION_RETRY_QUEUE_H
#define RATION_RETRY_QUEUE_H

#include "worker.h"

#include <stdint.h>

// `artist` is tried again in `wait` nanoseconds. `why`: one word for people, as outcome_name().
void retry_queue_add(struct worker *worker, struct artist *artist, uint64_t wait, const char *why,
                     uint64_t now);

// Those whose time has come are ready, behind the others that are: so the probes of a session in trouble meet
// ever other artists.
void retry_queue_wake(struct worker *worker, uint64_t now);

#endif
