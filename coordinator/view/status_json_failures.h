// The classes of failed attempts in the status JSON.
#ifndef RATION_STATUS_JSON_FAILURES_H
#define RATION_STATUS_JSON_FAILURES_H

#include "view/run_status.h"

#include <cjson/cJSON.h>

// Adds the list `failures`: of each class that occurred how many attempts ended so, and the last words. Of
// equal classes none stands twice; the most frequent comes first.
void status_json_failures(cJSON *root, const struct run_status *status);

#endif
