// The results of a part, read one by one from its file; then its rows that have none.
#ifndef RATION_BATCH_COLLECT_H
#define RATION_BATCH_COLLECT_H

#include "batch.h"

// Goes on with a part that is to be read, for a few milliseconds; at the end the part is free. True: there is
// more to do at once.
bool batch_collect_run(struct batch_part *part, uint64_t now);
// Notes that it is recorded, and frees it, if all of its rows have their end: so the last ones of a run that
// ends.
void batch_collect_end(struct batch_part *part, uint64_t now);
// All of its rows without a verdict have been claimed by now, or are not to come: true of a part of this
// worker's own.
bool batch_collect_here(const struct batch_part *part, uint64_t now);

#endif
