// The supervising loop: reaps, spawns, assigns, watches, obeys, shows progress, until all artists have a
// verdict or the run must stop.
#ifndef RATION_SUPERVISOR_H
#define RATION_SUPERVISOR_H

#include "control/control.h"
#include "crew/crew.h"
#include "crew/stop.h"
#include "view/progress.h"
#include "view/publish.h"

// Ends with no child left. `crew` is prepared (spawn_prepare) and its free ranges hold all artists. `control`
// may be NULL.
enum stop_end supervisor_run(struct crew *crew, struct progress *progress, struct publish *publish,
                             int signal_fd, struct control *control);

#endif
