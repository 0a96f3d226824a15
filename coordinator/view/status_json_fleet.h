// The fleet in the status JSON.
#ifndef RATION_STATUS_JSON_FLEET_H
#define RATION_STATUS_JSON_FLEET_H

#include "view/run_status.h"

#include <cjson/cJSON.h>

// Adds the member "fleet": null of a run that is no member of one.
void status_json_fleet(cJSON *root, const struct run_status *status);

#endif
