// The files of a part's results, fetched one behind the other into its own.
#ifndef RATION_BATCH_FETCH_H
#define RATION_BATCH_FETCH_H

#include "batch.h"

// The file of that id; "": there is none. Then the part goes on to the next one, or to being read.
void batch_fetch(struct batch_part *part, const char *id);

#endif
