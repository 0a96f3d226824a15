// The parts of a batch, as people see them. Pure.
#ifndef RATION_VIEW_BATCHES_H
#define RATION_VIEW_BATCHES_H

#include "output/batch_list.h"
#include "view/view.h"

// A table of them; of none nothing. `run`: whose parts are called by their numbers alone. `wall`: now, in
// nanoseconds since 1970.
void view_batches(struct view *view, const struct batch_list *list, const char *run, uint64_t wall);
// How the parts ended that are over: "12 completed, 1 expired"; "": none is.
#define VIEW_BATCHES_ENDS 128
const char *view_batches_ends(const struct batch_list *list, char out[VIEW_BATCHES_ENDS]);

#endif
