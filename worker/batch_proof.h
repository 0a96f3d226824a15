// Where a provider's list has no names, a batch that was looked for was found by its number of rows and its
// time. Its results prove whose it is: their ids have the run and the artist.
#ifndef RATION_BATCH_PROOF_H
#define RATION_BATCH_PROOF_H

#include "batch.h"

// Of a part that is about to be read. False: its results are those of another part, which has got the batch
// now, or nobody's; it is looked for again, or looked at as another batch.
bool batch_proof_run(struct batch_part *part);

#endif
