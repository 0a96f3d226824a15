// What a run says at its end of the parts that go on with a batch API: which, until when, and how they are
// collected. Pure.
#ifndef RATION_SUMMARY_BATCHES_H
#define RATION_SUMMARY_BATCHES_H

#include "output/batch_list.h"

#include <stdio.h>

struct summary_batches {
    const struct batch_list *list;
    const char *run;     // whose parts are called by their numbers alone
    const char *output;  // as it was named
    const char *command; // that goes on with the run, for a shell; "": not known
};

// Nothing where no part is with the API. Lines of 80 columns, as far as names and ids let them be.
void summary_batches(FILE *out, const struct summary_batches *what);

#endif
