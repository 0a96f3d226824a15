// The limits of a run's accounts, who else holds something of them, and what holds the accounts up.
#ifndef RATION_FLEET_LIMITS_H
#define RATION_FLEET_LIMITS_H

#include <cjson/cJSON.h>

// To standard output; as status_1() tells them.
void fleet_limits_show(const cJSON *limits, const cJSON *holds);

#endif
