// What ends a run before its end, or holds it up: money, a configuration that everybody refuses, a refused key, the disk.
#ifndef RATION_CONDITIONS_H
#define RATION_CONDITIONS_H

#include "crew/crew.h"
#include "crew/stop.h"
#include "view/totals.h"

#include <stdbool.h>
#include <stdint.h>

// Begins as {0}.
struct conditions {
    bool disk_told;
    uint64_t cost_in_flight; // nano-dollars that the requests in flight will add
};

// Now and then; begins to stop the run where it must. Brings totals->cost up to date.
void conditions_tick(struct conditions *conditions, struct crew *crew, struct totals *totals);

#endif
