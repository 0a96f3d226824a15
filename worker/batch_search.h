// A part whose creation got no answer is looked for in the provider's list before anything is made anew.
#ifndef RATION_BATCH_SEARCH_H
#define RATION_BATCH_SEARCH_H

#include "batch.h"

// One page of the list. Found, the part goes on as if the answer had come; found more than once, the
// younger are cancelled first; not found for as long as the settings say, it is lost.
void batch_search_run(struct batch_part *part);

#endif
