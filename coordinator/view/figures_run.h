// How far the whole run is, how fast, and what it waits for: a list of one item.
#ifndef RATION_FIGURES_RUN_H
#define RATION_FIGURES_RUN_H

#include "view/figures.h"

extern const struct figures_list figures_run;

#endif
