// The supervising loop: reaps, spawns, assigns, watches, shows progress, until all artists have a verdict or the run must stop.
#ifndef RATION_SUPERVISOR_H
#define RATION_SUPERVISOR_H

#include "crew.h"
#include "progress.h"

enum supervisor_end {
    SUPERVISOR_FINISHED, // every artist has a verdict
    SUPERVISOR_STOPPED,  // by a signal; resumable
    SUPERVISOR_CANNOT,   // keys refused, disk, crash loop, changed input: told; resumable
};

// Ends with no child left. `crew` is prepared (spawn_prepare) and its free ranges hold all artists.
enum supervisor_end supervisor_run(struct crew *crew, struct progress *progress, int signal_fd);

#endif
