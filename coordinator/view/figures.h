// The figures of a whole run that are one number each: one row says all that is said of it. /metrics and the
// status JSON are made of the rows, and scripts/check-documents compares docs/MONITORING.md with them.
#ifndef RATION_FIGURES_H
#define RATION_FIGURES_H

#include "view/run_status.h"

#include <cjson/cJSON.h>
#include <stdio.h>

// Adds the figures of that object, "artists", as its members.
void figures_json(cJSON *object, const char *name, const struct run_status *status);

// Each metric with its HELP, TYPE and samples.
void figures_metrics(FILE *out, const struct run_status *status);

#endif
