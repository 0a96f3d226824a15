// What a run asks, as the record beside its output has it.
#ifndef RATION_LAST_RUN_REQUEST_H
#define RATION_LAST_RUN_REQUEST_H

#include "config/config.h"
#include "config/options.h"
#include "output/last_run.h"

// Fills in provider, model, prompt, price and all else that tells whether two runs ask the same.
void last_run_request_take(const struct options *options, const struct config *config, struct last_run *run);

#endif
