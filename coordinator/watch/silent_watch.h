// Tells what is found out of limits that nobody tells: at the first refusal, when one is found, and when it
// has changed clearly.
#ifndef RATION_SILENT_WATCH_H
#define RATION_SILENT_WATCH_H

#include "ration/snapshot.h"

#include <stdint.h>

// All zero at first.
struct silent_watch {
    struct silent_known told[BOUNDS_SESSIONS];
    bool refused[BOUNDS_SESSIONS];
    uint64_t next[BOUNDS_SESSIONS]; // monotonic: no line of a session before
};

void silent_watch_tick(struct silent_watch *watch, const struct snapshot *now);

#endif
