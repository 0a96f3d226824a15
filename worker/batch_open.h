// The beginning and the end of a worker in batch mode.
#ifndef RATION_BATCH_OPEN_H
#define RATION_BATCH_OPEN_H

#include "batch.h"

// Everything that must be open for writing is, before the sandbox; the parts of before are taken up. 0, or -1
// after telling. To be closed in either case.
int batch_open(struct batch *batch, struct worker *worker);
void batch_open_end(struct batch *batch);
// What is left with the API, for people.
void batch_open_tell(const struct batch *batch);

#endif
