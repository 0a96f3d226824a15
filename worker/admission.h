// Books departures for ready artists.
#ifndef RATION_ADMISSION_H
#define RATION_ADMISSION_H

#include "worker.h"

#include <stdint.h>

void admission_run(struct worker *worker, uint64_t now);

// Whether a ready artist could be admitted, were the ledger to allow it.
bool admission_wanted(const struct worker *worker);

#endif
