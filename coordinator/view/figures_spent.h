// What the requests of the whole run took and may take: attempts, time, tokens, money, quota. A list of one
// item.
#ifndef RATION_FIGURES_SPENT_H
#define RATION_FIGURES_SPENT_H

#include "view/figures.h"

extern const struct figures_list figures_spent;

#endif
