// The lower part of what people see of a run: a line for each session, and the other tables, as far as there
// is room. Pure.
#ifndef RATION_VIEW_TABLES_H
#define RATION_VIEW_TABLES_H

#include "view/run_status.h"
#include "view/view.h"

// All of them: sessions, the machines of a fleet, the parts of a batch, workers.
void view_tables(struct view *view, const struct run_status *status);
// All but the workers.
void view_tables_above(struct view *view, const struct run_status *status);
void view_tables_sessions(struct view *view, const struct run_status *status);

#endif
