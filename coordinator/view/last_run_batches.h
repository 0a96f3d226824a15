// What a batch API has still of a run that is over, as it is told.
#ifndef RATION_LAST_RUN_BATCHES_H
#define RATION_LAST_RUN_BATCHES_H

#include "output/batch_list.h"

#include <stdint.h>
#include <stdio.h>

// Nothing where no part is with the API. `wall`: now, in nanoseconds since 1970.
void last_run_batches_text(const struct batch_list *list, const char *run, uint64_t wall, FILE *out);

#endif
