// The lines of a round on their way to the disk, and what the worker does while the disk takes none.
#ifndef RATION_WRITING_H
#define RATION_WRITING_H

#include "worker.h"

// Once in each round. While nothing can be written, it tries again once a second.
void writing_run(struct worker *worker, uint64_t now);

#endif
