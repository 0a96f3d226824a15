// Writes an errors line for each artist that was with three dying workers.
#ifndef RATION_QUARANTINE_H
#define RATION_QUARANTINE_H

#include "crew.h"

#include <stdbool.h>

// Does what can be done now: an artist stays on the list while the output guard is busy or the disk is full. false: the input
// cannot be read or memory is out (told).
bool quarantine_flush(struct crew *crew);

#endif
