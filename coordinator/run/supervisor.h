// The supervising loop: reaps, spawns, assigns, watches, obeys, shows progress, until all artists have a
// verdict or the run must stop.
#ifndef RATION_SUPERVISOR_H
#define RATION_SUPERVISOR_H

#include "crew/crew.h"
#include "crew/stop.h"
#include "run/services.h"

// Ends with no child left. `crew` is prepared (spawn_prepare) and its free ranges hold all artists; the
// services are open. Signals come by signal_fd.
enum stop_end supervisor_run(struct crew *crew, struct services *services, int signal_fd);

#endif
