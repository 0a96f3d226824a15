// The state of a run as JSON; docs/MONITORING.md tells what each member means.
#ifndef RATION_STATUS_JSON_H
#define RATION_STATUS_JSON_H

#include "view/run_status.h"

#include <cjson/cJSON.h>

#define STATUS_JSON_SCHEMA 1

// NULL when out of memory; cJSON_Delete() frees it.
cJSON *status_json_object(const struct run_status *status);

// The same as text: one line without its end; cJSON_free() frees it. NULL when out of memory.
char *status_json(const struct run_status *status);

#endif
