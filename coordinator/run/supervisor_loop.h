// The supervising loop's own state. supervisor_events.c waits for what happens, supervisor_tick.c has the
// tenth of a second's work, and supervisor.c runs the rounds; nobody else sees it.
#ifndef RATION_SUPERVISOR_LOOP_H
#define RATION_SUPERVISOR_LOOP_H

#include "control/steering.h"
#include "crew/crew.h"
#include "crew/crew_look.h"
#include "crew/restart.h"
#include "plan/cost.h"
#include "ration/snapshot.h"
#include "run/conditions.h"
#include "run/services.h"
#include "scale/adapt.h"
#include "watch/others.h"
#include "watch/silent_watch.h"

#include <stdbool.h>
#include <stdint.h>

struct loop {
    struct crew *crew;         // the run's, as are
    struct services *services; // these
    int epoll, signals;
    uint64_t ticked; // monotonic
    struct steering steering;
    struct restart restart;
    // The look of this tick: who decides is given it.
    struct snapshot look;
    struct crew_look crew_look;
    struct cost_spent cost;
    struct snapshot_fleet fleet;
    // What those who decide remember from tick to tick.
    struct conditions conditions;
    struct adapt adapt;
    struct others others;
    struct silent_watch silent;
};

#endif
