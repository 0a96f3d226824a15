// Parts that came to nothing: refused in validation, too large, or lost. Their rows go into other parts, or
// fail.
#ifndef RATION_BATCH_FAILED_H
#define RATION_BATCH_FAILED_H

#include "batch.h"

// The provider says that the batch as a whole failed; part->object tells why.
void batch_failed(struct batch_part *part);
// The provider takes no file of that size: parts are smaller from now on.
void batch_failed_too_large(struct batch_part *part);
// Nobody knows what became of it. `fails`: its rows fail as in doubt; else they are asked again.
void batch_failed_lost(struct batch_part *part, bool fails);
// Likewise, and this run leaves them out: they stay as they are in the journal, and in doubt.
void batch_failed_leave(struct batch_part *part);

#endif
