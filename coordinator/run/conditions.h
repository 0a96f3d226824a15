// What ends a run before its end, or holds it up: money, a configuration that everybody refuses, a refused
// key, the disk.
#ifndef RATION_CONDITIONS_H
#define RATION_CONDITIONS_H

#include "crew/crew_look.h"
#include "crew/stop.h"
#include "ration/snapshot.h"

#include <stdbool.h>
#include <stdint.h>

// Begins as {0}.
struct conditions {
    bool disk_told;
};

// What the loop is to do.
struct conditions_wish {
    bool stop; // stop_begin(end): the cause is told
    enum stop_end end;
    uint32_t left; // arena_set_left()
};

// In each tick.
struct conditions_wish conditions_tick(struct conditions *conditions, const struct snapshot *look,
                                       const struct crew_look *crew);

// At the end, and in each tick until then: no sync of the output has failed with this errno, 0. false: it is
// told.
bool conditions_synced(int sync_error);

#endif
