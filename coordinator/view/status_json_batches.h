// The parts of a batch in the status JSON.
#ifndef RATION_STATUS_JSON_BATCHES_H
#define RATION_STATUS_JSON_BATCHES_H

#include "view/run_status.h"

#include <cjson/cJSON.h>

// Adds the member "batches".
void status_json_batches(cJSON *root, const struct run_status *status);
// The same of a run that is over.
void status_json_batches_last(cJSON *root, const struct batch_list *batches);

#endif
