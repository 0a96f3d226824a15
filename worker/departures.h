// Sends the requests whose time has come.
#ifndef RATION_DEPARTURES_H
#define RATION_DEPARTURES_H

#include "worker.h"

#include <stdint.h>

void departures_run(struct worker *worker, uint64_t now);

// Gives every booking back; the artists stand ready again.
void departures_cancel(struct worker *worker);

#endif
