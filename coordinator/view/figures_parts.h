// The figures that each session, each limit of a session, each worker and each guard has.
#ifndef RATION_FIGURES_PARTS_H
#define RATION_FIGURES_PARTS_H

#include "view/figures.h"

extern const struct figures_list figures_parts_sessions;
// Item: session * LEDGER_DIMENSIONS + dimension.
extern const struct figures_list figures_parts_dimensions;
extern const struct figures_list figures_parts_workers;
extern const struct figures_list figures_parts_guards;

const char *figures_parts_guard_name(uint32_t guard);

#endif
