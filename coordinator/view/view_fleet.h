// The machines of a fleet, as people see them. Pure.
#ifndef RATION_VIEW_FLEET_H
#define RATION_VIEW_FLEET_H

#include "ration/snapshot.h"
#include "view/view.h"

// The head of the table of its machines, and a row of it.
void view_fleet_columns(struct view *view);
void view_fleet_machine(struct view *view, const struct snapshot_machine *machine);

// A line of what this machine is in it, and a table of all; of a run that is no member's nothing.
void view_fleet(struct view *view, const struct snapshot_fleet *fleet);

#endif
