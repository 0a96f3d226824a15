// The worker's one loop. Each round reads as a list: events, finished exchanges, lines, retries, orders,
// admissions, departures, heartbeat.
#ifndef RATION_WORK_LOOP_H
#define RATION_WORK_LOOP_H

#include "worker.h"

// Works until drained, orphaned or failed. `worker` must be open. Returns a descriptor_exit code.
int work_loop_run(struct worker *worker);

#endif
