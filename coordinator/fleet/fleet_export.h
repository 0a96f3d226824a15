// `ration fleet export`: all lines of a run as one output, and that through `ration export`; or into a table.
#ifndef RATION_FLEET_EXPORT_H
#define RATION_FLEET_EXPORT_H

#include "fleet/fleet_database.h"
#include "fleet/fleet_words.h"

// An exit_code. The run may be at work: short statements, no long transaction.
int fleet_export(struct fleet_database *database, const struct fleet_words *words);

#endif
