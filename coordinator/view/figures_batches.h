// The figures of the parts of a batch, and of each.
#ifndef RATION_FIGURES_BATCHES_H
#define RATION_FIGURES_BATCHES_H

#include "view/figures.h"

extern const struct figures_list figures_batches; // of the run: a list of one item
extern const struct figures_list figures_batches_parts;

#endif
