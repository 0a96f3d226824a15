// The state of a run in the text format of Prometheus (version 0.0.4). Names and units follow its
// conventions; docs/MONITORING.md lists them.
#ifndef RATION_METRICS_TEXT_H
#define RATION_METRICS_TEXT_H

#include "view/run_status.h"

#define METRICS_TEXT_TYPE "text/plain; version=0.0.4; charset=utf-8"

// free() it; NULL when out of memory.
char *metrics_text(const struct run_status *status);

#endif
