// The lists within the JSON of a run's state: sessions, workers, buckets of latency, guards, alerts, errors,
// history.
#ifndef RATION_STATUS_JSON_LISTS_H
#define RATION_STATUS_JSON_LISTS_H

#include "view/run_status.h"

#include <cjson/cJSON.h>

void status_json_lists_add(cJSON *object, const struct run_status *status);

#endif
