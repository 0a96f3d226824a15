// Takes artists from the slot's orders: claims them, reads their records, prepares their requests.
#ifndef RATION_INTAKE_H
#define RATION_INTAKE_H

#include "worker.h"

#include <stdbool.h>
#include <stdint.h>

// Claims while there is room. Sets worker->more_orders when it stopped before the orders were exhausted, and
// is to be called again once the ledger was asked.
void intake_run(struct worker *worker, uint64_t now);

// Claims one from another place than the next, and puts it before all that are ready. False: there is none.
bool intake_far(struct worker *worker);

// All that it holds stands aside, and leaves no place for those that its orders still have: nobody comes who
// could be compared with them.
bool intake_full(const struct worker *worker, uint64_t now);

#endif
