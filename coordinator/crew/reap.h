// After a worker's death: frees the guards it may have owned, settles its bookings, returns its unfinished
// artists, and decides when its slot is used again.
#ifndef RATION_REAP_H
#define RATION_REAP_H

#include "crew/crew.h"

#include <stdbool.h>

enum reap_result {
    REAP_GOES_ON,
    REAP_STOP,   // crash loop, or the input has changed: told already
    REAP_BROKEN, // the output cannot be repaired, or out of memory: told already
};

// Reaps every dead child, and takes back what earlier ones left. Never waits.
enum reap_result reap_workers(struct crew *crew, uint64_t now);

// A slot still has something to take back: call again soon.
bool reap_pending(const struct crew *crew);

#endif
