// models.dev's api.json: {PROVIDER: {"models": {MODEL: {"cost": {…}}}}}, dollars for a million tokens. Read
// as its source has it: github.com/anomalyco/models.dev, packages/core/src/schema.ts, 2026-07. Pure but for
// memory.
#ifndef RATION_PRICES_MODELS_DEV_H
#define RATION_PRICES_MODELS_DEV_H

#include "prices/prices_text.h"

#include <cjson/cJSON.h>

// What has no price of text, or is no chat, is passed over; so are members that are not known.
// 0, or -1 with what is wrong in `problem`.
int prices_models_dev_read(const cJSON *root, struct price_list *list, char problem[PRICES_PROBLEM_SIZE]);

#endif
