// The figures of a fleet, as this machine knows it, and of its machines.
#ifndef RATION_FIGURES_FLEET_H
#define RATION_FIGURES_FLEET_H

#include "view/figures.h"

extern const struct figures_list figures_fleet; // of a run that is a member: a list of one item
extern const struct figures_list figures_fleet_machines;

#endif
