// The commands that steer a fleet's run, and that which takes it away.
#ifndef RATION_FLEET_STEER_H
#define RATION_FLEET_STEER_H

#include "fleet/fleet_database.h"
#include "fleet/fleet_words.h"

// pause, resume, stop, workers: the wish, and a wait until each live machine has heard it. An exit_code.
int fleet_steer(struct fleet_database *database, const struct fleet_words *words);

// A machine's outputs are gone for good: tells what stood only there, and has it asked again where that is
// wanted. An exit_code; EXIT_CODE_WRONG: nothing was changed.
int fleet_steer_lost(struct fleet_database *database, const struct fleet_words *words);

int fleet_steer_drop(struct fleet_database *database, const struct fleet_words *words);

#endif
