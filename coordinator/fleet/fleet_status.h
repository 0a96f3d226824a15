// `ration fleet status`: a run, its machines and its limits, as people read it.
#ifndef RATION_FLEET_STATUS_H
#define RATION_FLEET_STATUS_H

#include "fleet/fleet_database.h"
#include "fleet/fleet_words.h"

// An exit_code.
int fleet_status(struct fleet_database *database, const struct fleet_words *words);

#endif
