// The lists within the JSON of a run's state: sessions, workers, latencies, guards, alerts, errors, history.
#ifndef RATION_STATUS_JSON_LISTS_H
#define RATION_STATUS_JSON_LISTS_H

#include "view/run_status.h"

#include <cjson/cJSON.h>

void status_json_lists_add(cJSON *object, const struct run_status *status);

// An object with the number of each outcome.
void status_json_lists_outcomes(cJSON *object, const uint64_t outcome[OUTCOME_OF_ATTEMPT]);

// Share of the attempts that were answered, in percent; below 0: there was none. Rate limits are no failures.
double status_json_lists_success(const uint64_t outcome[OUTCOME_OF_ATTEMPT]);

// The bound of the bucket of the latency histogram below which `share` of all answers are, in milliseconds;
// 0: none yet.
uint64_t status_json_lists_quantile(const struct snapshot_sums *sums, double share);

#endif
