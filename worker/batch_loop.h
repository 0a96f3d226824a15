// The rounds of a worker in batch mode.
#ifndef RATION_BATCH_LOOP_H
#define RATION_BATCH_LOOP_H

#include "worker.h"

// The exit code of the process.
int batch_loop_run(struct worker *worker);

#endif
