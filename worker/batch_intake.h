// Claims artists for a batch: each goes into the part of before that has it at the provider, else into the
// part that fills.
#ifndef RATION_BATCH_INTAKE_H
#define RATION_BATCH_INTAKE_H

#include "batch.h"

// For a few milliseconds. True: there is more to do at once.
bool batch_intake_run(struct batch *batch, uint64_t now);

#endif
