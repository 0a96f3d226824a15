// The metrics that each session has, with its name as label.
#ifndef RATION_METRICS_SESSIONS_H
#define RATION_METRICS_SESSIONS_H

#include "view/run_status.h"

#include <stdio.h>

void metrics_sessions_put(FILE *out, const struct run_status *status);

#endif
