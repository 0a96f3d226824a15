// What the supervising loop waits for: signals, the workers' doorbell, the control socket, HTTP, and dead
// children.
#ifndef RATION_SUPERVISOR_EVENTS_H
#define RATION_SUPERVISOR_EVENTS_H

#include "run/supervisor_loop.h"

// Once the loop's crew, services and signals are known. 0, or -1 with errno.
int supervisor_events_open(struct loop *loop);

// At most until the next tick. Sees to all that came but signals, which each round reads.
void supervisor_events_wait(struct loop *loop);

// Also after a supervisor_events_open() that failed.
void supervisor_events_close(struct loop *loop);

#endif
