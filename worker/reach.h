// Artists from elsewhere in the input. Those that stand beside each other may be refused for what they have
// in common, and that is not the session. So, while all sessions are held for refusals, the probe is one from
// elsewhere; and one comes where a worker is full of those that were refused, to be compared with.
#ifndef RATION_REACH_H
#define RATION_REACH_H

#include "worker.h"

#include <stdint.h>

// When it is time for one: claims it out of turn, and puts it before all others.
void reach_run(struct worker *worker, uint64_t now);

#endif
