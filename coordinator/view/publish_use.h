// The part of what is published that tells how much of the limits is used.
#ifndef RATION_PUBLISH_USE_H
#define RATION_PUBLISH_USE_H

#include "ration/snapshot.h"
#include "scale/utilisation.h"

#include <stdint.h>

// Fills the use of each dimension, and the state of the whole: THROTTLED when gossip->wait is for a limit,
// whatever was used of it. `utilisation` may be NULL.
void publish_use_take(struct snapshot_gossip *gossip, uint32_t sessions,
                      const struct utilisation *utilisation);

#endif
