// Reads the records of the artists that a worker takes, each proved to be the one that was checked at the
// beginning.
#ifndef RATION_READING_H
#define RATION_READING_H

#include "worker.h"

// RECORD_OK; else it was told, and the worker fails with WORKER_EXIT_INPUT. *record is valid until the next
// call.
enum record_status reading_take(struct worker *worker, const struct slot_order *order, uint32_t index,
                                struct record *record);

#endif
