// Artists that the coordinator itself fails: those that were with three dying workers, and with --in-doubt
// fail those whose request was in flight at a death. Each gets an errors line.
#ifndef RATION_QUARANTINE_H
#define RATION_QUARANTINE_H

#include "crew/crew.h"

#include <stdbool.h>

// Does what can be done now: an artist stays on its list while the output guard is busy or the disk is full.
// false: the input cannot be read or memory is out (told).
bool quarantine_flush(struct crew *crew);

#endif
